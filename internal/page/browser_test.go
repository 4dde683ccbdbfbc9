package page_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// shorthand for what the tests say often.
type look = pagetest.Look

var wide, phone = pagetest.Wide, pagetest.Phone

func TestMain(m *testing.M) {
	code := m.Run()
	pagetest.Close()
	os.Exit(code)
}

// world is a simulated platform and its chat page in a tab.
type world struct {
	*pagetest.Tab
	platform *simulator.Server
	api      string // address of the imitated platform
	page     string // address of the chat page
	cut      func() // breaks the page's connections
}

// newWorld starts a platform; its page is served from assets. The chart library
// must have been built, unless the test is about its absence.
func newWorld(t *testing.T, assets fs.FS) *world {
	t.Helper()
	return newWorldBehind(t, assets, func(site http.Handler) http.Handler { return site })
}

// newWorldBehind is newWorld with something between the browser and the page.
func newWorldBehind(t *testing.T, assets fs.FS, between func(http.Handler) http.Handler) *world {
	t.Helper()
	platform := simulator.New(simulator.Options{Unsigned: true, Commands: []simulator.Command{
		{Name: "report", Description: map[string]string{"zh_cn": "查看会议情况", "en_us": "How people met"}},
		{Name: "报告", Description: map[string]string{"zh_cn": "查看会议情况", "en_us": "How people met"}},
		{Name: "help", Description: map[string]string{"zh_cn": "可以问什么", "en_us": "What can be asked"}},
		{Name: "帮助", Description: map[string]string{"zh_cn": "可以问什么", "en_us": "What can be asked"}},
	}})
	events := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) // a bot that hears and says nothing
	api := httptest.NewServer(platform.Platform())
	site := httptest.NewServer(between(platform.ChatPage(assets)))
	platform.DeliverTo(events.URL)
	w := &world{platform: platform, api: api.URL, page: site.URL, cut: site.CloseClientConnections}
	t.Cleanup(func() { // after the tab is closed, and with the streams ended, nothing keeps the servers
		platform.Stop()
		site.CloseClientConnections()
		site.Close()
		events.Close()
		api.Close()
	})
	w.Tab = pagetest.Open(t)
	return w
}

// withCharts is newWorld of the page as it is built.
func withCharts(t *testing.T) *world {
	t.Helper()
	if !page.HasCharts() {
		t.Fatal("dist/vchart.js is not there: make page builds it, and the tests of the charts need it")
	}
	return newWorld(t, page.Assets())
}

// open opens the page and waits until the chats are there.
func (w *world) open(l look) {
	w.T.Helper()
	w.See(l)
	w.Do(chromedp.Navigate(w.page))
	w.Wait(`document.querySelector('.topbar h1')`)
}

// read sets the language of the reader.
func (w *world) read(language string) {
	w.T.Helper()
	w.Choose("#language", language)
}

// keys types into the input box.
func (w *world) keys(text string) {
	w.T.Helper()
	w.Do(chromedp.SendKeys(chromedp.CSS(".composer textarea"), text))
}

// call makes a call of the imitated platform, as the bot does, and returns its
// data.
func (w *world) call(method, path string, body any) map[string]any {
	w.T.Helper()
	w.platform.Clock().Advance(time.Second) // a chat takes five messages a second
	credentials := map[string]string{"app_id": w.platform.Options().AppID, "app_secret": w.platform.Options().AppSecret}
	token := w.request(http.MethodPost, "/open-apis/auth/v3/tenant_access_token/internal", "", credentials)
	answer := w.request(method, path, token["tenant_access_token"].(string), body)
	data, _ := answer["data"].(map[string]any)
	return data
}

// request sends JSON and fails the test unless the code is 0.
func (w *world) request(method, path, token string, body any) map[string]any {
	w.T.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		w.T.Fatal(err)
	}
	request, err := http.NewRequestWithContext(w.Context, method, w.api+path, bytes.NewReader(encoded))
	if err != nil {
		w.T.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.T.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	var answer map[string]any
	if err != nil || json.Unmarshal(text, &answer) != nil || answer["code"] != 0.0 {
		w.T.Fatalf("%s %s: %s %v", method, path, text, err)
	}
	return answer
}

// card reads a canned card.
func card(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "cards", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// post has the bot post a message and returns its id.
func (w *world) post(chatID, msgType, content string) string {
	w.T.Helper()
	data := w.call(http.MethodPost, "/open-apis/im/v1/messages?receive_id_type=chat_id",
		map[string]string{"receive_id": chatID, "msg_type": msgType, "content": content})
	return data["message_id"].(string)
}

// reply has the bot reply to a message.
func (w *world) reply(messageID, msgType, content string) string {
	w.T.Helper()
	data := w.call(http.MethodPost, "/open-apis/im/v1/messages/"+messageID+"/reply", map[string]string{"msg_type": msgType, "content": content})
	return data["message_id"].(string)
}

// patch has the bot replace a card.
func (w *world) patch(messageID, content string) {
	w.T.Helper()
	w.call(http.MethodPatch, "/open-apis/im/v1/messages/"+messageID, map[string]string{"content": content})
}

// shown waits until a message is on the page.
func (w *world) shown(messageID string) {
	w.T.Helper()
	w.Wait(fmt.Sprintf(`document.querySelector('[data-message-id="%s"]')`, messageID))
}
