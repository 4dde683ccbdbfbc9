package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"huibao/internal/page"
	"huibao/internal/simulator"
)

// addresses are where the simulator listens.
type addresses struct{ platform, control, page string }

// listen serves platform, control API and chat page. stop ends all that listen,
// also after an error.
func (s *settings) listen(ctx context.Context, platform *simulator.Server) (found addresses, stop func(), err error) {
	var servers []*http.Server
	stop = func() {
		for _, server := range servers {
			_ = server.Close() // it ends anyway
		}
	}
	for _, one := range []struct {
		flag, addr string
		into       *string
		handler    http.Handler
	}{
		{"addr", s.platformAddr, &found.platform, platform.Platform()},
		{"control-addr", s.controlAddr, &found.control, platform.Control()},
		{"page-addr", s.page, &found.page, platform.ChatPage(page.Assets())},
	} {
		listener, err := loopback(ctx, one.addr)
		if err != nil {
			return found, stop, fmt.Errorf("--%s %s: %w", one.flag, one.addr, err)
		}
		server := &http.Server{Handler: one.handler, ReadHeaderTimeout: 5 * time.Second}
		go func() { _ = server.Serve(listener) }() // ends with Close
		servers = append(servers, server)
		*one.into = "http://" + listener.Addr().String()
	}
	return found, stop, nil
}

// loopback listens on an address of this machine only: the simulator lets
// anybody do anything.
func loopback(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usageError{err}
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usageError{fmt.Errorf("%q is no loopback address; use 127.0.0.1, ::1 or localhost", host)}
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	if bound, is := listener.Addr().(*net.TCPAddr); !is || !bound.IP.IsLoopback() {
		_ = listener.Close() // it was never used
		return nil, usageError{fmt.Errorf("%q leads to %s, which is no loopback address", host, listener.Addr())}
	}
	return listener, nil
}

// told is what a script needs to know, under both of its names.
type told struct{ variable, key, value string }

// tell prints where what listens and the app's secrets.
func (s *settings) tell(stdout io.Writer, platform *simulator.Server, at addresses) error {
	o := platform.Options()
	all := []told{
		{"HUIBAO_FEISHU_BASE_URL", "platform", at.platform},
		{"HUIBAO_FEISHU_APP_TYPE", "app_type", o.AppType},
		{"HUIBAO_FEISHU_APP_ID", "app_id", o.AppID},
		{"HUIBAO_FEISHU_APP_SECRET", "app_secret", o.AppSecret},
		{"HUIBAO_FEISHU_ENCRYPT_KEY", "encrypt_key", o.EncryptKey},
		{"HUIBAO_FEISHU_VERIFICATION_TOKEN", "verification_token", o.VerificationToken},
		{"SIMULATOR_CONTROL_URL", "control", at.control},
		{"SIMULATOR_PAGE_URL", "page", at.page},
		{"SIMULATOR_EVENT_URL", "event_url", o.EventURL},
		{"SIMULATOR_TENANT_KEY", "tenant_key", o.TenantKey},
		{"SIMULATOR_BOT_OPEN_ID", "bot_open_id", platform.BotID()},
	}
	if o.LongConnection {
		all = append(all, told{"HUIBAO_FEISHU_EVENTS", "events", "websocket"})
	}
	if s.lark {
		all = append(all, told{"HUIBAO_FEISHU_BRAND", "brand", "lark"})
	}
	if s.json {
		object := map[string]string{}
		for _, one := range all {
			object[one.key] = one.value
		}
		return json.NewEncoder(stdout).Encode(object)
	}
	for _, one := range all {
		if _, err := fmt.Fprintf(stdout, "%s=%s\n", one.variable, one.value); err != nil {
			return err
		}
	}
	return nil
}
