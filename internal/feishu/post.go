package feishu

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"huibao/bot"
)

// post is a rich text. Its lines are runs of elements, written out in content,
// and in content_v2 as Markdown. Source: im-v1/message/events/message_content;
// content_v2 is known from the SDK alone.
type post struct {
	Title     string          `json:"title"`
	Content   json.RawMessage `json:"content"`
	ContentV2 json.RawMessage `json:"content_v2"`
}

// element is one part of a line.
type element struct {
	Tag    string `json:"tag"`
	Text   string `json:"text"`
	Href   string `json:"href"`
	UserID string `json:"user_id"`
}

// postText is the text of a rich text, which comes bare or under a key for its
// language.
func postText(raw []byte, mentions []bot.Mention) string {
	var bare post
	if json.Unmarshal(raw, &bare) == nil {
		if text := bare.text(mentions); text != "" {
			return text
		}
	}
	var byLanguage map[string]json.RawMessage
	if json.Unmarshal(raw, &byLanguage) != nil {
		return ""
	}
	for _, language := range slices.Sorted(maps.Keys(byLanguage)) {
		var found post
		if json.Unmarshal(byLanguage[language], &found) != nil {
			continue
		}
		if text := found.text(mentions); text != "" {
			return text
		}
	}
	return ""
}

// text joins a rich text's lines, with mentions as their keys.
func (p post) text(mentions []bot.Mention) string {
	lines := readLines(p.ContentV2)
	if len(lines) == 0 {
		lines = readLines(p.Content)
	}
	var text strings.Builder
	text.WriteString(p.Title)
	for _, line := range lines {
		text.WriteByte('\n')
		for _, e := range line {
			text.WriteString(e.words(mentions))
		}
	}
	return strings.TrimSpace(text.String())
}

// readLines reads lines of elements; what has another shape is none.
func readLines(raw json.RawMessage) [][]element {
	var lines [][]element
	if len(raw) == 0 || json.Unmarshal(raw, &lines) != nil {
		return nil
	}
	return lines
}

// markdownMention is an @ inside Markdown.
var markdownMention = regexp.MustCompile(`<at\s+(?:user_id|id)="?([^">\s]+)"?\s*>[^<]*</at>`)

// words are an element's.
func (e element) words(mentions []bot.Mention) string {
	switch e.Tag {
	case "at":
		return fmt.Sprintf(" %s ", mentionKey(e.UserID, mentions))
	case "md":
		return markdownMention.ReplaceAllStringFunc(e.Text, func(mark string) string {
			return fmt.Sprintf(" %s ", mentionKey(markdownMention.FindStringSubmatch(mark)[1], mentions))
		})
	case "a":
		if e.Text == "" {
			return e.Href
		}
	}
	return e.Text
}

// mentionKey is the key of whoever is mentioned, who is named by that key or by
// open_id.
func mentionKey(id string, mentions []bot.Mention) string {
	if id == "all" || id == "all_members" {
		return "@_all"
	}
	for _, mention := range mentions {
		if mention.OpenID == id && mention.Key != "" {
			return mention.Key
		}
	}
	return id
}
