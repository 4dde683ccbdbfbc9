package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// interactive are the components that can be acted on.
var interactive = set(`button select_static multi_select_static select_person date_picker picker_time picker_datetime input checker overflow
interactive_container`)

// component is one interactive component of a card, with the form around it.
type component struct {
	fields map[string]any
	form   map[string]any // nil outside a form
}

// tag is the component's kind.
func (k component) tag() string { return k.word("tag") }

// word is a property that is a text, "" for none.
func (k component) word(name string) string {
	text, _ := k.fields[name].(string)
	return text
}

// label is the text that can be read on the component.
func (k component) label() string {
	for _, name := range []string{"text", "placeholder", "label"} {
		if object, is := k.fields[name].(map[string]any); is {
			if text, is := object["content"].(string); is && text != "" {
				return text
			}
		}
	}
	return ""
}

// components are a card's interactive components, in reading order.
func components(content json.RawMessage) ([]component, error) {
	var card map[string]any
	if err := json.Unmarshal(content, &card); err != nil {
		return nil, errors.New("the message holds no card")
	}
	body, _ := card["body"].(map[string]any)
	return gather(nil, body["elements"], nil), nil
}

// gather walks elements and columns.
func gather(found []component, value any, form map[string]any) []component {
	items, _ := value.([]any)
	for _, item := range items {
		object, _ := item.(map[string]any)
		tag, _ := object["tag"].(string)
		if interactive.has(tag) {
			found = append(found, component{object, form})
		}
		within := form
		if tag == "form" {
			within = object
		}
		found = gather(found, object["elements"], within)
		if tag == "column_set" {
			found = gather(found, object["columns"], within)
		}
	}
	return found
}

// find picks the component that somebody means: by element_id, name, or the
// text on it. If it is on several, place says which, counted from 1.
func find(all []component, meant string, place int) (component, error) {
	for _, by := range []func(component) string{
		func(k component) string { return k.word("element_id") },
		func(k component) string { return k.word("name") },
		component.label,
	} {
		var fits []component
		for _, k := range all {
			if meant != "" && by(k) == meant {
				fits = append(fits, k)
			}
		}
		switch {
		case place >= 1 && place <= len(fits):
			return fits[place-1], nil
		case len(fits) == 1:
			return fits[0], nil
		case len(fits) > 1:
			return component{}, fmt.Errorf("%d components of the card are %q", len(fits), meant)
		}
	}
	return component{}, fmt.Errorf("the card has no component %q", meant)
}

// callback is the value a click sends back, and whether it sends anything. All
// interactive components send by nature, except a button that only opens a link.
func (k component) callback() (value any, sends bool) {
	behaviors, _ := k.fields["behaviors"].([]any)
	for _, item := range behaviors {
		if behavior, _ := item.(map[string]any); behavior["type"] == "callback" {
			return behavior["value"], true
		}
	}
	return nil, k.tag() != "interactive_container" && (len(behaviors) == 0 || k.fields["form_action_type"] == "submit")
}

// options are the values that can be chosen.
func (k component) options() []string {
	var values []string
	items, _ := k.fields["options"].([]any)
	for _, item := range items {
		option, _ := item.(map[string]any)
		if value, is := option["value"].(string); is {
			values = append(values, value)
		}
	}
	return values
}

// chosen is an option that was chosen, as the platform sends it.
func (k component) chosen(option string, zone *time.Location) (string, error) {
	if layout, is := pickers[k.tag()]; is {
		at, err := time.ParseInLocation(layout, option, zone)
		if err != nil {
			return "", fmt.Errorf("%q is not of the form %s", option, layout)
		}
		return at.Format(layout + " -0700"), nil
	}
	if !slices.Contains(k.options(), option) {
		return "", fmt.Errorf("%q is none of the options %q", option, k.options())
	}
	return option, nil
}

// pickers are the components that choose an instant, with what is typed in.
var pickers = map[string]string{
	"date_picker": time.DateOnly, "picker_time": "15:04", "picker_datetime": "2006-01-02 15:04",
}

// typed is a text that was typed in.
func (k component) typed(words string) (string, error) {
	most := 1000
	if given, is := k.fields["max_length"].(float64); is {
		most = int(given)
	}
	if utf8.RuneCountInString(words) > most {
		return "", fmt.Errorf("%q takes at most %d characters", k.word("name"), most)
	}
	return words, nil
}
