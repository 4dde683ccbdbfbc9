package feishu

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/fault"
	"huibao/internal/simulator"
	"huibao/reports"
)

// The ranking of the simulated platform, whether it counts in seconds or in
// minutes.
func TestTopUsers(t *testing.T) {
	for _, minutes := range []bool{false, true} {
		s, c := newSimulated(t, func(o *ClientOptions) { o.TopUserMinutes = minutes })
		s.SetReportStyle(simulator.ReportStyle{Minutes: minutes})
		s.SetTopUsers([]simulator.TopUser{
			{ID: "ou_a", Name: "A", Type: 1, Meetings: 3, Seconds: 7200}, {ID: "omm_b", Name: "B", Type: 2, Meetings: 5, Seconds: 600},
			{Name: "+86 10 5555", Type: 6, Meetings: 4, Seconds: 9000}, {ID: "ou_d", Type: 3, Meetings: 2}, {ID: "x", Name: "E", Type: 8},
		})
		a := reports.TopUser{ID: "ou_a", Name: "A", Kind: reports.TopPerson, MeetingCount: 3, MeetingDurationSeconds: 7200}
		room := reports.TopUser{ID: "omm_b", Name: "B", Kind: reports.TopRoom, MeetingCount: 5, MeetingDurationSeconds: 600}
		phone := reports.TopUser{Name: "+86 10 5555", Kind: reports.TopGuest, MeetingCount: 4, MeetingDurationSeconds: 9000}
		nameless := reports.TopUser{ID: "ou_d", Kind: reports.TopPerson, MeetingCount: 2}
		other := reports.TopUser{ID: "x", Name: "E", Kind: reports.TopGuest}
		today := reports.DateOf(time.Now().In(shanghai))
		days := reports.Range{From: today.AddDays(-7), To: today.AddDays(-1)}
		for by, want := range map[reports.TopBy][]reports.TopUser{
			reports.TopByCount: {room, phone, a, nameless, other}, reports.TopByDuration: {phone, a, room, nameless, other},
		} {
			users, err := c.TopUsers(t.Context(), "tenant", "", days, shanghai, by)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, users); diff != "" {
				t.Errorf("minutes %v, by %s: %s", minutes, by, diff)
			}
		}
	}
}

// All that the platform ranks is asked for, by open_id.
func TestTopUsersQuery(t *testing.T) {
	days := reports.Range{From: date("2026-11-03"), To: date("2026-11-09")}
	for by, order := range map[reports.TopBy]string{reports.TopByCount: "1", reports.TopByDuration: "2"} {
		p := newPlatform(t, always(http.StatusOK, `{"code":0,"data":{}}`))
		users, err := newTestClient(t, p.URL, nil).TopUsers(t.Context(), "tenant", reports.UnitJP, days, shanghai, by)
		if err != nil || len(users) != 0 {
			t.Fatal(users, err)
		}
		want := "end_time=1794239999&limit=100&order_by=" + order + "&start_time=1793635200&unit=3&user_id_type=open_id"
		made := p.made()
		if len(made) != 1 || made[0].method != "GET" || made[0].path != "/open-apis/vc/v1/reports/get_top_user" || made[0].query != want {
			t.Errorf("made %+v, want %s", made, want)
		}
	}
}

// Days the platform no longer answers for, as it refuses them; and a permission
// that is missing, by its name.
func TestTopUsersRefusals(t *testing.T) {
	_, c := newSimulated(t, nil)
	today := reports.DateOf(time.Now().In(shanghai))
	_, err := c.TopUsers(t.Context(), "tenant", "", reports.Range{From: today.AddDays(-91), To: today}, shanghai, reports.TopByCount)
	if !errors.Is(err, reports.ErrRange) || fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
	p := newPlatform(t, always(http.StatusBadRequest, refusal("99991672")))
	_, err = newTestClient(t, p.URL, nil).TopUsers(t.Context(), "tenant", "", week, time.UTC, reports.TopByCount)
	if f := fault.As(err); f == nil || f.Key != "fault.platform.scope" || f.Args["scope"] != "vc:report:readonly" {
		t.Errorf("%v", err)
	}
}

// Rankings and daily reports of a tenant share one rate, another tenant has its
// own, and a refusal for frequency is waited out.
func TestTopUsersShareTheRate(t *testing.T) {
	var made calls
	begun := time.Time{}
	inBubble(t, 1, func(w http.ResponseWriter, r *http.Request) {
		n := made.note(begun)
		switch {
		case n == 2:
			w.Header().Set("X-Ogw-Ratelimit-Reset", "20")
			reply(w, http.StatusTooManyRequests, refusal("99991400"))
		case strings.HasSuffix(r.URL.Path, "get_daily"):
			reply(w, http.StatusOK, officialDaily)
		default:
			reply(w, http.StatusOK, topOf(`{"id":"ou_a","user_type":1,"meeting_count":"1","meeting_duration":"2"}`))
		}
	}, func(t *testing.T, client *testClient) {
		begun = time.Now()
		if _, err := client.Daily(t.Context(), "tenant", "", week, time.UTC); err != nil {
			t.Error(err)
		}
		users, err := client.TopUsers(t.Context(), "tenant", "", week, time.UTC, reports.TopByCount)
		if err != nil || len(users) != 1 {
			t.Error(users, err)
		}
		if _, err := client.TopUsers(t.Context(), "another", "", week, time.UTC, reports.TopByCount); err != nil {
			t.Error(err)
		}
		made.within(t, 200*time.Millisecond, 0, time.Second, 21*time.Second, 21*time.Second)
	})
}

// topOf is a reply with the lines given.
func topOf(lines string) string { return `{"code":0,"data":{"top_user_report":[` + lines + `]}}` }

// A line that cannot be read is an error that holds it, and on one line of the
// log; nothing is left out.
func TestParseTopUsersBadLines(t *testing.T) {
	good := `{"id":"ou_a","name":"A","user_type":1,"meeting_count":"1","meeting_duration":"2"}`
	with := func(old, other string) string { return strings.Replace(good, old, other, 1) }
	cases := map[string]string{
		"null":                      `null`,
		"a number":                  `7`,
		"empty":                     `{}`,
		"no type":                   with(`"user_type":1,`, ``),
		"a type that is a text":     with(`"user_type":1`, `"user_type":"1"`),
		"a negative type":           with(`"user_type":1`, `"user_type":-1`),
		"a type that is a fraction": with(`"user_type":1`, `"user_type":1.5`),
		"an id that is a number":    with(`"ou_a"`, `7`),
		"a name that is a list":     with(`"A"`, `["A"]`),
		"no meetings":               with(`"meeting_count":"1",`, ``),
		"meetings that are null":    with(`"1",`, `null,`),
		"meetings that are numbers": with(`"1",`, `1,`),
		"less than none":            with(`"1",`, `"-1",`),
		"no duration":               with(`,"meeting_duration":"2"`, ``),
		"a duration in words":       with(`"2"`, `"01:00:00"`),
		"more than there can be":    with(`"2"`, `"1000000000000001"`),
		"a figure twice":            with(`"meeting_count":"1"`, `"meeting_count":"1","meeting_count":"0"`),
	}
	for name, line := range cases {
		t.Run(name, func(t *testing.T) {
			users, err := parseTopUsers([]byte(topOf(good+","+line)), 60)
			if err == nil || users != nil {
				t.Fatalf("got %+v", users)
			}
			if !strings.Contains(err.Error(), fmt.Sprintf("line 1, %s:", line)) {
				t.Errorf("the error does not hold the line: %v", err)
			}
		})
	}
	p := newPlatform(t, always(http.StatusOK, topOf("\n{}\n")))
	_, err := newTestClient(t, p.URL, nil).TopUsers(t.Context(), "tenant", "", week, time.UTC, reports.TopByCount)
	if f := fault.As(err); f == nil || f.Key != "fault.platform.bad_row" || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}

func TestParseTopUsersReplies(t *testing.T) {
	cases := map[string]struct {
		body  string
		lines int // -1 for an error
	}{
		"nobody":            {topOf(""), 0},
		"no list":           {`{"code":0,"data":{}}`, 0},
		"the list is null":  {`{"code":0,"data":{"top_user_report":null}}`, 0},
		"not a list":        {`{"code":0,"data":{"top_user_report":{}}}`, -1},
		"no data":           {`{"code":0,"msg":"success"}`, -1},
		"nothing":           {"", -1},
		"unknown members":   {topOf(`{"more":[1],"user_type":2,"meeting_count":"1","meeting_duration":"2"}`), 1},
		"two lists":         {`{"code":0,"data":{"top_user_report":[null],"top_user_report":[]}}`, -1},
		"cut in the middle": {topOf("")[:30], -1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			users, err := parseTopUsers([]byte(c.body), 1)
			if (err != nil) != (c.lines < 0) || err == nil && len(users) != c.lines {
				t.Errorf("got %+v, %v; want %d lines", users, err, c.lines)
			}
		})
	}
}
