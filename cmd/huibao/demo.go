package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"huibao/internal/app"
	"huibao/internal/config"
	"huibao/internal/page"
	"huibao/internal/simulator"
)

// demoAddr is where the demo's chat page is, if the port is free.
const demoAddr = "127.0.0.1:8090"

// demoToken opens the admin API of a demo, which only this machine reaches.
const demoToken = "demo-admin-token"

// demoFlags are the options that a demo can be run with. The others are what
// makes it a demo: its platform, its addresses and its database.
var demoFlags = []string{"access", "calendar", "locale", "log_level", "timezone", "week_start"}

// demo is `huibao demo`.
func (t *terminal) demo() *cobra.Command {
	cmd := &cobra.Command{
		Use: "demo", Short: "Try huibao in the browser against a simulated Feishu, with no account", Args: exactly(0),
		Example: "  huibao demo\n  huibao demo --locale en_us\n  huibao demo --access open",
	}
	addr := cmd.Flags().String("addr", demoAddr, "where the chat page is served, a loopback address")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		given, err := demoGiven(cmd)
		if err != nil {
			return err
		}
		door, err := demoListener(cmd.Context(), *addr, cmd.Flags().Changed("addr"))
		if err != nil {
			return err
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGHUP) // a closed terminal ends it, too
		defer stop()
		return t.runDemo(ctx, door, given)
	}
	return cmd
}

// demoGiven are the options given as flags.
func demoGiven(cmd *cobra.Command) (map[string]string, error) {
	given := map[string]string{}
	for _, name := range append(optionNames(), "config") {
		flag := cmd.Flags().Lookup(dashed(name))
		if flag == nil || !flag.Changed {
			continue
		}
		if !slices.Contains(demoFlags, name) {
			return nil, usageError{fmt.Errorf("a demo chooses --%s itself; leave it out, or run huibao serve", flag.Name)}
		}
		given[name] = flag.Value.String()
	}
	return given, nil
}

// demoListener is where the chat page will be. If the usual port is taken, any
// free one does; an address that was asked for is used or refused.
func demoListener(ctx context.Context, addr string, chosen bool) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	number, portErr := strconv.ParseUint(port, 10, 16)
	if err != nil || portErr != nil {
		return nil, usageError{fmt.Errorf("--addr %s is no address; write it as %s", addr, demoAddr)}
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usageError{fmt.Errorf("--addr %s is no loopback address: in a demo anybody may write as anybody; use %s", addr, demoAddr)}
	}
	var listen net.ListenConfig
	door, err := listen.Listen(ctx, "tcp", addr)
	switch {
	case err == nil:
		return door, nil
	case !chosen:
		return listen.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d of --addr is in use; choose another, or leave --addr out to get a free one", number)
	}
	return nil, fmt.Errorf("listen on --addr %s: %w", addr, err)
}

// runDemo runs service and simulator until ctx ends, on a database that is
// thrown away.
func (t *terminal) runDemo(ctx context.Context, door net.Listener, given map[string]string) (err error) {
	defer func() { _ = door.Close() }() // its server has closed it, unless there was none
	folder, err := os.MkdirTemp("", "huibao-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo's database: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	platform := simulator.New(simulator.Options{Commands: demoCommands()})
	defer platform.Stop()
	platform.AddChat(demoGroup())
	var listen net.ListenConfig
	platformDoor, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for the simulated platform: %w", err)
	}
	defer serveHTTP(platformDoor, platform.Platform())()

	cfg, err := demoConfig(platform.Options(), "http://"+platformDoor.Addr().String(), filepath.Join(folder, "demo.db"), given)
	if err != nil {
		return err
	}
	return t.runDemoService(ctx, cfg, platform, door)
}

// runDemoService runs the service and the chat page until ctx ends.
func (t *terminal) runDemoService(ctx context.Context, cfg config.Config, platform *simulator.Server, door net.Listener) (err error) {
	service, err := app.New(ctx, cfg, newLog(t.stderr, cfg))
	if err != nil {
		return err
	}
	defer func() {
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.Drain)
		defer cancel()
		err = errors.Join(err, service.Stop(drain))
	}()
	if err := service.Start(ctx); err != nil {
		return err
	}
	if err := prepareDemo(ctx, "http://"+service.AdminAddr()+"/admin/api/v1"); err != nil {
		return err
	}
	platform.DeliverTo("http://" + service.Addr() + "/webhook/event")
	platform.DeliverCallbacksTo("http://" + service.Addr() + "/webhook/event")
	stopPage := serveHTTP(door, platform.ChatPage(page.Assets()))
	t.welcome(door.Addr().String(), service.AdminAddr())
	<-ctx.Done()
	t.tell("\nThe demo ends; its data are removed.\n")
	stopPage()
	platform.Stop()
	return nil
}

// welcome says where to look and what it is: at the chats, and at the admin's page.
func (t *terminal) welcome(chats, admin string) {
	t.tell(`
  huibao demo: the bot, a simulated Feishu and a chat with both, all on this machine.

    Open   http://` + chats + `
    Type   /report 7d

    Admin  http://` + admin + `/admin
    Token  ` + demoToken + `

  Who writes is chosen at the lower left. The first group and the first person's
  private chat are allowed already; elsewhere the admin, Ada Chen, is asked.

  Nothing reaches Feishu and the figures are invented. Ctrl-C ends the demo.
`)
	if !page.HasCharts() {
		t.tell(`
  This binary has no chart library, so charts show as tables. With Node.js at
  hand, make demo builds a binary that draws them.
`)
	}
	t.tell("\n")
}

// tell writes to whoever started the command; it may be gone.
func (t *terminal) tell(text string) { _, _ = io.WriteString(t.stdout, text) }

// demoConfig is the configuration of a service against the simulator.
func demoConfig(platform simulator.Options, baseURL, database string, given map[string]string) (config.Config, error) {
	flags := map[string]string{
		"config": os.DevNull, "feishu_base_url": baseURL, "feishu_app_id": platform.AppID, "feishu_app_secret": platform.AppSecret,
		"feishu_encrypt_key": platform.EncryptKey, "feishu_verification_token": platform.VerificationToken,
		"feishu_admins": simulator.AdminID, "http_addr": "127.0.0.1:0", "database_url": "sqlite:" + database,
		"report_rate": "20", "admin_token": demoToken, "log_level": "warn", "drain": "5s",
	}
	maps.Copy(flags, given)
	nothing := func(string) (string, bool) { return "", false }
	return config.Load(config.Input{Flags: flags, Environ: nothing}, config.NeedServe)
}

// demoGroup is a group that nobody has allowed yet.
func demoGroup() simulator.Chat {
	return simulator.Chat{
		ChatID: "oc_sales", Name: "市场团队 Sales", Mode: "group", OwnerID: simulator.MemberID, //nolint:gosmopolitan // a group has any name
		Members: []string{simulator.MemberID, simulator.AdminID}, BotIn: true,
	}
}

// prepareDemo does by the admin API what an admin would have done: allows the
// chats in which somebody tries the first command, so that the answer comes at
// once, and shows rankings to admins.
func prepareDemo(ctx context.Context, api string) error {
	for _, chatID := range []string{simulator.GroupID, simulator.PrivateID} {
		if err := callDemo(ctx, http.MethodPatch, api+"/chats/"+chatID, `{"access": "allowed"}`); err != nil {
			return err
		}
	}
	return callDemo(ctx, http.MethodPut, api+"/settings", `{"top_users": "admins"}`)
}

// callDemo makes one call of the admin API.
func callDemo(ctx context.Context, method, url, body string) error {
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+demoToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // nothing more is read
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("prepare the demo: %s %s is answered with %s", method, request.URL.Path, response.Status)
	}
	return nil
}

// demoCommands are what the page offers while typing, by each of their names.
func demoCommands() []simulator.Command {
	var commands []simulator.Command
	for _, command := range app.Commands() {
		for _, name := range append([]string{command.Name}, command.Aliases...) {
			commands = append(commands, simulator.Command{Name: name, Description: command.Description})
		}
	}
	return commands
}

// serveHTTP serves a handler until stop is called.
func serveHTTP(door net.Listener, handler http.Handler) (stop func()) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(door) }() // ends with Close
	return func() { _ = server.Close() }
}
