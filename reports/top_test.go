package reports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"

	"huibao/internal/fault"
)

// ranked is a TopSource whose answer a test decides.
type ranked struct {
	users []TopUser
	err   error
	calls []string
}

func (r *ranked) TopUsers(_ context.Context, tenantKey string, unit Unit, days Range, zone *time.Location, by TopBy) ([]TopUser, error) {
	r.calls = append(r.calls, fmt.Sprint(tenantKey, " ", unit, " ", days.text(), " ", zone, " ", by))
	return r.users, r.err
}

// person is a line of a person whose meetings are as long as those of figures.
func person(name string, meetings int64) TopUser {
	return TopUser{ID: "ou_" + name, Name: name, Kind: TopPerson, MeetingCount: meetings, MeetingDurationSeconds: 600 * meetings}
}

// newRanked is a bench at noon with a ranking.
func newRanked(users ...TopUser) (*bench, *ranked, *bytes.Buffer) {
	b, source, lines := newBench(week{}).at(noon), &ranked{users: users}, &bytes.Buffer{}
	logger := logrus.New()
	logger.SetOutput(lines)
	b.TopSource, b.Log = source, logrus.NewEntry(logger)
	return b, source, lines
}

// topQuery asks for five people over a PERIOD.
func (b *bench) topQuery(text string, by TopBy) TopQuery {
	query := b.query(text, CompareNone)
	return TopQuery{TenantKey: query.TenantKey, Unit: UnitSG, Period: query.Period, Zone: time.UTC, By: by, Limit: 5}
}

// People and rooms each have a list, ranked by what was asked for, and so many
// people remain whatever rooms stand before them.
func TestTop(t *testing.T) {
	room := TopUser{ID: "omm_1", Name: "Room", Kind: TopRoom, MeetingCount: 50, MeetingDurationSeconds: 30000}
	guest := TopUser{Name: "+86", Kind: TopGuest, MeetingCount: 7, MeetingDurationSeconds: 9000}
	users := []TopUser{room, person("a", 9), guest, person("b", 8), person("c", 8), person("d", 3), person("e", 2), person("f", 1)}
	for by, want := range map[TopBy][]TopUser{
		TopByCount:    {person("a", 9), person("b", 8), person("c", 8), guest, person("d", 3)},
		TopByDuration: {guest, person("a", 9), person("b", 8), person("c", 8), person("d", 3)},
	} {
		b, source, lines := newRanked(append([]TopUser(nil), users...)...)
		report, err := b.Top(t.Context(), b.topQuery("7d", by))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, report.People); diff != "" {
			t.Errorf("by %s: %s", by, diff)
		}
		if diff := cmp.Diff([]TopUser{room}, report.Rooms); diff != "" {
			t.Error(diff)
		}
		if report.Implausible || lines.Len() > 0 || !report.AsOf.Equal(instant(noon)) || report.By != by {
			t.Errorf("%+v, log %s", report, lines)
		}
		asked := "tenant sg " + report.Period.text() + " Asia/Shanghai " + string(by)
		if diff := cmp.Diff([]string{asked}, source.calls); diff != "" {
			t.Error(diff)
		}
		b.wantCalls(t, report.Period.text()) // the daily figures it is held against
	}
}

// The platform is asked for nothing but what it answers for, and a period that
// reaches further back says from which date on.
func TestTopOutOfReach(t *testing.T) {
	b, source, _ := newRanked(person("a", 1))
	b.at("2026-11-10T04:00:00Z") // a Tuesday, 12:00; 90 times 24 h before is 12 August, 12:00
	for text, want := range map[string]struct{ key, from, suggestion string }{
		"2026-08-12..2026-11-09": {"fault.top.out_of_reach", "2026-08-13", "2026-08-13..2026-11-09"},
		"2026-08-12":             {"fault.top.out_of_reach", "2026-08-13", "2026-08-13..2026-11-09"},
		"last year":              {"fault.top.out_of_reach", "2026-08-13", "2026-08-13..2026-11-09"},
		"this year":              {"fault.top.out_of_reach", "2026-08-13", "2026-08-13..2026-11-09"},
		"2026-08-01..2026-08-20": {"fault.top.out_of_reach", "2026-08-13", "2026-08-13..2026-08-20"},
		"2026-08-13..2026-11-10": {},
		"today":                  {},
	} {
		source.calls = nil
		_, err := b.Top(t.Context(), b.topQuery(text, TopByCount))
		if want.key == "" {
			if err != nil || len(source.calls) != 1 {
				t.Errorf("%s: %v, asked %v", text, err, source.calls)
			}
			continue
		}
		f := fault.As(err)
		if f == nil || f.Kind != fault.Invalid || f.Key != want.key || f.Args["from"] != want.from || f.Args["suggestion"] != want.suggestion || len(source.calls) > 0 {
			t.Errorf("%s: %v, asked %v; want %v", text, err, source.calls, want)
		}
	}
}

// A chat may live a day ahead of its organisation: what has not begun there is
// not asked for.
func TestTopAheadOfTheTenant(t *testing.T) {
	b, source, _ := newRanked(person("a", 1))
	b.at("2026-11-10T12:00:00Z") // 20:00 in Shanghai, the 11th in Auckland
	query := b.topQuery("7d", TopByCount)
	query.Period = daysPeriod(span("2026-11-10..2026-11-11"))
	if _, err := b.Top(t.Context(), query); err != nil || !strings.Contains(source.calls[0], " 2026-11-10 ") {
		t.Errorf("%v, asked %v", err, source.calls)
	}
	query.Period = daysPeriod(span("2026-11-11..2026-11-11"))
	if _, err := b.Top(t.Context(), query); fault.As(err).Key != "fault.period.future" || len(source.calls) != 1 {
		t.Errorf("%v, asked %v", err, source.calls)
	}
}

func TestTopFails(t *testing.T) {
	b, source, _ := newRanked()
	source.err = fault.New(fault.Permission, "fault.platform.scope", nil)
	if _, err := b.Top(t.Context(), b.topQuery("7d", TopByCount)); fault.As(err).Key != "fault.platform.scope" {
		t.Error(err)
	}
	b.wantCalls(t)
}

// The daily figures of the bench are one meeting of 600 s a day.
func TestTopIsHeldAgainstTheDailyFigures(t *testing.T) {
	of := func(meetings, seconds int64) TopUser {
		return TopUser{Kind: TopPerson, MeetingCount: meetings, MeetingDurationSeconds: seconds}
	}
	room := TopUser{Kind: TopRoom, MeetingCount: 1, MeetingDurationSeconds: 1e6}
	for name, c := range map[string]struct {
		users  []TopUser
		silent bool   // the platform reports no days
		unit   string // which should be set; "" for plausible
	}{
		"as long as all":               {users: []TopUser{of(7, 4200)}},
		"eight times as long":          {users: []TopUser{of(1, 4800)}},
		"a little longer":              {users: []TopUser{of(1, 4801)}, unit: "seconds"},
		"an eighth":                    {users: []TopUser{of(1, 75)}},
		"a little shorter":             {users: []TopUser{of(1, 74)}, unit: "minutes"},
		"sixty times as long":          {users: []TopUser{of(7, 252_000)}, unit: "seconds"},
		"a sixtieth":                   {users: []TopUser{of(7, 70)}, unit: "minutes"},
		"no time at all":               {users: []TopUser{of(7, 0)}, unit: "minutes"},
		"the mean of several counts":   {users: []TopUser{of(1, 30), of(9, 5400)}},
		"rooms do not count":           {users: []TopUser{room}},
		"nobody":                       {},
		"nobody who met":               {users: []TopUser{of(0, 0)}},
		"one and a half of the period": {users: []TopUser{of(9_999, 907_200)}, silent: true},
		"longer than that":             {users: []TopUser{of(9_999, 907_201)}, silent: true, unit: "seconds"},
		"short, without daily figures": {users: []TopUser{of(9_999, 1)}, silent: true},
	} {
		t.Run(name, func(t *testing.T) {
			b, _, lines := newRanked(c.users...)
			if c.silent {
				b.platform.answer = func(context.Context, Range) ([]Row, error) { return nil, errors.New("silent") }
			}
			report, err := b.Top(t.Context(), b.topQuery("7d", TopByCount))
			if err != nil {
				t.Fatal(err)
			}
			if report.Implausible != (c.unit != "") {
				t.Errorf("implausible %v", report.Implausible)
			}
			warned := strings.Contains(lines.String(), "HUIBAO_TOP_USER_UNIT should probably be "+c.unit)
			if warned != (c.unit != "") || c.silent != strings.Contains(lines.String(), "silent") {
				t.Errorf("the log says %s", lines)
			}
		})
	}
}

// Where the archive is fresh, a ranking costs one call and no other.
func TestTopCostsOneCall(t *testing.T) {
	b, source, _ := newRanked(person("a", 1))
	query := b.topQuery("7d", TopByCount)
	query.Unit = UnitNone
	for date := query.Period.From; date <= query.Period.To; date++ {
		b.archive.keep(date, 1, b.Now())
	}
	if _, err := b.Top(t.Context(), query); err != nil || len(source.calls) != 1 {
		t.Errorf("%v, asked %v", err, source.calls)
	}
	b.wantCalls(t)
}
