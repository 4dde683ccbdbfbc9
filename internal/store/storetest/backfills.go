package storetest

import (
	"errors"
	"testing"
	"time"

	"huibao/internal/audit"
	"huibao/reports"
)

// backfill is one that was just asked for.
func backfill(id string, days reports.Range) reports.Backfill {
	return reports.Backfill{
		ID: id, TenantKey: tenant, Unit: reports.UnitCN, Days: days, Status: reports.BackfillPending, Next: days.From,
		DaysTotal: days.Days(), CreatedBy: "alice", CreatedAt: noon,
	}
}

func testBackfills(t *testing.T, s suite) {
	t.Run("one is written with its work and its entry", func(t *testing.T) {
		db, asked := s.open(t), backfill("b-1", november(t))
		entry := audit.Entry{TenantKey: tenant, Actor: "alice", Action: "archive.backfill"}
		again := entry
		ok(t, db.CreateBackfill(t.Context(), asked, noticeOf("n-1"), &entry))
		found, there, err := db.FindBackfill(t.Context(), tenant, "b-1")
		ok(t, err)
		want(t, "found", []any{found, there}, []any{asked, true})
		want(t, "written", []int{db.jobs(t), db.count(t, "audit")}, []int{1, 1})
		failing := db.again(t)
		failing.UseJobs(refusing{})
		err = failing.CreateBackfill(t.Context(), backfill("b-2", november(t)), noticeOf("n-2"), &again)
		want(t, "error", errors.Is(err, errRefusing), true)
		want(t, "left", []int{db.count(t, "backfills"), db.count(t, "audit")}, []int{1, 1})
	})

	t.Run("how far one has come is kept", func(t *testing.T) {
		db, asked := s.open(t), backfill("b-1", november(t))
		ok(t, db.CreateBackfill(t.Context(), asked, noticeOf("n-1"), nil))
		ok(t, db.CreateBackfill(t.Context(), backfill("b-2", november(t)), noticeOf("n-2"), nil))
		asked.Status, asked.Next, asked.DaysDone, asked.DaysTotal = reports.BackfillRunning, asked.Days.From+3, 3, 7
		ok(t, db.SaveBackfill(t.Context(), asked))
		found, _, err := db.FindBackfill(t.Context(), tenant, "b-1")
		ok(t, err)
		want(t, "running", found, asked)
		asked.Status, asked.Reason, asked.FinishedAt = reports.BackfillFailed, "the line is dead", at(time.Hour)
		ok(t, db.SaveBackfill(t.Context(), asked))
		found, _, err = db.FindBackfill(t.Context(), tenant, "b-1")
		ok(t, err)
		want(t, "failed", found, asked)
		found, _, err = db.FindBackfill(t.Context(), tenant, "b-2")
		ok(t, err)
		want(t, "the other", found, backfill("b-2", november(t)))
	})

	t.Run("they are listed newest first, after a cursor, each tenant's apart", func(t *testing.T) {
		db := s.open(t)
		for _, id := range []string{"b-1", "b-3", "b-2"} {
			ok(t, db.CreateBackfill(t.Context(), backfill(id, november(t)), noticeOf(id), nil))
		}
		ids := func(tenantKey, before string, limit int) []string {
			found := []string{}
			for _, b := range try(db.ListBackfills(t.Context(), tenantKey, before, limit)).must(t) {
				found = append(found, b.ID)
			}
			return found
		}
		want(t, "all", ids(tenant, "", 10), []string{"b-3", "b-2", "b-1"})
		want(t, "the newest", ids(tenant, "", 2), []string{"b-3", "b-2"})
		want(t, "after them", ids(tenant, "b-2", 2), []string{"b-1"})
		want(t, "another tenant's", ids(other, "", 10), []string{})
		_, there, err := db.FindBackfill(t.Context(), other, "b-1")
		ok(t, err)
		want(t, "found by another tenant", there, false)
	})
}
