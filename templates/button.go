package templates

// button is a thing to press: its label and what it asks for.
type button struct {
	label string
	value map[string]string
}

// buttonElement is the platform's button. Source: cardkit button component.
type buttonElement struct {
	Tag            string     `json:"tag"` // "button"
	Text           textObject `json:"text"`
	Type           string     `json:"type"`
	Size           string     `json:"size,omitempty"`
	Name           string     `json:"name,omitempty"`             // in a form
	FormActionType string     `json:"form_action_type,omitempty"` // in a form: "submit"
	Confirm        *confirm   `json:"confirm,omitempty"`
	Behaviors      []callback `json:"behaviors"`
}

// confirm is a question that is asked before a press counts.
type confirm struct {
	Title textObject `json:"title"`
	Text  textObject `json:"text"`
}

// callback is what pressing or choosing does: the app gets the value.
type callback struct {
	Type  string            `json:"type"` // "callback"
	Value map[string]string `json:"value"`
}

// labelLength is the most characters of a button or an option.
const labelLength = 40

// element is the button as the platform draws it, in one of its types.
func (b button) element(kind string) buttonElement {
	return buttonElement{
		Tag: "button", Text: plainText(b.label, labelLength), Type: kind, Behaviors: calls(b.value),
	}
}

// small is the button for a row of several.
func (b button) small(kind string) buttonElement {
	element := b.element(kind)
	element.Size = "small"
	return element
}

// asked is the button that counts only after a question.
func (b buttonElement) asked(title, text string) buttonElement {
	b.Confirm = &confirm{plainText(title, titleLength), plainText(text, titleLength)}
	return b
}

// calls is the one behavior that brings the value back.
func calls(value map[string]string) []callback { return []callback{{"callback", value}} }

// selectElement is the platform's select of one. Source: cardkit select_static
// component.
type selectElement struct {
	Tag           string         `json:"tag"` // "select_static"
	ElementID     string         `json:"element_id,omitempty"`
	Name          string         `json:"name,omitempty"` // in a form
	Placeholder   textObject     `json:"placeholder"`
	Options       []selectOption `json:"options"`
	InitialOption string         `json:"initial_option,omitempty"` // the value of one
	Width         string         `json:"width,omitempty"`
	Behaviors     []callback     `json:"behaviors,omitempty"` // outside a form
}

// multiSelectElement is the platform's select of several, in a form only.
// Source: cardkit multi_select_static component.
type multiSelectElement struct {
	Tag            string         `json:"tag"` // "multi_select_static"
	Name           string         `json:"name"`
	Placeholder    textObject     `json:"placeholder"`
	Options        []selectOption `json:"options"`
	SelectedValues []string       `json:"selected_values,omitempty"`
	Width          string         `json:"width,omitempty"`
}

// selectOption is one thing to choose.
type selectOption struct {
	Text  textObject `json:"text"`
	Value string     `json:"value"`
}

// option is a choice with its label.
func option(label, value string) selectOption {
	return selectOption{plainText(label, labelLength), value}
}

// holds reports whether a value is among the options.
func holds(options []selectOption, value string) bool {
	for _, option := range options {
		if option.Value == value {
			return true
		}
	}
	return false
}

// beside puts elements next to each other, onto several lines where they find
// no room.
func beside(elements ...any) columnSet {
	set := columnSet{Tag: "column_set", FlexMode: "flow", HorizontalSpacing: "8px"}
	for _, element := range elements {
		set.Columns = append(set.Columns, column{Tag: "column", Width: "auto", Elements: []any{element}})
	}
	return set
}
