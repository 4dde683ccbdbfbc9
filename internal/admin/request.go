package admin

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
	"huibao/scheduler"
)

const (
	bodyLimit = 1 << 20
	// The sizes of a page of a list.
	usualLimit, mostLimit = 50, 200
	// longestText is how many characters a text to look for has at most.
	longestText = 200
)

// readBody reads a JSON object into a struct. What cannot be read is 400; a
// field that does not exist or has the wrong type is 422 and named.
func readBody(c echo.Context, into any) error {
	body, err := readAll(c)
	if err != nil {
		return err
	}
	return decodeBody(body, into)
}

// readAll reads a request's body, within limits.
func readAll(c echo.Context) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, bodyLimit+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unreadable, "fault.admin.body", nil)
	}
	if len(body) > bodyLimit {
		return nil, fault.New(fault.TooLarge, "fault.admin.too_large", nil)
	}
	return body, nil
}

// decodeBody reads a JSON object into a struct that may hold something already.
// All fields that can be read are, and all others are named.
func decodeBody(body []byte, into any) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields == nil {
		return fault.Wrap(err, fault.Unreadable, "fault.admin.body", nil)
	}
	wrong := &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid"}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		err := decodeField(name, fields[name], into)
		if fault.KindOf(err) == fault.Unreadable {
			return err
		}
		if err != nil {
			wrong.Fields = append(wrong.Fields, fault.As(err).Fields...)
		}
	}
	if len(wrong.Fields) > 0 {
		return wrong
	}
	return nil
}

// decodeField reads one field into the struct.
func decodeField(name string, value json.RawMessage, into any) error {
	field, err := json.Marshal(map[string]json.RawMessage{name: value})
	if err != nil {
		return fault.Wrap(err, fault.Unreadable, "fault.admin.body", nil)
	}
	decoder := json.NewDecoder(bytes.NewReader(field))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrongType):
		_, inside, _ := strings.Cut("."+wrongType.Field, "."+name) // Go names the struct that a field is embedded in, too
		return wrongField(name+inside, "fault.admin.type", fault.Args{"type": wrongType.Type.String()})
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field "):
		unknown, _ := strconv.Unquote(strings.TrimPrefix(err.Error(), "json: unknown field "))
		return wrongField(unknown, "fault.admin.unknown_field", nil)
	case err != nil:
		return fault.Wrap(err, fault.Unreadable, "fault.admin.body", nil)
	}
	return nil
}

// allWrong joins what several looks at a request found wrong; of a field the
// first counts. What has no fields, such as a body that is no JSON, goes before
// all others.
func allWrong(errs ...error) error {
	var joined *fault.Error
	for _, err := range errs {
		f := fault.As(err)
		switch {
		case f == nil:
		case len(f.Fields) == 0:
			return err
		case joined == nil:
			joined = &fault.Error{Kind: f.Kind, Key: f.Key, Args: f.Args, Fields: slices.Clone(f.Fields)}
		case f.Kind == joined.Kind:
			for _, field := range f.Fields {
				if !slices.ContainsFunc(joined.Fields, func(known fault.Field) bool { return known.Name == field.Name }) {
					joined.Fields = append(joined.Fields, field)
				}
			}
		}
	}
	if joined == nil {
		return nil
	}
	return joined
}

// wrongField is the fault of one field.
func wrongField(name, key string, args fault.Args) error {
	return &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: []fault.Field{{Name: name, Key: key, Args: args}}}
}

// badQuery is the fault of a query parameter that cannot be read.
func badQuery(name, key string) error {
	return &fault.Error{Kind: fault.Unreadable, Key: "fault.admin.query", Fields: []fault.Field{{Name: name, Key: key}}}
}

// page is which part of a list is asked for.
type page struct {
	limit int
	after string // where the part before ended
}

// readPage reads limit and cursor.
func readPage(c echo.Context) (page, error) {
	p := page{limit: usualLimit}
	var wrongLimit, wrongCursor error
	if text := c.QueryParam("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 {
			wrongLimit = badQuery("limit", "fault.admin.limit")
		}
		p.limit = min(limit, mostLimit)
	}
	if text := c.QueryParam("cursor"); text != "" {
		cursor, err := base64.RawURLEncoding.DecodeString(text)
		after, ofThisList := strings.CutPrefix(string(cursor), cursorMark(c))
		if err != nil || !ofThisList || !storable(after) {
			wrongCursor = badQuery("cursor", "fault.admin.cursor")
		}
		p.after = after
	}
	return p, allWrong(wrongLimit, wrongCursor)
}

// cursorMark begins the cursors of a list, so that one of another list, or one
// that was cut, is not taken for the end of this one.
func cursorMark(c echo.Context) string { return c.Path() + " " }

// placeText is a place in a list of one order as a cursor holds it.
type placeText struct {
	ID   string `json:"id"`
	Text string `json:"text,omitempty"`
	At   int64  `json:"at,omitempty"`   // milliseconds since 1970, 0 for never
	Sort string `json:"sort,omitempty"` // as it was asked for: another order has other places
}

// placed is a place as a cursor holds it.
func placed(place scheduler.Place, sort string) string {
	cursor := placeText{ID: place.ID, Text: place.Text, Sort: sort}
	if !place.At.IsZero() {
		cursor.At = place.At.UnixMilli()
	}
	text, _ := json.Marshal(cursor) //nolint:errchkjson // texts and a number: it cannot fail
	return string(text)
}

// place is where the part before ended in a list of the order.
func (p page) place(sort string) (scheduler.Place, error) {
	if p.after == "" {
		return scheduler.Place{}, nil
	}
	var cursor placeText
	err := json.Unmarshal([]byte(p.after), &cursor)
	if err != nil || cursor.Sort != sort || cursor.ID == "" || !storable(cursor.ID) || !storable(cursor.Text) {
		return scheduler.Place{}, badQuery("cursor", "fault.admin.cursor")
	}
	place := scheduler.Place{ID: cursor.ID, Text: cursor.Text}
	if cursor.At != 0 {
		place.At = time.UnixMilli(cursor.At)
	}
	return place, nil
}

// listOf is the body of a list.
type listOf[T any] struct {
	Items      []T     `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

// answerList answers with one part of a list. found holds one item more than
// asked for when there is another part.
func answerList[S, T any](c echo.Context, p page, found []S, key func(S) string, show func(S) T) error {
	list := listOf[T]{Items: []T{}}
	for i, item := range found {
		if i == p.limit {
			cursor := base64.RawURLEncoding.EncodeToString([]byte(cursorMark(c) + key(found[i-1])))
			list.NextCursor = &cursor
			break
		}
		list.Items = append(list.Items, show(item))
	}
	return c.JSON(200, list)
}

// readText reads a query parameter that is compared with what is stored.
func readText(c echo.Context, name string) (string, error) {
	text := c.QueryParam(name)
	if !lookedFor(text) {
		return "", badQuery(name, "fault.admin.text")
	}
	return text, nil
}

// lookedFor reports whether a text may be looked for in the database.
func lookedFor(text string) bool {
	return storable(text) && utf8.RuneCountInString(text) <= longestText
}

// findable answers 404 for ids that no database can hold.
func findable(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !storable(strings.Join(c.ParamValues(), "")) {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

// storable reports whether a text could be in the database. PostgreSQL refuses to
// compare anything with another one.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

// readInstant reads a query parameter that is an instant, or a date in the zone. Of
// "to" the date belongs to what is asked for, so the instant is the end of that day.
func readInstant(c echo.Context, name string, zone *time.Location) (time.Time, error) {
	text := strings.ReplaceAll(c.QueryParam(name), " ", "+") // what becomes of a plus sign that was not escaped
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		if t, err = time.ParseInLocation(time.DateOnly, text, zone); name == "to" {
			t = t.AddDate(0, 0, 1)
		}
	}
	if err != nil || t.Year() < 1970 || t.Year() >= 9000 {
		return time.Time{}, badQuery(name, "fault.admin.instant")
	}
	return t, nil
}

// shown is an instant in a zone as it is written, null for none.
func shown(t time.Time, zone *time.Location) *string {
	if t.IsZero() {
		return nil
	}
	text := t.In(zone).Format(time.RFC3339)
	return &text
}

// optional is a text, null for an empty one.
func optional[T ~string](text T) *string {
	if text == "" {
		return nil
	}
	plain := string(text)
	return &plain
}

// present reports whether a JSON field was given and is not null.
func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// jsonText reads a JSON text.
func jsonText(raw []byte, into *string) error {
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("a text or null: %w", err)
	}
	return nil
}

// location is the path of a thing just made.
func location(c echo.Context, id string) string {
	return fmt.Sprintf("%s/%s", strings.TrimRight(c.Request().URL.Path, "/"), id)
}
