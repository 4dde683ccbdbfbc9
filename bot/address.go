package bot

import (
	"cmp"
	"slices"
	"strings"
)

// everybody is the key by which @all stands in a text.
const everybody = "@_all"

// typeText is the platform's word for a message that is nothing but text.
const typeText = "text"

// address decides whether a message of a tenant is meant for the bot, and returns its text
// without mentions. Bots, recalled messages and @all are not answered; an image, a
// file or a sticker is talk without text.
func (b *Bot) address(tenantKey string, message Message) (text string, meant bool) {
	if message.SenderType != "user" || message.Recalled || message.MessageType == typeText && strings.TrimSpace(message.Text) == "" {
		return "", false
	}
	mentioned, keys := false, []string{everybody}
	for _, mention := range message.Mentions {
		mentioned = mentioned || b.isSelf(tenantKey, mention)
		if mention.Key != "" {
			keys = append(keys, mention.Key)
		}
	}
	return strings.TrimSpace(without(message.Text, keys)), mentioned || message.Private()
}

// Heeds reports whether the bot acts on an event: not on what people say to each
// other.
func (b *Bot) Heeds(event Event) bool {
	if event.Message == nil {
		return true
	}
	_, meant := b.address(event.TenantKey, *event.Message)
	return meant
}

// without cuts the keys of mentions out of a text. @_user_1 is the beginning of
// @_user_10: at each place the longest key counts.
func without(text string, keys []string) string {
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	pairs := make([]string, 0, 2*len(keys))
	for _, key := range keys {
		pairs = append(pairs, key, " ")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// isSelf reports whether a mention is of the bot. While the bot's own open_id
// is not known, any mention that is not of a person counts: with the scopes
// asked for, the platform delivers only group messages that mention the bot.
func (b *Bot) isSelf(tenantKey string, mention Mention) bool {
	if mention.Key == everybody || mention.OpenID == "all" {
		return false
	}
	if self := b.OpenIDFunc(tenantKey); self != "" {
		return mention.OpenID == self
	}
	return mention.Type != "user"
}
