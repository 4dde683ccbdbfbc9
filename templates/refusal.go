package templates

import (
	"huibao/internal/fault"
)

// verdict is the title and the header's colour of a refusal.
type verdict struct{ key, colour string }

// What a person can do about a fault.
var (
	checkInput = verdict{"refusal.title_invalid", "yellow"}
	waitABit   = verdict{"refusal.title_wait", "wathet"}
	tryLater   = verdict{"refusal.title_later", orange}
	askAdmin   = verdict{"refusal.title_admin", orange}
	failed     = verdict{"refusal.title_failed", "red"}
)

// verdicts are those of the kinds of fault; the others have failed.
var verdicts = map[fault.Kind]verdict{
	fault.Invalid: checkInput, fault.Unreadable: checkInput, fault.NotFound: checkInput, fault.TooLarge: checkInput,
	fault.Limited: waitABit, fault.Temporary: tryLater,
	fault.Permission: askAdmin, fault.Unsupported: askAdmin, fault.Forbidden: askAdmin,
}

// Refusal is the card of a command that was refused or failed: what was wrong,
// the nearest right form where there is one, and the reference under which the
// log tells more.
func Refusal(locale Locale, f *fault.Error, ref string) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return refusal(locale, f, ref) })
}

// refusal says it in one language.
func refusal(locale Locale, f *fault.Error, ref string) Ladder {
	verdict, known := verdicts[f.Kind]
	if !known {
		verdict = failed
	}
	title := Text(locale, verdict.key, nil)
	sentences := faultSentences(locale, f)
	var elements []any
	for _, sentence := range sentences { // plain text: it may repeat what was typed
		elements = append(elements, paragraph("", sentence))
	}
	if suggestion := shorten(plain(f.Args["suggestion"]), longestPart); suggestion != "" {
		sentences = append(sentences, Text(locale, "refusal.suggestion", fault.Args{"suggestion": suggestion}))
		elements = append(elements, say("suggestion", Text(locale, "refusal.suggestion", fault.Args{"suggestion": "**" + markdown(suggestion) + "**"})))
	}
	reference := Text(locale, "refusal.reference", fault.Args{"ref": plain(ref)})
	elements = append(elements, footnote("reference", reference))
	return Ladder{
		Card:  newCard(verdict.colour, title, "", sentences[0], elements...),
		Plain: linesCard(title, append(sentences, reference)...),
		Text:  harmless(together(locale, sentences...) + "\n" + reference),
	}
}

// RefusedView is the refusal that takes the place of a report card, with a button
// that asks once more for the view that could not be shown.
func RefusedView(locale Locale, f *fault.Error, ref string, view View) Ladder {
	return multilingual(locale, func(locale Locale) Ladder {
		ladder := refusal(locale, f, ref)
		again := button{Text(locale, "control.retry", nil), view.Value()}
		ladder.Card.Body.Elements = append(ladder.Card.Body.Elements, again.element("default"))
		return ladder
	})
}

// Working is the card that stands in for an answer that takes a while.
func Working(locale Locale) Ladder { return multilingual(locale, working) }

// working says it in one language.
func working(locale Locale) Ladder {
	title, sentence := Text(locale, "working.title", nil), Text(locale, "working.text", nil)
	return Ladder{
		Card:  newCard("wathet", title, "", title, paragraph("", sentence)),
		Plain: linesCard(title, sentence),
		Text:  title + "\n" + sentence,
	}
}
