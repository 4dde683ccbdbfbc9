package web

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/feishu"
	"huibao/internal/simulator"
)

// BenchmarkWebhook is the acknowledgement of one signed, encrypted event over
// HTTP, asked for by 32 connections: by huibao with an inbox that keeps
// nothing, and by the official SDK's dispatcher behind net/http, which hands
// the event to a channel in memory.
func BenchmarkWebhook(b *testing.B) {
	platform := simulator.New(simulator.Options{})
	defer platform.Stop()
	content := map[string]any{
		"sender": map[string]any{"sender_id": map[string]string{"open_id": "ou_1"}, "sender_type": "user", "tenant_key": "tenant_simulated"},
		"message": map[string]any{
			"message_id": "om_1", "chat_id": "oc_1", "chat_type": "group", "message_type": "text",
			"content": `{"text":"` + strings.Repeat("hello ", 60) + `"}`,
		},
	}
	body, header := platform.Envelope(simulator.Event{EventID: "ev_1", Type: "im.message.receive_v1", Body: content})
	for name, handler := range map[string]http.Handler{"huibao": benchHuibao(b, platform), "sdk": benchDispatcher(b, platform)} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(handler)
			defer server.Close()
			transport := &http.Transport{MaxIdleConnsPerHost: 64}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			b.ReportAllocs()
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					postBench(b, client, server.URL+"/webhook/event", string(body), header)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// postBench makes one request and wants 200.
func postBench(b *testing.B, client *http.Client, url, body string, header http.Header) {
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		b.Error(err)
		return
	}
	request.Header = header
	response, err := client.Do(request)
	if err != nil {
		b.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		b.Errorf("status %d", response.StatusCode)
	}
}

// nothingKept is an Inbox that keeps nothing.
type nothingKept struct{}

func (nothingKept) StoreEvents(context.Context, []bot.Event) ([]bool, error) {
	return []bool{true}, nil
}

// benchHuibao is this package's server.
func benchHuibao(b *testing.B, platform *simulator.Server) http.Handler {
	o := platform.Options()
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	registry, log := prometheus.NewRegistry(), logrus.NewEntry(logger)
	server, err := New(Options{
		Addr: "127.0.0.1:0", Intake: newIntake(b, nothingKept{}, registry, log), Registry: registry, Log: log,
		Receiver: feishu.NewReceiver(feishu.ReceiverOptions{
			AppID: o.AppID, EncryptKey: o.EncryptKey, VerificationToken: o.VerificationToken, Now: platform.Clock().Now,
		}),
	})
	if err != nil {
		b.Fatal(err)
	}
	return server.public
}

// benchDispatcher is the SDK's.
func benchDispatcher(b *testing.B, platform *simulator.Server) http.Handler {
	events := make(chan *larkim.P2MessageReceiveV1, 1024)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		for range events {
		}
	}()
	b.Cleanup(func() {
		close(events)
		<-drained
	})
	o := platform.Options()
	d := dispatcher.NewEventDispatcher(o.VerificationToken, o.EncryptKey)
	d.InitConfig(larkevent.WithLogLevel(larkcore.LogLevelError))
	d.OnP2MessageReceiveV1(func(_ context.Context, event *larkim.P2MessageReceiveV1) error {
		events <- event
		return nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "", http.StatusBadRequest)
			return
		}
		answer := d.Handle(r.Context(), &larkevent.EventReq{Header: r.Header, Body: body, RequestURI: r.RequestURI})
		maps.Copy(w.Header(), answer.Header)
		w.WriteHeader(answer.StatusCode)
		_, _ = w.Write(answer.Body)
	})
}
