package page_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// message is how a script finds a message by its id.
func message(id string) string {
	return fmt.Sprintf(`document.querySelector('[data-message-id="%s"]')`, id)
}

// written waits until somebody has written so many messages to a chat.
func (w *world) written(chatID string, count int) []simulator.Message {
	w.T.Helper()
	var found []simulator.Message
	err := w.platform.Wait(w.Context, func() bool {
		found = nil
		for _, one := range w.platform.Messages(chatID) {
			if one.Sender.Type == "user" {
				found = append(found, one)
			}
		}
		return len(found) >= count
	})
	if err != nil {
		w.T.Fatalf("waiting for %d messages: %v, %s", count, err, w.Keep("failure"))
	}
	return found
}

// words are the text of a message.
func words(t testing.TB, m simulator.Message) string {
	t.Helper()
	var content struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(m.Content, &content); err != nil {
		t.Fatal(err)
	}
	return content.Text
}

const plainCard = `{"schema":"2.0","config":{"update_multi":true},"header":{"title":{"tag":"plain_text","content":"%s"},"template":"blue"},"body":{"elements":[{"tag":"markdown","content":"%s"}]}}`

// TestFirstVisit goes from the empty page to an answered command.
func TestFirstVisit(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.hasTexts(".topbar h1", "huibao")
	w.hasTexts("#simulation", "模拟环境：数据为虚构，不会发送到飞书")
	w.hasTexts(".empty h2", "问问 huibao：大家最近开了多少会？")
	w.hasTexts(".example", "/report 7d", "/报告 上周", "/report 2026-Q4", "/帮助")
	w.hasTexts(".chat-name", "产品团队 Product", "huibao", "Partners 合作伙伴")
	w.hasTexts(".chat-list .external-tag", "外部")
	w.hasTexts(".person-button", "李当前身份李雷")

	w.Click(".example")
	asked := w.written(simulator.PrivateID, 1)[0]
	if got := words(t, asked); got != "/report 7d" || asked.Sender.ID != simulator.MemberID {
		t.Errorf("%s wrote %q", asked.Sender.ID, got)
	}
	w.shown(asked.MessageID)
	pagetest.Is(w.Tab, message(asked.MessageID)+`.classList.contains('own')`, true)
	w.Wait(`document.querySelector('.waiting')`)
	pagetest.Is(w.Tab, `document.querySelectorAll('.empty').length`, 0)

	answer := w.reply(asked.MessageID, "interactive", fmt.Sprintf(plainCard, "答案", "**42** 场会议"))
	w.shown(answer)
	w.Wait(`!document.querySelector('.waiting')`)
	w.hasTexts(".quote-name", "回复 李雷")
	w.hasTexts(".quote-text", "/report 7d")
	w.hasTexts(".day", "今天")
	w.Click(".quote")
	w.Wait(message(asked.MessageID) + `.classList.contains('flash')`)
	pagetest.Is(w.Tab, `document.querySelector('.messages-list').getAttribute('aria-live')`, "polite")
}

// TestBotWithoutCommands opens the page of a bot that offers nothing, as the
// simulator on its own does.
func TestBotWithoutCommands(t *testing.T) {
	silent := simulator.New(simulator.Options{})
	w := newWorldBehind(t, page.Assets(), func(http.Handler) http.Handler { return silent.ChatPage(page.Assets()) })
	t.Cleanup(silent.Stop)
	w.open(wide)
	w.keys("/")
	pagetest.Is(w.Tab, `document.querySelectorAll('.example, .palette li').length`, 0)
	pagetest.Is(w.Tab, `document.querySelector('.palette').hidden`, true)
}

// TestPalette chooses commands by the keyboard.
func TestPalette(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.keys("/")
	w.hasTexts(".palette .command .palette-name", "/报告", "/帮助")
	w.hasTexts(".palette .command .palette-about", "查看会议情况", "可以问什么")
	pagetest.Is(w.Tab, `document.getElementById(document.querySelector('textarea').getAttribute('aria-activedescendant')).textContent`, "/报告查看会议情况")
	w.keys("r")
	w.hasTexts(".palette .palette-name", "/report", "/report 7d", "/report 2026-Q4")
	w.keys(kb.ArrowDown + kb.ArrowDown + kb.ArrowUp)
	w.hasTexts(".palette [aria-selected=true] .palette-name", "/report 7d")
	w.keys(kb.Escape)
	pagetest.Is(w.Tab, `document.querySelector('.palette').hidden`, true)
	w.keys("e")
	w.keys(kb.ArrowUp + kb.Enter)
	pagetest.Is(w.Tab, `document.querySelector('textarea').value`, "/report 2026-Q4")
	w.keys(kb.Enter)
	w.written(simulator.PrivateID, 1)
	w.keys("/rep" + kb.Enter + "7d" + kb.Enter)
	w.keys("/help" + kb.Enter)
	lines := w.written(simulator.PrivateID, 3)
	got := []string{words(t, lines[0]), words(t, lines[1]), words(t, lines[2])}
	if diff := cmp.Diff([]string{"/report 2026-Q4", "/report 7d", "/help"}, got); diff != "" {
		t.Error(diff)
	}
	w.Wait(message(lines[2].MessageID)) // the line comes back from what the page shows
	w.keys(kb.ArrowUp)
	pagetest.Is(w.Tab, `document.querySelector('textarea').value`, "/help")
}

// TestGroup writes to a group with and without the mention, and as others.
func TestGroup(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.Click("[data-chat-id=oc_group]")
	w.Wait(`document.querySelector('.topbar h1').textContent === '产品团队 Product'`)
	w.keys("/report 7d" + kb.Enter)
	if got := w.written(simulator.GroupID, 1)[0]; len(got.Mentions) != 1 || words(t, got) != "@_user_1 /report 7d" {
		t.Errorf("the group got %s with %v", got.Content, got.Mentions)
	}
	w.Wait(`document.querySelector('.bubble .mention')`)
	w.hasTexts(".bubble .plain", "@huibao /report 7d")
	w.Click(".mention-toggle")
	w.hasTexts(".composer-hint", "群里没有 @huibao 的消息不会得到回答")
	w.keys("大家好" + kb.Enter)
	if got := w.written(simulator.GroupID, 2)[1]; len(got.Mentions) != 0 {
		t.Errorf("the group got the mentions %v", got.Mentions)
	}
	w.keys("@")
	w.hasTexts(".palette .palette-name", "@huibao")
	w.keys(kb.Enter)
	pagetest.Is(w.Tab, `document.querySelector('textarea').value`, "@huibao ")

	w.Click(".person-button")
	w.hasTexts(".person-item .person-name", "李雷", "Ada Chen", "Guest Müller", `<b>Bob</b> & "Co"`)
	w.hasTexts(".person-item small", "成员", "管理员", "外部成员", "成员")
	w.Do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	w.hasTexts(".person-button .person-name", "Ada Chen")
	w.hasTexts(".chat-name", "产品团队 Product", "huibao", "Partners 合作伙伴")
	pagetest.Is(w.Tab, `document.querySelectorAll('.message.own').length`, 0)
	w.Click("[data-chat-id=oc_external]")
	w.keys("/help" + kb.Enter)
	if got := w.written(simulator.ExternalID, 1)[0]; got.Sender.ID != simulator.AdminID {
		t.Errorf("%s wrote instead of Ada", got.Sender.ID)
	}
	w.Click(".person-button")
	w.Click("[data-open-id=ou_guest]")
	w.hasTexts(".chat-name", "Partners 合作伙伴")
}

// TestSendingTakesNoFocus: whoever goes on while a line is on its way is not called
// back to the input box when it has arrived.
func TestSendingTakesNoFocus(t *testing.T) {
	gate := make(chan struct{})
	w := newWorldBehind(t, page.Assets(), func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				<-gate
			}
			site.ServeHTTP(out, r)
		})
	})
	w.open(wide)
	w.keys("/help" + kb.Enter)
	w.Click(".person-button")
	w.Wait(`document.activeElement.matches('.person-item')`)
	close(gate)
	w.Wait(`document.querySelector('.waiting')`) // for the answer to the line, which has arrived
	w.Click("[data-open-id=ou_guest]")
	w.hasTexts(".person-button .person-name", "Guest Müller")
}

// TestClickOutlastsARedraw: a message that arrives while the button is down takes no
// click away.
func TestClickOutlastsARedraw(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	at := pagetest.Eval[[]float64](w.Tab, `(({x, y, width, height}) => [x + width / 2, y + height / 2])(document.querySelector('[data-chat-id=oc_group]').getBoundingClientRect())`)
	mouse := func(kind input.DispatchMouseEventType) {
		t.Helper()
		event := input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: "left", ClickCount: 1}
		if _, err := chromedp.Call(w.Context, input.DispatchMouseEvent, event); err != nil {
			t.Fatal(err)
		}
	}
	mouse("mousePressed")
	w.platform.SendText(simulator.GroupID, simulator.AdminID, "hello", simulator.TextOptions{})
	w.Wait(`document.querySelector('[data-chat-id=oc_group] .chat-preview').textContent.includes('hello')`)
	mouse("mouseReleased")
	w.Wait(`document.querySelector('.chat-item.open').dataset.chatId === 'oc_group'`)
}

// TestLive watches messages arrive and change.
func TestLive(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	first := w.post(simulator.PrivateID, "interactive", fmt.Sprintf(plainCard, "first", "one"))
	w.shown(first)
	long := strings.Repeat(`line\n\n`, 60)
	tall := w.post(simulator.PrivateID, "interactive", fmt.Sprintf(plainCard, "tall", long))
	w.shown(tall)
	w.Wait(`Math.abs(` + message(tall) + `.getBoundingClientRect().top - document.querySelector('.messages').getBoundingClientRect().top) < 20`)

	t.Log("a card above is replaced by a taller one: what is read stays where it is")
	before := pagetest.Eval[float64](w.Tab, message(tall)+`.getBoundingClientRect().top`)
	w.patch(first, fmt.Sprintf(plainCard, "first", strings.Repeat(`grown\n\n`, 20)))
	w.Wait(message(first) + `.textContent.includes('grown')`)
	if after := pagetest.Eval[float64](w.Tab, message(tall)+`.getBoundingClientRect().top`); after-before > 1 || before-after > 1 {
		t.Errorf("the message read moved from %v to %v", before, after)
	}
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-message-id="`+first+`"]').length`, 1)

	t.Log("somebody who reads above is not pulled down")
	pagetest.Eval[bool](w.Tab, `(document.querySelector('.messages').scrollTop = 0, true)`)
	later := w.post(simulator.PrivateID, "text", `{"text":"later <at user_id=\"ou_admin\"></at> https://example.com"}`)
	w.shown(later)
	w.Wait(`!document.querySelector('.more').hidden`)
	pagetest.Is(w.Tab, `document.querySelector('.messages').scrollTop`, 0)
	w.Click(".more")
	w.Wait(`document.querySelector('.more').hidden`)
	w.hasTexts(`[data-message-id="`+later+`"] .bubble`, "later @Ada Chen https://example.com")

	w.call(http.MethodPost, "/open-apis/im/v1/messages/"+later+"/reactions", map[string]any{"reaction_type": map[string]string{"emoji_type": "Get"}})
	w.Wait(message(later) + `.querySelector('.reaction')`)
	w.hasTexts(".reaction", "✅1")
	w.call(http.MethodDelete, "/open-apis/im/v1/messages/"+later, nil)
	w.Wait(message(later) + `.classList.contains('recalled')`)
	w.hasTexts(".recalled", "huibao 撤回了一条消息")

	t.Log("other chats count what is new")
	w.post(simulator.GroupID, "interactive", fmt.Sprintf(plainCard, "digest", "x"))
	w.Wait(`document.querySelector('[data-chat-id=oc_group] .unread')`)
	pagetest.Is(w.Tab, `document.title`, "(1) huibao 演示 · 模拟环境")
	w.Click("[data-chat-id=oc_group]")
	w.Wait(`!document.querySelector('.unread')`)
}

// TestFile downloads a file that the bot sent.
func TestFile(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	name := `会议 "Q4" <b>.csv`
	id := w.post(simulator.PrivateID, "file", fmt.Sprintf(`{"file_key":%q}`, w.upload(name, "date,count\n")))
	w.shown(id)
	w.hasTexts(".file-name", name)
	w.hasTexts(".file-kind small", "CSV")
	w.hasTexts(".file-size", "11 B")
	w.hasTexts(".chat-item.open .chat-preview", "[文件] "+name)
	pagetest.Is(w.Tab, `fetch(document.querySelector('.file').href).then((answer) => answer.text())`, "date,count\n")
	pagetest.Is(w.Tab, `fetch(document.querySelector('.file').href).then((answer) => answer.headers.get('Content-Disposition').startsWith('attachment'))`, true)
	pagetest.Is(w.Tab, `fetch(document.querySelector('.file').href).then((answer) => decodeURIComponent(answer.headers.get('Content-Disposition').split("filename*=utf-8''")[1]))`, name)
}

// upload has the bot upload a file and returns its key.
func (w *world) upload(name, content string) string {
	w.T.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("file_type", "stream")
	form.WriteField("file_name", name)
	part, err := form.CreateFormFile("file", "upload")
	if err != nil {
		w.T.Fatal(err)
	}
	part.Write([]byte(content))
	form.Close()
	token := w.request(http.MethodPost, "/open-apis/auth/v3/tenant_access_token/internal", "",
		map[string]string{"app_id": w.platform.Options().AppID, "app_secret": w.platform.Options().AppSecret})["tenant_access_token"].(string)
	request := httptest.NewRequestWithContext(w.Context, http.MethodPost, "/open-apis/im/v1/files", &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Authorization", "Bearer "+token)
	answer := httptest.NewRecorder()
	w.platform.Platform().ServeHTTP(answer, request)
	var uploaded struct {
		Data struct {
			FileKey string `json:"file_key"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &uploaded); err != nil || uploaded.Data.FileKey == "" {
		w.T.Fatalf("upload: %s %v", answer.Body, err)
	}
	return uploaded.Data.FileKey
}

// TestReconnect breaks the connection while something happens.
func TestReconnect(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.Expect("/api/events") // the browser mentions the broken connection
	w.open(wide)
	first := w.post(simulator.PrivateID, "text", `{"text":"before"}`)
	w.shown(first)
	pagetest.Eval[bool](w.Tab, `(window.lost = 0, new MutationObserver(() => { if (!document.querySelector('.banner').hidden) window.lost++ }).observe(document.querySelector('.banner'), { attributes: true }), true)`)
	w.cut()
	missed := w.post(simulator.PrivateID, "text", `{"text":"missed"}`)
	w.platform.Recall(first)
	w.shown(missed)
	w.Wait(message(first) + `.classList.contains('recalled') && document.querySelector('.banner').hidden && window.lost > 0`)
	live := w.post(simulator.PrivateID, "text", `{"text":"live again"}`)
	w.shown(live)
	w.hasTexts(".message:not(.recalled) .bubble", "missed", "live again")
}

// TestSettingsAreRemembered reloads the page.
func TestSettingsAreRemembered(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(pagetest.At("en-US", "dark", 1280, 900))
	pagetest.Is(w.Tab, `document.documentElement.lang + document.documentElement.dataset.theme`, "en-GBdark")
	w.hasTexts("#simulation", "Simulation: invented figures, nothing reaches Feishu")
	w.keys("/")
	w.hasTexts(".palette .command .palette-about", "How people met", "What can be asked")
	w.read("zh_cn")
	w.Click("#appearance")
	w.Click("[data-chat-id=oc_group]")
	w.Do(chromedp.Reload())
	w.Wait(`document.querySelector('.topbar h1')`)
	pagetest.Is(w.Tab, `document.documentElement.lang + document.documentElement.dataset.theme`, "zh-CNlight")
	pagetest.Is(w.Tab, `document.querySelector('.topbar h1').textContent`, "产品团队 Product")
}

// TestDrawer opens the chats on a phone.
func TestDrawer(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(phone)
	visible := `getComputedStyle(document.querySelector('.sidebar')).visibility === 'visible'`
	pagetest.Is(w.Tab, visible, false)
	w.Click(".drawer-open-button")
	w.Wait(visible)
	pagetest.Is(w.Tab, `document.querySelector('main').inert`, true)
	w.Do(chromedp.KeyEvent(kb.Escape))
	w.Wait(`!(` + visible + `)`)
	w.Click(".drawer-open-button")
	w.Wait(visible)
	w.Click("[data-chat-id=oc_group]")
	w.Wait(`!(` + visible + `)`)
	pagetest.Is(w.Tab, `document.querySelector('.topbar h1').textContent + document.querySelector('main').inert`, "产品团队 Productfalse")
}

// TestUnreachable writes while nobody answers.
func TestUnreachable(t *testing.T) {
	var refuse atomic.Bool
	w := newWorldBehind(t, page.Assets(), func(site http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if refuse.Load() && r.Method == http.MethodPost {
				http.Error(rw, `{"error": "<b>full</b>"}`, http.StatusTeapot)
				return
			}
			site.ServeHTTP(rw, r)
		})
	})
	w.Expect("status of 418") // the browser mentions the refusal
	w.open(wide)
	refuse.Store(true)
	w.keys("/help" + kb.Enter)
	w.Wait(`document.querySelector('.composer-error').textContent`)
	w.hasTexts(".composer-error", "没有发出去：<b>full</b>。消息还在输入框里，可以再试。")
	pagetest.Is(w.Tab, `document.querySelector('textarea').value`, "/help")
	refuse.Store(false)
	w.keys(kb.Enter)
	w.written(simulator.PrivateID, 1)
	w.Wait(`document.querySelector('.composer-error').textContent === ''`)
}
