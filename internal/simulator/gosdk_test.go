package simulator

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	lark "github.com/larksuite/oapi-sdk-go/v3"
	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
	larkvc "github.com/larksuite/oapi-sdk-go/v3/service/vc/v1"
)

// quiet keeps the SDK's log out of the test's.
type quiet struct{}

func (quiet) Debug(context.Context, ...any) {}
func (quiet) Info(context.Context, ...any)  {}
func (quiet) Warn(context.Context, ...any)  {}
func (quiet) Error(context.Context, ...any) {}

// sdkApps counts the apps of the SDK's tests.
var sdkApps atomic.Int64

// sdkApp is an app id of its own: the SDK's cache of tokens outlives a test.
func sdkApp() string { return fmt.Sprint("cli_gosdk_", sdkApps.Add(1)) }

// sdk is the official Go client for a platform.
func (w *world) sdk() *lark.Client {
	return lark.NewClient(w.Options().AppID, w.Options().AppSecret, lark.WithOpenBaseUrl(w.url), lark.WithHttpClient(w.client), lark.WithLogger(quiet{}))
}

// succeeded demands a success of the SDK's kind.
func succeeded(t *testing.T, what string, err error, code int, msg string) {
	t.Helper()
	if err != nil || code != 0 {
		t.Fatalf("%s: %v, code %d %s", what, err, code, msg)
	}
}

func TestOfficialGoClientSendsAndAsks(t *testing.T) {
	w := newWorld(t, Options{AppID: sdkApp()})
	ctx, client := t.Context(), w.sdk()

	question := w.SendText(GroupID, MemberID, "/report", TextOptions{MentionBot: true})
	created, err := client.Im.Message.Create(ctx, larkim.NewCreateMessageReqBuilder().ReceiveIdType("chat_id").
		Body(larkim.NewCreateMessageReqBodyBuilder().ReceiveId(GroupID).MsgType("interactive").Content(oldCard).Uuid("sdk-1").Build()).Build())
	succeeded(t, "create", err, created.Code, created.Msg)
	if *created.Data.ChatId != GroupID || *created.Data.Sender.SenderType != "app" || *created.Data.Body.Content != oldCard {
		t.Errorf("created %s", larkcore.Prettify(created.Data))
	}
	replied, err := client.Im.Message.Reply(ctx, larkim.NewReplyMessageReqBuilder().MessageId(question.MessageID).
		Body(larkim.NewReplyMessageReqBodyBuilder().MsgType("text").Content(`{"text":"hello"}`).Build()).Build())
	succeeded(t, "reply", err, replied.Code, replied.Msg)
	if *replied.Data.ParentId != question.MessageID {
		t.Errorf("replied %s", larkcore.Prettify(replied.Data))
	}
	patched, err := client.Im.Message.Patch(ctx, larkim.NewPatchMessageReqBuilder().MessageId(*created.Data.MessageId).
		Body(larkim.NewPatchMessageReqBodyBuilder().Content(newCard).Build()).Build())
	succeeded(t, "patch", err, patched.Code, patched.Msg)
	if got := w.FromBot(GroupID)[0]; string(got.Content) != newCard {
		t.Errorf("patched %s", got.Content)
	}
	reacted, err := client.Im.MessageReaction.Create(ctx, larkim.NewCreateMessageReactionReqBuilder().MessageId(question.MessageID).
		Body(larkim.NewCreateMessageReactionReqBodyBuilder().ReactionType(larkim.NewEmojiBuilder().EmojiType("Get").Build()).Build()).Build())
	succeeded(t, "reaction", err, reacted.Code, reacted.Msg)
	if *reacted.Data.ReactionType.EmojiType != "Get" || *reacted.Data.Operator.OperatorType != "app" {
		t.Errorf("reacted %s", larkcore.Prettify(reacted.Data))
	}
	deleted, err := client.Im.Message.Delete(ctx, larkim.NewDeleteMessageReqBuilder().MessageId(*replied.Data.MessageId).Build())
	succeeded(t, "delete", err, deleted.Code, deleted.Msg)

	uploaded, err := client.Im.File.Create(ctx, larkim.NewCreateFileReqBuilder().
		Body(larkim.NewCreateFileReqBodyBuilder().FileType("xls").FileName("bericht ü.xlsx").File(strings.NewReader("PK")).Build()).Build())
	succeeded(t, "file", err, uploaded.Code, uploaded.Msg)
	if file, _ := w.Uploaded(*uploaded.Data.FileKey); file.Name != "bericht ü.xlsx" || string(file.Content) != "PK" {
		t.Errorf("uploaded %+v", file)
	}
	if calls := w.Calls("token"); calls != 2 {
		t.Errorf("%d calls for a token, want the test's and one of the SDK", calls)
	}
}

func TestOfficialGoClientLooksUp(t *testing.T) {
	w := newWorld(t, Options{AppID: sdkApp()})
	ctx, client := t.Context(), w.sdk()
	w.SetDay("2026-11-24", DayFigures{100, 147680, 2000})

	day := time.Date(2026, 11, 24, 0, 0, 0, 0, shanghai)
	report, err := client.Vc.Report.GetDaily(ctx, larkvc.NewGetDailyReportReqBuilder().
		StartTime(fmt.Sprint(day.Unix())).EndTime(fmt.Sprint(day.Unix()+86399)).Build())
	succeeded(t, "get_daily", err, report.Code, report.Msg)
	if rows := report.Data.MeetingReport.DailyReport; len(rows) != 1 || *rows[0].Date != "1795478400" || *rows[0].MeetingDuration != "147680" {
		t.Errorf("report %s", larkcore.Prettify(report.Data))
	}
	top, err := client.Vc.Report.GetTopUser(ctx, larkvc.NewGetTopUserReportReqBuilder().
		StartTime(fmt.Sprint(day.Unix())).EndTime(fmt.Sprint(day.Unix()+86399)).Limit(3).OrderBy(1).Build())
	succeeded(t, "get_top_user", err, top.Code, top.Msg)
	if users := top.Data.TopUserReport; len(users) != 3 || *users[0].UserType != 1 {
		t.Errorf("top users %s", larkcore.Prettify(top.Data))
	}
	chat, err := client.Im.Chat.Get(ctx, larkim.NewGetChatReqBuilder().ChatId(ExternalID).Build())
	succeeded(t, "chat", err, chat.Code, chat.Msg)
	if !*chat.Data.External || *chat.Data.OwnerId != AdminID || *chat.Data.ChatStatus != "normal" || *chat.Data.UserCount != "3" {
		t.Errorf("chat %s", larkcore.Prettify(chat.Data))
	}
	w.AddChats(25, "oc_many_")
	var ids []string
	pages, err := client.Im.Chat.ListByIterator(ctx, larkim.NewListChatReqBuilder().PageSize(10).Limit(1000).Build())
	if err != nil {
		t.Fatal(err)
	}
	for {
		more, item, err := pages.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
		ids = append(ids, *item.ChatId)
	}
	if len(ids) != 27 || ids[0] != GroupID || ids[26] != "oc_many_00025" {
		t.Errorf("%d chats: %v", len(ids), ids)
	}
}

func TestOfficialGoClientReadsErrors(t *testing.T) {
	w := newWorld(t, Options{AppID: sdkApp()})
	ctx, client := t.Context(), w.sdk()
	get := func() *larkim.GetChatResp {
		got, err := client.Im.Chat.Get(ctx, larkim.NewGetChatReqBuilder().ChatId(GroupID).Build())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	w.WithholdScope("im:chat:readonly", true)
	got := get()
	if got.Code != 99991672 || got.Err.PermissionViolations[0].Subject != "im:chat:readonly" || got.Err.LogID == "" || got.Err.LogID != got.Header.Get("X-Tt-Logid") {
		t.Errorf("scope missing: %s", larkcore.Prettify(got.CodeError))
	}
	w.WithholdScope("im:chat:readonly", false)
	w.SetFault(Fault{Endpoint: "chat_get", Times: 1, Status: 429, Reset: 3})
	if got := get(); got.Code != 99991400 || got.StatusCode != 429 || got.Header.Get("X-Ogw-Ratelimit-Reset") != "3" {
		t.Errorf("limited: %d %v", got.Code, got.Header)
	}
	if got := get(); !got.Success() {
		t.Errorf("afterwards: %d %s", got.Code, got.Msg)
	}
	long, err := client.Im.Message.Create(ctx, larkim.NewCreateMessageReqBuilder().ReceiveIdType("chat_id").
		Body(larkim.NewCreateMessageReqBodyBuilder().ReceiveId(GroupID).MsgType("text").Content(`{"text":"x"}`).Uuid(strings.Repeat("u", 51)).Build()).Build())
	if err != nil || long.Code != 99992402 || long.Err.FieldViolations[0].Field != "uuid" {
		t.Errorf("uuid too long: %v %s", err, larkcore.Prettify(long.CodeError))
	}
}

// heard is what the SDK's dispatcher made of events.
type heard struct {
	mu  sync.Mutex
	all []string
}

func (h *heard) add(format string, args ...any) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, fmt.Sprintf(format, args...))
	return nil
}

// dispatch serves the SDK's dispatcher over HTTP.
func (w *world) dispatch(d *dispatcher.EventDispatcher) {
	d.InitConfig(larkevent.WithLogger(quiet{}))
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(in.Body)
		if err != nil {
			return
		}
		made := d.Handle(in.Context(), &larkevent.EventReq{Header: in.Header, Body: body, RequestURI: in.RequestURI})
		out.WriteHeader(made.StatusCode)
		out.Write(made.Body)
	}))
	w.t.Cleanup(server.Close)
	w.DeliverTo(server.URL)
}

func TestOfficialGoDispatcherReadsEvents(t *testing.T) {
	w := newWorld(t, Options{AppID: sdkApp()})
	var h heard
	w.dispatch(dispatcher.NewEventDispatcher(w.Options().VerificationToken, w.Options().EncryptKey).
		OnP2MessageReceiveV1(func(_ context.Context, e *larkim.P2MessageReceiveV1) error {
			m := e.Event.Message
			return h.add("message %s %s %s mentions %s by %s of %s", *m.ChatType, *m.MessageType, *m.Content,
				*m.Mentions[0].Id.OpenId, *e.Event.Sender.SenderId.OpenId, e.EventV2Base.Header.TenantKey)
		}).
		OnP2ChatMemberBotAddedV1(func(_ context.Context, e *larkim.P2ChatMemberBotAddedV1) error {
			return h.add("added to %s external %v", *e.Event.ChatId, *e.Event.External)
		}).
		OnP2ChatMemberBotDeletedV1(func(_ context.Context, e *larkim.P2ChatMemberBotDeletedV1) error {
			return h.add("removed from %s", *e.Event.Name)
		}).
		OnP2ChatMemberUserAddedV1(func(_ context.Context, e *larkim.P2ChatMemberUserAddedV1) error {
			return h.add("joined %s", *e.Event.Users[0].UserId.OpenId)
		}).
		OnP2ChatUpdatedV1(func(_ context.Context, e *larkim.P2ChatUpdatedV1) error {
			return h.add("renamed from %s to %s", *e.Event.BeforeChange.Name, *e.Event.AfterChange.Name)
		}).
		OnP2ChatDisbandedV1(func(_ context.Context, e *larkim.P2ChatDisbandedV1) error {
			return h.add("dissolved %s", *e.Event.ChatId)
		}))
	if err := w.VerifyURL(false); err != nil { // with a key the SDK takes no body in clear
		t.Errorf("URL verification: %v", err)
	}
	for _, do := range []func(){
		func() { w.SendText(GroupID, MemberID, "hello", TextOptions{MentionBot: true}) },
		func() { w.AddBot(ExternalID) },
		func() { w.RemoveBot(GroupID) },
		func() { w.AddBot(GroupID) },
		func() { w.AddUsers(GroupID, GuestID) },
		func() { w.Rename(ExternalID, "Friends") },
		func() { w.Dissolve(GroupID) },
	} {
		do()
		if err := w.WaitDelivered(w.soon()); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`message group text {"text":"@_user_1 hello"} mentions ` + w.BotID() + ` by ou_member of tenant_simulated`,
		"added to oc_external external true", "removed from " + groupName, "added to oc_group external false", "joined ou_guest",
		"renamed from " + externalName + " to Friends", "dissolved oc_group",
	}
	if got := strings.Join(h.all, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("heard\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	for _, attempt := range w.Attempts("") {
		if !attempt.Acknowledged {
			t.Errorf("not acknowledged: %+v", attempt)
		}
	}
}

func TestOfficialGoDispatcherAnswersClicks(t *testing.T) {
	w := newWorld(t, Options{AppID: sdkApp()})
	var answer *callback.CardActionTriggerResponse
	w.dispatch(dispatcher.NewEventDispatcher(w.Options().VerificationToken, w.Options().EncryptKey).
		OnP2CardActionTrigger(func(_ context.Context, e *callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
			if e.Event.Action.Value["do"] != "go" || e.Event.Operator.OpenID != MemberID || e.Event.Context.OpenChatID != GroupID {
				return nil, fmt.Errorf("clicked %+v", e.Event)
			}
			return answer, nil
		}))
	messageID := w.fine("send", w.sendCard(GroupID, clickable)).messageID()
	click := func() ClickResult {
		t.Helper()
		got, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	answer = &callback.CardActionTriggerResponse{}
	if got := click(); got.Code != 0 || got.Toast != nil {
		t.Errorf("nothing: %+v", got)
	}
	answer = &callback.CardActionTriggerResponse{Toast: &callback.Toast{Type: "success", Content: "done"}}
	if got := click(); got.Code != 0 || got.Toast.Content != "done" {
		t.Errorf("toast: %+v", got)
	}
	answer = &callback.CardActionTriggerResponse{Card: &callback.Card{Type: "raw", Data: object{"schema": "2.0", "body": object{"elements": []any{}}}}}
	if got := click(); got.Code != 0 || string(w.FromBot(GroupID)[0].Content) != `{"body":{"elements":[]},"schema":"2.0"}` {
		t.Errorf("card: %+v", got)
	}
}
