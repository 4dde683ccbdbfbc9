package bot

import (
	"testing"
)

func TestAddress(t *testing.T) {
	bot := Mention{Key: "@_user_1", OpenID: botID, Name: "huibao", Type: "bot"}
	person := func(key string) Mention {
		return Mention{Key: key, OpenID: "ou_" + key, Name: "Zhang /help", Type: "user"}
	}
	cases := map[string]struct {
		text     string
		mentions []Mention
		want     string
		meant    bool
	}{
		"in front":                {"@_user_1 /report 7d", []Mention{bot}, "/report 7d", true},
		"at the end":              {"/report 7d @_user_1", []Mention{bot}, "/report 7d", true},
		"in the middle":           {"/report @_user_1 7d", []Mention{bot}, "/report   7d", true},
		"glued":                   {"@_user_1/report", []Mention{bot}, "/report", true},
		"twice":                   {"@_user_1 /report @_user_1", []Mention{bot}, "/report", true},
		"beside others":           {"@_user_2 @_user_1 /report 7d @_user_3", []Mention{person("@_user_2"), bot, person("@_user_3")}, "/report 7d", true},
		"tenth is the bot":        {"@_user_1 @_user_10 /report", []Mention{person("@_user_1"), {Key: "@_user_10", OpenID: botID}}, "/report", true},
		"tenth is a person":       {"@_user_10 @_user_1 /report", []Mention{bot, person("@_user_10")}, "/report", true},
		"only the tenth":          {"@_user_10 /report", []Mention{person("@_user_10")}, "/report", false},
		"everybody":               {"@_all /report", []Mention{{Key: "@_all", Name: "all"}}, "/report", false},
		"everybody, not listed":   {"@_all /report", nil, "/report", false},
		"everybody and the bot":   {"@_all @_user_1 /report", []Mention{{Key: "@_all", OpenID: "all"}, bot}, "/report", true},
		"nobody":                  {"/report", nil, "/report", false},
		"typed, not a mention":    {"@huibao /report", nil, "@huibao /report", false},
		"listed, not in the text": {"/report", []Mention{bot}, "/report", true},
		"without a key":           {"/report", []Mention{{OpenID: botID}}, "/report", true},
		"another bot":             {"@_user_1 /report", []Mention{{Key: "@_user_1", OpenID: "ou_other_bot", Type: "bot"}}, "/report", false},
		"only the mention":        {" @_user_1 ", []Mention{bot}, "", true},
	}
	b := New(Options{OpenIDFunc: func(string) string { return botID }})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := Message{ChatType: "group", SenderType: "user", Text: c.text, Mentions: c.mentions}
			text, meant := b.address("tenant", m)
			if text != c.want || meant != c.meant {
				t.Errorf("%q, meant %t; want %q, %t", text, meant, c.want, c.meant)
			}
			m.ChatType = "p2p"
			if _, meant := b.address("tenant", m); !meant {
				t.Error("in private it is not meant for the bot")
			}
		})
	}
}

// While the bot does not know itself, a mention counts unless it is of a person
// or of everybody.
func TestAddressBeforeTheBotKnowsItself(t *testing.T) {
	b := New(Options{OpenIDFunc: func(string) string { return "" }})
	for kind, meant := range map[string]bool{"bot": true, "": true, "user": false} {
		m := Message{ChatType: "group", SenderType: "user", Text: "@_user_1 x", Mentions: []Mention{{Key: "@_user_1", OpenID: "ou_1", Type: kind}}}
		if _, got := b.address("tenant", m); got != meant {
			t.Errorf("a mention of type %q: meant %t, want %t", kind, got, meant)
		}
	}
	m := Message{ChatType: "group", SenderType: "user", Text: "@_all x", Mentions: []Mention{{Key: "@_all"}}}
	if _, meant := b.address("tenant", m); meant {
		t.Error("everybody is no address")
	}
}

func TestHeeds(t *testing.T) {
	b := New(Options{OpenIDFunc: func(string) string { return "ou_bot" }})
	talk := &Message{ChatType: "group", SenderType: "user", Text: "see you on Friday"}
	asked := &Message{ChatType: "group", SenderType: "user", Text: "@_user_1 /help", Mentions: []Mention{{Key: "@_user_1", OpenID: "ou_bot"}}}
	for name, c := range map[string]struct {
		event Event
		heeds bool
	}{
		"talk": {Event{Message: talk}, false}, "a command": {Event{Message: asked}, true},
		"a chat": {Event{Chat: &ChatChange{}}, true}, "a button": {Event{Press: &Press{}}, true},
	} {
		if got := b.Heeds(c.event); got != c.heeds {
			t.Errorf("%s: %t, want %t", name, got, c.heeds)
		}
	}
}

// What cannot be seen in a text does not matter.
func TestNormalise(t *testing.T) {
	for text, want := range map[string]string{
		"  /Report\t7D\r\n":                 "/report 7d",
		"／ＲＥＰＯＲＴ　７ｄ":                        "/report 7d",
		"/re\u200bport\u00a07d\ufeff":       "/report 7d",
		"/report\u2003 \u3000 last\n\nweek": "/report last week",
		"":                                  "",
	} {
		if got := normalise(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
