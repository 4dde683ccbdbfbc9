package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// bench is a platform without limits and a client for it.
type bench struct {
	*Server

	url, token string
	client     *http.Client
}

// newBench starts a platform.
func newBench(b *testing.B) *bench {
	b.Helper()
	s := New(Options{Limits: &Limits{}, KeepMessages: 1000})
	server := httptest.NewServer(s.Platform())
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.Cleanup(func() {
		s.Stop()
		server.Close()
		client.CloseIdleConnections()
	})
	made := &bench{Server: s, url: server.URL, client: client}
	var reply struct {
		Token string `json:"tenant_access_token"`
	}
	made.call(b, "/open-apis/auth/v3/tenant_access_token/internal", `{"app_id":"cli_simulated","app_secret":"simulated-secret"}`, &reply)
	made.token = reply.Token
	return made
}

// call makes a call that must succeed.
func (w *bench) call(b *testing.B, path, body string, into any) {
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequestWithContext(b.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.token)
	response, err := w.client.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %v, status %d: %.300s", path, err, response.StatusCode, read)
	}
	if into != nil {
		if err := json.Unmarshal(read, into); err != nil {
			b.Fatal(err)
		}
	}
}

// reportCard is a card of about the size of a report's, with a table and a
// chart of 30 days.
func reportCard() string {
	rows, values := make([]string, 30), make([]string, 30)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"date":"2026-11-%02d","meeting_count":%d,"meeting_duration_seconds":%d.5,"participant_count":%d}`, i+1, i, i, i*20)
		values[i] = fmt.Sprintf(`{"x":"11-%02d","y":%d}`, i+1, i)
	}
	figure := `{"tag":"column","width":"weighted","weight":1,"elements":[{"tag":"markdown","content":"**100** meetings","text_align":"center"}]}`
	return cardOf(
		`{"tag":"column_set","flex_mode":"bisect","columns":[`+many(figure, 3)+`]}`,
		`{"tag":"chart","chart_spec":{"type":"bar","data":{"values":[`+strings.Join(values, ",")+`]},"xField":"x","yField":"y"}}`,
		`{"tag":"table","page_size":10,"columns":[{"name":"date"},{"name":"meeting_count","data_type":"number"},`+
			`{"name":"meeting_duration_seconds","data_type":"number"},{"name":"participant_count","data_type":"number"}],"rows":[`+strings.Join(rows, ",")+`]}`,
		okButton,
	)
}

// BenchmarkMessages posts cards to 1,000 chats over HTTP, as fast as 32 clients
// can.
func BenchmarkMessages(b *testing.B) {
	for name, body := range map[string]object{
		"text": {"msg_type": "text", "content": `{"text":"hello"}`}, "card": {"msg_type": "interactive", "content": reportCard()},
	} {
		b.Run(name, func(b *testing.B) {
			w := newBench(b)
			chats := w.AddChats(1000, "oc_many_")
			encoded := string(marshal(body))
			var number atomic.Int64
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := number.Add(1)
					w.call(b, "/open-apis/im/v1/messages?receive_id_type=chat_id",
						fmt.Sprintf(`{"receive_id":%q,"uuid":"u%d",%s`, chats[n%1000], n, encoded[1:]), nil)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// BenchmarkGetDaily asks for 90 days over HTTP.
func BenchmarkGetDaily(b *testing.B) {
	w := newBench(b)
	now := time.Now()
	path := fmt.Sprintf("/open-apis/vc/v1/reports/get_daily?start_time=%d&end_time=%d", now.AddDate(0, 0, -89).Unix(), now.Unix())
	for b.Loop() {
		w.call(b, path, "", nil)
	}
}

// BenchmarkEvents sends messages of people to a receiver over HTTP.
func BenchmarkEvents(b *testing.B) {
	w := newBench(b)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer receiver.Close()
	w.DeliverTo(receiver.URL)
	for b.Loop() {
		w.SendText(GroupID, MemberID, "/report 7d", TextOptions{MentionBot: true})
	}
	if err := w.WaitDelivered(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkCard holds a report's card against the rules.
func BenchmarkCard(b *testing.B) {
	card := []byte(reportCard())
	b.SetBytes(int64(len(bytes.TrimSpace(card))))
	for b.Loop() {
		if v := judgeCard(card, nil); v.problem != "" {
			b.Fatal(v)
		}
	}
}
