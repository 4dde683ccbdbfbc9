package simulator

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// rowHeights are the words for the height of rows.
var rowHeights = set("low middle high auto")

// table checks a table's settings, columns and rows. Source:
// card-json-v2-components, table.
func (k *cardCheck) table(p place, object map[string]any) {
	if k.tables++; k.tables > cardTables {
		k.failf(p, cardTooMany, "table number exceeds the limit")
	}
	k.number(p, object, "page_size", 1, 10)
	if height, given := object["row_height"].(string); given && !rowHeights.has(height) && !pixels(height, 32, 124) {
		k.failf(p, cardBroken, "row_height is unknown")
	}
	if height, given := object["row_max_height"].(string); given && (object["row_height"] != "auto" || !pixels(height, 32, 999)) {
		k.failf(p, cardBroken, "row_max_height needs row_height auto and 32 to 999 px")
	}
	if style := k.part(p.in("header_style"), "header_style", object["header_style"]); style != nil {
		k.number(p, style, "lines", 1, 1<<20)
	}
	kinds := k.tableColumns(p, object["columns"])
	rows, isList := object["rows"].([]any)
	if !isList {
		k.failf(p, cardRowsBad, "table rows is invalid")
	}
	for i, item := range rows {
		k.row(p.item("rows", i, nil), item, kinds)
	}
}

// tableColumns checks a table's columns and returns their kinds by name.
func (k *cardCheck) tableColumns(p place, value any) map[string]string {
	items, _ := value.([]any)
	if len(items) == 0 || len(items) > tableColumns {
		k.failf(p, cardBroken, "columns are not 1 to %d", tableColumns)
	}
	kinds := map[string]string{}
	for i, item := range items {
		p := p.item("columns", i, nil)
		column := k.part(p, "table.columns", item)
		name, _ := column["name"].(string)
		if name == "" || kinds[name] != "" {
			k.failf(p, cardBroken, "a column has no name of its own: %q", name)
		}
		kind, given := column["data_type"].(string)
		if !given {
			kind = "text"
		}
		kinds[name] = kind
		if width, given := column["width"].(string); given && width != "auto" && !pixels(width, 80, 600) && !percent(width) {
			k.failf(p, cardBroken, "width of a column is unknown: %s", width)
		}
		k.format(p, kind, column)
	}
	return kinds
}

// format checks how the numbers or dates of a column are written.
func (k *cardCheck) format(p place, kind string, column map[string]any) {
	if column["format"] != nil && kind != "number" || column["date_format"] != nil && kind != "date" {
		k.failf(p, cardBroken, "a format of another data_type")
	}
	format := k.part(p.in("format"), "format", column["format"])
	k.number(p, format, "precision", 0, 10)
	if symbol, _ := format["symbol"].(string); utf8.RuneCountInString(symbol) > 1 {
		k.failf(p, cardBroken, "symbol is longer than one character")
	}
}

// row checks that each cell belongs to a column and is of its kind.
func (k *cardCheck) row(p place, value any, kinds map[string]string) {
	row, isObject := value.(map[string]any)
	if !isObject {
		k.failf(p, cardRowsBad, "table rows is invalid")
	}
	for name, cell := range row {
		kind, known := kinds[name]
		if !known {
			k.failf(p, cardRowNoName, "table rows name is invalid: %s", name)
		}
		if !k.fits(p, kind, cell) {
			k.failf(p, cardRowsBad, "table rows is invalid: cell %s is no %s", name, kind)
		}
	}
}

// fits reports whether a cell is of a kind. Texts are made of whatever is no
// object and no list.
func (k *cardCheck) fits(p place, kind string, cell any) bool {
	list, isList := cell.([]any)
	_, isObject := cell.(map[string]any)
	_, isNumber := cell.(float64)
	_, isText := cell.(string)
	switch kind {
	case "number", "date":
		return isNumber
	case "persons":
		for _, item := range list {
			if _, is := item.(string); !is {
				return false
			}
		}
		return isText || isList
	case "options":
		for _, item := range list {
			option := k.object(p, "cell.option", item, partFields["cell.option"])
			if _, is := option["text"].(string); !is {
				return false
			}
		}
		return isText || isList
	}
	return !isList && !isObject
}

// pixels reports whether a text is a number of pixels within bounds.
func pixels(text string, least, most int) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "px"))
	return err == nil && strings.HasSuffix(text, "px") && n >= least && n <= most
}

// percent reports whether a text is 1% to 100%.
func percent(text string) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(text, "%"))
	return err == nil && strings.HasSuffix(text, "%") && n >= 1 && n <= 100
}
