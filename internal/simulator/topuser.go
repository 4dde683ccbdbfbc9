package simulator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The kinds of participants. Source: vc-v1/report/get_top_user.
const (
	userPerson = 1
	userRoom   = 2
)

// topUserLimit is the most that can be asked for.
const topUserLimit = 100

// TopUser is one line of the ranking.
type TopUser struct {
	ID       string `json:"id"` // open_id of a person
	Name     string `json:"name"`
	Type     int    `json:"user_type"` // 1 a person, 2 a room, up to 7
	Meetings int64  `json:"meeting_count"`
	Seconds  int64  `json:"meeting_duration"`
}

// SetTopUsers replaces the invented ranking; nil brings it back.
func (t *Tenant) SetTopUsers(users []TopUser) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports.top = slices.Clone(users)
}

// getTopUser answers GET reports/get_top_user.
func (s *Server) getTopUser(c *call) answer {
	query := c.URL.Query()
	limit, limitErr := strconv.Atoi(query.Get("limit"))
	order := query.Get("order_by")
	if limitErr != nil || limit < 1 || limit > topUserLimit || order != "1" && order != "2" {
		return refuse(121003, "param error: limit or order_by")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	asked, refusal := c.tenant.readSpan(query, c.now)
	if refusal != nil {
		return *refusal
	}
	users := c.tenant.ranking(asked, c.now, order)
	users = users[:min(limit, len(users))]
	items := []any{}
	for _, user := range users {
		if user.Type == userRoom && query.Get("user_id_type") == "user_id" {
			return refuse(122359, "The request you send is not a valid {lark_id} or not exists")
		}
		items = append(items, c.tenant.topUser(user))
	}
	return ok(map[string]any{"top_user_report": items})
}

// ranking is the users in the order asked for. The lock is held.
func (t *Tenant) ranking(asked span, now time.Time, order string) []TopUser {
	users := slices.Clone(t.reports.top)
	if users == nil {
		users = t.inventedUsers(asked, now)
	}
	slices.SortStableFunc(users, func(a, b TopUser) int {
		if order == "1" {
			return cmp.Compare(b.Meetings, a.Meetings)
		}
		return cmp.Compare(b.Seconds, a.Seconds)
	})
	return users
}

// inventedUsers share out the days' meetings: the people of the cast, a room and
// some more. The lock is held.
func (t *Tenant) inventedUsers(asked span, now time.Time) []TopUser {
	var total DayFigures
	for day := midnight(asked.from); !day.After(asked.to); day = day.AddDate(0, 0, 1) {
		figures, _ := t.day(asked.unit, day.Format(time.DateOnly), now)
		total.Meetings += figures.Meetings
		total.Seconds += figures.Seconds
	}
	var users []TopUser
	add := func(id, name string, kind int) {
		share := int64(len(users)*3 + 12) // one meeting in 12 for the first, ever fewer after
		users = append(users, TopUser{id, name, kind, total.Meetings / share, total.Seconds / share})
	}
	for _, person := range t.server.people {
		if person.TenantKey == t.key {
			add(person.OpenID, person.Name, userPerson)
		}
	}
	add("omm_room", "Room 3F", userRoom)
	for i := range 20 {
		add(fmt.Sprintf("ou_colleague%02d", i+1), fmt.Sprintf("Colleague %d", i+1), userPerson)
	}
	return users
}

// topUser writes a line as the platform does. The lock is held.
func (t *Tenant) topUser(user TopUser) map[string]any {
	duration := user.Seconds
	if t.reports.style.Minutes {
		duration /= 60
	}
	return map[string]any{
		"id": user.ID, "name": user.Name, "user_type": user.Type, "meeting_count": text(user.Meetings), "meeting_duration": text(duration),
	}
}
