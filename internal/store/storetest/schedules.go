package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huibao/reports"
	"huibao/scheduler"
)

// weekly is a schedule that is due at noon, the first of its chat.
func weekly(id string) scheduler.Schedule {
	return scheduler.Schedule{
		ID: id, TenantKey: tenant, Name: "Weekly digest", ChatID: "oc_1", Number: 1, Cron: "0 12 * * 2", On: scheduler.EveryDay,
		Timezone: "Asia/Shanghai", Period: "last week", Compare: reports.ComparePrevious, Locale: "zh_cn", Enabled: true,
		NextRunAt: noon, CreatedAt: at(-time.Hour), UpdatedAt: at(-time.Minute), CreatedBy: "alice",
	}
}

// due is a delivery of the schedule's run.
func due(id string, schedule scheduler.Schedule, scheduledFor time.Time) scheduler.Delivery {
	return scheduler.Delivery{
		ID: id, TenantKey: schedule.TenantKey, ScheduleID: schedule.ID, ChatID: schedule.ChatID,
		ScheduledFor: scheduledFor, Status: scheduler.Pending, CreatedAt: noon, DueAt: at(time.Second),
	}
}

// claimed moves a schedule on by a week and makes one delivery.
func claimed(delivery string, schedule scheduler.Schedule) scheduler.Claim {
	return scheduler.Claim{
		Schedule: schedule, NextRunAt: schedule.NextRunAt.AddDate(0, 0, 7),
		Deliveries: []scheduler.Delivery{due(delivery, schedule, schedule.NextRunAt)},
	}
}

// numbered is a schedule that came later to its chat.
func numbered(number int, schedule scheduler.Schedule) scheduler.Schedule {
	schedule.Number = number
	return schedule
}

// create writes schedules.
func (h handle) create(t *testing.T, schedules ...scheduler.Schedule) {
	t.Helper()
	for _, schedule := range schedules {
		try(h.CreateSchedule(t.Context(), schedule, entryOf("schedule.create", schedule))).must(t)
	}
}

// schedule reads one that is there.
func (h handle) schedule(t *testing.T, id string) scheduler.Schedule {
	t.Helper()
	schedule, found, err := h.FindSchedule(t.Context(), tenant, id)
	ok(t, err)
	if !found {
		t.Fatalf("schedule %s is not there", id)
	}
	return schedule
}

func testSchedules(t *testing.T, s suite) {
	t.Run("a schedule comes back as it was written", func(t *testing.T) {
		db := s.open(t)
		schedule := weekly("s-1")
		schedule.On, schedule.Compare, schedule.Unit, schedule.Title, schedule.Note = scheduler.Workdays, reports.CompareLastYear, "cn", "题目", "=1+1 '" //nolint:gosmopolitan // titles are in any language
		schedule.SkipIfEmpty, schedule.DisabledReason = true, "the chat was dissolved"
		schedule.PausedUntil = new(empty(t, "2026-12-24", noon).Date)
		never := weekly("s-2")
		never.Enabled, never.NextRunAt = false, time.Time{}
		db.create(t, schedule, never)
		want(t, "schedule", db.schedule(t, "s-1"), schedule)
		want(t, "one that never runs", db.schedule(t, "s-2"), numbered(2, never))
	})

	t.Run("tenants are apart", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		_, found, err := db.FindSchedule(t.Context(), other, "s-1")
		ok(t, err)
		want(t, "found", found, false)
		want(t, "deleted", try(db.DeleteSchedule(t.Context(), other, "s-1", entryOf("schedule.delete", weekly("s-1")), anyway)).must(t), false)
		theirs := weekly("s-1")
		theirs.TenantKey = other
		want(t, "claimed", try(claimOne(t.Context(), db, claimed("d-1", theirs))).must(t), false)
		want(t, "schedule", db.schedule(t, "s-1"), weekly("s-1"))
	})

	t.Run("what is deleted is deleted once", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		var times atomic.Int32
		together(t, db, db.again(t), 8, func(ctx context.Context, h handle, _ int) error {
			deleted, err := h.DeleteSchedule(ctx, tenant, "s-1", entryOf("schedule.delete", weekly("s-1")), anyway)
			if deleted {
				times.Add(1)
			}
			return err
		})
		want(t, "times", times.Load(), int32(1))
		want(t, "entries", db.count(t, "audit"), 2)
	})

	t.Run("due are the enabled ones of all tenants, the longest due first", func(t *testing.T) {
		db := s.open(t)
		early, late, off, never, theirs := weekly("s-1"), weekly("s-2"), weekly("s-3"), weekly("s-4"), weekly("s-5")
		early.NextRunAt, late.NextRunAt, off.Enabled, never.NextRunAt = at(-time.Hour), at(time.Millisecond), false, time.Time{}
		theirs.TenantKey, theirs.NextRunAt = other, at(-2*time.Hour)
		db.create(t, weekly("s-6"), early, late, off, never, theirs)
		want(t, "due", try(db.DueSchedules(t.Context(), noon, 10)).must(t), []scheduler.Schedule{theirs, numbered(2, early), weekly("s-6")})
		want(t, "the first of them", try(db.DueSchedules(t.Context(), noon, 1)).must(t), []scheduler.Schedule{theirs})
	})
	testScheduleLists(t, s)
	testNumbers(t, s)
	testChanges(t, s)
	testClaims(t, s)
}

// scheduleIDs are the ids of schedules.
func scheduleIDs(schedules []scheduler.ListedSchedule) []string {
	ids := make([]string, 0, len(schedules))
	for _, schedule := range schedules {
		ids = append(ids, schedule.ID)
	}
	return ids
}

// listed writes six schedules in three chats, of which one was never seen, and one
// of another tenant.
func listed(t *testing.T, db handle) {
	t.Helper()
	for id, name := range map[string]string{"oc_1": "alpha team", "oc_2": "Board"} {
		try(db.ChangeChat(t.Context(), tenant, id, nil, named(name))).must(t)
	}
	until := func(date string) *reports.Date { return new(empty(t, date, noon).Date) }
	for i, s := range []scheduler.Schedule{
		{Name: "beta", ChatID: "oc_2", Note: "100% sure", Enabled: true, NextRunAt: at(2 * time.Hour), Timezone: "Asia/Shanghai"},
		{Name: "Alpha", ChatID: "oc_1", Timezone: "Asia/Shanghai"},
		{Name: "gamma_1", ChatID: "oc_3", DisabledReason: "the chat was dissolved", Timezone: "Asia/Shanghai"},
		// In Los Angeles it is the evening of the 9th, in Shanghai noon of the 10th.
		{Name: "beta", ChatID: "oc_1", Enabled: true, NextRunAt: at(48 * time.Hour), Timezone: "America/Los_Angeles", PausedUntil: until("2026-11-09")},
		{Name: "Delta", ChatID: "oc_2", Title: "a-1", Enabled: true, NextRunAt: at(time.Hour), Timezone: "Asia/Shanghai", PausedUntil: until("2026-11-09"), CreatedBy: "chat:ou_bob"},
		{Name: "epsilon", ChatID: "oc_2", Note: `it's C:\temp`, Enabled: true, NextRunAt: at(24 * time.Hour), Timezone: "Asia/Shanghai", PausedUntil: until("2026-11-10")},
	} {
		s.ID, s.TenantKey, s.CreatedAt, s.UpdatedAt = fmt.Sprint("s-", i+1), tenant, at(time.Duration(-i)*time.Hour), at(time.Duration(i/2)*time.Minute)
		db.create(t, s)
	}
	theirs := weekly("s-25")
	theirs.TenantKey, theirs.Name = other, "alpha"
	db.create(t, theirs)
}

func testScheduleLists(t *testing.T, s suite) {
	db := s.open(t)
	listed(t, db)
	list := func(t *testing.T, filter scheduler.ScheduleFilter) []scheduler.ListedSchedule {
		t.Helper()
		filter.Now = noon
		if filter.Limit == 0 {
			filter.Limit = 10
		}
		return try(db.ListSchedules(t.Context(), tenant, filter)).must(t)
	}

	t.Run("a listed schedule is the one there is, with the name of its chat", func(t *testing.T) {
		all := list(t, scheduler.ScheduleFilter{})
		want(t, "schedules", []scheduler.Schedule{all[0].Schedule, all[5].Schedule}, []scheduler.Schedule{db.schedule(t, "s-1"), db.schedule(t, "s-6")})
		want(t, "names of chats", []string{all[0].ChatName, all[1].ChatName, all[2].ChatName}, []string{"Board", "alpha team", ""})
	})

	for _, c := range []struct {
		name   string
		filter scheduler.ScheduleFilter
		wanted []string
	}{
		{"in order of ID", scheduler.ScheduleFilter{}, []string{"s-1", "s-2", "s-3", "s-4", "s-5", "s-6"}},
		{"by name, whatever the case", scheduler.ScheduleFilter{Sort: scheduler.SortName}, []string{"s-2", "s-1", "s-4", "s-5", "s-6", "s-3"}},
		{"by chat, those without a name first", scheduler.ScheduleFilter{Sort: scheduler.SortChat}, []string{"s-3", "s-2", "s-4", "s-1", "s-5", "s-6"}},
		{"by next run, those without one last", scheduler.ScheduleFilter{Sort: scheduler.SortNextRun}, []string{"s-5", "s-1", "s-6", "s-4", "s-2", "s-3"}},
		{"by next run turned round, those without one last", scheduler.ScheduleFilter{Sort: scheduler.SortNextRun, Descending: true}, []string{"s-4", "s-6", "s-1", "s-5", "s-3", "s-2"}},
		{"by creation", scheduler.ScheduleFilter{Sort: scheduler.SortCreated}, []string{"s-6", "s-5", "s-4", "s-3", "s-2", "s-1"}},
		{"by change, the newest first", scheduler.ScheduleFilter{Sort: scheduler.SortUpdated, Descending: true}, []string{"s-6", "s-5", "s-4", "s-3", "s-2", "s-1"}},
		{"of a chat", scheduler.ScheduleFilter{ChatID: "oc_1"}, []string{"s-2", "s-4"}},
		{"active", scheduler.ScheduleFilter{State: scheduler.StateActive}, []string{"s-1", "s-5"}},
		{"paused", scheduler.ScheduleFilter{State: scheduler.StatePaused}, []string{"s-2", "s-4", "s-6"}},
		{"disabled", scheduler.ScheduleFilter{State: scheduler.StateDisabled}, []string{"s-3"}},
		{"found by name and by chat", scheduler.ScheduleFilter{Query: "ALPHA"}, []string{"s-2", "s-4"}},
		{"found by chat_id", scheduler.ScheduleFilter{Query: "OC_3"}, []string{"s-3"}},
		{"found by maker", scheduler.ScheduleFilter{Query: "ou_BOB"}, []string{"s-5"}},
		{"found by ID", scheduler.ScheduleFilter{Query: "S-6"}, []string{"s-6"}},
		{"a percent sign is one", scheduler.ScheduleFilter{Query: "%"}, []string{"s-1"}},
		{"an underscore is one", scheduler.ScheduleFilter{Query: "a_1"}, []string{"s-3"}},
		{"a backslash is one", scheduler.ScheduleFilter{Query: `c:\`}, []string{"s-6"}},
		{"a quote is one", scheduler.ScheduleFilter{Query: "it's"}, []string{"s-6"}},
		{"a long text is found nowhere", scheduler.ScheduleFilter{Query: strings.Repeat("%_", 5000)}, []string{}},
		{"everything at once", scheduler.ScheduleFilter{
			ChatID: "oc_2", Query: "e", State: scheduler.StateActive, Sort: scheduler.SortName, Descending: true, After: scheduler.Place{ID: "s-9", Text: "Gamma"},
		}, []string{"s-5", "s-1"}},
	} {
		t.Run("schedules: "+c.name, func(t *testing.T) {
			want(t, "schedules", scheduleIDs(list(t, c.filter)), c.wanted)
			var seen []string
			for c.filter.Limit = 1; len(seen) < len(c.wanted); { // one at a time
				part := list(t, c.filter)
				if len(part) == 0 {
					break
				}
				seen = append(seen, part[0].ID)
				c.filter.After = part[0].Place(c.filter.Sort)
			}
			want(t, "one at a time", append([]string{}, seen...), c.wanted)
			want(t, "after the last", len(list(t, c.filter)), 0)
		})
	}

	t.Run("a list says of each schedule the state it is found by", func(t *testing.T) {
		for _, state := range []scheduler.State{scheduler.StateActive, scheduler.StatePaused, scheduler.StateDisabled} {
			for _, schedule := range list(t, scheduler.ScheduleFilter{State: state}) {
				want(t, schedule.ID, schedule.State(noon), state)
			}
		}
	})

	t.Run("a list goes on after a schedule that is gone or moved", func(t *testing.T) {
		db := s.open(t)
		listed(t, db)
		filter := scheduler.ScheduleFilter{Sort: scheduler.SortName, Limit: 2}
		first := try(db.ListSchedules(t.Context(), tenant, filter)).must(t)
		try(db.DeleteSchedule(t.Context(), tenant, first[1].ID, entryOf("schedule.delete", first[1].Schedule), anyway)).must(t)
		filter.After = first[1].Place(filter.Sort)
		want(t, "schedules", scheduleIDs(try(db.ListSchedules(t.Context(), tenant, filter)).must(t)), []string{"s-4", "s-5"})
	})
}

func testNumbers(t *testing.T, s suite) {
	t.Run("the schedules of a chat are numbered, and a number is not given twice", func(t *testing.T) {
		db := s.open(t)
		elsewhere, theirs := weekly("s-3"), weekly("s-4")
		elsewhere.ChatID, theirs.TenantKey = "oc_2", other
		numbers := []int{}
		for _, schedule := range []scheduler.Schedule{weekly("s-1"), weekly("s-2"), elsewhere, theirs} {
			created := try(db.CreateSchedule(t.Context(), numbered(0, schedule), entryOf("schedule.create", schedule))).must(t)
			want(t, "created", created, numbered(created.Number, schedule))
			numbers = append(numbers, created.Number)
		}
		want(t, "numbers", numbers, []int{1, 2, 1, 1})
		try(db.DeleteSchedule(t.Context(), tenant, "s-2", entryOf("schedule.delete", weekly("s-2")), anyway)).must(t)
		db.create(t, weekly("s-5"))
		want(t, "after a deleted one", db.schedule(t, "s-5").Number, 3)

		found, there, err := db.FindScheduleByNumber(t.Context(), tenant, "oc_1", 3)
		ok(t, err)
		want(t, "found by number", []any{found, there}, []any{numbered(3, weekly("s-5")), true})
		for _, key := range []string{tenant, other} {
			_, there, err = db.FindScheduleByNumber(t.Context(), key, "oc_1", 2)
			ok(t, err)
			want(t, "a number that nobody has", there, false)
		}
	})

	t.Run("one that comes back has its number, unless another has it now", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"), weekly("s-2"))
		try(db.DeleteSchedule(t.Context(), tenant, "s-2", entryOf("schedule.delete", weekly("s-2")), anyway)).must(t)
		numbers := []int{}
		for i, number := range []int{2, 1, 9} { // free, taken, never given
			back := numbered(number, weekly(fmt.Sprint("back-", i)))
			numbers = append(numbers, try(db.CreateSchedule(t.Context(), back, entryOf("schedule.revert", back))).must(t).Number)
		}
		want(t, "numbers", numbers, []int{2, 3, 4})
	})

	t.Run("one that moves to another chat gets a number there, and only then", func(t *testing.T) {
		db := s.open(t)
		there := weekly("s-1")
		there.ChatID = "oc_2"
		db.create(t, there, weekly("s-2"), weekly("s-3"))
		move := func(chatID string, number int) scheduler.Schedule {
			moved, _, err := db.ChangeSchedule(t.Context(), tenant, "s-3", nil, nil, func(schedule *scheduler.Schedule) error {
				schedule.ChatID, schedule.Number = chatID, number
				return nil
			})
			ok(t, err)
			want(t, "written", db.schedule(t, "s-3"), moved)
			return moved
		}
		want(t, "in the same chat", move("oc_1", 2).Number, 2)
		want(t, "in another chat", move("oc_2", 0).Number, 2)
		want(t, "back under its number", move("oc_1", 2).Number, 2)
		want(t, "there again, where its number is another's", move("oc_2", 1).Number, 3)
	})

	t.Run("those that are made at the same time get different numbers", func(t *testing.T) {
		db := s.open(t)
		const schedules = 12
		together(t, db, db.again(t), schedules, func(ctx context.Context, h handle, i int) error {
			schedule := weekly(fmt.Sprint("s-", i))
			_, err := h.CreateSchedule(ctx, schedule, entryOf("schedule.create", schedule))
			return err
		})
		for number := range schedules {
			_, there, err := db.FindScheduleByNumber(t.Context(), tenant, "oc_1", number+1)
			ok(t, err)
			want(t, fmt.Sprint("number ", number+1), there, true)
		}
	})
}

// switchedOff is a change that switches a schedule off.
func switchedOff(schedule *scheduler.Schedule) error {
	schedule.Enabled, schedule.DisabledReason, schedule.NextRunAt = false, "the chat was dissolved", time.Time{}
	return nil
}

func testChanges(t *testing.T, s suite) {
	t.Run("a change is written with its entry and its notices", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		everything := weekly("s-1")
		everything.Name, everything.ChatID, everything.Cron, everything.On = "Daily", "oc_2", "0 9 * * *", scheduler.Workdays
		everything.Timezone, everything.Period, everything.Compare, everything.Unit = "Asia/Tokyo", "7d", reports.CompareNone, "jp"
		everything.Locale, everything.Title, everything.Note, everything.SkipIfEmpty = "en_us", "Title", "Note", true
		everything.PausedUntil, everything.NextRunAt, everything.UpdatedAt = new(empty(t, "2026-12-24", noon).Date), at(time.Hour), noon
		changed, found, err := db.ChangeSchedule(t.Context(), tenant, "s-1", entryOf("schedule.update", weekly("s-1")),
			[]scheduler.NoticeJob{noticeOf("n-1")}, func(schedule *scheduler.Schedule) error {
				*schedule = everything
				return nil
			})
		ok(t, err)
		want(t, "found", found, true)
		want(t, "changed", changed, everything)
		want(t, "schedule", db.schedule(t, "s-1"), everything)
		want(t, "notices", db.jobs(t), 1)
		want(t, "entries", db.count(t, "audit"), 2)
	})

	t.Run("a change that is refused, or of what is not there, writes nothing", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		_, _, err := db.ChangeSchedule(t.Context(), tenant, "s-1", entryOf("schedule.update", weekly("s-1")),
			[]scheduler.NoticeJob{noticeOf("n-1")}, func(schedule *scheduler.Schedule) error {
				schedule.Name = "changed"
				return errChange
			})
		want(t, "error", errors.Is(err, errChange), true)
		for _, key := range []string{tenant, other} {
			id := map[string]string{tenant: "s-2", other: "s-1"}[key]
			_, found, err := db.ChangeSchedule(t.Context(), key, id, entryOf("schedule.update", weekly(id)), nil, switchedOff)
			ok(t, err)
			want(t, "found", found, false)
		}
		_, err = db.DeleteSchedule(t.Context(), tenant, "s-1", entryOf("schedule.delete", weekly("s-1")), func(scheduler.Schedule) error { return errChange })
		want(t, "error", errors.Is(err, errChange), true)
		want(t, "schedule", db.schedule(t, "s-1"), weekly("s-1"))
		want(t, "written", []int{db.jobs(t), db.count(t, "audit")}, []int{0, 1})
	})

	t.Run("a change that leaves the next run alone leaves what a claim made of it", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		service := db.again(t)
		_, _, err := db.ChangeSchedule(t.Context(), tenant, "s-2", nil, nil, switchedOff) // none of its kind is there
		ok(t, err)
		want(t, "won", try(claimOne(t.Context(), service, claimed("d-1", weekly("s-1")))).must(t), true)
		changed, _, err := db.ChangeSchedule(t.Context(), tenant, "s-1", nil, nil, func(schedule *scheduler.Schedule) error {
			schedule.Name = "renamed"
			return nil
		})
		ok(t, err)
		want(t, "next run", changed.NextRunAt, noon.AddDate(0, 0, 7))
		want(t, "kept", db.schedule(t, "s-1").NextRunAt, noon.AddDate(0, 0, 7))
	})

	t.Run("a schedule is claimed or switched off, whoever is first", func(t *testing.T) {
		db := s.open(t)
		var won atomic.Int32
		const schedules = 8
		for i := range schedules {
			db.create(t, weekly(fmt.Sprint("s-", i)))
		}
		together(t, db, db.again(t), 2*schedules, func(ctx context.Context, h handle, i int) error {
			schedule := weekly(fmt.Sprint("s-", i/2))
			if i%2 == 0 {
				_, _, err := h.ChangeSchedule(ctx, tenant, schedule.ID, nil, nil, switchedOff)
				return err
			}
			first, err := claimOne(ctx, h, claimed(fmt.Sprint("d-", i), schedule))
			if first {
				won.Add(1)
			}
			return err
		})
		want(t, "deliveries", db.count(t, "deliveries"), int(won.Load()))
		want(t, "due", len(try(db.DueSchedules(t.Context(), at(365*24*time.Hour), 100)).must(t)), 0)
	})
}

func testClaims(t *testing.T, s suite) {
	t.Run("a claim moves the schedule and writes deliveries and their work", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		claim := claimed("d-2", weekly("s-1"))
		missed := due("d-1", weekly("s-1"), at(-7*24*time.Hour))
		missed.Status, missed.Reason, missed.FinishedAt = scheduler.Skipped, "missed", noon
		claim.Deliveries = append([]scheduler.Delivery{missed}, claim.Deliveries...)
		want(t, "won", try(claimOne(t.Context(), db, claim)).must(t), true)
		moved := weekly("s-1")
		moved.NextRunAt = noon.AddDate(0, 0, 7)
		want(t, "schedule", db.schedule(t, "s-1"), moved)
		want(t, "deliveries", try(db.ListDeliveries(t.Context(), tenant, scheduler.DeliveryFilter{Limit: 10})).must(t),
			[]scheduler.ListedDelivery{{Delivery: claim.Deliveries[1], ScheduleName: &moved.Name}, {Delivery: missed, ScheduleName: &moved.Name}})
		want(t, "jobs: only for the one to be made", db.jobs(t), 1)
	})

	t.Run("who comes second, or finds it off, writes nothing", func(t *testing.T) {
		db := s.open(t)
		off := weekly("s-2")
		off.Enabled = false
		db.create(t, weekly("s-1"), off)
		want(t, "first", try(claimOne(t.Context(), db, claimed("d-1", weekly("s-1")))).must(t), true)
		want(t, "second", try(claimOne(t.Context(), db, claimed("d-2", weekly("s-1")))).must(t), false)
		want(t, "off", try(claimOne(t.Context(), db, claimed("d-3", off))).must(t), false)
		want(t, "deliveries", db.count(t, "deliveries"), 1)
		want(t, "jobs", db.jobs(t), 1)
	})

	t.Run("a run that has its delivery gets no second one, and the schedule goes on", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"))
		by := due("d-0", weekly("s-1"), noon) // by hand, for the same instant: beside the schedule
		by.Manual = true
		try(db.CreateDelivery(t.Context(), by, "", entryOf("schedule.run", weekly("s-1")))).must(t)
		want(t, "won", try(claimOne(t.Context(), db, claimed("d-1", weekly("s-1")))).must(t), true)
		back := claimed("d-2", weekly("s-1")) // as after a clock that was set back
		back.Schedule.NextRunAt, back.NextRunAt = noon.AddDate(0, 0, 7), noon.AddDate(0, 0, 14)
		want(t, "won again", try(claimOne(t.Context(), db, back)).must(t), true)
		want(t, "next", db.schedule(t, "s-1").NextRunAt, noon.AddDate(0, 0, 14))
		want(t, "deliveries", db.count(t, "deliveries"), 2)
		want(t, "jobs", db.jobs(t), 2)
	})

	t.Run("a claim that fails leaves nothing", func(t *testing.T) {
		db := s.open(t)
		db.create(t, weekly("s-1"), weekly("s-2"))
		twice := claimed("d-1", weekly("s-1"))
		twice.Deliveries = append(twice.Deliveries, due("d-1", weekly("s-1"), at(time.Hour))) // an ID is there once
		if won, err := claimOne(t.Context(), db, twice); err == nil || won {
			t.Errorf("won %v, error %v", won, err)
		}
		if won, err := db.ClaimRuns(t.Context(), []scheduler.Claim{claimed("d-2", weekly("s-2")), twice}); err == nil || won != nil {
			t.Errorf("won %v, error %v", won, err)
		}
		want(t, "schedules", []scheduler.Schedule{db.schedule(t, "s-1"), db.schedule(t, "s-2")}, []scheduler.Schedule{weekly("s-1"), numbered(2, weekly("s-2"))})
		want(t, "deliveries", db.count(t, "deliveries"), 0)
		want(t, "jobs", db.jobs(t), 0)
	})

	t.Run("each run of many is claimed once, by whoever is first", func(t *testing.T) {
		const schedules, claimers = 30, 6
		db := s.open(t)
		all := make([]scheduler.Schedule, 0, schedules)
		for i := range schedules {
			all = append(all, weekly(fmt.Sprintf("s-%02d", i)))
		}
		db.create(t, all...)
		var won atomic.Int32
		together(t, db, db.again(t), claimers, func(ctx context.Context, h handle, i int) error {
			claims := make([]scheduler.Claim, 0, schedules)
			for n := range all { // each in an order of its own
				schedule := all[(n*7+i*5)%schedules]
				claims = append(claims, claimed(fmt.Sprintf("d-%d-%s", i, schedule.ID), schedule))
			}
			results, err := h.ClaimRuns(ctx, claims[:schedules/2])
			if err != nil {
				return err
			}
			for _, claim := range claims[schedules/2:] {
				result, err := claimOne(ctx, h, claim)
				if err != nil {
					return err
				}
				results = append(results, result)
			}
			for _, result := range results {
				if result {
					won.Add(1)
				}
			}
			return nil
		})
		want(t, "won", won.Load(), int32(schedules))
		want(t, "deliveries", db.count(t, "deliveries"), schedules)
		want(t, "jobs", db.jobs(t), schedules)
		want(t, "still due", len(try(db.DueSchedules(t.Context(), noon, 100)).must(t)), 0)
	})
}

// claimOne claims one run.
func claimOne(ctx context.Context, db interface {
	ClaimRuns(ctx context.Context, claims []scheduler.Claim) ([]bool, error)
}, claim scheduler.Claim) (bool, error) {
	won, err := db.ClaimRuns(ctx, []scheduler.Claim{claim})
	return err == nil && won[0], err
}
