package simulator

import (
	"fmt"
	"strings"
	"testing"
)

// The parts that cards of the tests are made of.
const (
	okText   = `{"tag":"plain_text","content":"x"}`
	okGo     = `"behaviors":[{"type":"callback","value":{"k":"v"}}]`
	okButton = `{"tag":"button","text":` + okText + `,` + okGo + `}`
	okSubmit = `{"tag":"button","text":` + okText + `,"name":"go","form_action_type":"submit"}`
	okChart  = `"chart_spec":{"type":"bar","data":{"values":[]},"xField":"x","yField":"y"}`
)

// judged is what is thought of a card, as its code.
func judged(card string) verdict { return judgeCard([]byte(card), map[string]bool{"img_known": true}) }

func TestElements(t *testing.T) {
	for _, test := range []struct {
		name, element string
		code          int
	}{
		{"Markdown", `{"tag":"markdown","content":"**x**","text_size":"notation","text_align":"left","element_id":"a","margin":"0px 4px -8px 4px"}`, 0},
		{"languages", `{"tag":"markdown","content":"x","i18n_content":{"zh_cn":"x","ja_jp":"x"}}`, 0},
		{"a language there is not", `{"tag":"markdown","content":"x","i18n_content":{"zh":"x"}}`, cardBroken},
		{"a language that is no text", `{"tag":"markdown","content":"x","i18n_content":{"zh_cn":1}}`, cardBroken},
		{"no content", `{"tag":"markdown"}`, cardBroken},
		{"content that is a number", `{"tag":"markdown","content":1}`, cardBroken},
		{"an unknown property", `{"tag":"markdown","content":"x","colour":"red"}`, cardBroken},
		{"a property of version 1.0", `{"tag":"button","text":` + okText + `,` + okGo + `,"value":{}}`, cardBroken},
		{"an unknown size", `{"tag":"markdown","content":"x","text_size":"huge"}`, cardBroken},
		{"an unknown alignment", `{"tag":"markdown","content":"x","text_align":"middle"}`, cardBroken},
		{"a margin without a unit", `{"tag":"hr","margin":"0"}`, 0},
		{"a margin that is too wide", `{"tag":"hr","margin":"100px"}`, cardBroken},
		{"note is gone", `{"tag":"note","elements":[]}`, cardUnknown},
		{"action is gone", `{"tag":"action","actions":[]}`, cardUnknown},
		{"no tag", `{"content":"x"}`, cardUnknown},
		{"no object", `"x"`, cardBroken},
		{"a div", `{"tag":"div","text":{"tag":"plain_text","content":"x","lines":2,"text_color":"grey"},"icon":{"tag":"standard_icon","token":"chat_outlined"}}`, 0},
		{"a div with Markdown", `{"tag":"div","text":{"tag":"markdown","content":"x"}}`, cardUnknown},
		{"an icon of no kind", `{"tag":"div","text":` + okText + `,"icon":{"tag":"icon"}}`, cardUnknown},
		{"an image", `{"tag":"img","img_key":"img_known","alt":` + okText + `}`, 0},
		{"an image nobody uploaded", `{"tag":"img","img_key":"img_other","alt":` + okText + `}`, cardImageBad},
		{"an image without a text", `{"tag":"img","img_key":"img_known"}`, cardBroken},
		{"an icon nobody uploaded", `{"tag":"div","text":` + okText + `,"icon":{"tag":"custom_icon","img_key":"img_other"}}`, cardImageBad},
		{"a bad id", `{"tag":"hr","element_id":"1a"}`, cardIDBad},
		{"an id of 21 characters", `{"tag":"hr","element_id":"` + strings.Repeat("a", 21) + `"}`, cardIDBad},
		{"an id of 20 characters", `{"tag":"hr","element_id":"` + strings.Repeat("a", 20) + `"}`, 0},
		{"four tables in Markdown", `{"tag":"markdown","content":"` + strings.Repeat(`| a | b |\n|---|---|\n| 1 | 2 |\n\n`, 4) + `"}`, 0},
		{"five tables in Markdown", `{"tag":"markdown","content":"` + strings.Repeat(`| a | b |\n|:--|--:|\n| 1 | 2 |\n\n`, 5) + `"}`, cardTooMany},

		{"columns", `{"tag":"column_set","flex_mode":"bisect","columns":[{"tag":"column","width":"weighted","weight":5,"elements":[{"tag":"hr"}]}]}`, 0},
		{"no columns", `{"tag":"column_set","columns":[]}`, cardBroken},
		{"a weight of 6", `{"tag":"column_set","columns":[{"tag":"column","weight":6,"elements":[]}]}`, cardBroken},
		{"a column that is none", `{"tag":"column_set","columns":[{"tag":"markdown","content":"x"}]}`, cardBroken},
		{"an unknown mode", `{"tag":"column_set","flex_mode":"grid","columns":[{"tag":"column"}]}`, cardBroken},
		{"a table in a column", `{"tag":"column_set","columns":[{"tag":"column","elements":[{"tag":"table","columns":[{"name":"a"}],"rows":[]}]}]}`, cardBroken},
		{"a link of columns", `{"tag":"column_set","action":{"multi_url":{"url":"https://a.b"}},"columns":[{"tag":"column"}]}`, 0},
		{"a bad link of columns", `{"tag":"column_set","action":{"multi_url":{"url":"a.b"}},"columns":[{"tag":"column"}]}`, cardBroken},

		{"a button", okButton, 0},
		{"a button that opens a link", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"open_url","default_url":"https://a.b","ios_url":"lark://msgcard/unsupported_action"}]}`, 0},
		{"a link that is none", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"open_url","default_url":"javascript:alert(1)"}]}`, cardBroken},
		{"a link without the usual address", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"open_url","pc_url":"https://a.b"}]}`, cardBroken},
		{"a button that does nothing", `{"tag":"button","text":` + okText + `}`, cardBroken},
		{"a callback without a value", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"callback"}]}`, cardBroken},
		{"a callback with a text", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"callback","value":"x"}]}`, 0},
		{"a callback with a number", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"callback","value":1}]}`, cardBroken},
		{"an unknown behavior", `{"tag":"button","text":` + okText + `,"behaviors":[{"type":"request"}]}`, cardBroken},
		{"an unknown kind of button", `{"tag":"button","type":"link","text":` + okText + `,` + okGo + `}`, cardBroken},
		{"100 characters", `{"tag":"button","text":{"tag":"plain_text","content":"` + strings.Repeat("é", 100) + `"},` + okGo + `}`, 0},
		{"101 characters", `{"tag":"button","text":{"tag":"plain_text","content":"` + strings.Repeat("é", 101) + `"},` + okGo + `}`, cardBroken},
		{"a button with Markdown", `{"tag":"button","text":{"tag":"lark_md","content":"x"},` + okGo + `}`, cardUnknown},
		{"a confirmation", `{"tag":"button","text":` + okText + `,` + okGo + `,"confirm":{"title":` + okText + `,"text":` + okText + `}}`, 0},
		{"half a confirmation", `{"tag":"button","text":` + okText + `,` + okGo + `,"confirm":{"title":` + okText + `}}`, cardBroken},
		{"disabled is no boolean", `{"tag":"button","text":` + okText + `,` + okGo + `,"disabled":"true"}`, cardBroken},
		{"submitting outside a form", `{"tag":"button","text":` + okText + `,` + okGo + `,"name":"a","form_action_type":"submit"}`, cardBroken},

		{"a select", `{"tag":"select_static","placeholder":` + okText + `,"options":[{"text":` + okText + `,"value":"a"},{"text":` + okText + `,"value":"b"}],"initial_index":2,` + okGo + `}`, 0},
		{"an option twice", `{"tag":"select_static","options":[{"text":` + okText + `,"value":"a"},{"text":` + okText + `,"value":"a"}]}`, cardBroken},
		{"an option that is a number", `{"tag":"select_static","options":[{"text":` + okText + `,"value":1}]}`, cardBroken},
		{"an option without a text", `{"tag":"select_static","options":[{"value":"a"}]}`, cardBroken},
		{"an initial option there is not", `{"tag":"select_static","options":[{"text":` + okText + `,"value":"a"}],"initial_index":2}`, cardBroken},
		{"a select that opens a link", `{"tag":"select_static","options":[],"behaviors":[{"type":"open_url","default_url":"https://a.b"}]}`, cardBroken},
		{"a select of several outside a form", `{"tag":"multi_select_static","options":[]}`, cardBroken},
		{"required outside a form", `{"tag":"select_static","options":[],"required":true}`, cardBroken},
		{"a date", `{"tag":"date_picker","initial_date":"2026-11-25",` + okGo + `}`, 0},
		{"a date of another form", `{"tag":"date_picker","initial_date":"25.11.2026"}`, cardBroken},
		{"a long placeholder", `{"tag":"date_picker","placeholder":{"tag":"plain_text","content":"` + strings.Repeat("x", 101) + `"}}`, cardBroken},
		{"an input", `{"tag":"input","name":"a","label":` + okText + `,"max_length":1000,"input_type":"multiline_text","rows":3}`, 0},
		{"an input that is too long", `{"tag":"input","max_length":1001}`, cardBroken},

		{"a panel", `{"tag":"collapsible_panel","expanded":false,"header":{"title":{"tag":"markdown","content":"x"}},"border":{"color":"grey"},"elements":[` + okButton + `]}`, 0},
		{"a panel without a head", `{"tag":"collapsible_panel","elements":[]}`, cardBroken},
		{"a form in a panel", `{"tag":"collapsible_panel","header":{},"elements":[{"tag":"form","name":"f","elements":[` + okSubmit + `]}]}`, cardBroken},
		{"a container", `{"tag":"interactive_container",` + okGo + `,"elements":[{"tag":"hr"}]}`, 0},
		{"a container that does nothing", `{"tag":"interactive_container","elements":[]}`, cardBroken},

		{"a form", `{"tag":"form","name":"f","elements":[{"tag":"input","name":"a","required":true},{"tag":"column_set","columns":[{"tag":"column","elements":[` + okSubmit + `]}]}]}`, 0},
		{"a form of several", `{"tag":"form","name":"f","elements":[{"tag":"multi_select_static","name":"a","options":[{"text":` + okText + `,"value":"a"}]},` + okSubmit + `]}`, 0},
		{"a form without a name", `{"tag":"form","elements":[` + okSubmit + `]}`, cardNameEmpty},
		{"a form that nothing submits", `{"tag":"form","name":"f","elements":[{"tag":"input","name":"a"}]}`, cardBroken},
		{"an input of a form without a name", `{"tag":"form","name":"f","elements":[{"tag":"input"},` + okSubmit + `]}`, cardNameEmpty},
		{"a button of a form without a name", `{"tag":"form","name":"f","elements":[{"tag":"button","text":` + okText + `,"form_action_type":"submit"}]}`, cardNameEmpty},
		{"a name twice", `{"tag":"form","name":"go","elements":[` + okSubmit + `]}`, cardBroken},
		{"a chart in a form", `{"tag":"form","name":"f","elements":[{"tag":"chart",` + okChart + `},` + okSubmit + `]}`, cardBroken},
		{"a table in a form", `{"tag":"form","name":"f","elements":[{"tag":"table","columns":[{"name":"a"}],"rows":[]},` + okSubmit + `]}`, cardBroken},
		{"an unknown action of a form", `{"tag":"form","name":"f","elements":[` + okSubmit + `,{"tag":"button","text":` + okText + `,"name":"b","form_action_type":"clear"}]}`, cardBroken},

		{"a chart", `{"tag":"chart",` + okChart + `,"aspect_ratio":"16:9","color_theme":"brand","height":"auto"}`, 0},
		{"a chart that is a text", `{"tag":"chart","chart_spec":"{}"}`, cardChartBad},
		{"a chart of no kind", `{"tag":"chart","chart_spec":{"data":{}}}`, cardChartBad},
		{"a chart of an unknown kind", `{"tag":"chart","chart_spec":{"type":"sankey","data":{}}}`, cardChartBad},
		{"a chart without data", `{"tag":"chart","chart_spec":{"type":"bar"}}`, cardChartBad},
		{"axes that are null", `{"tag":"chart","chart_spec":{"type":"bar","data":{},"axes":null}}`, cardChartBad},
		{"an unknown shape", `{"tag":"chart",` + okChart + `,"aspect_ratio":"3:2"}`, cardBroken},
		{"a height of 1000 px", `{"tag":"chart",` + okChart + `,"height":"1000px"}`, cardBroken},
	} {
		if got := judged(cardOf(test.element)); got.code != test.code {
			t.Errorf("%s: code %d (%s), want %d\n%s", test.name, got.code, got.problem, test.code, test.element)
		}
	}
}

func TestTables(t *testing.T) {
	table := func(settings, columns, rows string) string {
		return `{"tag":"table",` + settings + `"columns":[` + columns + `],"rows":[` + rows + `]}`
	}
	const columns = `{"name":"date","data_type":"text"},{"name":"count","data_type":"number","format":{"precision":1,"separator":true,"symbol":"¥"}},
		{"name":"day","data_type":"date","date_format":"YYYY-MM-DD"},{"name":"tags","data_type":"options"},{"name":"who","data_type":"persons"}`
	for _, test := range []struct {
		name, table string
		code        int
	}{
		{"a row", table("", columns, `{"date":"x","count":1.5,"day":1699341315000,"tags":[{"text":"a","color":"red"}],"who":["ou_a"]}`), 0},
		{"a row of other forms", table("", columns, `{"date":1,"tags":"a","who":"ou_a"}`), 0},
		{"no rows", table("", columns, ``), 0},
		{"settings", table(`"page_size":10,"row_height":"auto","row_max_height":"999px","header_style":{"bold":true,"background_style":"grey","lines":1},`, columns, ``), 0},
		{"a number that is a text", table("", columns, `{"count":"1"}`), cardRowsBad},
		{"a number that is null", table("", columns, `{"count":null}`), cardRowsBad},
		{"a date that is a text", table("", columns, `{"day":"2026-11-25"}`), cardRowsBad},
		{"a text that is a list", table("", columns, `{"date":["x"]}`), cardRowsBad},
		{"an option without a text", table("", columns, `{"tags":[{"color":"red"}]}`), cardRowsBad},
		{"an option with more", table("", columns, `{"tags":[{"text":"a","size":1}]}`), cardBroken},
		{"a person that is a number", table("", columns, `{"who":[1]}`), cardRowsBad},
		{"a cell of no column", table("", columns, `{"other":"x"}`), cardRowNoName},
		{"a row that is a list", table("", columns, `["x"]`), cardRowsBad},
		{"rows that are no list", `{"tag":"table","columns":[{"name":"a"}],"rows":{}}`, cardRowsBad},
		{"eleven rows a page", table(`"page_size":11,`, columns, ``), cardBroken},
		{"half a row a page", table(`"page_size":0.5,`, columns, ``), cardBroken},
		{"rows of 31 px", table(`"row_height":"31px",`, columns, ``), cardBroken},
		{"most height without auto", table(`"row_max_height":"50px",`, columns, ``), cardBroken},
		{"a head of an unknown colour", table(`"header_style":{"background_style":"blue"},`, columns, ``), cardBroken},
		{"no columns", table("", ``, ``), cardBroken},
		{"a column without a name", table("", `{"data_type":"text"}`, ``), cardBroken},
		{"a column twice", table("", `{"name":"a"},{"name":"a"}`, ``), cardBroken},
		{"a column of an unknown kind", table("", `{"name":"a","data_type":"money"}`, ``), cardBroken},
		{"widths", table("", `{"name":"a","width":"80px"},{"name":"b","width":"25%"},{"name":"c","width":"auto"}`, ``), 0},
		{"a width of 79 px", table("", `{"name":"a","width":"79px"}`, ``), cardBroken},
		{"a width of 101 %", table("", `{"name":"a","width":"101%"}`, ``), cardBroken},
		{"eleven decimals", table("", `{"name":"a","data_type":"number","format":{"precision":11}}`, ``), cardBroken},
		{"a long symbol", table("", `{"name":"a","data_type":"number","format":{"symbol":"RMB"}}`, ``), cardBroken},
		{"a format of a text", table("", `{"name":"a","format":{"precision":1}}`, ``), cardBroken},
		{"an unknown property of a column", table("", `{"name":"a","colour":"red"}`, ``), cardBroken},
	} {
		if got := judged(cardOf(test.table)); got.code != test.code {
			t.Errorf("%s: code %d (%s), want %d", test.name, got.code, got.problem, test.code)
		}
	}
}

func TestTheCardAroundItsElements(t *testing.T) {
	for _, test := range []struct {
		name, card string
		code       int
	}{
		{"the least", `{"schema":"2.0"}`, 0},
		{"everything", `{"schema":"2.0","config":{"update_multi":true,"width_mode":"fill","summary":{"content":"x","i18n_content":{"en_us":"x"}},"locales":["en_us"],
			"style":{"text_size":{"mine":{"default":"medium","pc":"medium","mobile":"large"}},"color":{"own":{"light_mode":"rgba(0,0,0,1)"}}}},
			"card_link":{"url":"https://a.b"},
			"header":{"title":` + okText + `,"subtitle":` + okText + `,"template":"orange","text_tag_list":[{"tag":"text_tag","text":` + okText + `,"color":"neutral"}]},
			"body":{"direction":"vertical","padding":"12px","vertical_spacing":"medium","elements":[{"tag":"markdown","content":"x","text_size":"mine"}]}}`, 0},
		{"version 1.0", `{"elements":[]}`, cardBroken},
		{"another version", `{"schema":"3.0"}`, cardBroken},
		{"a list", `[]`, cardBroken},
		{"null", `null`, cardBroken},
		{"elements at the root", `{"schema":"2.0","elements":[]}`, cardBroken},
		{"languages of 1.0", `{"schema":"2.0","i18n_elements":{}}`, cardBroken},
		{"elements that are no list", `{"schema":"2.0","body":{"elements":{}}}`, cardBroken},
		{"a card for one", `{"schema":"2.0","config":{"update_multi":false}}`, cardBroken},
		{"a width of 1.0", `{"schema":"2.0","config":{"wide_screen_mode":true}}`, cardBroken},
		{"an unknown width", `{"schema":"2.0","config":{"width_mode":"wide"}}`, cardBroken},
		{"an unknown locale", `{"schema":"2.0","config":{"locales":["zh"]}}`, cardBroken},
		{"an unknown summary", `{"schema":"2.0","config":{"summary":{"text":"x"}}}`, cardBroken},
		{"a style of nothing", `{"schema":"2.0","config":{"style":{"text_size":{"mine":{"tv":"large"}}}}}`, cardBroken},
		{"a header without a title", `{"schema":"2.0","header":{"template":"blue"}}`, cardBroken},
		{"an unknown colour", `{"schema":"2.0","header":{"title":` + okText + `,"template":"pink"}}`, cardBroken},
		{"four tags", `{"schema":"2.0","header":{"title":` + okText + `,"text_tag_list":[{},{},{},{}]}}`, cardBroken},
		{"a link for each system", `{"schema":"2.0","card_link":{"pc_url":"https://a.b","ios_url":"https://a.b","android_url":"https://a.b"}}`, 0},
		{"a link for some systems", `{"schema":"2.0","card_link":{"pc_url":"https://a.b"}}`, cardBroken},
		{"a template", `{"type":"template","data":{"template_id":"x"}}`, cardNoSuch},
	} {
		if got := judged(test.card); got.code != test.code {
			t.Errorf("%s: code %d (%s), want %d", test.name, got.code, got.problem, test.code)
		}
	}
}

// many repeats an element.
func many(element string, count int) string {
	return strings.TrimSuffix(strings.Repeat(element+",", count), ",")
}

func TestNumbersOfElements(t *testing.T) {
	table := `{"tag":"table","columns":[{"name":"a"}],"rows":[]}`
	div := `{"tag":"div","text":` + okText + `}` // two elements
	for name, test := range map[string]struct {
		elements string
		code     int
	}{
		"200 elements":             {many(`{"tag":"hr"}`, 200), 0},
		"201 elements":             {many(`{"tag":"hr"}`, 201), cardTooMany},
		"100 texts":                {many(div, 100), 0},
		"101 texts":                {many(div, 101), cardTooMany},
		"five tables":              {many(table, 5), 0},
		"six tables":               {many(table, 6), cardTooMany},
		"four and one in Markdown": {many(table, 4) + `,{"tag":"markdown","content":"|a|b|\n|-|-|"}`, 0},
		"five and one in Markdown": {many(table, 5) + `,{"tag":"markdown","content":"|a|b|\n|-|-|"}`, cardTooMany},
		"the same id twice":        {many(`{"tag":"hr","element_id":"a"}`, 2), cardIDBad},
		"the same name twice":      {many(`{"tag":"input","name":"a"}`, 2), cardBroken},
	} {
		if got := judged(cardOf(test.elements)); got.code != test.code {
			t.Errorf("%s: code %d (%s), want %d", name, got.code, got.problem, test.code)
		}
	}
}

func TestNesting(t *testing.T) {
	nested := func(levels int) string {
		element := `{"tag":"hr"}`
		for range levels {
			element = `{"tag":"column_set","columns":[{"tag":"column","elements":[` + element + `]}]}`
		}
		return element
	}
	if got := judged(cardOf(nested(5))); got.code != 0 {
		t.Errorf("five levels: %s", got.problem)
	}
	if got := judged(cardOf(nested(6))); got.code != cardTooMany {
		t.Errorf("six levels: code %d, want %d", got.code, cardTooMany)
	}
}

func TestARefusalNamesThePlace(t *testing.T) {
	w := newWorld(t, Options{})
	got := w.sendCard(GroupID, cardOf(`{"tag":"hr"}`, `{"tag":"column_set","columns":[{"tag":"column","elements":[{"tag":"note"}]}]}`))
	w.refusedWith("note", got, 230099)
	want := "Failed to create card content, ext=ErrCode: 200861; ErrPath: ROOT -> body -> elements -> [1](tag: column_set) -> " +
		"columns -> [0](tag: column) -> elements -> [0](tag: note); ErrMsg: cards of schema V2 no longer support this capability; unsupported tag note; ErrorValue: ; "
	if got.body["msg"] != want {
		t.Errorf("%v\nwant %s", got.body["msg"], want)
	}
}

func FuzzCard(f *testing.F) {
	for _, card := range []string{
		oldCard, `{}`, `[]`, `null`, `{"schema":"2.0","body":{"elements":[{"tag":"column_set","columns":[{}]},{"tag":"table"},{"tag":"chart"},{"tag":"form"}]}}`,
		cardOf(okButton, `{"tag":"form","name":"f","elements":[`+okSubmit+`]}`),
	} {
		f.Add([]byte(card))
	}
	f.Fuzz(func(t *testing.T, card []byte) {
		got := judgeCard(card, nil)
		if (got.code == 0) != (got.problem == "") {
			t.Errorf("code %d, problem %q", got.code, got.problem)
		}
		all, err := components(card)
		if err != nil {
			return
		}
		for _, k := range all {
			k.action(Click{Element: fmt.Sprint(k.label())}, shanghai)
		}
	})
}
