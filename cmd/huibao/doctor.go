package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"huibao/internal/app"
	"huibao/internal/config"
	"huibao/internal/doctor"
)

// doctor is `huibao doctor`.
func (t *terminal) doctor() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "doctor", Short: "Look at everything huibao needs, and say what to do", Args: exactly(0),
		Long: "Looks at the configuration, the platform, each permission and event, the database\n" +
			"and the clock, and says what to do where something is wrong. Nothing is posted or\n" +
			"changed. It exits with 1 if anything failed; a warning is no failure.",
		Example: "  huibao doctor\n  huibao doctor --format json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usageError{fmt.Errorf("--format %q is neither text nor json", format)}
			}
			findings, err := t.examine(cmd)
			if err != nil {
				return err
			}
			return t.diagnose(findings, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// examine finds how everything is. Where the configuration cannot be used to
// serve, it looks at as much as can be looked at.
func (t *terminal) examine(cmd *cobra.Command) ([]doctor.Finding, error) {
	cfg, log, err := t.loadQuiet(cmd, config.NeedServe)
	var findings []doctor.Finding
	if wrong, is := errors.AsType[*config.Error](err); is {
		findings = doctor.Misconfigured(wrong.Lines)
		if cfg, log, err = t.loadQuiet(cmd, config.NeedPlatform); err != nil {
			return findings, nil //nolint:nilerr // the findings tell it
		}
	}
	if err != nil {
		return nil, err
	}
	if cfg.LogLevel < logrus.DebugLevel {
		log.Logger.SetLevel(logrus.PanicLevel) // the findings tell it
	}
	more, err := app.Examine(cmd.Context(), cfg, log)
	return append(findings, more...), err
}

// diagnose prints what was found. The error says that something failed.
func (t *terminal) diagnose(findings []doctor.Finding, format string) error {
	sound := doctor.Sound(findings)
	if format == "json" {
		encoder := json.NewEncoder(t.stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(map[string]any{"ok": sound, "checks": findings}); err != nil {
			return fmt.Errorf("write what was found: %w", err)
		}
	} else {
		t.sayf("%s", doctor.Text(findings, width(t.stdout), t.colours()))
	}
	if sound {
		return nil
	}
	failed := 0
	for _, finding := range findings {
		if finding.Status == doctor.Failed {
			failed++
		}
	}
	return fmt.Errorf("%d of %d checks failed; what to do stands with each", failed, len(findings))
}

// colours reports whether what is said may have colours: on a terminal, unless
// its owner wants none. Source: no-color.org.
func (t *terminal) colours() bool {
	refused, _ := t.environ("NO_COLOR")
	kind, _ := t.environ("TERM")
	return isTerminal(t.stdout) && refused == "" && kind != "dumb"
}
