package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// verdict is what the platform thinks of a card. problem is "" for a good one.
type verdict struct {
	code          int
	path, problem string
}

// String is a verdict as the platform words it.
func (v verdict) String() string {
	return fmt.Sprintf("ext=ErrCode: %d; ErrPath: %s; ErrMsg: %s; ErrorValue: ; ", v.code, v.path, v.problem)
}

// checkCard refuses a card that breaks a rule.
func (t *Tenant) checkCard(card map[string]any) *answer {
	t.mu.Lock()
	images := maps.Clone(t.images)
	t.mu.Unlock()
	if v := judgeRoot(card, images); v.problem != "" {
		return refused(230099, "Failed to create card content, %s", v)
	}
	return nil
}

// judge is judgeCard with the images of the app. The lock is held.
func (t *Tenant) judge(content []byte) verdict { return judgeCard(content, t.images) }

// cardCheck walks a card. The first thing that is wrong decides.
type cardCheck struct {
	verdict
	images           map[string]bool
	sizes            map[string]any // of texts, defined by the card
	elements, tables int
	ids, names       map[string]bool
}

// place is where in a card the walk is. Its path is put into words only when
// something is wrong there.
type place struct {
	up    *place // nil at the root
	step  string // a property
	index int    // in a list, -1 for none
	tag   any    // of a component, nil for none
	depth int    // of containers around
	form  *inForm
}

// inForm is what a form needs and was found in it.
type inForm struct{ submits bool }

// root reports whether a place is the body itself.
func (p place) root() bool { return p.depth == 0 }

// in is a place further in: a property.
func (p place) in(step string) place {
	return place{up: &p, step: step, index: -1, depth: p.depth, form: p.form}
}

// item is a place further in: one of a list. tag is nil for what is no component.
func (p place) item(step string, index int, tag any) place {
	return place{up: &p, step: step, index: index, tag: tag, depth: p.depth, form: p.form}
}

// String is the path of a place as the platform words it.
func (p place) String() string {
	if p.up == nil {
		return "ROOT"
	}
	path := p.up.String() + " -> " + p.step
	if p.index >= 0 {
		path += fmt.Sprintf(" -> [%d]", p.index)
	}
	if p.tag != nil {
		path += fmt.Sprintf("(tag: %v)", p.tag)
	}
	return path
}

// judgeCard holds a card against card JSON 2.0.
func judgeCard(content []byte, images map[string]bool) verdict {
	var root map[string]any
	if json.Unmarshal(content, &root) != nil {
		root = nil
	}
	return judgeRoot(root, images)
}

// judgeRoot is judgeCard for one that was read; nil is one that cannot be.
func judgeRoot(root map[string]any, images map[string]bool) verdict {
	k := &cardCheck{images: images, ids: map[string]bool{}, names: map[string]bool{}}
	switch {
	case root == nil:
		k.failf(place{}, cardBroken, "parse card json err, please check whether the card json is correct")
	case root["type"] == "template" || root["type"] == "card":
		k.failf(place{}, cardNoSuch, "template does not exist, please confirm whether this template has been released")
	default:
		k.card(root)
	}
	return k.verdict
}

// failf notes the first thing that is wrong.
func (k *cardCheck) failf(p place, code int, format string, args ...any) {
	if k.problem == "" {
		k.code, k.path, k.problem = code, p.String(), fmt.Sprintf(format, args...)
	}
}

// object reads a value that must be an object with no other properties than
// those of its kind; nil when it is none.
func (k *cardCheck) object(p place, kind string, value any, allowed fields) map[string]any {
	object, is := value.(map[string]any)
	if !is {
		k.failf(p, cardBroken, "%s is not an object", kind)
		return nil
	}
	names := slices.AppendSeq(make([]string, 0, len(object)), maps.Keys(object))
	slices.Sort(names) // the first mistake is always the same
	for _, name := range names {
		if !allowed.has(name) {
			k.failf(p, cardBroken, "unknown property, property: %s, path: %s", name, kind)
		}
		k.property(p, kind, name, object[name])
	}
	return object
}

// part is object for a part that need not be there.
func (k *cardCheck) part(p place, kind string, value any) map[string]any {
	if value == nil {
		return nil
	}
	return k.object(p, kind, value, partFields[kind])
}

// property checks what a property's name alone says of its value.
func (k *cardCheck) property(p place, kind, name string, value any) {
	text, isText := value.(string)
	_, isBoolean := value.(bool)
	allowed, limited := choices[kind+"."+name]
	if !limited {
		allowed, limited = choices[name]
	}
	pattern, formed := patterns[name]
	switch {
	case booleans.has(name) && !isBoolean:
		k.failf(p, cardBroken, "%s.%s is not a boolean", kind, name)
	case (texts.has(name) || limited || formed) && !isText && kind != "style":
		k.failf(p, cardBroken, "%s.%s is not a string", kind, name)
	case limited && !allowed.has(text), formed && name != "element_id" && !pattern.MatchString(text):
		k.failf(p, cardBroken, "%s.%s cannot be %q", kind, name, text)
	}
}

// card checks the parts of a card.
func (k *cardCheck) card(root map[string]any) {
	p := place{}
	k.object(p, "card", root, partFields["card"])
	if root["schema"] != "2.0" {
		k.failf(p, cardBroken, "schema is not 2.0")
	}
	k.config(p.in("config"), k.part(p.in("config"), "config", root["config"]))
	if link := k.part(p.in("card_link"), "card_link", root["card_link"]); link != nil {
		k.links(p.in("card_link"), link, "url")
	}
	k.header(p.in("header"), k.part(p.in("header"), "header", root["header"]))
	body := k.part(p.in("body"), "body", root["body"])
	k.list(p.in("body"), "elements", body["elements"])
}
