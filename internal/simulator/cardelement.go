package simulator

// rootOnly are the components that stand in the body itself.
var rootOnly = set("table form")

// containers are the components with components inside.
var containers = set("column_set form collapsible_panel interactive_container")

// list checks a list of components.
func (k *cardCheck) list(p place, name string, value any) {
	items, isList := value.([]any)
	if value != nil && !isList {
		k.failf(p, cardBroken, "%s is not a list", name)
	}
	for i, item := range items {
		object, _ := item.(map[string]any)
		k.component(p.item(name, i, object["tag"]), item)
	}
}

// component checks one component.
func (k *cardCheck) component(p place, value any) {
	if k.problem != "" {
		return // one mistake is enough
	}
	object, isObject := value.(map[string]any)
	tag, _ := object["tag"].(string)
	allowed, known := componentFields[tag]
	switch {
	case !isObject:
		k.failf(p, cardBroken, "an element is not an object")
	case !known:
		k.failf(p, cardUnknown, "cards of schema V2 no longer support this capability; unsupported tag %s", tag)
	case rootOnly.has(tag) && !p.root():
		k.failf(p, cardBroken, "%s can only be placed in the root of the body", tag)
	case tag == "chart" && p.form != nil, tag == "multi_select_static" && p.form == nil:
		k.failf(p, cardBroken, "%s cannot be placed here", tag)
	}
	k.object(p, tag, value, allowed)
	k.count(p)
	k.identify(p, object)
	k.named(p, tag, object)
	k.parts(p, tag, object)
	if containers.has(tag) {
		if p.depth++; p.depth > cardDepth {
			k.failf(p, cardTooMany, "nesting exceeds the limit")
		}
	}
	k.inner(p, tag, object)
}

// named checks a component's name: its own in the whole card, and required of
// what can be acted on in a form.
func (k *cardCheck) named(p place, tag string, object map[string]any) {
	name, given := object["name"].(string)
	needed := tag == "form" || p.form != nil && interactive.has(tag) && tag != "interactive_container"
	switch {
	case needed && name == "":
		k.failf(p, cardNameEmpty, "the name of %s in a form is empty", tag)
	case given && k.names[name]:
		k.failf(p, cardBroken, "name %q is duplicated", name)
	}
	if given {
		k.names[name] = true
	}
	if p.form == nil && (object["form_action_type"] != nil || object["required"] != nil) {
		k.failf(p, cardBroken, "form_action_type and required are for components of a form")
	}
	if p.form != nil && object["form_action_type"] == "submit" {
		p.form.submits = true
	}
}

// parts checks the parts that components have in common.
func (k *cardCheck) parts(p place, tag string, object map[string]any) {
	for _, name := range []string{"hover_tips", "disabled_tips", "placeholder", "label"} {
		k.textIf(p.in(name), object[name], plainOnly)
	}
	k.short(p.in("placeholder"), object["placeholder"], 100)
	if confirm := k.part(p.in("confirm"), "confirm", object["confirm"]); confirm != nil {
		k.text(p.in("confirm"), confirm["title"], plainOnly)
		k.text(p.in("confirm"), confirm["text"], plainOnly)
	}
	if tag != "markdown" && tag != "person_list" {
		k.icon(p, object["icon"])
	}
	k.behaviors(p.in("behaviors"), tag, object)
	if action := k.part(p.in("action"), "action", object["action"]); action != nil {
		k.links(p.in("action"), k.part(p.in("action"), "multi_url", action["multi_url"]), "url")
	}
}

// behaviors checks what a click does. A button outside a form must do something.
func (k *cardCheck) behaviors(p place, tag string, object map[string]any) {
	items, isList := object["behaviors"].([]any)
	if object["behaviors"] != nil && !isList {
		k.failf(p, cardBroken, "behaviors is not a list")
	}
	needed := tag == "button" && p.form == nil || tag == "interactive_container"
	if needed && len(items) == 0 {
		k.failf(p, cardBroken, "%s has no behaviors", tag)
	}
	for _, item := range items {
		behavior, _ := item.(map[string]any)
		switch kind := behavior["type"]; {
		case kind == "open_url" && (tag == "button" || tag == "interactive_container"):
			k.part(p, "open_url", item)
			if behavior["default_url"] == nil {
				k.failf(p, cardBroken, "open_url has no default_url")
			}
			k.links(p, behavior, "default_url")
		case kind == "callback":
			k.part(p, "callback", item)
			_, isObject := behavior["value"].(map[string]any)
			if _, isText := behavior["value"].(string); !isObject && !isText {
				k.failf(p, cardBroken, "callback has no value")
			}
		default:
			k.failf(p, cardBroken, "unknown behavior %v of %s", kind, tag)
		}
	}
}

// inner checks what a component has of its own.
func (k *cardCheck) inner(p place, tag string, object map[string]any) {
	switch tag {
	case "markdown":
		k.content(p, object)
	case "div", "checker":
		k.textIf(p.in("text"), object["text"], plainOrMarked)
	case "button":
		k.textIf(p.in("text"), object["text"], plainOnly)
		k.short(p.in("text"), object["text"], 100)
	case "column_set":
		k.columns(p, object["columns"])
	case "form":
		p.form = &inForm{}
		k.list(p, "elements", object["elements"])
		if !p.form.submits {
			k.failf(p, cardBroken, "the form has no button that submits it")
		}
	case "collapsible_panel":
		k.panel(p, object)
		k.list(p, "elements", object["elements"])
	case "interactive_container":
		k.list(p, "elements", object["elements"])
	case "select_static", "multi_select_static", "overflow", "select_person":
		k.options(p, tag, object)
	case "input":
		k.number(p, object, "max_length", 1, 1000)
	case "img":
		k.image(p, object["img_key"])
		k.text(p.in("alt"), object["alt"], plainOnly)
	case "chart":
		k.chart(p, object)
	case "table":
		k.table(p, object)
	}
}

// columns checks the columns of a column_set.
func (k *cardCheck) columns(p place, value any) {
	items, isList := value.([]any)
	if !isList || len(items) == 0 {
		k.failf(p, cardBroken, "column_set has no columns")
	}
	for i, item := range items {
		p := p.item("columns", i, "column")
		column := k.object(p, "column", item, partFields["column"])
		if column != nil && column["tag"] != "column" {
			k.failf(p, cardUnknown, "cards of schema V2 no longer support this capability; unsupported tag %v", column["tag"])
		}
		k.count(p)
		k.identify(p, column)
		k.number(p, column, "weight", 1, 5)
		k.list(p, "elements", column["elements"])
	}
}

// panel checks the head and border of a collapsible_panel.
func (k *cardCheck) panel(p place, object map[string]any) {
	header := k.object(p.in("header"), "collapsible_panel.header", object["header"], partFields["collapsible_panel.header"])
	k.textIf(p.in("header"), header["title"], anyText)
	k.icon(p.in("header"), header["icon"])
	k.part(p.in("border"), "border", object["border"])
}

// options checks what can be chosen: each value once.
func (k *cardCheck) options(p place, tag string, object map[string]any) {
	items, isList := object["options"].([]any)
	if object["options"] != nil && !isList {
		k.failf(p, cardBroken, "options is not a list")
	}
	seen := map[string]bool{}
	for i, item := range items {
		p := p.item("options", i, nil)
		option := k.part(p, "option", item)
		value, isText := option["value"].(string)
		if !isText || value == "" || seen[value] {
			k.failf(p, cardBroken, "the value of an option is no string or used twice: %q", value)
		}
		seen[value] = true
		if tag != "select_person" {
			k.text(p, option["text"], plainOnly)
		}
		k.icon(p, option["icon"])
	}
	k.number(p, object, "initial_index", 0, len(items))
}

// number checks that a property, if given, is a whole number within bounds.
func (k *cardCheck) number(p place, object map[string]any, name string, least, most int) {
	value, given := object[name]
	if !given {
		return
	}
	if n, isNumber := value.(float64); !isNumber || n != float64(int(n)) || int(n) < least || int(n) > most {
		k.failf(p, cardBroken, "%s is not %d to %d", name, least, most)
	}
}

// chart checks a chart: pure JSON of a kind that is known, with data.
func (k *cardCheck) chart(p place, object map[string]any) {
	spec, isObject := object["chart_spec"].(map[string]any)
	kind, _ := spec["type"].(string)
	axes, hasAxes := spec["axes"]
	_, axesAreList := axes.([]any)
	if !isObject || !chartTypes.has(kind) || spec["data"] == nil || hasAxes && !axesAreList {
		k.failf(p, cardChartBad, "chart spec is invalid")
	}
	if height, given := object["height"].(string); given && height != "auto" && !pixels(height, 1, 999) {
		k.failf(p, cardBroken, "height of a chart is not auto or 1 to 999 px")
	}
}
