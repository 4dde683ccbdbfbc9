package feishu

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"huibao/internal/fault"
	"huibao/internal/simulator"
	"huibao/reports"
)

// The bounds are whole days of the zone, whatever its clock does, and the unit
// is sent only where there is one.
func TestDailyQuery(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		from, to string
		zone     *time.Location
		unit     reports.Unit
		query    string
	}{
		"a week in Shanghai":         {"2026-11-03", "2026-11-09", shanghai, "", "end_time=1794239999&start_time=1793635200"},
		"one day, mainland":          {"2026-11-03", "2026-11-03", shanghai, reports.UnitCN, "end_time=1793721599&start_time=1793635200&unit=0"},
		"the same, Japan":            {"2026-11-03", "2026-11-03", shanghai, reports.UnitJP, "end_time=1793721599&start_time=1793635200&unit=3"},
		"a day of 25 h in New York":  {"2026-11-01", "2026-11-01", newYork, reports.UnitUS, "end_time=1793595599&start_time=1793505600&unit=1"},
		"a day of 23 h in New York":  {"2026-03-08", "2026-03-08", newYork, reports.UnitSG, "end_time=1773028799&start_time=1772946000&unit=2"},
		"the day midnight is not in": {"2018-11-04", "2018-11-04", saoPaulo(t), "", "end_time=1541383199&start_time=1541300400"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, always(http.StatusOK, officialDaily))
			_, err := newTestClient(t, p.URL, nil).Daily(t.Context(), "tenant", c.unit, reports.Range{From: date(c.from), To: date(c.to)}, c.zone)
			if err != nil {
				t.Fatal(err)
			}
			made := p.made()
			if len(made) != 1 || made[0].method != "GET" || made[0].path != "/open-apis/vc/v1/reports/get_daily" || made[0].query != c.query {
				t.Errorf("made %+v, want %s", made, c.query)
			}
		})
	}
}

// saoPaulo is a zone whose clock once went from 00:00 to 01:00.
func saoPaulo(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// The rows of the simulated platform, in both ways of writing a date.
func TestDailyRows(t *testing.T) {
	for _, local := range []bool{false, true} {
		s, c := newSimulated(t, nil)
		s.LocalDates(local)
		today := reports.DateOf(time.Now().In(shanghai))
		first, second, third := today.AddDays(-5), today.AddDays(-4), today.AddDays(-3)
		s.SetDay(first.String(), simulator.DayFigures{Meetings: 7, Seconds: 7000, Participants: 70})
		s.DropDay(second.String())
		s.SetDay(third.String(), simulator.DayFigures{})
		rows, err := c.Daily(t.Context(), "tenant", "", reports.Range{From: first, To: third}, shanghai)
		if err != nil {
			t.Fatal(err)
		}
		want := []reports.Row{
			{Date: first, Figures: reports.Figures{MeetingCount: 7, MeetingDurationSeconds: 7000, ParticipantCount: 70}},
			{Date: third},
		}
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Errorf("local dates %v: %s", local, diff)
		}
	}
}

func TestDailyRefusals(t *testing.T) {
	badRow := fmt.Sprintf(`{"date":"%d","meeting_count":100}`, week.From.In(time.UTC).Unix())
	cases := map[string]struct {
		status int
		body   string
		kind   fault.Kind
		key    string
		calls  int
	}{
		"not offered":     {400, refusal("121002"), fault.Unsupported, "fault.platform.unsupported", 1},
		"out of reach":    {400, refusal("121003"), fault.Invalid, "fault.platform.range", 1},
		"scope missing":   {400, refusal("99991672"), fault.Permission, "fault.platform.scope", 1},
		"quota used up":   {400, refusal("99991403"), fault.Permission, "fault.platform.quota", 1},
		"unknown refusal": {400, refusal("5"), fault.Internal, "fault.platform.refused", 1},
		"a bad row":       {200, dailyOf(badRow), fault.Internal, "fault.platform.bad_row", 1},
		"no data":         {200, `{"code":0,"msg":"success"}`, fault.Internal, "fault.platform.bad_row", 1},
		"token refused":   {400, refusal("99991664"), fault.Temporary, "fault.platform.unwell", 8},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var made calls
			inBubble(t, 1000, func(w http.ResponseWriter, _ *http.Request) {
				made.note(time.Now())
				reply(w, c.status, c.body)
			}, func(t *testing.T, client *testClient) {
				rows, err := client.Daily(t.Context(), "tenant", "", week, time.UTC)
				if f := fault.As(err); rows != nil || f == nil || f.Kind != c.kind || f.Key != c.key {
					t.Errorf("%v, %v; want %s %s", rows, err, c.kind, c.key)
				}
				if len(made.at) != c.calls {
					t.Errorf("%d calls, want %d", len(made.at), c.calls)
				}
				if refused := errors.Is(err, reports.ErrRange); refused != (name == "out of reach") {
					t.Errorf("ErrRange %v", refused)
				}
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("an error of several lines: %v", err)
				}
				if name == "a bad row" && !strings.Contains(err.Error(), badRow) {
					t.Errorf("the row is not in the error: %v", err)
				}
				if name == "scope missing" && fault.As(err).Args["scope"] != "vc:report:readonly" {
					t.Errorf("scope %q", fault.As(err).Args["scope"])
				}
			})
		})
	}
}

// Days the platform no longer answers for, as it refuses them.
func TestDailyOutOfReach(t *testing.T) {
	_, c := newSimulated(t, nil)
	today := reports.DateOf(time.Now().In(shanghai))
	_, err := c.Daily(t.Context(), "tenant", "", reports.Range{From: today.AddDays(-91), To: today}, shanghai)
	if !errors.Is(err, reports.ErrRange) || fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
}

// Totals that are not the sums are counted, and nothing else.
func TestDailyTotalsDiffer(t *testing.T) {
	p := newPlatform(t, always(http.StatusOK, officialDaily))
	c := newTestClient(t, p.URL, nil)
	for range 2 {
		rows, err := c.Daily(t.Context(), "tenant", "", week, time.UTC)
		if err != nil || len(rows) != 1 || rows[0].Figures.MeetingDurationSeconds != 147680 {
			t.Errorf("%v, %v", rows, err)
		}
	}
	if counted := testutil.ToFloat64(c.differs); counted != 2 {
		t.Errorf("counted %v, want 2", counted)
	}
}
