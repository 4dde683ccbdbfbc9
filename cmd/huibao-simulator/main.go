// Command huibao-simulator runs the simulated platform as a process of its own,
// for trying huibao serve against it and for tests from outside.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"huibao/internal/simulator"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// usageError is a command that was called wrongly.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }

// run serves until ctx ends and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := newCommand() //nolint:contextcheck // the command takes the context that cobra hands it
	command.SetArgs(args)
	command.SetOut(stdout)
	command.SetErr(stderr)
	err := command.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	_, _ = fmt.Fprintf(stderr, "huibao-simulator: %v\n", err) // nobody may be left to read it
	if _, wrong := errors.AsType[usageError](err); wrong {
		return exitUsage
	}
	return exitFailed
}

// settings are what the flags say.
type settings struct {
	options                         simulator.Options
	platformAddr, controlAddr, page string
	speed                           float64
	chats, tenants                  int
	unlimited, json, lark           bool
}

// help is what --help begins with.
const help = `Runs a simulated Feishu platform for trying huibao and for tests: the API that
huibao calls, an API of its own that steers it, and a chat in the browser.
Nothing reaches Feishu and all figures are invented. It listens on loopback
addresses only.

Once it listens it prints what a script needs, one NAME=value a line, in the
names that huibao reads, so that this starts a service against it:

  huibao-simulator --addr 127.0.0.1:0 > simulator.env &
  set -a; . ./simulator.env; set +a; huibao serve

With --print-json it prints one line of JSON instead. SIGINT and SIGTERM end it.
The control API is described in the package internal/simulator (control.go); GET
/requests and /messages tell what was asked and done, POST /faults, /clock and
/chats/{chat_id}/remove make things happen.`

// newCommand is the command with its flags.
func newCommand() *cobra.Command {
	var s settings
	command := &cobra.Command{
		Use: "huibao-simulator", Short: "A simulated Feishu platform on this machine", Long: help,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no argument %q; see huibao-simulator --help", args[0])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	command.CompletionOptions.DisableDefaultCmd = true
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see huibao-simulator --help", err)}
	})
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.platformAddr, "addr", "127.0.0.1:9080", "where the imitated API listens; port 0 takes a free one")
	flags.StringVar(&s.controlAddr, "control-addr", "127.0.0.1:9081", "where the control API listens")
	flags.StringVar(&s.page, "page-addr", "127.0.0.1:9082", "where the chat in the browser listens")
	flags.StringVar(&s.options.EventURL, "event-url", "http://127.0.0.1:8080/webhook/event", "where events go")
	flags.StringVar(&s.options.CallbackURL, "callback-url", "", "where clicks on cards go, when not where events go")
	flags.BoolVar(&s.options.LongConnection, "long-connection", false, "events and clicks go over the app's long connections instead")
	flags.StringVar(&s.options.AppType, "app-type", simulator.CustomApp, "custom: the app of one organisation, or isv: of the app store, for many")
	flags.StringVar(&s.options.AppID, "app-id", "cli_simulated", "the app's id")
	flags.StringVar(&s.options.AppSecret, "app-secret", "simulated-secret", "the app's secret")
	flags.StringVar(&s.options.EncryptKey, "encrypt-key", "simulated-encrypt-key", "the Encrypt Key")
	flags.StringVar(&s.options.VerificationToken, "verification-token", "simulated-verification-token", "the Verification Token")
	flags.BoolVar(&s.options.Unsigned, "unsigned", false, "no Encrypt Key: nothing is signed or encrypted")
	flags.StringVar(&s.options.TenantKey, "tenant-key", "tenant_simulated", "the tenant; with --tenants the first")
	flags.StringVar(&s.options.BotName, "bot-name", "huibao", "the bot's name")
	flags.Uint64Var(&s.options.Seed, "seed", 0, "of invented figures and of unkindness")
	flags.BoolVar(&s.options.Unkind, "unkind", false, "repeat and disorder events, fail calls now and then")
	flags.BoolVar(&s.unlimited, "no-limits", false, "take calls and messages as fast as they come")
	flags.Float64Var(&s.speed, "clock-speed", 1, "how many times as fast the platform's clock runs; 0 freezes it")
	flags.IntVar(&s.chats, "chats", 0, "so many groups with the bot besides the chats of the cast: oc_group_00001 and so on")
	flags.IntVar(&s.tenants, "tenants", 0, "so many further tenants in which a store app is installed: tenant_00001 and so on")
	flags.IntVar(&s.options.KeepRequests, "keep-requests", 20_000, "how many calls and events are remembered")
	flags.IntVar(&s.options.KeepMessages, "keep-messages", 0, "how many messages of a chat are remembered, 0 for all")
	flags.DurationVar(&s.options.Patience, "patience", 0, "added to the 3 s that receivers of events have")
	flags.BoolVar(&s.lark, "lark", false, "be Lark: whoever scans a QR code is of Lark, and huibao is told so")
	flags.BoolVar(&s.json, "print-json", false, "print addresses and secrets as one line of JSON")
	return command
}

// run makes the platform as the flags say and serves it until ctx ends.
func (s *settings) run(ctx context.Context, stdout io.Writer) error {
	if s.options.AppType != simulator.CustomApp && (s.options.AppType != simulator.StoreApp || s.options.LongConnection) {
		return usageError{errors.New("--app-type is custom or isv, and a store app (isv) has no long connection")}
	}
	if s.tenants != 0 && s.options.AppType != simulator.StoreApp {
		return usageError{errors.New("--tenants needs --app-type isv: a custom app has one tenant")}
	}
	if s.speed < 0 || s.chats < 0 || s.tenants < 0 || s.options.KeepRequests < 1 || s.options.KeepMessages < 0 || s.options.Patience < 0 {
		return usageError{errors.New("--clock-speed, --chats, --tenants, --keep-requests, --keep-messages and --patience cannot be negative")}
	}
	if s.unlimited {
		s.options.Limits = &simulator.Limits{}
	}
	platform := simulator.New(s.options)
	defer platform.Stop()
	platform.Clock().Speed(s.speed)
	platform.SetRegistrationStyle(simulator.RegistrationStyle{Lark: s.lark})
	platform.AddChats(s.chats, "oc_group_")
	for i := range s.tenants {
		platform.AddTenant(fmt.Sprintf("tenant_%05d", i+1), fmt.Sprintf("Organisation %d", i+1)).InstallApp()
	}
	addresses, stop, err := s.listen(ctx, platform)
	defer stop()
	if err != nil {
		return err
	}
	if err := s.tell(stdout, platform, addresses); err != nil {
		return fmt.Errorf("print the addresses: %w", err)
	}
	<-ctx.Done()
	return nil
}
