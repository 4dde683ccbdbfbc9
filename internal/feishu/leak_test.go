package feishu

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What of a reply must never be told.
const (
	markedBody   = "MARKED-body"
	markedHeader = "MARKED-header"
)

// raw answers with bytes that need be no HTTP.
func raw(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// echoing answers with what it was sent, as a proxy's error page may.
func echoing(status int, form string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		told := strings.ReplaceAll(fmt.Sprintf("%s %s %s", r.Header.Get("Authorization"), body, secretOfApp), `"`, "'")
		w.Header().Set("X-Marked", markedHeader)
		w.Header().Set("Set-Cookie", "session="+markedHeader)
		w.Header().Set("Location", "/?ticket="+markedHeader)
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, form, told)
	}
}

// Whatever goes wrong with a call, no error and no line of the log holds the
// app's secret, a token, a header or a body. The SDK's own words do, now and
// then.
func TestNothingIsTold(t *testing.T) {
	failures := map[string]http.HandlerFunc{
		"an echoing page":           echoing(502, "<html>%s "+markedBody+"</html>"),
		"an echoing page with 200":  echoing(200, "%s "+markedBody),
		"an echoing page with 504":  echoing(504, "<html>%s "+markedBody+"</html>"),
		"an echoing refusal":        echoing(400, `{"code":99991672,"msg":"%s","error":{"log_id":"%[1]s","permission_violations":[{"subject":"%[1]s"}]}}`),
		"an echoing invalid token":  echoing(400, `{"code":99991663,"msg":"%s","more":"`+markedBody+`"}`),
		"an echoing wrong secret":   echoing(200, `{"code":10015,"msg":"%s","more":"`+markedBody+`"}`),
		"an echoing bad parameter":  echoing(400, `{"code":230001,"msg":"invalid: %s"}`),
		"an echoing redirection":    echoing(302, "%s "+markedBody),
		"another type than it is":   echoing(200, `{"code":0,"msg":"%s","data":"`+markedBody+`","bot":"`+markedBody+`","tenant_access_token":{"`+markedBody+`":1}}`),
		"a code that is text":       echoing(200, `{"code":"`+markedBody+`"}%.0s`),
		"no HTTP":                   raw(markedBody + "\r\n\r\n"),
		"a status that is none":     raw("HTTP/1.1 " + markedBody + "\r\n\r\n"),
		"a header that is none":     raw("HTTP/1.1 200 OK\r\n" + markedHeader + "\r\n\r\n{}"),
		"a header with a space":     raw("HTTP/1.1 200 OK\r\nX " + markedHeader + ": 1\r\n\r\n{}"),
		"a length that is none":     raw("HTTP/1.1 200 OK\r\nContent-Length: " + markedHeader + "\r\n\r\n{}"),
		"an encoding that is none":  raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: " + markedHeader + "\r\n\r\n{}"),
		"a chunk that is none":      raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + markedBody + "\r\n"),
		"half a body":               raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + markedBody),
		"a pack that is none":       raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + markedBody),
		"nothing":                   raw(""),
		"a switch of the protocol":  raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + markedHeader + "\r\nConnection: Upgrade\r\n\r\n"),
		"a demand for a proxy's id": echoing(407, "%s "+markedBody),
	}
	for name, handle := range failures {
		t.Run(name+", of a call", func(t *testing.T) {
			p := newPlatform(t, handle)
			checkNothingTold(t, newTestClient(t, p.URL, nil))
		})
		t.Run(name+", of the token", func(t *testing.T) {
			server := httptest.NewServer(handle)
			defer server.Close()
			checkNothingTold(t, newTestClient(t, server.URL, nil))
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		server := httptest.NewServer(nil)
		server.Close()
		checkNothingTold(t, newTestClient(t, server.URL, nil))
	})
	t.Run("a certificate nobody knows", func(t *testing.T) {
		server := httptest.NewUnstartedServer(always(200, "{}"))
		server.Config.ErrorLog = quiet()
		server.StartTLS()
		defer server.Close()
		told := checkNothingTold(t, newTestClient(t, server.URL, nil))
		if !strings.Contains(told, "certificate") {
			t.Errorf("it is not said what is wrong: %s", told)
		}
	})
	t.Run("no TLS where it should be", func(t *testing.T) {
		server := httptest.NewServer(always(200, markedBody))
		defer server.Close()
		told := checkNothingTold(t, newTestClient(t, strings.Replace(server.URL, "http:", "https:", 1), nil))
		if !strings.Contains(told, "HTTP response to HTTPS client") {
			t.Errorf("it is not said what is wrong: %s", told)
		}
	})
}

// checkNothingTold makes every call, wants each to fail, and reads whatever was
// said of it.
func checkNothingTold(t *testing.T, c *testClient) string {
	t.Helper()
	printed := captureOutput(t)
	ctx := deadline(t, 300*time.Millisecond)
	_, sendErr := c.Send(t.Context(), "", "oc_1", card, "u")
	_, replyErr := c.Reply(t.Context(), "", "om_1", card, "u")
	_, chatErr := c.FindChat(t.Context(), "", "oc_1")
	_, chatsErr := c.ListChats(t.Context(), "")
	_, _, botErr := c.BotInfo(t.Context(), "tenant")
	_, _, tenantErr := c.Tenant(t.Context(), "")
	_, fileErr := c.UploadFile(t.Context(), "", "a.csv", []byte("a"))
	_, slashErr := c.ListSlashCommands(t.Context(), "tenant")
	_, reportErr := c.Daily(ctx, "tenant", "", week, time.UTC)
	told := c.log.String() + printed()
	for call, err := range map[string]error{
		"send": sendErr, "reply": replyErr, "chat": chatErr, "chats": chatsErr, "bot": botErr, "tenant": tenantErr, "report": reportErr, "file": fileErr, "slash": slashErr,
		"update": c.Update(t.Context(), "", "om_1", card), "reaction": c.AddReaction(t.Context(), "", "om_1", "Get"),
	} {
		if err == nil {
			t.Errorf("%s succeeded", call)
		}
		for ; err != nil; err = errors.Unwrap(err) {
			told += fmt.Sprintf("\n%s: %v", call, err)
		}
	}
	for _, secret := range []string{secretOfApp, secretToken, markedBody, markedHeader, `"schema"`} {
		if at := strings.Index(told, secret); at >= 0 {
			t.Errorf("%s is told: …%s", secret, told[max(at-150, 0):at+len(secret)])
		}
	}
	return told
}

// captureOutput keeps what is printed until the function it returns is called.
func captureOutput(t *testing.T) func() string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "printed")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = file, file
	return func() string {
		os.Stdout, os.Stderr = stdout, stderr
		_ = file.Close()
		printed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(printed) > 0 {
			t.Errorf("something was printed: %s", printed)
		}
		return string(printed)
	}
}
