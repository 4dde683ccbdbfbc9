package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"huibao/internal/fault"
	"huibao/reports"
)

// mostRanked is the most lines the platform ranks. All are asked for, since
// rooms stand among them. Source: vc-v1/report/get_top_user.
const mostRanked = "100"

// topOrders are the platform's numbers of what a ranking goes by.
var topOrders = map[reports.TopBy]string{reports.TopByCount: "1", reports.TopByDuration: "2"}

// TopUsers asks get_top_user for the ranking of the days, at the same rate as
// Daily. The error is a fault; reports.ErrRange is in its chain when the
// platform refuses the range. Source: vc-v1/report/get_top_user.
func (c *Client) TopUsers(ctx context.Context, tenantKey string, unit reports.Unit, days reports.Range, zone *time.Location, by reports.TopBy) ([]reports.TopUser, error) {
	query := reportQuery(unit, days, zone)
	query.Set("limit", mostRanked)
	query.Set("order_by", topOrders[by])
	query.Set("user_id_type", "open_id") // by user_id the platform refuses a ranking with rooms in it
	body, err := c.report(ctx, tenantKey, "report_get_top_user", "/open-apis/vc/v1/reports/get_top_user", query)
	if err != nil {
		return nil, err
	}
	second := int64(1)
	if c.options.TopUserMinutes {
		second = 60
	}
	users, err := parseTopUsers(body, second)
	if err != nil {
		return nil, fault.Wrap(fmt.Errorf("get_top_user: %w", err), fault.Internal, "fault.platform.bad_row", nil)
	}
	return users, nil
}

// parseTopUsers reads a reply strictly, as parseDaily does: a line that cannot
// be read is an error with the line in it. Durations are in units of so many
// seconds.
func parseTopUsers(body []byte, seconds int64) ([]reports.TopUser, error) {
	reply, err := object(body)
	if err != nil {
		return nil, fmt.Errorf("the reply: %w", err)
	}
	data, err := members(reply["data"])
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	var raw []json.RawMessage
	if list, given := data["top_user_report"]; given && json.Unmarshal(list, &raw) != nil {
		return nil, errors.New("top_user_report is no list")
	}
	users := make([]reports.TopUser, 0, len(raw))
	for i, text := range raw {
		user, err := readTopUser(text, seconds)
		if err != nil {
			return nil, fmt.Errorf("line %d, %s: %w", i, oneLine(string(text), shownRow), err)
		}
		users = append(users, user)
	}
	return users, nil
}

// readTopUser reads one line. Whoever dialled in may have no id, and anybody
// may have no name.
func readTopUser(raw json.RawMessage, seconds int64) (reports.TopUser, error) {
	found, err := members(raw)
	if err != nil {
		return reports.TopUser{}, err
	}
	var user reports.TopUser
	if err := readTexts(found, field{"id", &user.ID}, field{"name", &user.Name}); err != nil {
		return reports.TopUser{}, err
	}
	if user.Kind, err = readKind(found["user_type"]); err != nil {
		return reports.TopUser{}, err
	}
	if user.MeetingCount, err = readNumber(found, "meeting_count", mostFigure); err != nil {
		return reports.TopUser{}, err
	}
	duration, err := readNumber(found, "meeting_duration", mostFigure)
	user.MeetingDurationSeconds = duration * seconds
	return user, err
}

// readKind reads a user_type, which is a JSON number: 1 a user of the platform,
// 2 a room, 3 a document user, 4 a neo user, 5 a neo guest, 6 by telephone, 7
// by SIP. Only 2 is no person; a number yet unknown is taken for a guest.
// Source: vc-v1/report/get_top_user.
func readKind(raw json.RawMessage) (reports.TopKind, error) {
	number, err := strconv.ParseUint(string(raw), 10, 31)
	switch {
	case err != nil:
		return "", errors.New("user_type is no whole number")
	case number == 2:
		return reports.TopRoom, nil
	case number == 1, number == 3, number == 4:
		return reports.TopPerson, nil
	}
	return reports.TopGuest, nil
}
