package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"huibao/bot"
)

// press is the event of a press that replaced a card.
func press(event, card string, after time.Duration) bot.Event {
	return bot.Event{
		EventID: event, Type: bot.EventPress, TenantKey: tenant, ReceivedAt: at(after), Redrawn: true,
		Press: &bot.Press{MessageID: card, ChatID: "oc_1", Operator: bot.Person{OpenID: "ou_1", TenantKey: tenant}, Value: map[string]string{"action": "view"}},
	}
}

// newer tells of instants after noon whether a card was pressed later.
func (h handle) newer(t *testing.T, tenantKey, card string, than ...time.Duration) []bool {
	t.Helper()
	found := make([]bool, len(than))
	for i, after := range than {
		found[i] = try(h.NewerPress(t.Context(), tenantKey, card, at(after))).must(t)
	}
	return found
}

func testPresses(t *testing.T, s suite) {
	const second = time.Second

	t.Run("a card nobody pressed has none", func(t *testing.T) {
		db := s.open(t)
		try(db.StoreEvents(t.Context(), []bot.Event{said("e1", "om_1"), press("e2", "om_2", second)})).must(t)
		want(t, "newer", db.newer(t, tenant, "om_1", 0), []bool{false})
	})

	t.Run("a press is newer than those before it, in one call and in the next", func(t *testing.T) {
		db := s.open(t)
		try(db.StoreEvents(t.Context(), []bot.Event{press("e1", "om_1", 0), press("e2", "om_2", 0), press("e3", "om_1", second)})).must(t)
		want(t, "newer", db.newer(t, tenant, "om_1", 0, second), []bool{true, false})
		want(t, "newer of another card", db.newer(t, tenant, "om_2", 0), []bool{false})
		try(db.StoreEvents(t.Context(), []bot.Event{press("e4", "om_1", 2*second)})).must(t)
		want(t, "newer afterwards", db.again(t).newer(t, tenant, "om_1", 0, second, 2*second), []bool{true, true, false})
	})

	t.Run("a press that left the card alone does not count", func(t *testing.T) {
		db := s.open(t)
		beside := press("e2", "om_1", second)
		beside.Redrawn = false
		try(db.StoreEvents(t.Context(), []bot.Event{press("e1", "om_1", 0), beside})).must(t)
		want(t, "newer", db.newer(t, tenant, "om_1", 0), []bool{false})
	})

	t.Run("an older press that is stored later does not count", func(t *testing.T) {
		db := s.open(t)
		for _, event := range []bot.Event{press("e1", "om_1", second), press("e2", "om_1", 0)} {
			try(db.StoreEvents(t.Context(), []bot.Event{event})).must(t)
		}
		want(t, "newer", db.newer(t, tenant, "om_1", 0, second), []bool{true, false})
	})

	t.Run("a repeat is not newer than itself", func(t *testing.T) {
		db := s.open(t)
		again := press("e1", "om_1", second)
		again.Press.Value = map[string]string{"action": "other"}
		want(t, "stored", try(db.StoreEvents(t.Context(), []bot.Event{press("e1", "om_1", 0), again})).must(t), []bool{true, false})
		want(t, "newer", db.newer(t, tenant, "om_1", 0), []bool{false})
	})

	t.Run("one that was answered at once counts, and is no work", func(t *testing.T) {
		db := s.open(t)
		done := press("e1", "om_1", second)
		done.Done = true
		want(t, "stored", try(db.StoreEvents(t.Context(), []bot.Event{done})).must(t), []bool{true})
		want(t, "newer", db.newer(t, tenant, "om_1", 0), []bool{true})
		want(t, "jobs", db.jobs(t), 0)
	})

	t.Run("tenants are apart", func(t *testing.T) {
		db := s.open(t)
		theirs := press("e1", "om_1", second)
		theirs.TenantKey = other
		try(db.StoreEvents(t.Context(), []bot.Event{theirs, press("e2", "om_1", 0)})).must(t)
		want(t, "newer", db.newer(t, tenant, "om_1", 0), []bool{false})
		want(t, "newer of theirs", db.newer(t, other, "om_1", 0), []bool{true})
	})

	t.Run("they are forgotten with the age of the newest", func(t *testing.T) {
		db := s.open(t)
		try(db.StoreEvents(t.Context(), []bot.Event{
			press("e1", "om_1", -time.Hour), press("e2", "om_2", -time.Hour), press("e3", "om_2", 0),
		})).must(t)
		ok(t, db.Clean(t.Context(), noon, noon))
		want(t, "newer", db.newer(t, tenant, "om_1", -2*time.Hour), []bool{false})
		want(t, "newer of the younger", db.newer(t, tenant, "om_2", -time.Hour), []bool{true})
		want(t, "rows", db.count(t, "presses"), 1)
	})

	t.Run("presses at the same time leave the newest of each card", func(t *testing.T) {
		const presses = 20
		db := s.open(t)
		together(t, db, db.again(t), presses, func(ctx context.Context, h handle, i int) error {
			_, err := h.StoreEvents(ctx, []bot.Event{
				press(fmt.Sprintf("a%d", i), fmt.Sprint("om_", i%2), time.Duration(i)*second), press(fmt.Sprintf("b%d", i), fmt.Sprint("om_", (i+1)%2), time.Duration(i)*second),
			})
			return err
		})
		want(t, "rows", db.count(t, "presses"), 2)
		want(t, "jobs", db.jobs(t), 2*presses)
		want(t, "newer", slices.Concat(db.newer(t, tenant, "om_0", 18*second, 19*second), db.newer(t, tenant, "om_1", 18*second, 19*second)),
			[]bool{true, false, true, false})
	})
}
