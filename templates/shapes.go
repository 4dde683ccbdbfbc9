package templates

import (
	"errors"
	"fmt"
	"maps"
)

// shape is what an object of a card must and may hold. The platform refuses
// unknown properties, so a misspelt name must not leave the house.
type shape struct {
	must      string           // properties, space separated
	may       map[string]check // what their values must be
	inside    map[string]string
	component bool // it has a tag and counts as an element
	container bool // it counts as a level of nesting
	special   func(object map[string]any) error
}

// Where components may stand, by tag. Tables stand in the body only.
const (
	inBody   = inColumn + " table form"
	inColumn = "markdown div hr column_set chart button select_static"
	inForm   = "markdown div hr column_set button select_static multi_select_static picker_time input"
)

// shapes are the parts and components huibao's cards are made of. The name of
// a component is its tag; inside names what a property's objects may be.
// Source: card-json-v2-structure and the pages of the components.
var shapes = map[string]shape{
	"card": {
		must:   "schema config header body",
		may:    map[string]check{"schema": oneOf("2.0"), "config": isObject, "header": isObject, "body": isObject},
		inside: map[string]string{"config": "config", "header": "header", "body": "body"},
	},
	"config": {
		must:   "update_multi summary",
		may:    map[string]check{"update_multi": isTrue, "enable_forward": isBool, "width_mode": oneOf("default compact fill"), "summary": isObject},
		inside: map[string]string{"summary": "summary"},
	},
	"summary": {must: "content", may: map[string]check{"content": isFilled, "i18n_content": areTranslations(isFilled)}},
	"header": {
		must:   "title template",
		may:    map[string]check{"title": isObject, "subtitle": isObject, "template": oneOf(templateColours), "padding": areLengths(0)},
		inside: map[string]string{"title": "plain_text", "subtitle": "plain_text"},
	},
	"body": {
		must: "elements",
		may: layout(map[string]check{
			"elements": isList, "direction": oneOf("vertical horizontal"), "padding": areLengths(0),
		}),
		inside: map[string]string{"elements": inBody},
	},
	"plain_text": {
		component: true, must: "tag content",
		may: map[string]check{
			"tag": isText, "content": isFilled, "i18n_content": areTranslations(isFilled), "text_size": oneOf(textSizes),
			"text_color": isColour, "text_align": oneOf(aligns), "lines": isWhole(1, 99),
		},
	},
	"markdown": element("content", map[string]check{
		"content": isMarkdown, "i18n_content": areTranslations(isMarkdown), "text_size": oneOf(textSizes), "text_align": oneOf(aligns),
	}),
	"div": element("text", map[string]check{"text": isObject, "width": isText}).with(map[string]string{"text": "plain_text"}),
	"hr":  element("", nil),
	"column_set": element("columns", map[string]check{
		"columns": isList, "flex_mode": oneOf("none stretch flow bisect trisect"), "horizontal_spacing": isSpacing,
		"horizontal_align": oneOf(aligns), "background_style": isColour,
	}).with(map[string]string{"columns": "column"}).nesting(),
	"form": element("name elements", map[string]check{"name": isFilled, "elements": isList}).
		with(map[string]string{"elements": inForm}).nesting().checked(submits),
	"column": element("elements", layout(map[string]check{
		"elements": isList, "width": isColumnWidth, "weight": isWhole(1, 5), "background_style": isColour,
		"direction": oneOf("vertical horizontal"), "padding": areLengths(0),
	})).with(map[string]string{"elements": inColumn}),
	"chart": element("chart_spec", map[string]check{
		"chart_spec": isChartSpec, "aspect_ratio": oneOf("1:1 2:1 4:3 16:9"), "color_theme": oneOf("brand rainbow complementary converse primary"),
		"height": isHeight, "preview": isBool,
	}),
	"table": element("columns rows page_size", map[string]check{
		"columns": isList, "rows": isList, "page_size": isWhole(1, 10), "row_height": oneOf("low middle high auto"),
		"freeze_first_column": isBool, "header_style": isObject,
	}).with(map[string]string{"columns": "table_column", "header_style": "table_header"}).checked(tableRows),
	"table_header": {may: map[string]check{
		"background_style": oneOf("none grey"), "bold": isBool, "text_align": oneOf(aligns), "text_color": oneOf("default grey"),
		"text_size": oneOf("normal heading"), "lines": isWhole(1, 99),
	}},
	"table_column": {
		must: "name display_name data_type",
		may: map[string]check{
			"name": isFilled, "display_name": isText, "data_type": oneOf("text number"), "width": isTableWidth,
			"horizontal_align": oneOf(aligns), "vertical_align": oneOf("top center bottom"), "format": isObject,
		},
		inside: map[string]string{"format": "number_format"},
	},
	"number_format": {may: map[string]check{"precision": isWhole(0, 10), "separator": isBool, "symbol": isText}},
	"button": element("text behaviors", map[string]check{
		"text": isObject, "behaviors": isList, "name": isFilled, "disabled": isBool,
		"type":  oneOf("default primary danger text primary_text danger_text primary_filled danger_filled laser"),
		"width": isText, "size": oneOf("tiny small medium large"), "form_action_type": oneOf("submit reset"), "confirm": isObject,
	}).with(map[string]string{"text": "plain_text", "behaviors": "behavior", "confirm": "confirm"}),
	"confirm": {
		must: "title text", may: map[string]check{"title": isObject, "text": isObject},
		inside: map[string]string{"title": "plain_text", "text": "plain_text"},
	},
	"select_static": element("options", map[string]check{
		"options": isList, "behaviors": isList, "placeholder": isObject, "name": isFilled, "disabled": isBool,
		"width": isText, "initial_option": isFilled,
	}).with(map[string]string{"placeholder": "plain_text", "options": "option", "behaviors": "behavior"}).checked(optionValues),
	"multi_select_static": element("name options", map[string]check{
		"options": isList, "placeholder": isObject, "name": isFilled, "selected_values": isList, "width": isText,
	}).with(map[string]string{"placeholder": "plain_text", "options": "option"}).checked(optionValues),
	"picker_time": element("name", map[string]check{
		"name": isFilled, "placeholder": isObject, "initial_time": isFilled, "width": isText,
	}).with(map[string]string{"placeholder": "plain_text"}),
	"input": element("name", map[string]check{
		"name": isFilled, "label": isObject, "placeholder": isObject, "default_value": isText, "max_length": isWhole(1, 1000), "width": isText,
	}).with(map[string]string{"label": "plain_text", "placeholder": "plain_text"}),
	"option": {
		must: "text value", may: map[string]check{"text": isObject, "value": isFilled}, inside: map[string]string{"text": "plain_text"},
	},
	"behavior": {must: "type", may: map[string]check{
		"type": oneOf("callback open_url"), "value": isObject, "default_url": isAddress,
	}, special: behavior},
}

// element is the shape of a component with these properties.
func element(must string, may map[string]check) shape {
	all := map[string]check{"tag": isText, "element_id": isElementID, "margin": areLengths(-99)}
	maps.Copy(all, may)
	return shape{must: "tag " + must, may: all, component: true}
}

// with says what stands inside the component.
func (s shape) with(inside map[string]string) shape { s.inside = inside; return s }

// nesting says that the component counts as a level.
func (s shape) nesting() shape { s.container = true; return s }

// checked adds a rule that concerns several properties.
func (s shape) checked(special func(map[string]any) error) shape { s.special = special; return s }

// layout adds the properties of whatever arranges elements.
func layout(may map[string]check) map[string]check {
	may["vertical_spacing"], may["horizontal_spacing"] = isSpacing, isSpacing
	may["horizontal_align"], may["vertical_align"] = oneOf(aligns), oneOf("top center bottom")
	return may
}

// tableRows holds a table's rows against its columns: each has a cell of the
// first, and only cells of columns there are, of their type.
func tableRows(table map[string]any) error {
	types, first := map[string]string{}, ""
	columns, _ := table["columns"].([]any)
	for _, item := range columns {
		column, _ := item.(map[string]any)
		name, _ := column["name"].(string)
		if types[name] != "" {
			return fmt.Errorf("two columns %q", name)
		}
		types[name], _ = column["data_type"].(string)
		if first == "" {
			first = name
		}
	}
	if len(columns) == 0 || len(columns) > 50 {
		return errors.New("not 1 to 50 columns")
	}
	rows, _ := table["rows"].([]any)
	for number, item := range rows {
		row, _ := item.(map[string]any)
		if _, given := row[first]; !given {
			return fmt.Errorf("row %d has no %s", number, first)
		}
		for name, cell := range row {
			_, isNumber := cell.(float64)
			_, isText := cell.(string)
			if known := types[name]; known == "" || (known == "number") != isNumber || (known == "text") != isText {
				return fmt.Errorf("row %d: cell %s does not fit its column", number, name)
			}
		}
	}
	return nil
}

// submits sees to it that a form has a button that sends it.
func submits(form map[string]any) error {
	elements, _ := form["elements"].([]any)
	for _, item := range elements {
		if button, _ := item.(map[string]any); button["form_action_type"] == "submit" {
			return nil
		}
	}
	return errors.New("no button that submits it")
}

// optionValues sees to it that every option has a value of its own, or nobody
// could tell which was chosen.
func optionValues(list map[string]any) error {
	seen := map[any]bool{}
	options, _ := list["options"].([]any)
	for _, item := range options {
		option, _ := item.(map[string]any)
		if seen[option["value"]] {
			return fmt.Errorf("two options %v", option["value"])
		}
		seen[option["value"]] = true
	}
	if initial, given := list["initial_option"]; given && !seen[initial] {
		return fmt.Errorf("initial_option %v is no option", initial)
	}
	return nil
}

// behavior sees to it that a click has what it needs.
func behavior(object map[string]any) error {
	needed := map[any]string{"callback": "value", "open_url": "default_url"}[object["type"]]
	if _, given := object[needed]; !given {
		return fmt.Errorf("no %s", needed)
	}
	return nil
}
