package bot

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"huibao/internal/fault"
	"huibao/templates"
)

// respondWithin is how long the answer to a press is worked on. The platform
// waits for 3 s, of which the way there and back and the disk take some.
const respondWithin = time.Second

// Response is what a press is answered with at once: a line that pops up, a new
// content of the card, or nothing. Source: card-callback-communication.
type Response struct {
	Toast *Toast        `json:"toast,omitempty"`
	Card  *responseCard `json:"card,omitempty"`
}

// responseCard is a card as an answer holds it: an object, not a text.
type responseCard struct {
	Type string          `json:"type"` // "raw"
	Data json.RawMessage `json:"data"`
}

// Toast is a line that pops up for whoever pressed, in the reader's language
// where it is one of ours.
type Toast struct {
	Type    string                      `json:"type"` // info, success, error or warning
	Content string                      `json:"content"`
	I18n    map[templates.Locale]string `json:"i18n"`
}

// newToast says something in every language.
func newToast(kind string, locale templates.Locale, say func(templates.Locale) string) Response {
	words := map[templates.Locale]string{}
	for _, l := range templates.Locales() {
		words[l] = say(l)
	}
	return Response{Toast: &Toast{kind, words[locale], words}}
}

// told is a toast of one message.
func (p pressed) told(key string) Response {
	return newToast("info", p.locale, func(locale templates.Locale) string { return templates.Text(locale, key, nil) })
}

// refused is a toast that says what was wrong.
func (p pressed) refused(f *fault.Error) Response {
	return newToast("error", p.locale, func(locale templates.Locale) string { return templates.FaultText(locale, f) })
}

// Respond answers a press within the time the platform waits. done tells that
// nothing is left to do: the event must be remembered, but not acted on. What
// is not done is acted on by Handle. A card that was pressed again meanwhile
// stays as the newer press had it.
func (b *Bot) Respond(ctx context.Context, event Event) (response Response, done bool) {
	p := b.newPressed(event)
	response, done = b.respondInTime(ctx, &p)
	if response.Card == nil {
		return response, done
	}
	again, err := b.pressedAgain(ctx, p)
	switch {
	case err != nil:
		p.log.WithError(err).Error("a press failed")
	case again:
		return Response{}, true
	}
	return response, done
}

// respondInTime is Respond for a card that is pressed once.
func (b *Bot) respondInTime(ctx context.Context, p *pressed) (response Response, done bool) {
	ctx, cancel := context.WithTimeout(ctx, respondWithin)
	defer cancel()
	err := guarded(func() (err error) {
		response, done, err = b.respond(ctx, p)
		return err
	})
	f := fault.As(err)
	switch {
	case err == nil:
		return response, done
	case ended(ctx, err), f.Kind == fault.Temporary:
		return p.waiting(), false
	}
	entry := p.log.WithError(err)
	if f.Kind == fault.Internal {
		entry.Error("a press failed")
	} else {
		entry.Info("a press was refused")
	}
	return p.refused(f), true
}

// respond decides what a press is answered with.
func (b *Bot) respond(ctx context.Context, p *pressed) (Response, bool, error) {
	heeded, err := b.admit(ctx, p)
	if err != nil || !heeded {
		return Response{}, true, err
	}
	wanted, err := b.action(*p)
	if err != nil {
		return Response{}, true, err
	}
	kind := ""
	if !wanted.changes { // a card is looked through faster than commands are typed
		kind = Looks
	}
	if limited, err := b.take(ctx, p.asker, kind, "fault.press.limited"); err != nil || limited != nil {
		return Response{}, true, errors.Join(err, orNil(limited))
	}
	if err := b.permitted(ctx, *p, wanted); err != nil {
		return Response{}, true, err
	}
	if wanted.changes {
		return p.taken(wanted), false, nil
	}
	ladder, err := wanted.run(b, ctx, *p)
	if err != nil {
		return Response{}, true, err
	}
	return cardResponse(ladder), true, nil
}

// orNil is a fault as an error, nil for none.
func orNil(f *fault.Error) error {
	if f == nil {
		return nil
	}
	return f
}

// taken says that what was pressed for follows.
func (p pressed) taken(wanted action) Response {
	switch {
	case p.Value["action"] == templates.ActionView && p.old(p.view()):
		return p.told("toast.fresh")
	case wanted.replies:
		return p.told("toast.reply")
	}
	return p.told("toast.taken")
}

// waiting says that the figures are on their way. A report card shows it until
// they are there.
func (p pressed) waiting() Response {
	if p.Value["action"] != templates.ActionView {
		return p.told("toast.working")
	}
	response := cardResponse(templates.Working(p.locale))
	response.Toast = p.told("toast.working").Toast
	return response
}

// cardResponse replaces the pressed card. A card that our validator refuses
// stays at home, and the old one where it is.
func cardResponse(ladder templates.Ladder) Response {
	best := ladder.Contents()[0]
	if best.MsgType != "interactive" {
		return Response{}
	}
	return Response{Card: &responseCard{"raw", json.RawMessage(best.Body)}}
}
