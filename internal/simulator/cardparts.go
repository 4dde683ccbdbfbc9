package simulator

// config checks how a card behaves.
func (k *cardCheck) config(p place, config map[string]any) {
	if multi, given := config["update_multi"]; given && multi != true {
		k.failf(p, cardBroken, "update_multi must be true")
	}
	if summary := k.part(p.in("summary"), "summary", config["summary"]); summary != nil {
		k.translations(p, summary)
	}
	list, isList := config["locales"].([]any)
	if config["locales"] != nil && !isList {
		k.failf(p, cardBroken, "locales is not a list")
	}
	for _, item := range list {
		if name, _ := item.(string); !locales.has(name) {
			k.failf(p, cardBroken, "unknown locale %v", item)
		}
	}
	style := k.part(p.in("style"), "style", config["style"])
	for kind, value := range style {
		defined, isObject := value.(map[string]any)
		if !isObject {
			k.failf(p, cardBroken, "style.%s is not an object", kind)
		}
		for name := range defined {
			k.part(p.in("style"), kind, defined[name])
		}
	}
	k.sizes, _ = style["text_size"].(map[string]any)
}

// header checks a card's title.
func (k *cardCheck) header(p place, header map[string]any) {
	if header == nil {
		return
	}
	k.text(p.in("title"), header["title"], plainOrMarked)
	k.textIf(p.in("subtitle"), header["subtitle"], plainOrMarked)
	k.icon(p, header["icon"])
	k.textTags(p, header["text_tag_list"])
	byLocale, _ := header["i18n_text_tag_list"].(map[string]any)
	for locale, tags := range byLocale {
		if !locales.has(locale) {
			k.failf(p, cardBroken, "unknown locale %s", locale)
		}
		k.textTags(p, tags)
	}
}

// textTags checks the labels beside a title.
func (k *cardCheck) textTags(p place, value any) {
	tags, isList := value.([]any)
	if value != nil && !isList || len(tags) > 3 {
		k.failf(p, cardBroken, "text_tag_list is not a list of up to 3")
	}
	for _, item := range tags {
		tag := k.object(p, "text_tag", item, partFields["text_tag"])
		k.count(p)
		k.text(p, tag["text"], plainOnly)
	}
}
