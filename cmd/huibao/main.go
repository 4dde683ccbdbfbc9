// Command huibao is a self-hosted Feishu bot that reports how an organisation
// meets: the service, a demo of it, and the same reports in the terminal.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"huibao/internal/app"
	"huibao/internal/config"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2 // wrong usage or configuration
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.LookupEnv)
	stop()
	os.Exit(code)
}

// terminal is what a command talks to.
type terminal struct {
	stdout, stderr io.Writer
	environ        func(string) (string, bool)
}

// sayf writes to standard output, and tellf beside it. Should nobody be left to
// read it, there is nobody to be told.
func (t *terminal) sayf(format string, args ...any)  { _, _ = fmt.Fprintf(t.stdout, format, args...) }
func (t *terminal) tellf(format string, args ...any) { _, _ = fmt.Fprintf(t.stderr, format, args...) }

// usageError is a command that was called wrongly.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }

// run carries a command out and returns its exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, environ func(string) (string, bool)) int {
	t := &terminal{stdout, stderr, environ}
	root := newRoot(t) //nolint:contextcheck // commands take the context that cobra hands them
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	sentence := app.Sentence(err)
	if ctx.Err() != nil {
		sentence = "stopped before it was done: " + sentence
	}
	t.tellf("huibao: %s\n", strings.ReplaceAll(sentence, "\n", "\nhuibao: "))
	var configuration *config.Error
	var usage usageError
	if errors.As(err, &configuration) || errors.As(err, &usage) || app.WrongInput(err) {
		return exitUsage
	}
	return exitFailed
}

// newRoot is the command with all its subcommands and the flags of the
// configuration.
func newRoot(t *terminal) *cobra.Command {
	root := &cobra.Command{
		Use: "huibao", Short: "A Feishu bot that reports how an organisation meets",
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())}
	})
	flags := root.PersistentFlags()
	flags.String("config", "", "the configuration file (default ./huibao.yaml if there)")
	for _, option := range config.Options {
		usage := option.Usage
		if option.Default != "" {
			usage += " (default " + option.Default + ")"
		}
		flags.String(dashed(option.Name), "", usage)
		if option.Secret {
			flags.String(dashed(option.Name)+"-file", "", "a file that holds "+option.Name)
		}
	}
	root.AddCommand(t.serve(), t.setup(), t.doctor(), t.demo(), t.report(), t.backfill(), t.schedule(), t.backup(), t.migrate(), t.version())
	return root
}

// noCommand is the error of a command that is none, with the nearest that is.
func noCommand(root *cobra.Command, name string) error {
	root.SuggestionsMinimumDistance = 2
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return usageError{fmt.Errorf("there is no command %q; did you mean huibao %s?", name, near[0])}
	}
	return usageError{fmt.Errorf("there is no command %q; huibao --help lists them", name)}
}

// dashed is an option's name as a flag.
func dashed(name string) string { return strings.ReplaceAll(name, "_", "-") }

// load reads the configuration a command needs, and makes the log it asks for.
func (t *terminal) load(cmd *cobra.Command, need config.Need) (config.Config, *logrus.Entry, error) {
	cfg, err := config.Load(config.Input{Flags: t.given(cmd), Environ: t.environ}, need)
	if err != nil {
		return cfg, nil, err
	}
	return cfg, newLog(t.stderr, cfg), nil
}

// given are the flags of the configuration that were given.
func (t *terminal) given(cmd *cobra.Command) map[string]string {
	given := map[string]string{}
	for _, name := range append(optionNames(), "config") {
		if flag := cmd.Flags().Lookup(dashed(name)); flag != nil && flag.Changed {
			given[name] = flag.Value.String()
		}
	}
	return given
}

// optionNames are the names of the configuration's flags.
func optionNames() []string {
	var names []string
	for _, option := range config.Options {
		names = append(names, option.Name)
		if option.Secret {
			names = append(names, option.Name+"_file")
		}
	}
	return names
}

// newLog is the log of a process.
func newLog(w io.Writer, cfg config.Config) *logrus.Entry {
	logger := logrus.New()
	logger.SetOutput(w)
	logger.SetLevel(cfg.LogLevel)
	if cfg.LogFormat == "json" {
		logger.SetFormatter(&logrus.JSONFormatter{})
	} else {
		logger.SetFormatter(&logrus.TextFormatter{FullTimestamp: true})
	}
	return logrus.NewEntry(logger)
}

// exactly refuses a command with another number of arguments.
func exactly(count int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != count {
			return usageError{fmt.Errorf("%s takes %d arguments, not %d; see %s --help", cmd.CommandPath(), count, len(args), cmd.CommandPath())}
		}
		return nil
	}
}
