package templates

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// object and array build cards by hand.
type (
	object = map[string]any
	array  = []any
)

// good is a card with one of each component the validator knows.
func good() object {
	return object{
		"schema": "2.0",
		"config": object{"update_multi": true, "summary": object{"content": "s", "i18n_content": object{"en_us": "s"}}},
		"header": object{"title": plainly("t"), "subtitle": plainly("u"), "template": "blue"},
		"body": object{"padding": "12px 8px", "elements": array{
			object{"tag": "markdown", "element_id": "a", "content": "<font color='grey'>x</font> <at id=ou_1></at>"},
			object{"tag": "div", "text": plainly("d")},
			object{"tag": "hr", "margin": "-4px 0"},
			nested(1),
			object{"tag": "chart", "height": "240px", "chart_spec": object{"type": "bar", "data": object{"values": array{}}}},
			object{
				"tag": "table", "page_size": 10, "columns": array{
					object{"name": "date", "display_name": "Date", "data_type": "text", "width": "120px"},
					object{"name": "n", "display_name": "N", "data_type": "number", "format": object{"precision": 1, "separator": true}},
				}, "rows": array{object{"date": "2026-11-03", "n": 1.5}, object{"date": "2026-11-04"}},
			},
			object{"tag": "button", "name": "b", "text": plainly("Export"), "behaviors": array{object{"type": "callback", "value": object{"a": 1}}}},
			object{
				"tag": "select_static", "name": "s", "placeholder": plainly("Period"), "initial_option": "7d",
				"options":   array{object{"text": plainly("7"), "value": "7d"}, object{"text": plainly("30"), "value": "30d"}},
				"behaviors": array{object{"type": "open_url", "default_url": "https://example.com"}},
			},
		}},
	}
}

func plainly(text string) object { return object{"tag": "plain_text", "content": text} }

// nested is so many column sets, each inside the one before.
func nested(levels int) object {
	inner := object{"tag": "hr"}
	if levels > 1 {
		inner = nested(levels - 1)
	}
	return object{"tag": "column_set", "columns": array{
		object{"tag": "column", "width": "weighted", "weight": 1, "background_style": "grey-50", "elements": array{inner}},
	}}
}

// many is a list of so many of the same thing.
func many(n int, item any) array {
	items := make(array, n)
	for i := range items {
		items[i] = item
	}
	return items
}

func validate(t *testing.T, card object) error {
	t.Helper()
	body, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	return Validate(body)
}

func TestValidateTakesAGoodCard(t *testing.T) {
	if err := validate(t, good()); err != nil {
		t.Fatal(err)
	}
	card := good()
	card["body"].(object)["elements"] = array{nested(5)}
	if err := validate(t, card); err != nil {
		t.Errorf("five levels: %v", err)
	}
	card["body"].(object)["elements"] = many(198, object{"tag": "hr"}) // and the header's two texts
	if err := validate(t, card); err != nil {
		t.Errorf("200 elements: %v", err)
	}
}

// Each change of a good card is something the platform refuses.
func TestValidateRefuses(t *testing.T) {
	element := func(number int, change func(object)) func(object) {
		return func(card object) { change(card["body"].(object)["elements"].(array)[number].(object)) }
	}
	set := func(property string, value any) func(object) {
		return func(o object) { o[property] = value }
	}
	elements := func(items ...any) func(object) {
		return func(card object) { card["body"].(object)["elements"] = items }
	}
	tableColumn := func(number int, property string, value any) func(object) {
		return element(5, func(o object) {
			o["columns"].(array)[number].(object)[property] = value
			o["rows"] = array{object{"date": "d"}}
		})
	}
	option := func(number int, property string, value any) func(object) {
		return element(7, func(o object) { o["options"].(array)[number].(object)[property] = value })
	}
	rows := func(rows ...any) func(object) { return element(5, set("rows", rows)) }
	for name, spoil := range map[string]func(object){
		"another schema":             set("schema", "1.0"),
		"no schema":                  func(o object) { delete(o, "schema") },
		"elements of 1.0":            set("elements", array{}),
		"no body":                    func(o object) { delete(o, "body") },
		"a body that is a list":      set("body", array{object{"elements": array{object{"tag": "hr"}}}}),
		"no elements":                elements(),
		"an element that is a text":  elements("hr"),
		"a note of 1.0":              elements(object{"tag": "note"}),
		"no tag":                     elements(object{"content": "x"}),
		"a part as an element":       elements(object{"tag": "summary", "content": "x"}),
		"a text as an element":       elements(plainly("x")),
		"a column as an element":     elements(object{"tag": "column", "elements": array{object{"tag": "hr"}}}),
		"a card for one person":      func(o object) { o["config"].(object)["update_multi"] = false },
		"an unknown width":           func(o object) { o["config"].(object)["width_mode"] = "wide" },
		"an unknown setting":         func(o object) { o["config"].(object)["wide_screen_mode"] = true },
		"an empty summary":           func(o object) { o["config"].(object)["summary"] = object{"content": " "} },
		"an unknown language":        func(o object) { o["config"].(object)["summary"].(object)["i18n_content"] = object{"en": "s"} },
		"an empty translation":       func(o object) { o["config"].(object)["summary"].(object)["i18n_content"] = object{"en_us": ""} },
		"a colour that is none":      func(o object) { o["header"].(object)["template"] = "pink" },
		"no title":                   func(o object) { delete(o["header"].(object), "title") },
		"a title in markdown":        func(o object) { o["header"].(object)["title"] = object{"tag": "markdown", "content": "x"} },
		"an empty title":             func(o object) { o["header"].(object)["title"] = plainly("") },
		"an unknown property":        element(0, set("colour", "red")),
		"an element id with a dash":  element(0, set("element_id", "a-b")),
		"an element id of 21":        element(0, set("element_id", "mean_meetings_workday")),
		"an element id of a digit":   element(0, set("element_id", "1a")),
		"an element id twice":        element(2, set("element_id", "a")),
		"an active translation":      element(0, set("i18n_content", object{"en_us": "<b>"})),
		"empty markdown":             element(0, set("content", "\n")),
		"markdown that is a number":  element(0, set("content", 1)),
		"a text size that is none":   element(0, set("text_size", "huge")),
		"an open tag":                element(0, set("content", "<font color='grey'>x")),
		"a tag closed twice":         element(0, set("content", "</font><font color='grey'>")),
		"a font of no colour":        element(0, set("content", "<font color='pink'>x</font>")),
		"a mention of everybody":     element(0, set("content", "<at id=all></at>")),
		"a tag of somebody's":        element(0, set("content", "<link url='https://x'>y</link>")),
		"a lone bracket":             element(0, set("content", "1 < 2")),
		"a text colour that is none": element(1, func(o object) { o["text"].(object)["text_color"] = "#fff" }),
		"no text":                    element(1, func(o object) { delete(o, "text") }),
		"no lines":                   element(1, func(o object) { o["text"].(object)["lines"] = 0 }),
		"half a line":                element(1, func(o object) { o["text"].(object)["lines"] = 1.5 }),
		"a margin without a unit":    element(2, set("margin", "4")),
		"a margin of 100px":          element(2, set("margin", "100px")),
		"a margin of three":          element(2, set("margin", "1px 2px 3px")),
		"an unknown flex_mode":       element(3, set("flex_mode", "wrap")),
		"a hex colour behind":        element(3, set("background_style", "#ffffff")),
		"an unknown grey":            element(3, set("background_style", "grey-51")),
		"a weight of six":            element(3, func(o object) { o["columns"].(array)[0].(object)["weight"] = 6 }),
		"a column without a tag":     element(3, set("columns", array{object{"elements": array{object{"tag": "hr"}}}})),
		"a table inside a column": func(card object) {
			items := card["body"].(object)["elements"].(array)
			items[3].(object)["columns"].(array)[0].(object)["elements"] = array{items[5]}
		},
		"six levels":                 elements(nested(6)),
		"201 elements":               elements(many(199, object{"tag": "hr"})...),
		"six tables":                 func(card object) { elements(many(6, card["body"].(object)["elements"].(array)[5])...)(card) },
		"six charts":                 func(card object) { elements(many(6, card["body"].(object)["elements"].(array)[4])...)(card) },
		"a chart of null axes":       element(4, func(o object) { o["chart_spec"].(object)["axes"] = nil }),
		"a chart without a type":     element(4, func(o object) { delete(o["chart_spec"].(object), "type") }),
		"a chart without data":       element(4, func(o object) { delete(o["chart_spec"].(object), "data") }),
		"a chart that is a text":     element(4, set("chart_spec", "{}")),
		"a chart of 1000px":          element(4, set("height", "1000px")),
		"a chart of 3:2":             element(4, set("aspect_ratio", "3:2")),
		"eleven rows a page":         element(5, set("page_size", 11)),
		"a row height that is none":  element(5, set("row_height", "tall")),
		"no columns":                 element(5, set("columns", array{})),
		"51 columns":                 element(5, set("columns", columns(51))),
		"two columns of a name":      tableColumn(1, "name", "date"),
		"a column without a name":    tableColumn(1, "name", ""),
		"a column of a type unknown": tableColumn(1, "data_type", "percent"),
		"a column of 79px":           tableColumn(0, "width", "79px"),
		"eleven decimals":            tableColumn(1, "format", object{"precision": 11}),
		"a blue table header":        element(5, set("header_style", object{"background_style": "blue"})),
		"no rows":                    rows(),
		"a row without its first":    rows(object{"n": 1}),
		"a cell of no column":        rows(object{"date": "d", "m": 1}),
		"a number as a text":         rows(object{"date": "d", "n": "1"}),
		"a cell of null":             rows(object{"date": "d", "n": nil}),
		"a text as a number":         rows(object{"date": 20261103}),
		"a row that is a list":       rows(array{"d"}),
		"a button without a text":    element(6, func(o object) { delete(o, "text") }),
		"a button that does nothing": element(6, set("behaviors", array{})),
		"a click without a value":    element(6, set("behaviors", array{object{"type": "callback"}})),
		"a click that runs a script": element(6, set("behaviors", array{object{"type": "open_url", "default_url": "javascript:1"}})),
		"a click without an address": element(6, set("behaviors", array{object{"type": "open_url"}})),
		"an unknown click":           element(6, set("behaviors", array{object{"type": "submit"}})),
		"a name twice":               element(6, set("name", "s")),
		"a value twice":              option(0, "value", "30d"),
		"an option without a value":  option(1, "value", ""),
		"a choice that is none":      element(7, set("initial_option", "90d")),
		"more than 29,500 bytes":     element(0, set("content", strings.Repeat("x", 29_500))),
		"10,000 angle brackets":      element(1, set("text", plainly(strings.Repeat("<", 10_000)))), // 6 bytes each in a JSON body
	} {
		card := good()
		spoil(card)
		if validate(t, card) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// columns are so many columns of a table.
func columns(n int) array {
	items := array{object{"name": "date", "display_name": "d", "data_type": "text"}, object{"name": "n", "display_name": "n", "data_type": "number"}}
	for i := len(items); i < n; i++ {
		items = append(items, object{"name": fmt.Sprint("c", i), "display_name": "d", "data_type": "text"})
	}
	return items
}

func TestValidateRefusesWhatIsNoCard(t *testing.T) {
	for _, text := range []string{"", "{", "null", "[]", `"card"`, "{}", `{"schema":"2.0"}`} {
		if Validate([]byte(text)) == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// The validator reads what others wrote, too, and must not fall over it.
func FuzzValidate(f *testing.F) {
	body, err := json.Marshal(good())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{"schema":"2.0","config":null,"header":[],"body":{"elements":[{"tag":"table","columns":[null],"rows":[1]}]}}`))
	f.Add([]byte(Report(week(), ReportOptions{Locale: English, WeekStart: time.Monday}).Card.JSON()))
	f.Fuzz(func(_ *testing.T, card []byte) { _ = Validate(card) })
}
