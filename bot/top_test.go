//nolint:gosmopolitan // commands have Chinese names
package bot

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/fault"
	"huibao/reports"
)

// ranker is a TopReporter that notes what it is asked.
type ranker struct {
	queries []reports.TopQuery
	err     error
}

func (r *ranker) Top(_ context.Context, query reports.TopQuery) (*reports.TopReport, error) {
	r.queries = append(r.queries, query)
	if r.err != nil {
		return nil, r.err
	}
	return &reports.TopReport{
		TopQuery: query, AsOf: time.Now(),
		People: []reports.TopUser{{ID: "ou_ada", Name: "Ada", Kind: reports.TopPerson, MeetingCount: 12, MeetingDurationSeconds: 7200}},
	}, nil
}

// topScene is a scene whose organisation chose who may have rankings.
func topScene(t *testing.T, topUsers string) (*scene, *ranker) {
	t.Helper()
	ranker := &ranker{}
	return newScene(t, func(o *Options) {
		o.TopReports = ranker
		o.Settings.(*chosen).TopUsers = topUsers
	}), ranker
}

// Who may have a ranking where, for each thing an organisation can choose. Who
// may not is told what an admin must choose, and the platform is not asked.
func TestWhoMayRank(t *testing.T) {
	type asks struct {
		person Person
		chat   string // "" for a private one
	}
	const group = "oc_group"
	everybody := []asks{{member, ""}, {member, group}, {admin, ""}, {admin, group}}
	for topUsers, c := range map[string]struct {
		may map[asks]bool
		key string
	}{
		"off":     {nil, "fault.top.off"},
		"":        {nil, "fault.top.off"},
		"ON":      {nil, "fault.top.off"},
		"admins":  {map[asks]bool{{admin, ""}: true, {admin, group}: true}, "fault.top.admins"},
		"private": {map[asks]bool{{member, ""}: true, {admin, ""}: true}, "fault.top.private"},
		"on":      {map[asks]bool{{member, ""}: true, {member, group}: true, {admin, ""}: true, {admin, group}: true}, ""},
	} {
		for _, who := range everybody {
			t.Run(fmt.Sprintf("%s, %s in %q", topUsers, who.person.OpenID, who.chat), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, ranker := topScene(t, topUsers)
					m := message("/top")
					if who.chat != "" {
						m = inGroup(who.chat, "/top")
					}
					s.handle(event(by(who.person, m)))
					if !c.may[who] {
						s.only().mustSay(t, words("refusal.title_admin"), words(c.key), "PUT /settings")
						if len(ranker.queries) > 0 {
							t.Errorf("asked for %+v", ranker.queries)
						}
						return
					}
					s.only().mustSay(t, "Who meets most · last 7 days")
					if len(ranker.queries) != 1 {
						t.Errorf("asked for %+v", ranker.queries)
					}
				})
			})
		}
	}
}

// Even where rankings are on, nobody gets one who is not served.
func TestRankingsAreForThoseServed(t *testing.T) {
	for name, m := range map[string]Message{
		"a visitor in private": by(visitor, message("/top")),
		"an external group":    inGroup("oc_mixed", "/top"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, ranker := topScene(t, "on")
				s.handle(event(m))
				if s.only().kind() != "access" || len(ranker.queries) > 0 {
					t.Errorf("got %s, asked for %+v", s.only().says, ranker.queries)
				}
			})
		})
	}
}

// What is asked of the reports; the day is 10 November 2026.
func TestTopQuery(t *testing.T) {
	for text, want := range map[string]string{
		"/top":                                 "2026-11-03..2026-11-09 count 10",
		"/top last month by=duration limit=50": "2026-10-01..2026-10-31 duration 50",
		"／排行上周　ｌｉｍｉｔ＝３":           "2026-11-02..2026-11-08 count 3",
		"top limit = 1 yesterday": "2026-11-09..2026-11-09 count 1",
	} {
		b, r := parser(t)
		ranker := &ranker{}
		b.TopReports, r.settings.TopUsers = ranker, "on"
		command, arguments, err := b.parse(text)
		if err != nil || command.Name != "top" {
			t.Errorf("%s leads to %s, %v", text, command.Name, err)
			continue
		}
		if _, err := b.top(t.Context(), r, arguments); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		q := ranker.queries[0]
		if got := fmt.Sprintf("%s..%s %s %d", q.Period.From, q.Period.To, q.By, q.Limit); got != want || q.Unit != reports.UnitSG {
			t.Errorf("%s asks for %s of %q, want %s", text, got, q.Unit, want)
		}
	}
}

// A wrong option names the part, and the line as it was probably meant.
func TestTopOptions(t *testing.T) {
	for text, want := range map[string]string{
		"/top limit=51":                 "fault.command.limit part=51 suggestion=/top limit=50",
		"/top limit=0 7d":               "fault.command.limit part=0 suggestion=/top 7d limit=1",
		"/top limit=-3":                 "fault.command.limit part=-3 suggestion=/top limit=1",
		"/top limit=05":                 "fault.command.limit part=05 suggestion=/top limit=5",
		"/top limit=many by=count":      "fault.command.limit part=many suggestion=/top limit=10 by=count",
		"/排行 limit=9999999999999999999": "fault.command.limit part=9999999999999999999 suggestion=/排行 limit=10",
		"/top limit=":                   "fault.command.option_empty part=limit= suggestion=/top limit=10",
		"/top limt=20":                  "fault.command.option part=limt=20 suggestion=/top limit=20",
		"/top limit=5 limit=6":          "fault.command.option_twice part=limit suggestion=/top limit=5",
		"/top by=time":                  "fault.command.by part=time suggestion=/top by=count",
		"/top by=duratoin 上周":           "fault.command.by part=duratoin suggestion=/top 上周 by=duration",
		"/top vs=none":                  "fault.command.option part=vs=none suggestion=/top",
	} {
		b, r := parser(t)
		if got := outcomeOf(b, r, text); got != want {
			t.Errorf("%s gets %s, want %s", text, got, want)
		}
	}
}

// What goes wrong with the period is answered with a line that can be typed.
func TestTopPeriodErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, ranker := topScene(t, "on")
		s.handle(event(message("/top lst week by=duration")))
		s.only().mustSay(t, "“lst week” is not a period", "top last week by=duration")
		if len(ranker.queries) > 0 {
			t.Errorf("asked for %+v", ranker.queries)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, ranker := topScene(t, "on")
		ranker.err = fault.New(fault.Invalid, "fault.top.out_of_reach", fault.Args{"part": "this year", "from": "2026-08-13", "suggestion": "90d"})
		s.handle(event(message("/top this year limit=5")))
		s.only().mustSay(t, "“this year” reaches too far back", "can be asked from 2026-08-13 on", "top 90d limit=5")
	})
}
