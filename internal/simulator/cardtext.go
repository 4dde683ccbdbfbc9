package simulator

import "unicode/utf8"

// The tags a text object may have, by where it stands.
var (
	plainOnly     = set("plain_text")
	plainOrMarked = set("plain_text lark_md")
	anyText       = set("plain_text lark_md markdown")
)

// count counts an element.
func (k *cardCheck) count(p place) {
	if k.elements++; k.elements > cardElements {
		k.failf(p, cardTooMany, "element exceeds the limit")
	}
}

// identify checks that an element_id is well formed and its own.
func (k *cardCheck) identify(p place, object map[string]any) {
	id, given := object["element_id"].(string)
	if !given {
		return
	}
	if !patterns["element_id"].MatchString(id) || k.ids[id] {
		k.failf(p, cardIDBad, "element_id %q is invalid or duplicated", id)
	}
	k.ids[id] = true
}

// text checks a text object.
func (k *cardCheck) text(p place, value any, tags fields) {
	object := k.object(p, "text", value, partFields["text"])
	tag, _ := object["tag"].(string)
	if object != nil && !tags.has(tag) {
		k.failf(p, cardUnknown, "cards of schema V2 no longer support this capability; unsupported tag %s", tag)
	}
	k.count(p)
	k.identify(p, object)
	k.content(p, object)
}

// textIf checks a text object, if there is one.
func (k *cardCheck) textIf(p place, value any, tags fields) {
	if value != nil {
		k.text(p, value, tags)
	}
}

// content checks what a text object or Markdown says.
func (k *cardCheck) content(p place, object map[string]any) {
	content, isText := object["content"].(string)
	if object != nil && !isText {
		k.failf(p, cardBroken, "there is no content")
	}
	k.translations(p, object)
	if size, given := object["text_size"].(string); given && !textSizes.has(size) && k.sizes[size] == nil {
		k.failf(p, cardBroken, "unknown text_size %s", size)
	}
	k.icon(p, object["icon"])
	if object["tag"] == "markdown" {
		tables := len(markdownTable.FindAllString(content, -1))
		k.tables += tables
		if tables > cardMarkdownTables || k.tables > cardTables {
			k.failf(p, cardTooMany, "table number exceeds the limit")
		}
	}
}

// translations checks the languages of a text.
func (k *cardCheck) translations(p place, object map[string]any) {
	value, given := object["i18n_content"]
	if !given {
		return
	}
	texts, isObject := value.(map[string]any)
	if !isObject {
		k.failf(p, cardBroken, "i18n_content is not an object")
	}
	for locale, text := range texts {
		if _, isText := text.(string); !locales.has(locale) || !isText {
			k.failf(p, cardBroken, "i18n_content has no texts by locale: %s", locale)
		}
	}
}

// icon checks an icon, if there is one.
func (k *cardCheck) icon(p place, value any) {
	icon := k.part(p.in("icon"), "icon", value)
	if icon == nil {
		return
	}
	k.count(p)
	switch icon["tag"] {
	case "standard_icon":
	case "custom_icon":
		k.image(p, icon["img_key"])
	default:
		k.failf(p, cardUnknown, "cards of schema V2 no longer support this capability; unsupported tag %v", icon["tag"])
	}
}

// image checks that an image was uploaded.
func (k *cardCheck) image(p place, key any) {
	if name, _ := key.(string); !k.images[name] {
		k.failf(p, cardImageBad, "card contains invalid image keys")
	}
}

// links checks addresses: the usual one, or else one for each system.
func (k *cardCheck) links(p place, object map[string]any, usual string) {
	_, given := object[usual]
	for _, name := range []string{usual, "pc_url", "ios_url", "android_url"} {
		address, has := object[name]
		if text, _ := address.(string); has && !link.MatchString(text) || !has && !given && name != usual {
			k.failf(p, cardBroken, "%s is not an address", name)
		}
	}
}

// short checks that a text object holds at most so many characters.
func (k *cardCheck) short(p place, value any, most int) {
	object, _ := value.(map[string]any)
	if content, _ := object["content"].(string); utf8.RuneCountInString(content) > most {
		k.failf(p, cardBroken, "a text is longer than %d characters", most)
	}
}
