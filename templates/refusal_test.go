package templates

import (
	"strings"
	"testing"

	"huibao/internal/fault"
)

// Each kind of fault has a title and a colour that fit what is to be done.
func TestRefusalTitles(t *testing.T) {
	for kind, want := range map[fault.Kind][2]string{
		fault.Invalid: {"Please check your request", "yellow"}, fault.Unreadable: {"Please check your request", "yellow"},
		fault.NotFound: {"Please check your request", "yellow"}, fault.TooLarge: {"Please check your request", "yellow"},
		fault.Limited: {"Please wait a moment", "wathet"}, fault.Temporary: {"Please try again later", "orange"},
		fault.Permission: {"An administrator is needed", "orange"}, fault.Unsupported: {"An administrator is needed", "orange"},
		fault.Forbidden: {"An administrator is needed", "orange"},
		fault.Conflict:  {"That did not work", "red"}, fault.Signature: {"That did not work", "red"}, fault.Internal: {"That did not work", "red"},
	} {
		header := Refusal(English, fault.New(kind, "fault.internal", nil), "ref").Card.Header
		if header.Title.Content != want[0] || header.Template != want[1] {
			t.Errorf("%s: %q in %s, want %q in %s", kind, header.Title.Content, header.Template, want[0], want[1])
		}
	}
}

// Every rung says what was wrong, what to write instead, and the reference.
func TestRefusalSaysWhatToDo(t *testing.T) {
	f := fault.New(fault.Invalid, "fault.period.unreadable", fault.Args{"part": "last wek", "suggestion": "/report last week"})
	ladder := Refusal(English, f, "ab12cd34")
	for rung, text := range map[string]string{"plain": said(t, ladder.Plain), "text": ladder.Text} {
		for _, want := range []string{"“last wek” is not a period.", "Did you mean: /report last week", "Reference ab12cd34"} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s lacks %q: %s", rung, want, text)
			}
		}
	}
	if got, want := content(t, ladder.Card, "suggestion"), "Did you mean: **/report last week**"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := content(t, ladder.Card, "reference"), "Reference ab12cd34"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	without := Refusal(English, fault.New(fault.Permission, "fault.platform.scope", fault.Args{"scope": "vc:report:readonly"}), "r")
	if text := said(t, without.Card); !strings.Contains(text, "vc:report:readonly") || strings.Contains(text, "Did you mean") {
		t.Errorf("got %s", text)
	}
}

// Only the full card mentions people: the platform refuses one that mentions
// somebody it does not know.
func TestAccessWanted(t *testing.T) {
	ladder := AccessWanted(English, AccessOptions{
		Admins: []string{"ou_1", "all", "", "ou_2'></at><at id=all>", "ou_3", "ou_4", "ou_5", "ou_6"}, ChatID: "oc_<b>",
	})
	want := "Please ask <at id=ou_1></at> <at id=ou_2atatidall></at> <at id=ou_3></at> <at id=ou_4></at> <at id=ou_5></at>"
	if got := content(t, ladder.Card, "admins"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for rung, text := range map[string]string{"plain": said(t, ladder.Plain), "text": ladder.Text} {
		if strings.Contains(text, "<at") || !strings.Contains(text, "Please ask an administrator of this bot.") {
			t.Errorf("the %s says %q", rung, text)
		}
	}
	if !strings.Contains(ladder.Text, "chat_id oc_＜b>") {
		t.Errorf("the text says %q", ladder.Text)
	}
}

// A chat that is not served learns why, and no figure.
func TestAccessWantedSaysWhy(t *testing.T) {
	for want, options := range map[string]AccessOptions{
		"enables each group first":              {},
		"enables each person first":             {Private: true},
		"people from outside the organisation.": {External: true, Private: true},
	} {
		if text := AccessWanted(English, options).Text; !strings.Contains(text, want) || !strings.Contains(text, "Please ask whoever runs huibao") {
			t.Errorf("%+v: %q lacks %q", options, text, want)
		}
	}
}

// Help is made from the commands it is given, and explains periods where one
// takes them.
func TestHelp(t *testing.T) {
	whole := Help(HelpOptions{Locale: English, Commands: commands})
	report := Help(HelpOptions{Locale: English, Commands: commands, Topic: "report"})
	help := Help(HelpOptions{Locale: English, Commands: commands, Topic: "help"})
	for name, test := range map[string]struct {
		ladder    Ladder
		says, not []string
	}{
		"all":    {whole, []string{"/report · /报告", "/help · /帮助", "/report 2026-Q4 vs=lastyear", "2026-W45", "[PERIOD] [vs=previous|lastyear|none]"}, nil},
		"report": {report, []string{"/report · /报告", "2026-W45"}, []string{"/帮助"}},
		"help":   {help, []string{"/help · /帮助", "/帮助 报告"}, []string{"2026-W45", "vs="}},
	} {
		for _, text := range []string{said(t, test.ladder.Plain), strings.ReplaceAll(test.ladder.Text, "［", "[")} {
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s: no %q in %s", name, want, text)
				}
			}
			for _, not := range test.not {
				if strings.Contains(text, not) {
					t.Errorf("%s: %q in %s", name, not, text)
				}
			}
		}
	}
	if got := report.Card.Header.Title.Content; got != "/report" {
		t.Errorf("the topic's title is %q", got)
	}
}
