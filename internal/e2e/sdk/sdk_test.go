//go:build bench

// Package sdk is what the intake of events is measured beside: the official
// SDK's dispatcher behind net/http, which verifies, decrypts and decodes an
// event and hands it to a channel. It keeps nothing. It is a program of its own
// because the dispatcher's packages take long to build, and a test binary
// because only tests may import them here.
package sdk

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/larksuite/oapi-sdk-go/v3/core/httpserverext"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
)

// TestMain serves until the process is killed.
func TestMain(*testing.M) {
	events := make(chan *larkim.P2MessageReceiveV1, 1024)
	go func() {
		for range events {
		}
	}()
	handler := dispatcher.NewEventDispatcher(os.Getenv("HUIBAO_FEISHU_VERIFICATION_TOKEN"), os.Getenv("HUIBAO_FEISHU_ENCRYPT_KEY")).
		OnP2MessageReceiveV1(func(_ context.Context, event *larkim.P2MessageReceiveV1) error {
			events <- event
			return nil
		})
	http.HandleFunc("/webhook/event", httpserverext.NewEventHandlerFunc(handler))
	http.HandleFunc("/readyz", func(http.ResponseWriter, *http.Request) {})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("{\"msg\":\"huibao is ready\",\"addr\":%q}\n", listener.Addr())
	fmt.Fprintln(os.Stderr, http.Serve(listener, nil))
}
