package feishu

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"huibao/internal/fault"
	"huibao/internal/outbox"
)

// The codes of the platform's pages and how to react to each, written down from
// the pages. An answer 400 unless the page says otherwise.
var reactions = []struct {
	codes   []int
	react   string // in the pages' words
	outcome outbox.Outcome
}{
	{[]int{230001}, "bad parameter: do not retry; another content has other parameters", outbox.OutcomeContent},
	{[]int{230002}, "not in the group: mark the chat inactive", outbox.OutcomeGone},
	{[]int{230006}, "bot ability off: stop", outbox.OutcomeTenant},
	{[]int{230011, 230110}, "message recalled or deleted: send anew", outbox.OutcomeReply},
	{[]int{230013}, "user outside availability: drop", outbox.OutcomeTarget},
	{[]int{230017}, "the resource is another app's: not this content", outbox.OutcomeContent},
	{[]int{230018, 230035}, "settings forbid: at the next schedule", outbox.OutcomeTarget},
	{[]int{230019, 230071, 230072}, "no replies in that thread: a plain send", outbox.OutcomeReply},
	{[]int{230020}, "frequency: back off", outbox.OutcomeLater},
	{[]int{230022, 230028}, "sensitive content, data-leak audit: do not retry", outbox.OutcomeTarget},
	{[]int{230025}, "too long: shrink", outbox.OutcomeContent},
	{[]int{230027}, "missing permission or no external sharing: alert", outbox.OutcomeTarget},
	{[]int{230029, 230053}, "user gone: drop", outbox.OutcomeTarget},
	{[]int{230031}, "older than 14 days: a new card", outbox.OutcomeReply},
	{[]int{230034}, "receive_id invalid: drop", outbox.OutcomeTarget},
	{[]int{230036}, "encryption key deleted: stop", outbox.OutcomeTenant},
	{[]int{230038}, "cross-tenant: refuse", outbox.OutcomeTarget},
	{[]int{230049}, "being sent: the same uuid again", outbox.OutcomeUnknown},
	{[]int{230050}, "message not visible: send anew", outbox.OutcomeReply},
	{[]int{230054, 230055}, "type not allowed there, file mismatch: text", outbox.OutcomeContent},
	{[]int{230075}, "secret chat: drop", outbox.OutcomeTarget},
	{[]int{230099}, "card rejected: text", outbox.OutcomeContent},
	{[]int{232009}, "dissolved: mark the chat closed", outbox.OutcomeGone},
	{[]int{99991661}, "no token: defect", outbox.OutcomeTarget},
	{[]int{99991663, 99991664, 99991671}, "token invalid: another, once", outbox.OutcomeLater},
	{[]int{99991662, 10014}, "app stopped: pause tenant", outbox.OutcomeTenant},
	{[]int{99991665}, "bad tenant code: pause tenant", outbox.OutcomeTenant},
	{[]int{99991672, 99991640}, "scope missing: alert, do not retry", outbox.OutcomeTenant},
	{[]int{99991673, 232034}, "not installed: pause tenant", outbox.OutcomeTenant},
	{[]int{99991679, 99991668}, "of user tokens: not used", outbox.OutcomeTarget},
	{[]int{99991400}, "frequency: wait", outbox.OutcomeLater},
	{[]int{99991401}, "address not on the list: alert", outbox.OutcomeTenant},
	{[]int{99991403}, "quota used up: stop until next month", outbox.OutcomeTenant},
	{[]int{99991543, 10015, 10003}, "wrong credentials: alert", outbox.OutcomeTenant},
	{[]int{99992402}, "field validation: defect; another content has other fields", outbox.OutcomeContent},
	{[]int{99992351, 99992356, 99992361}, "receiver unknown: drop", outbox.OutcomeTarget},
	{[]int{99992354}, "message_id unknown: send anew", outbox.OutcomeReply},
	{[]int{2200}, "internal: retry with backoff", outbox.OutcomeUnknown},
	{[]int{9499}, "bad request: refused, for what is not said", outbox.OutcomeOther},
	{[]int{11232, 11233}, "system-wide peak: retry later", outbox.OutcomeLater},
	{[]int{232006, 232010, 232011, 232033}, "of chats: nothing can be posted there", outbox.OutcomeTarget},
	{[]int{232025}, "bot ability off: stop", outbox.OutcomeTenant},
}

func TestOutcomeOfEveryCode(t *testing.T) {
	code := 0
	p := newPlatform(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusBadRequest, refusal(strconv.Itoa(code)))
	})
	c := newTestClient(t, p.URL, nil)
	for _, row := range reactions {
		for _, code = range row.codes {
			t.Run(fmt.Sprint(code), func(t *testing.T) {
				_, sent := c.Send(t.Context(), "", "oc_1", card, "u")
				_, replied := c.Reply(t.Context(), "", "om_1", card, "u")
				for _, err := range []error{sent, replied} {
					var failure *outbox.Failure
					if !errors.As(err, &failure) || failure.Outcome != row.outcome || failure.Code != code {
						t.Errorf("%v; want %s: %s", err, row.outcome, row.react)
					}
				}
			})
		}
	}
}

// Some codes say of an update what they do not say of a message.
func TestOutcomeOfUpdates(t *testing.T) {
	for code, want := range map[int]outbox.Outcome{
		230075: outbox.OutcomeReply, 230031: outbox.OutcomeReply, 230011: outbox.OutcomeReply, 230110: outbox.OutcomeReply,
		230072: outbox.OutcomeReply, 230099: outbox.OutcomeContent, 230025: outbox.OutcomeContent,
		230020: outbox.OutcomeLater, 230002: outbox.OutcomeGone,
	} {
		p := newPlatform(t, always(http.StatusBadRequest, refusal(strconv.Itoa(code))))
		err := newTestClient(t, p.URL, nil).Update(t.Context(), "", "om_1", card)
		if failure := outbox.FailureOf(err); failure.Outcome != want {
			t.Errorf("%d: %s, want %s", code, failure.Outcome, want)
		}
	}
}

// What a person is told, by the code of the look-up that failed.
func TestFaultOfEveryCode(t *testing.T) {
	cases := map[int]struct {
		status int
		kind   fault.Kind
		key    string
	}{
		10003:    {400, fault.Permission, "fault.platform.credentials"},
		10014:    {400, fault.Permission, "fault.platform.stopped"},
		10015:    {400, fault.Permission, "fault.platform.credentials"},
		99991543: {400, fault.Permission, "fault.platform.credentials"},
		99991662: {400, fault.Permission, "fault.platform.stopped"},
		99991665: {400, fault.Permission, "fault.platform.not_installed"},
		99991673: {400, fault.Permission, "fault.platform.not_installed"},
		232034:   {400, fault.Permission, "fault.platform.not_installed"},
		99991672: {400, fault.Permission, "fault.platform.scope"},
		99991640: {400, fault.Permission, "fault.platform.scope"},
		230027:   {400, fault.Permission, "fault.platform.scope"},
		99991401: {400, fault.Permission, "fault.platform.address"},
		99991403: {400, fault.Permission, "fault.platform.quota"},
		99991400: {429, fault.Temporary, "fault.platform.limited"},
		230020:   {400, fault.Temporary, "fault.platform.limited"},
		11232:    {400, fault.Temporary, "fault.platform.limited"},
		11233:    {400, fault.Temporary, "fault.platform.limited"},
		230002:   {400, fault.Forbidden, "fault.platform.not_in_chat"},
		232011:   {400, fault.Forbidden, "fault.platform.not_in_chat"},
		230006:   {400, fault.Permission, "fault.platform.bot_off"},
		232025:   {400, fault.Permission, "fault.platform.bot_off"},
		230018:   {400, fault.Forbidden, "fault.platform.muted"},
		230035:   {400, fault.Forbidden, "fault.platform.muted"},
		232009:   {400, fault.NotFound, "fault.platform.dissolved"},
		2200:     {500, fault.Temporary, "fault.platform.unwell"},
		121001:   {500, fault.Temporary, "fault.platform.unwell"},
		230049:   {400, fault.Temporary, "fault.platform.unwell"},
		99991663: {400, fault.Temporary, "fault.platform.unwell"},
		9499:     {400, fault.Internal, "fault.platform.refused"},
		987654:   {400, fault.Internal, "fault.platform.refused"},
		987655:   {503, fault.Temporary, "fault.platform.unwell"},
	}
	for code, c := range cases {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			p := newPlatform(t, always(c.status, refusal(strconv.Itoa(code))))
			_, err := newTestClient(t, p.URL, nil).FindChat(t.Context(), "", "oc_1")
			f := fault.As(err)
			if f.Kind != c.kind || f.Key != c.key {
				t.Errorf("%s %s, want %s %s", f.Kind, f.Key, c.kind, c.key)
			}
			if limited := c.key == "fault.platform.limited"; limited != (f.Wait > 0) {
				t.Errorf("wait %s", f.Wait)
			}
		})
	}
}

// A missing permission is named: by the platform where it says, else by what
// the call needs.
func TestMissingScopeIsNamed(t *testing.T) {
	named := `{"code":99991672,"msg":"Access denied","error":{"log_id":"2026","permission_violations":[
		{"type":"action_scope_required","subject":"im:chat","description":""},{"type":"action_scope_required","subject":"im:chat:read"}]}}`
	for body, want := range map[string]string{named: "im:chat, im:chat:read", refusal("99991672"): "im:chat:readonly"} {
		p := newPlatform(t, always(http.StatusBadRequest, body))
		_, err := newTestClient(t, p.URL, nil).FindChat(t.Context(), "", "oc_1")
		if f := fault.As(err); f.Args["scope"] != want {
			t.Errorf("scope %q, want %q", f.Args["scope"], want)
		}
	}
}

// Against the simulated platform, which names every scope that would do.
func TestMissingScopes(t *testing.T) {
	for scope, call := range map[string]func(c *testClient) error{
		"im:chat:readonly":                func(c *testClient) error { _, err := c.ListChats(t.Context(), ""); return err },
		"tenant:tenant:readonly":          func(c *testClient) error { _, _, err := c.Tenant(t.Context(), ""); return err },
		"im:message:send_as_bot":          func(c *testClient) error { _, err := c.Send(t.Context(), "", "oc_1", card, "u"); return err },
		"im:message.reactions:write_only": func(c *testClient) error { return faulty(c.AddReaction(t.Context(), "", "om_1", "Get")) },
	} {
		s, c := newSimulated(t, nil)
		s.WithholdScope(scope, true)
		err := call(c)
		if f := fault.As(err); f.Key != "fault.platform.scope" || !strings.Contains(f.Args["scope"], scope) {
			t.Errorf("%s: %v", scope, err)
		}
	}
}
