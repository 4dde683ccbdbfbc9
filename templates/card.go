package templates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Card is card JSON 2.0, as far as huibao's cards use it. The platform refuses
// properties it does not know, so nothing is here that is not sent.
// Source: card-json-v2-structure.
type Card struct {
	Schema string  `json:"schema"` // always "2.0"
	Config config  `json:"config"`
	Header *header `json:"header,omitempty"`
	Body   body    `json:"body"`
}

type config struct {
	UpdateMulti bool    `json:"update_multi"` // the platform lets only shared cards be replaced
	Summary     summary `json:"summary"`
}

type summary struct {
	Content     string       `json:"content"` // in the chat list and in notifications
	I18nContent translations `json:"i18n_content,omitempty"`
}

type header struct {
	Title    textObject  `json:"title"`
	Subtitle *textObject `json:"subtitle,omitempty"`
	Template string      `json:"template"` // the colour's name
}

type body struct {
	Direction       string `json:"direction,omitempty"`
	Padding         string `json:"padding,omitempty"`
	VerticalSpacing string `json:"vertical_spacing,omitempty"`
	Elements        []any  `json:"elements"`
}

type textObject struct {
	Tag         string       `json:"tag"` // "plain_text"
	Content     string       `json:"content"`
	I18nContent translations `json:"i18n_content,omitempty"`
	TextSize    string       `json:"text_size,omitempty"`
	TextColor   string       `json:"text_color,omitempty"`
}

type markdownElement struct {
	Tag         string       `json:"tag"` // "markdown"
	ElementID   string       `json:"element_id,omitempty"`
	Content     string       `json:"content"`
	I18nContent translations `json:"i18n_content,omitempty"`
	TextSize    string       `json:"text_size,omitempty"`
	TextAlign   string       `json:"text_align,omitempty"`
}

type divElement struct {
	Tag       string     `json:"tag"` // "div"
	ElementID string     `json:"element_id,omitempty"`
	Text      textObject `json:"text"`
}

type ruleElement struct {
	Tag string `json:"tag"` // "hr"
}

type columnSet struct {
	Tag               string   `json:"tag"` // "column_set"
	FlexMode          string   `json:"flex_mode"`
	HorizontalSpacing string   `json:"horizontal_spacing"`
	Columns           []column `json:"columns"`
}

type column struct {
	Tag             string `json:"tag"` // "column"
	Width           string `json:"width"`
	Weight          int    `json:"weight,omitempty"`
	BackgroundStyle string `json:"background_style,omitempty"`
	Padding         string `json:"padding,omitempty"`
	Elements        []any  `json:"elements"`
}

type chartElement struct {
	Tag       string         `json:"tag"` // "chart"
	ElementID string         `json:"element_id"`
	Height    string         `json:"height"`
	ChartSpec map[string]any `json:"chart_spec"`
}

// bar is a value of a report's chart.
type bar struct {
	X      string `json:"x"`
	Y      int64  `json:"y"`
	Series string `json:"s,omitempty"` // final or provisional; "" where bars are not told apart
}

type tableElement struct {
	Tag         string           `json:"tag"` // "table"
	ElementID   string           `json:"element_id"`
	PageSize    int              `json:"page_size"`
	RowHeight   string           `json:"row_height"`
	HeaderStyle tableHeaderStyle `json:"header_style"`
	Columns     []tableColumn    `json:"columns"`
	Rows        []tableRow       `json:"rows"`
}

type tableHeaderStyle struct {
	BackgroundStyle string `json:"background_style"`
	Bold            bool   `json:"bold"`
}

type tableColumn struct {
	Name            string        `json:"name"`
	DisplayName     string        `json:"display_name"`
	DataType        string        `json:"data_type"`
	HorizontalAlign string        `json:"horizontal_align"`
	Width           string        `json:"width"`
	Format          *numberFormat `json:"format,omitempty"`
}

// tableRow is a row of a report's table; without figures only its date.
type tableRow struct {
	Date string `json:"date"`
	*rowFigures
}

// rowFigures are whole counts, or means where a row is a day of the week.
type rowFigures struct {
	MeetingCount     float64 `json:"meeting_count"`
	MeetingHours     float64 `json:"meeting_duration_seconds"` // the column's name says what it measures, its cells hold hours
	ParticipantCount float64 `json:"participant_count"`
}

type numberFormat struct {
	Precision int  `json:"precision"`
	Separator bool `json:"separator"`
}

// The most characters of a header's lines and of the line in the chat list.
const (
	titleLength   = 100
	summaryLength = 120
)

// newCard returns a card with a coloured header. Title and summary are cut to
// what a line shows.
func newCard(template, title, subtitle, summaryText string, elements ...any) Card {
	card := Card{
		Schema: "2.0",
		Config: config{UpdateMulti: true, Summary: summary{Content: shorten(plain(summaryText), summaryLength)}},
		Header: &header{Title: plainText(title, titleLength), Template: template},
		Body:   body{Direction: "vertical", Padding: "12px", VerticalSpacing: "12px", Elements: elements},
	}
	if subtitle != "" {
		text := plainText(subtitle, 2*titleLength)
		card.Header.Subtitle = &text
	}
	return card
}

// linesLength is the most characters of a card that is nothing but lines.
const linesLength = 3000

// linesCard is the plainest card: a title and lines of plain text.
func linesCard(title string, lines ...string) Card {
	text := shorten(paragraphs(strings.Join(lines, "\n")), linesLength)
	return newCard("default", title, "", title, divElement{Tag: "div", Text: textObject{Tag: "plain_text", Content: text}})
}

// plainText is a text on one line that nobody's input can make active.
func plainText(text string, most int) textObject {
	return textObject{Tag: "plain_text", Content: shorten(plain(text), most)}
}

// noteLength is how much of a longer text, such as a schedule's note, a card
// shows.
const noteLength = 1000

// paragraph is an element of plain text of several lines.
func paragraph(id, text string) divElement {
	return divElement{Tag: "div", ElementID: id, Text: textObject{
		Tag: "plain_text", Content: shorten(paragraphs(text), noteLength),
	}}
}

// footnote is a paragraph in small grey letters.
func footnote(id, text string) divElement {
	element := paragraph(id, text)
	element.Text.TextSize, element.Text.TextColor = "notation", grey
	return element
}

// say is a markdown element. What it holds of other people's words must have
// gone through markdown().
func say(id, content string) markdownElement {
	return markdownElement{Tag: "markdown", ElementID: id, Content: content}
}

// small is say in the size of a footnote.
func small(id, content string) markdownElement {
	element := say(id, content)
	element.TextSize = "notation"
	return element
}

// The colours huibao uses: what is beside the point, what moved, and what keeps
// figures from being whole.
const (
	grey   = "grey"
	blue   = "blue"
	orange = "orange"
)

// coloured is a markdown text in a colour of the platform's.
func coloured(colour, text string) string {
	if text == "" {
		return ""
	}
	return "<font color='" + colour + "'>" + text + "</font>"
}

// JSON is the card as it is sent.
func (c Card) JSON() string { return encoded(c) }

// encoded is a card or a part of one as JSON. Marshalling has no way to fail:
// the structs hold only texts, numbers and lists.
func encoded(part any) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false) // a third of the size of a card full of <font>
	if err := encoder.Encode(part); err != nil {
		panic(fmt.Sprintf("card: %v", err))
	}
	return string(bytes.TrimSpace(buffer.Bytes()))
}
