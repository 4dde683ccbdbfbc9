package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"huibao/internal/brand"
	"huibao/internal/config"
	"huibao/internal/setup"
)

// setup is `huibao setup`.
func (t *terminal) setup() *cobra.Command {
	var manual bool
	cmd := &cobra.Command{
		Use: "setup", Short: "Make the Feishu app by a QR code and write the configuration", Args: exactly(0),
		Long: "Shows a QR code to scan with Feishu or Lark. The page behind it makes an app with\n" +
			"exactly the permissions, events and callbacks that huibao needs; whoever scans is\n" +
			"the bot's first admin. The app's id and secret are written to huibao.yaml, or to\n" +
			"the file of --config; one that is there is never written over.",
		Example: "  huibao setup\n  huibao setup --config /etc/huibao/huibao.yaml\n  huibao setup --manual",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := t.beforeFile(cmd)
			if err != nil {
				return err
			}
			if manual {
				t.sayf("%s", setup.Manual(cfg.FeishuBaseURL))
				return nil
			}
			return t.runSetup(cmd, cfg)
		},
	}
	cmd.Flags().BoolVar(&manual, "manual", false, "print what to do by hand, where a company allows no registration")
	return cmd
}

// ownAddress is the setting of a platform under an address of its own.
const ownAddress = "feishu_base_url"

// beforeFile is the configuration before there is a file of it.
func (t *terminal) beforeFile(cmd *cobra.Command) (config.Config, error) {
	given := t.given(cmd)
	given["config"] = os.DevNull
	return config.Load(config.Input{Flags: given, Environ: t.environ}, config.NeedDatabase)
}

// runSetup registers an app, writes its configuration and has the doctor look at
// it.
func (t *terminal) runSetup(cmd *cobra.Command, cfg config.Config) (err error) {
	if err := t.inTheWay(cfg); err != nil {
		return err
	}
	path := t.configPath(cmd)
	file, err := setup.Reserve(path)
	if err != nil {
		return usageError{err}
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	app, err := t.register(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	baseURL := app.Brand.BaseURL()
	if t.isGiven(cmd, ownAddress) {
		baseURL = cfg.FeishuBaseURL
	}
	if err := file.Write(app, baseURL); err != nil {
		return fmt.Errorf("the app %s is made, but its configuration is not written: %w; its secret stands at %s",
			app.ID, err, brand.Console(baseURL, app.ID, brand.PageCredentials))
	}
	t.sayf("\nThe app %s is made; %s holds its id and secret, for your eyes only.\n", app.ID, path)
	t.afterScan(app, baseURL)
	return t.checkUp(cmd, path)
}

// inTheWay is the error of a setting that would count before the file's.
func (t *terminal) inTheWay(cfg config.Config) error {
	for name, set := range map[string]bool{"feishu_app_id": cfg.FeishuAppID != "", "feishu_app_secret": cfg.FeishuAppSecret.Reveal() != ""} {
		if set {
			return usageError{fmt.Errorf("%s is set by a flag or by HUIBAO_%s, which would count before the file that setup writes: unset it first",
				name, strings.ToUpper(name))}
		}
	}
	return nil
}

// configPath is the file that will be written.
func (t *terminal) configPath(cmd *cobra.Command) string {
	named, _ := t.environ("HUIBAO_CONFIG")
	return cmp.Or(cmd.Flag("config").Value.String(), named, config.DefaultFile)
}

// isGiven reports whether an option is given by flag or variable.
func (t *terminal) isGiven(cmd *cobra.Command, option string) bool {
	value, _ := t.environ("HUIBAO_" + strings.ToUpper(option))
	return value != "" || cmd.Flag(dashed(option)).Value.String() != ""
}

// register shows the QR code and waits until somebody has confirmed.
func (t *terminal) register(ctx context.Context, cfg config.Config) (setup.App, error) {
	options := setup.Options{
		AccountsURL: cfg.FeishuBrand.AccountsURL(), LarkAccountsURL: brand.Lark.AccountsURL(),
		ShowFunc: t.showLink, WaitFunc: t.countDown, Now: time.Now,
	}
	if cfg.FeishuAccountsURL != "" {
		options.AccountsURL, options.LarkAccountsURL = cfg.FeishuAccountsURL, cfg.FeishuAccountsURL
	}
	app, err := setup.Register(ctx, options)
	if isTerminal(t.stderr) {
		t.tellf("\r\x1b[K")
	}
	switch {
	case errors.Is(err, setup.ErrRefused):
		return app, fmt.Errorf("%w: somebody declined, or may not make apps; ask an administrator, or follow huibao setup --manual", err)
	case errors.Is(err, setup.ErrExpired):
		return app, fmt.Errorf("%w: run huibao setup again for a new code", err)
	case errors.Is(err, setup.ErrUnreachable):
		return app, fmt.Errorf("%w; check the network, and HUIBAO_FEISHU_ACCOUNTS_URL if it is set", err)
	case errors.Is(err, setup.ErrNotThePlatform):
		return app, fmt.Errorf("%w; check HUIBAO_FEISHU_ACCOUNTS_URL, or follow huibao setup --manual", err)
	}
	return app, err
}

// showLink shows the link as a QR code and as text.
func (t *terminal) showLink(link string, life time.Duration) {
	code := setup.QR(link, width(t.stdout), t.colours())
	t.sayf("Scan this with Feishu or Lark and confirm; it works once, for %d minutes.\n\n", int(life.Minutes()))
	if code == "" {
		t.sayf("(The code needs a terminal of 80 columns: widen this one, or open the link.)\n")
	}
	if rows := strings.Count(code, "\n") + 3; rows > height(t.stdout) {
		t.sayf("(The code has %d rows: make the terminal higher, or open the link below it.)\n", rows)
	}
	t.sayf("%s\nOr open this link:\n\n%s\n\n", code, link)
}

// countDown waits, and on a terminal shows how long the link is good for.
func (t *terminal) countDown(ctx context.Context, pause, left time.Duration) error {
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	ended := time.NewTimer(pause)
	defer ended.Stop()
	for {
		if isTerminal(t.stderr) {
			t.tellf("\r\x1b[KWaiting for the scan, %d:%02d left. Ctrl-C ends it.", int(left.Minutes()), int(left.Seconds())%60)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ended.C:
			return nil
		case <-ticks.C:
			left = max(left-time.Second, 0)
		}
	}
}

// afterScan says what the registration cannot do, and where it is done.
func (t *terminal) afterScan(app setup.App, baseURL string) {
	if app.OpenID == "" {
		t.sayf("%s did not tell who scanned: add your open_id as feishu_admins.\n", app.Brand.Name())
	}
	t.sayf(`
What a scan cannot do is done in the developer console:
  - choose who may use the bot, and release a version where yours asks for it
    %s
  - permissions that an administrator must approve
    %s
  - a public address instead of the long connection, with its Encrypt Key
    %s

`, brand.Console(baseURL, app.ID, brand.PageVersions), brand.Console(baseURL, app.ID, brand.PageScopes),
		brand.Console(baseURL, app.ID, brand.PageEvents))
}

// checkUp has the doctor look at what was made and says the next step.
func (t *terminal) checkUp(cmd *cobra.Command, path string) error {
	if err := cmd.Flag("config").Value.Set(path); err != nil {
		return err
	}
	cmd.Flag("config").Changed = true
	findings, err := t.examine(cmd)
	if err != nil {
		return err
	}
	unsound := t.diagnose(findings, "text")
	named := ""
	if path != config.DefaultFile {
		named = " --config " + path
	}
	if unsound != nil {
		return fmt.Errorf("%w. Then: huibao doctor%s", unsound, named)
	}
	t.sayf("\nNext: huibao serve%s\nThen write to the bot, or add it to a group.\n", named)
	return nil
}

// height is how many rows a terminal has; elsewhere there is room.
func height(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if _, rows, err := term.GetSize(int(file.Fd())); err == nil {
			return rows
		}
	}
	return 1000
}
