package page_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// TestIdleControls draws what can be clicked while nobody answers clicks.
func TestIdleControls(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.postCard("controls")
	w.hasTexts(".card-body > .button, .form > .button", "上周", "文档", "不可用", "退订", "订阅", "重置")
	pagetest.Is(w.Tab, element("send")+`.getAttribute('aria-disabled') + `+element("send")+`.title`, "true这里的卡片不回应点击")
	pagetest.Is(w.Tab, element("docs")+`.tagName + `+element("docs")+`.href + `+element("docs")+`.ariaDisabled`, "Ahttps://example.com/docsnull")
	pagetest.Is(w.Tab, element("off")+`.disabled`, true)
	pagetest.Is(w.Tab, `document.querySelector('[data-element-id=pick] select').value`, "last month")
	pagetest.Is(w.Tab, `document.querySelector('.form input[type=date]').value`, "2026-11-02")
	pagetest.Is(w.Tab, `document.querySelector('.form input[type=time]').value`, "09:30")
	pagetest.Is(w.Tab, `document.querySelectorAll('.form .choices input').length`, 2)
	w.hasTexts(".field-label", "标题 *", "开始")
	w.Click("[data-element-id=send]")
	w.Click("[data-element-id=sure]")
	pagetest.Is(w.Tab, `document.querySelectorAll('dialog').length`, 0)
}

// answered is a page whose clicks the bot hears, with the actions it is told.
func answered(t *testing.T) (w *world, actions chan map[string]any) {
	t.Helper()
	actions = make(chan map[string]any, 8)
	w = newWorld(t, page.Assets())
	bot := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var event struct {
			Event struct {
				Operator map[string]any `json:"operator"`
				Action   map[string]any `json:"action"`
			} `json:"event"`
		}
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil || event.Event.Operator["open_id"] != simulator.MemberID {
			t.Errorf("the bot was told of %v by %v: %v", event.Event.Action, event.Event.Operator, err)
		}
		actions <- event.Event.Action
		io.WriteString(rw, `{"toast": {"type": "success", "content": "<b>好的</b>", "i18n": {"en_us": "All right"}}}`)
	}))
	t.Cleanup(bot.Close)
	w.platform.DeliverCallbacksTo(bot.URL)
	return w, actions
}

// TestControls clicks, chooses and fills in.
func TestControls(t *testing.T) {
	w, actions := answered(t)
	w.open(wide)
	w.postCard("controls")
	next := func(want map[string]any) {
		t.Helper()
		select {
		case got := <-actions:
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the action (-want +got):\n%s", diff)
			}
		case <-w.Context.Done():
			t.Fatal("the bot was told of nothing")
		}
	}
	w.Click("[data-element-id=send]")
	next(map[string]any{"tag": "button", "value": map[string]any{"action": "report", "period": "last week"}})
	w.Wait(`document.querySelector('.toast.success')`)
	w.hasTexts(".toast", "<b>好的</b>")

	w.Click("[data-element-id=sure]")
	w.hasTexts("dialog h2", "退订?")
	w.Click("dialog .button:not(.primary)")
	w.Wait(`!document.querySelector('dialog')`)
	w.Click("[data-element-id=sure]")
	w.Click("dialog .button.primary")
	next(map[string]any{"tag": "button", "value": map[string]any{"action": "unsubscribe"}})

	w.Choose("[data-element-id=pick] select", "7d")
	next(map[string]any{"tag": "select_static", "value": map[string]any{"action": "pick"}, "option": "7d"})

	w.Click(".form > .button")
	pagetest.Is(w.Tab, `document.activeElement === document.querySelector('.form input') && document.activeElement.getAttribute('aria-invalid')`, "true")
	w.Do(chromedp.SendKeys(chromedp.CSS(".form input"), "周报 <b>"))
	w.Click(".form .choices label:last-child")
	w.Click(".form > .button")
	next(map[string]any{"tag": "button", "name": "ok", "form_value": map[string]any{
		"title": "周报 <b>", "often": "weekly", "days": []any{"mon", "thu"}, "from": "2026-11-02 +0800", "at": "09:30 +0800",
	}})
	w.Click(".form > .button:last-child")
	pagetest.Is(w.Tab, `document.querySelector('.form input').value`, "")
	if len(actions) != 0 {
		t.Errorf("%d more actions came", len(actions))
	}
}

// TestRefusedClick clicks on a card that the client would not let be clicked.
func TestRefusedClick(t *testing.T) {
	w, _ := answered(t)
	w.Expect("status of 422", "status of 400") // the browser mentions the refusals
	w.open(wide)
	pagetest.Eval[[]string](w.Tab, fmt.Sprintf(strings.Replace(drawn, "locale:", "live: true, act: async (click) => { window.clicked = click }, locale:", 1),
		`{schema: '2.0', body: {elements: [{tag: 'button', text: {tag: 'plain_text', content: 'go'}, behaviors: [{type: 'callback', value: {}}]}]}}`, "button"))
	w.Click(".card .button")
	pagetest.Is(w.Tab, `JSON.stringify(window.clicked)`, `{"element":"go","place":1}`)
	pagetest.Is(w.Tab, `fetch('/api/callback', { method: 'POST', body: '{"message_id": "om_none"}' }).then((answer) => answer.status)`, http.StatusUnprocessableEntity)
	pagetest.Is(w.Tab, `fetch('/api/callback', { method: 'POST', body: 'nothing' }).then((answer) => answer.status)`, http.StatusBadRequest)
}
