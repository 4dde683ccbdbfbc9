package manifest

import (
	"slices"
	"testing"

	"huibao/bot"
)

// The events and callbacks are those that the bot acts on, no more and no fewer.
func TestSubscriptionsAreWhatTheBotHears(t *testing.T) {
	got := Names(Subscriptions())
	want := []string{bot.EventMessage, bot.EventBotAdded, bot.EventBotRemoved, bot.EventDisbanded, bot.EventUpdated, bot.EventPress}
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A broader permission does as well, another does not.
func TestGranted(t *testing.T) {
	scopes := Scopes()
	send := scopes[slices.IndexFunc(scopes, func(s Scope) bool { return s.Name == "im:message:send_as_bot" })]
	for scope, want := range map[string]bool{"im:message:send_as_bot": true, "im:message": true, "im:message:recall": false} {
		if got := send.Granted(map[string]bool{scope: true}); got != want {
			t.Errorf("%s: %t", scope, got)
		}
	}
	if send.Granted(map[string]bool{"im:message": false}) {
		t.Error("a permission that is not granted counts")
	}
}
