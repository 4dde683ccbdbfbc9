package scheduler

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/templates"
)

// Draft is a schedule as somebody asks for it. Empty fields take the tenant's
// defaults.
type Draft struct {
	Name, ChatID, Cron, On, Timezone, Period, Compare, Unit, Locale, Title, Note string
	SkipIfEmpty                                                                  bool
	Enabled                                                                      bool
	PausedUntil                                                                  string // YYYY-MM-DD or ""
}

// Draft is the schedule as it could be asked for again.
func (s Schedule) Draft() Draft {
	draft := Draft{
		Name: s.Name, ChatID: s.ChatID, Cron: s.Cron, On: string(s.On), Timezone: s.Timezone, Period: s.Period,
		Compare: string(s.Compare), Unit: string(s.Unit), Locale: string(s.Locale), Title: s.Title, Note: s.Note,
		SkipIfEmpty: s.SkipIfEmpty, Enabled: s.Enabled,
	}
	if s.PausedUntil != nil {
		draft.PausedUntil = s.PausedUntil.String()
	}
	return draft
}

// The longest texts a schedule holds, in characters.
const (
	longestName   = 200
	longestTitle  = 200
	longestNote   = 10_000
	longestChatID = 100
)

// draftReader turns a draft into a schedule and collects every wrong field.
type draftReader struct {
	draft    Draft
	settings settings.Settings
	now      time.Time
	schedule Schedule
	wrong    []fault.Field
}

// refuse notes a wrong field.
func (r *draftReader) refuse(name, key string, args fault.Args) {
	r.wrong = append(r.wrong, fault.Field{Name: name, Key: key, Args: args})
}

// check notes the fault of a field, if there is one.
func (r *draftReader) check(name string, err error) {
	if err != nil {
		f := fault.As(err)
		r.refuse(name, f.Key, f.Args)
	}
}

// read checks a tenant's draft and fills in the defaults. The error is a fault
// of kind Invalid that names every wrong field.
func (s *Scheduler) read(tenantKey string, draft Draft) (Schedule, error) {
	chosen := s.Settings.Of(tenantKey)
	r := &draftReader{draft: draft, settings: chosen, now: s.Now()}
	r.schedule = Schedule{
		TenantKey: tenantKey, Name: draft.Name, ChatID: draft.ChatID, Cron: strings.Join(strings.Fields(draft.Cron), " "),
		On: On(cmp.Or(draft.On, string(EveryDay))), Timezone: cmp.Or(draft.Timezone, chosen.Timezone),
		Period: cmp.Or(draft.Period, "last week"), Compare: reports.Compare(cmp.Or(draft.Compare, string(reports.ComparePrevious))),
		Locale: templates.Locale(cmp.Or(draft.Locale, string(chosen.Locale))), Title: draft.Title, Note: draft.Note,
		SkipIfEmpty: draft.SkipIfEmpty, Enabled: draft.Enabled,
	}
	r.texts()
	r.choices()
	r.times()
	if len(r.wrong) == 0 {
		r.check("cron", s.comes(r.schedule))
	}
	if len(r.wrong) > 0 {
		slices.SortStableFunc(r.wrong, func(a, b fault.Field) int { return strings.Compare(a.Name, b.Name) })
		return Schedule{}, &fault.Error{Kind: fault.Invalid, Key: "fault.schedule.invalid", Fields: r.wrong}
	}
	return r.schedule, nil
}

// Check looks at a tenant's draft. The error is a fault of kind Invalid that
// names every wrong field.
func (s *Scheduler) Check(tenantKey string, draft Draft) error {
	_, err := s.read(tenantKey, draft)
	return err
}

// texts looks at the texts, and that a chat is named.
func (r *draftReader) texts() {
	if strings.TrimSpace(r.schedule.ChatID) == "" {
		r.refuse("chat_id", "fault.schedule.chat_id", nil)
	}
	for _, field := range []struct {
		name, text string
		most       int
	}{
		{"name", r.draft.Name, longestName},
		{"title", r.draft.Title, longestTitle},
		{"note", r.draft.Note, longestNote},
		{"chat_id", r.draft.ChatID, longestChatID},
	} {
		switch {
		case utf8.RuneCountInString(field.text) > field.most:
			r.refuse(field.name, "fault.schedule.too_long", fault.Args{"most": strconv.Itoa(field.most)})
		case !utf8.ValidString(field.text) || strings.Contains(field.text, "\x00"): // PostgreSQL does not take these
			r.refuse(field.name, "fault.schedule.text", nil)
		}
	}
}

// choices reads the fields that are one of a few words.
func (r *draftReader) choices() {
	if !slices.Contains([]On{EveryDay, Workdays, FirstWorkdayOfWeek, FirstWorkdayOfMonth}, r.schedule.On) {
		r.refuse("on", "fault.schedule.on", fault.Args{"part": r.draft.On})
	}
	if !slices.Contains([]reports.Compare{reports.ComparePrevious, reports.CompareLastYear, reports.CompareNone}, r.schedule.Compare) {
		r.refuse("compare", "fault.command.vs", fault.Args{"part": r.draft.Compare})
	}
	var err error
	if r.schedule.Unit, err = reports.ParseUnit(r.draft.Unit); err != nil {
		r.refuse("unit", "fault.command.unit", fault.Args{"part": r.draft.Unit})
	}
	if _, err := templates.ParseLocale(string(r.schedule.Locale)); err != nil {
		r.refuse("locale", "fault.schedule.locale", fault.Args{"part": r.draft.Locale})
	}
}

// times reads cron, zone, period and pause.
func (r *draftReader) times() {
	_, err := ParseCron(r.schedule.Cron)
	r.check("cron", err)
	zone, err := time.LoadLocation(r.schedule.Timezone)
	if err != nil || r.schedule.Timezone == "Local" {
		r.refuse("timezone", "fault.schedule.timezone", fault.Args{"part": r.schedule.Timezone})
		zone = r.settings.Zone()
	}
	_, err = reports.ParsePeriod(r.schedule.Period, reports.DateOf(r.now.In(zone)), r.settings.FirstWeekday())
	r.check("period", err)
	if r.draft.PausedUntil == "" {
		return
	}
	date, err := reports.ParseDate(r.draft.PausedUntil)
	if err != nil {
		r.refuse("paused_until", "fault.period.date", fault.Args{"part": r.draft.PausedUntil})
		return
	}
	r.schedule.PausedUntil = &date
}

// comes refuses a schedule that has no run at all, whatever its pause.
func (s *Scheduler) comes(schedule Schedule) error {
	schedule.PausedUntil, schedule.Enabled = nil, true
	plan, err := s.plan(schedule)
	if err != nil {
		return err
	}
	if plan.NextRun(s.Now()).IsZero() {
		return fault.New(fault.Invalid, "fault.schedule.cron_never", fault.Args{"part": schedule.Cron})
	}
	return nil
}
