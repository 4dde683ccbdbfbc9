package templates

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The platform's limits on a card. Source: card-json-v2-structure. The counting
// rule for elements is not stated, so every object with a tag counts.
const (
	maxCardBytes = 29_500 // 30 KB of request body, of which the call around the card needs some 300
	maxElements  = 200
	maxTables    = 5
	maxCharts    = 5
	maxDepth     = 5
)

var elementIDPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,19}$`)

// inspection walks one card.
type inspection struct {
	elements    int
	count       map[string]int // of components by tag
	ids, unique map[string]bool
}

// Validate holds a card against the platform's rules before it is sent: size,
// unknown, missing and wrong properties, components where they may not stand,
// their number and nesting, element ids, and what tables and charts are made
// of. It reads the JSON, not our structs, so that it sees what the platform
// sees.
func Validate(card []byte) error {
	if !fits(card) {
		return fmt.Errorf("the card has %d bytes as it is sent, at most %d can be", sentBytes(card), maxCardBytes)
	}
	var root map[string]any
	if err := json.Unmarshal(card, &root); err != nil {
		return fmt.Errorf("the card is no JSON object: %w", err)
	}
	walk := inspection{count: map[string]int{}, ids: map[string]bool{}, unique: map[string]bool{}}
	return walk.object("card", root, 0)
}

// fits reports whether a card is small enough to be sent.
func fits(card []byte) bool { return sentBytes(card) <= maxCardBytes }

// sentBytes is the size of a card in a request: it travels as a text inside a
// JSON body.
func sentBytes(card []byte) int {
	quoted, err := json.Marshal(string(card))
	if err != nil {
		panic(err) // a text always marshals
	}
	return len(quoted)
}

// object looks at one object, by the shape of the name, and at what is inside
// it. depth is how many containers are around it.
func (i *inspection) object(name string, object map[string]any, depth int) error {
	shape := shapes[name]
	if err := shape.holds(name, object); err != nil {
		return err
	}
	if shape.component {
		if err := i.component(name, object, depth); err != nil {
			return err
		}
	}
	if shape.special != nil {
		if err := shape.special(object); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if shape.container {
		depth++
	}
	for property, allowed := range shape.inside {
		value, given := object[property]
		if !given {
			continue
		}
		if err := i.inside(name+"."+property, value, allowed, depth); err != nil {
			return err
		}
	}
	return nil
}

// inside looks at the object or the list of objects that a property holds.
func (i *inspection) inside(where string, value any, allowed string, depth int) error {
	items, isList := value.([]any)
	if !isList {
		items = []any{value}
	}
	names := strings.Fields(allowed)
	for _, item := range items {
		object, ok := item.(map[string]any)
		if !ok {
			return fmt.Errorf("%s holds something that is no object", where)
		}
		name := names[0]
		if tag, tagged := object["tag"].(string); shapes[name].component {
			if name = tag; !tagged || !slices.Contains(names, tag) {
				return fmt.Errorf("%s may not hold a component %q", where, tag)
			}
		}
		if err := i.object(name, object, depth); err != nil {
			return err
		}
	}
	return nil
}

// component counts a component and looks at what names it.
func (i *inspection) component(tag string, object map[string]any, depth int) error {
	i.count[tag]++
	if i.elements++; i.elements > maxElements {
		return fmt.Errorf("more than %d elements", maxElements)
	}
	if i.count["table"] > maxTables || i.count["chart"] > maxCharts {
		return fmt.Errorf("more than %d tables or %d charts", maxTables, maxCharts)
	}
	if shapes[tag].container && depth == maxDepth {
		return fmt.Errorf("nested more than %d levels deep", maxDepth)
	}
	if id, given := object["element_id"].(string); given {
		if i.ids[id] {
			return fmt.Errorf("element_id %q is used twice", id)
		}
		i.ids[id] = true
	}
	if name, given := object["name"].(string); given {
		if i.unique[name] {
			return fmt.Errorf("name %q is used twice", name)
		}
		i.unique[name] = true
	}
	return nil
}

// holds looks at the properties of an object: the known ones with values the
// platform takes, and those that must be there.
func (s shape) holds(name string, object map[string]any) error {
	for property, value := range object {
		good, known := s.may[property]
		if !known {
			return fmt.Errorf("%s has an unknown property %q", name, property)
		}
		if !good(value) {
			return fmt.Errorf("%s has a wrong %s: %.60v", name, property, value)
		}
	}
	for property := range strings.FieldsSeq(s.must) {
		if _, given := object[property]; !given {
			return fmt.Errorf("%s lacks %s", name, property)
		}
	}
	return nil
}
