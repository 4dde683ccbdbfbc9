package page_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// press is one callback that a test's bot got and has not answered yet.
type press struct {
	operator string
	action   map[string]any
	answer   chan<- reaction
}

// reaction is how a bot answers a press.
type reaction struct {
	status int
	body   string
}

// pressed is a page whose bot answers each press as the test says.
func pressed(t *testing.T) (w *world, presses <-chan press) {
	t.Helper()
	w = newWorld(t, page.Assets())
	got := make(chan press, 8)
	bot := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var event struct {
			Event struct {
				Operator struct {
					OpenID string `json:"open_id"`
				} `json:"operator"`
				Action map[string]any `json:"action"`
			} `json:"event"`
		}
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			t.Errorf("the bot was told what it cannot read: %v", err)
		}
		answer := make(chan reaction, 1)
		got <- press{event.Event.Operator.OpenID, event.Event.Action, answer}
		select {
		case a := <-answer:
			rw.WriteHeader(a.status)
			io.WriteString(rw, a.body)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(bot.Close)
	w.platform.DeliverCallbacksTo(bot.URL)
	return w, got
}

// next waits for a press and compares what the bot was told.
func (w *world) next(presses <-chan press, operator string, want map[string]any) press {
	w.T.Helper()
	select {
	case got := <-presses:
		if diff := cmp.Diff(want, got.action); diff != "" || got.operator != operator {
			w.T.Errorf("%s pressed, want %s; the action (-want +got):\n%s", got.operator, operator, diff)
		}
		return got
	case <-w.Context.Done():
		w.T.Fatal("the bot was told of nothing")
		return press{}
	}
}

// TestPressIsAnsweredInPlace watches a button from the press to the card that
// takes the place of its own.
func TestPressIsAnsweredInPlace(t *testing.T) {
	w, presses := pressed(t)
	w.open(wide)
	id := w.postCard("conversation")
	w.Click("[data-element-id=week]")
	got := w.next(presses, simulator.MemberID, map[string]any{"tag": "button", "value": map[string]any{"do": "report", "period": "last week"}})
	w.Wait(element("week") + `.getAttribute('aria-busy') === 'true'`)
	pagetest.Is(w.Tab, element("week")+`.title`, "正在等待回应")
	w.Keep("busy")
	w.Click("[data-element-id=week]") // no second press while the first waits
	got.answer <- reaction{http.StatusOK, `{"toast": {"type": "success", "content": "好的", "i18n": {"zh_cn": "好的", "ja_jp": "完了"}}, "card": {"type": "raw", "data":
		{"schema": "2.0", "config": {"update_multi": true}, "body": {"elements": [
			{"tag": "markdown", "element_id": "meeting_count", "content": "**120** 场会议"},
			{"tag": "button", "element_id": "week", "text": {"tag": "plain_text", "content": "再看一次"}, "behaviors": [{"type": "callback", "value": {"do": "again"}}]}]}}}}`}
	w.Wait(`document.querySelector('[data-element-id=meeting_count]').textContent === '120 场会议'`)
	w.Wait(`document.querySelector('.toast.success')?.textContent === '好的'`)
	pagetest.Is(w.Tab, `document.querySelectorAll('.message').length`, 1)
	pagetest.Is(w.Tab, message(id)+`.querySelector('.updated').textContent`, "· 已更新")
	pagetest.Is(w.Tab, `document.activeElement === `+element("week"), true)
	pagetest.Is(w.Tab, element("week")+`.hasAttribute('aria-busy')`, false)
	if len(presses) > 0 {
		t.Error("a press that waits was sent again")
	}
	t.Log("the keyboard goes on where it was")
	w.Do(chromedp.KeyEvent(kb.Enter))
	w.next(presses, simulator.MemberID, map[string]any{"tag": "button", "value": map[string]any{"do": "again"}}).answer <- reaction{http.StatusOK, `{}`}
	w.Wait(element("week") + `.ariaBusy !== 'true'`)

	t.Log("later the bot replaces it by itself")
	w.patch(id, fmt.Sprintf(plainCard, "later", "**121**"))
	w.Wait(message(id) + `.textContent.includes('121')`)
	pagetest.Is(w.Tab, `document.querySelectorAll('.message').length`, 1)
}

// TestPressGoesWrong shows the code that the client shows.
func TestPressGoesWrong(t *testing.T) {
	w, presses := pressed(t)
	w.open(wide)
	w.postCard("conversation")
	for _, test := range []struct {
		answer reaction
		code   string
	}{
		{reaction{http.StatusInternalServerError, `{}`}, "200671"},
		{reaction{http.StatusOK, `busy`}, "200672"},
		{reaction{http.StatusOK, `{"card": {"type": "raw", "data": {"schema": "2.0", "body": {"elements": [{"tag": "note"}]}}}}`}, "200673"},
	} {
		w.Click("[data-element-id=month]")
		(<-presses).answer <- test.answer
		w.Wait(fmt.Sprintf(`[...document.querySelectorAll('.toast.error')].some((one) => one.textContent === '出错了，请稍后再试（错误码 %s）')`, test.code))
		w.Wait(element("month") + `.ariaBusy !== 'true'`)
		w.hasTexts("[data-element-id=meeting_count]", "700 场会议")
	}
	w.Keep("codes")
}

// TestConversationCard chooses, confirms, opens and fills in everything that
// stands on the bot's cards.
func TestConversationCard(t *testing.T) {
	w, presses := pressed(t)
	w.open(wide)
	w.postCard("conversation")
	fine := reaction{http.StatusOK, `{}`}
	button := func(value map[string]any) map[string]any { return map[string]any{"tag": "button", "value": value} }

	w.Choose("[data-element-id=period] select", "30d")
	w.next(presses, simulator.MemberID, map[string]any{
		"tag": "select_static", "value": map[string]any{"do": "report", "choose": "period"}, "option": "30d",
	}).answer <- fine
	w.Wait(`document.querySelector('[data-element-id=period] select').ariaBusy !== 'true'`)

	t.Log("two buttons with the same words and no ids")
	for i := range 2 {
		pagetest.Eval[bool](w.Tab, fmt.Sprintf(`([...document.querySelectorAll('.button')].filter((one) => one.textContent === '暂停')[%d].click(), true)`, i))
		w.next(presses, simulator.MemberID, button(map[string]any{"do": "pause", "id": fmt.Sprint(i + 1)})).answer <- fine
	}

	w.Click("[data-element-id=remove]")
	w.hasTexts("dialog h2", "退订这份简报？")
	w.hasTexts("dialog p", "以后不再发到这个群。")
	w.Keep("confirm")
	w.Do(chromedp.KeyEvent(kb.Escape))
	w.Wait(`!document.querySelector('dialog')`)
	w.Click("[data-element-id=remove]")
	w.Click("dialog .button.primary")
	w.next(presses, simulator.MemberID, button(map[string]any{"do": "unsubscribe", "id": "1"})).answer <- fine

	pagetest.Is(w.Tab, element("inside")+`.checkVisibility()`, false)
	w.Click("[data-element-id=subscribe] summary")
	w.Click("[data-element-id=inside]")
	w.next(presses, simulator.MemberID, button(map[string]any{"do": "form"})).answer <- fine

	t.Log("the form wants its required fields, one after the other")
	save := `[...document.querySelectorAll('.form .button')].find((one) => one.textContent === '订阅')`
	submit := func() { pagetest.Eval[bool](w.Tab, `(`+save+`.click(), true)`) }
	submit()
	pagetest.Is(w.Tab, `document.activeElement === document.querySelector('.form input[type=text]')`, true)
	w.Do(chromedp.SendKeys(chromedp.CSS(".form input[type=text]"), "晨报"))
	submit()
	pagetest.Is(w.Tab, `document.activeElement.closest('.choices') !== null`, true)
	pagetest.Is(w.Tab, `document.querySelector('.choices').ariaLabel`, "星期")
	w.Click(".form .choices label:nth-child(1)")
	w.Click(".form .choices label:nth-child(5)")
	w.Choose(".form select", "yesterday")
	pagetest.Eval[bool](w.Tab, `(document.querySelector('.form input[type=date]').value = '2026-11-30', true)`)
	submit()
	w.next(presses, simulator.MemberID, map[string]any{
		"tag": "button", "name": "save", "value": map[string]any{"do": "subscribe"}, "form_value": map[string]any{
			"name": "晨报", "period": "yesterday", "weekdays": []any{"1", "5"}, "time": "09:00 +0800", "from": "2026-11-30 +0800", "timezone": "Asia/Shanghai",
		},
	}).answer <- fine
	w.Keep("filled")
	w.See(pagetest.At("zh-CN", "dark", 390, 844))
	w.Click("[data-element-id=unit] select")
	w.Keep("phone")
	w.Do(chromedp.KeyEvent(kb.Escape))
	pagetest.Eval[bool](w.Tab, `(document.querySelector('.form').scrollIntoView(), true)`)
	w.Keep("phone form")
	pagetest.Is(w.Tab, `document.scrollingElement.scrollWidth <= innerWidth`, true)
}

// TestReaders reads one card in three languages, and who reads does not lose the
// place.
func TestReaders(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.postCard("conversation")
	for _, one := range []struct{ language, title, count string }{
		{"zh_cn", "会议报告 · 最近 7 天", "700 场会议"}, {"en_us", "Meetings · last 7 days", "700 meetings"}, {"ja_jp", "会議レポート · 直近 7 日", "会議 700 件"},
	} {
		w.read(one.language)
		w.Wait(fmt.Sprintf(`document.querySelector('.card-title').textContent === %q`, one.title))
		w.hasTexts("[data-element-id=meeting_count]", one.count)
		pagetest.Is(w.Tab, `document.querySelector('#language').value`, one.language)
	}
	pagetest.Eval[bool](w.Tab, `(document.querySelector('.messages').scrollTop = 40, true)`)
	w.read("zh_cn")
	w.Wait(`document.querySelector('.card-title').textContent === '会议报告 · 最近 7 天'`)
	pagetest.Is(w.Tab, `Math.abs(document.querySelector('.messages').scrollTop - 40) < 2`, true)
}

// TestPrivateCard brings a card to the admin alone, who answers it.
func TestPrivateCard(t *testing.T) {
	w, presses := pressed(t)
	w.open(wide)
	id := w.call(http.MethodPost, "/open-apis/im/v1/messages?receive_id_type=open_id", map[string]string{
		"receive_id": simulator.AdminID, "msg_type": "interactive", "content": card(t, "conversation"),
	})["message_id"].(string)
	w.Wait(`document.querySelector('.person-button .unread')?.textContent === '1'`)
	pagetest.Is(w.Tab, `document.querySelector('.person-button .unread').ariaLabel`, "其他人有 1 条未读消息")
	pagetest.Is(w.Tab, `document.querySelectorAll('.message').length`, 0)
	w.Click(".person-button")
	w.hasTexts(".person-item[data-open-id=ou_admin] .unread", "1")
	w.Keep("waiting")
	w.Click("[data-open-id=ou_admin]")
	w.shown(id)
	pagetest.Is(w.Tab, `document.querySelectorAll('.unread').length`, 0)
	w.Click("[data-element-id=week]")
	w.next(presses, simulator.AdminID, map[string]any{"tag": "button", "value": map[string]any{"do": "report", "period": "last week"}}).answer <- reaction{http.StatusOK, `{}`}

	t.Log("a group that is made while the page is open")
	w.platform.AddChat(simulator.Chat{ChatID: "oc_new", Name: "新的群", Mode: "group", Members: []string{simulator.AdminID}, BotIn: true})
	w.Wait(`document.querySelector('[data-chat-id=oc_new]')`)
	w.post("oc_new", "text", `{"text":"hello"}`)
	w.Wait(`document.querySelector('[data-chat-id=oc_new] .unread')`)
}

// TestTypedMarkup writes what apps write for a mention: from a person it is
// text.
func TestTypedMarkup(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	typed := `<at user_id="ou_admin">Ada</at> hello`
	mine := w.platform.SendText(simulator.PrivateID, simulator.MemberID, typed, simulator.TextOptions{})
	w.shown(mine.MessageID)
	w.hasTexts(".bubble", typed)
	w.hasTexts(".chat-item.open .chat-preview", "你: "+typed)
	pagetest.Is(w.Tab, `document.querySelectorAll('.bubble .mention').length`, 0)
	answer := w.reply(mine.MessageID, "text", `{"text":"<at user_id=\"ou_admin\"></at> hello"}`)
	w.shown(answer)
	w.hasTexts(".quote-text", typed)
	w.hasTexts(".bubble .mention", "@Ada Chen")
	w.hasTexts(".chat-item.open .chat-preview", "@Ada Chen hello")
}
