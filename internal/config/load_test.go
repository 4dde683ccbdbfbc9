package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
)

// sample is an option with values it can take, no two alike where it has more
// than one, and what each makes of the configuration.
type sample struct {
	values []string
	read   func(Config) string // the value as given
	start  string              // what read gives when nothing is set
}

// span writes a duration as the samples do.
func span(d time.Duration) string { return fmt.Sprint(d.Hours(), "h") }

// samples are all the options.
var samples = map[string]sample{
	"feishu_app_id":             {[]string{"cli_a", "cli_b", "cli_c"}, func(c Config) string { return c.FeishuAppID }, ""},
	"feishu_app_secret":         {[]string{"sec_a", "sec_b", "sec_c"}, func(c Config) string { return c.FeishuAppSecret.Reveal() }, ""},
	"feishu_encrypt_key":        {[]string{"key_a", "key_b", "key_c"}, func(c Config) string { return c.FeishuEncryptKey.Reveal() }, ""},
	"feishu_verification_token": {[]string{"tok_a", "tok_b", "tok_c"}, func(c Config) string { return c.FeishuVerificationToken.Reveal() }, ""},
	"feishu_allow_unsigned":     {[]string{"true", "false"}, func(c Config) string { return fmt.Sprint(c.FeishuAllowUnsigned) }, "false"},
	"feishu_base_url": {
		[]string{"https://open.larksuite.com", "http://127.0.0.1:1", "https://feishu.example.com"}, func(c Config) string { return c.FeishuBaseURL }, "https://open.feishu.cn",
	},
	"feishu_brand":        {[]string{"lark", "feishu"}, func(c Config) string { return string(c.FeishuBrand) }, "feishu"},
	"feishu_app_type":     {[]string{"isv", "custom"}, func(c Config) string { return c.FeishuAppType }, "custom"},
	"tenant_key":          {[]string{"tenant_a", "tenant_b", "tenant_c"}, func(c Config) string { return c.TenantKey }, ""},
	"feishu_events":       {[]string{"websocket", "webhook"}, func(c Config) string { return c.FeishuEvents }, "webhook"},
	"feishu_admins":       {[]string{"ou_a,ou_b", "ou_c", "ou_d"}, func(c Config) string { return strings.Join(c.FeishuAdmins, ",") }, ""},
	"feishu_accounts_url": {[]string{"https://a.example", "https://b.example", "https://c.example"}, func(c Config) string { return c.FeishuAccountsURL }, ""},
	"access": {[]string{"open", "approval"}, func(c Config) string {
		return map[bool]string{true: "open", false: "approval"}[c.OpenAccess]
	}, "approval"},
	"http_addr":         {[]string{":1", "127.0.0.1:0", "[::1]:65535"}, func(c Config) string { return c.HTTPAddr }, ":8080"},
	"admin_addr":        {[]string{":2", "localhost:80", ":3"}, func(c Config) string { return c.AdminAddr }, ""},
	"trusted_proxies":   {[]string{"10.0.0.0/8,fd00::/8", "192.168.0.0/16", "127.0.0.1/32"}, joinPrefixes, ""},
	"public_url":        {[]string{"https://d.example", "https://e.example/huibao", "https://f.example"}, func(c Config) string { return c.PublicURL }, ""},
	"database_url":      {[]string{"sqlite:a.db", "postgres://u:p@h/d", "postgresql:///d?host=/run/postgresql"}, func(c Config) string { return c.DatabaseURL.Reveal() }, "sqlite:huibao.db"},
	"admin_token":       {[]string{"12345678", "abcdefgh", "ABCDEFGH"}, func(c Config) string { return c.AdminToken.Reveal() }, ""},
	"admin_tokens":      {[]string{"alice:12345678,bob:abcdefgh", "carol:12345678", "dora:12345678"}, func(c Config) string { return c.AdminTokenList.Reveal() }, ""},
	"timezone":          {[]string{"UTC", "Europe/Berlin", "Asia/Tokyo"}, func(c Config) string { return c.Timezone.String() }, "Asia/Shanghai"},
	"locale":            {[]string{"en_us", "ja_jp", "zh_cn"}, func(c Config) string { return c.Locale }, "zh_cn"},
	"week_start":        {[]string{"sunday", "monday"}, func(c Config) string { return strings.ToLower(c.WeekStart.String()) }, "monday"},
	"send_per_second":   {[]string{"10", "11", "12"}, func(c Config) string { return fmt.Sprint(c.SendPerSecond) }, "40"},
	"send_per_minute":   {[]string{"100", "101", "102"}, func(c Config) string { return fmt.Sprint(c.SendPerMinute) }, "900"},
	"commands_per_user": {[]string{"1", "2", "3"}, func(c Config) string { return fmt.Sprint(c.CommandsPerUser) }, "20"},
	"commands_per_chat": {[]string{"4", "5", "6"}, func(c Config) string { return fmt.Sprint(c.CommandsPerChat) }, "60"},
	"report_rate":       {[]string{"0.5", "2", "20"}, func(c Config) string { return fmt.Sprint(c.ReportRate) }, "1"},
	"calendar":          {[]string{"weekdays", "cn"}, func(c Config) string { return c.Calendar }, "cn"},
	"final_after":       {[]string{"1h", "2h", "3h"}, func(c Config) string { return span(c.FinalAfter) }, "48h"},
	"reported_after":    {[]string{"4h", "5h", "8h"}, func(c Config) string { return span(c.ReportedAfter) }, "6h"},
	"fresh_for":         {[]string{"1h", "2h", "3h"}, func(c Config) string { return span(c.FreshFor) }, "0.25h"},
	"drain":             {[]string{"1h", "2h", "3h"}, func(c Config) string { return span(c.Drain) }, fmt.Sprint(0.5/60, "h")},
	"catch_up":          {[]string{"1h", "2h", "3h"}, func(c Config) string { return span(c.CatchUp) }, "12h"},
	"keep_deliveries":   {[]string{"1h", "2h", "3h"}, func(c Config) string { return span(c.KeepDeliveries) }, "9600h"},
	"uninstall_grace":   {[]string{"1h", "2h", "3h"}, func(c Config) string { return span(c.UninstallGrace) }, "720h"},
	"top_user_unit":     {[]string{"minutes", "seconds"}, func(c Config) string { return c.TopUserUnit }, "seconds"},
	"log_level":         {[]string{"debug", "warning", "error"}, func(c Config) string { return c.LogLevel.String() }, "info"},
	"log_format":        {[]string{"json", "text"}, func(c Config) string { return c.LogFormat }, "text"},
	"otlp_endpoint":     {[]string{"http://localhost:4318", "https://g.example", "https://h.example"}, func(c Config) string { return c.OTLPEndpoint }, ""},
}

func joinPrefixes(c Config) string {
	texts := make([]string, 0, len(c.TrustedProxies))
	for _, prefix := range c.TrustedProxies {
		texts = append(texts, prefix.String())
	}
	return strings.Join(texts, ",")
}

// environ is an environment of its own.
func environ(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, given := variables[name]
		return value, given
	}
}

// write writes a file and returns its path.
func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.yaml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines are the lines of an error.
func lines(err error) []string {
	var wrong *Error
	if !errors.As(err, &wrong) {
		return nil
	}
	return wrong.Lines
}

// upper is a setting as a variable.
func upper(name string) string { return "HUIBAO_" + strings.ToUpper(name) }

// Flag before variable before file before default, for every option.
func TestPrecedence(t *testing.T) {
	if len(samples) != len(Options) {
		t.Errorf("%d samples for %d options", len(samples), len(Options))
	}
	for _, option := range Options {
		t.Run(option.Name, func(t *testing.T) {
			s, known := samples[option.Name]
			if !known {
				t.Fatal("there is no sample of it")
			}
			value := func(i int) string { return s.values[i%len(s.values)] }
			flag, variable, file := value(0), value(1), value(2)
			for places, want := range map[string]string{
				"flag variable file": flag, "flag file": flag, "flag variable": flag, "flag": flag,
				"variable file": variable, "variable": variable, "file": file, "": s.start,
			} {
				input := Input{Flags: map[string]string{"config": os.DevNull}, Environ: environ(nil)}
				if strings.Contains(places, "flag") {
					input.Flags[option.Name] = flag
				}
				if strings.Contains(places, "variable") {
					input.Environ = environ(map[string]string{upper(option.Name): variable})
				}
				if strings.Contains(places, "file") {
					input.Flags["config"] = write(t, fmt.Sprintf("%s: %q\n", option.Name, file))
				}
				cfg, err := Load(input, NeedDatabase)
				if err != nil {
					t.Fatalf("given by %q: %v", places, err)
				}
				if got := s.read(cfg); got != want {
					t.Errorf("given by %q: %q, want %q", places, got, want)
				}
			}
		})
	}
}

// A setting left empty is not given, wherever it is.
func TestEmptyIsNotGiven(t *testing.T) {
	input := Input{
		Flags:   map[string]string{"config": write(t, "locale:\nweek_start: ''\ndrain: null\n"), "timezone": ""},
		Environ: environ(map[string]string{"HUIBAO_CALENDAR": "", "HUIBAO_ADMIN_TOKEN": ""}),
	}
	cfg, err := Load(input, NeedDatabase)
	if err != nil || cfg.Locale != "zh_cn" || cfg.WeekStart != time.Monday || cfg.Timezone.String() != "Asia/Shanghai" || cfg.Calendar != "cn" {
		t.Errorf("%+v, %v", cfg, err)
	}
}

// A secret may stand in a file of its own, from every place; both ways at once
// is an error, also across places.
func TestSecretFiles(t *testing.T) {
	const named = "database_url admin_token admin_tokens feishu_app_secret feishu_encrypt_key feishu_verification_token"
	var secrets []string
	for _, option := range Options {
		if option.Secret {
			secrets = append(secrets, option.Name)
		}
	}
	if slices.Sort(secrets); strings.Join(secrets, " ") != strings.Join(slices.Sorted(slices.Values(strings.Fields(named))), " ") {
		t.Errorf("secrets: %v", secrets)
	}
	for _, name := range secrets {
		t.Run(name, func(t *testing.T) {
			s := samples[name]
			path := write(t, s.values[0]+"\r\n")
			settings := write(t, name+"_file: "+path+"\n")
			for place, input := range map[string]Input{
				"flag":     {Flags: map[string]string{"config": os.DevNull, name + "_file": path}, Environ: environ(nil)},
				"variable": {Flags: map[string]string{"config": os.DevNull}, Environ: environ(map[string]string{upper(name) + "_FILE": path})},
				"file":     {Flags: map[string]string{"config": settings}, Environ: environ(nil)},
			} {
				cfg, err := Load(input, NeedDatabase)
				if err != nil || s.read(cfg) != s.values[0] {
					t.Errorf("by %s: %q, %v", place, s.read(cfg), err)
				}
			}
			for place, input := range map[string]Input{
				"both by variables": {Flags: map[string]string{"config": os.DevNull}, Environ: environ(map[string]string{upper(name): s.values[1], upper(name) + "_FILE": path})},
				"flag and file":     {Flags: map[string]string{"config": settings, name: s.values[1]}, Environ: environ(nil)},
				"variable and file": {Flags: map[string]string{"config": settings}, Environ: environ(map[string]string{upper(name): s.values[1]})},
			} {
				_, err := Load(input, NeedDatabase)
				if got := lines(err); len(got) != 1 || !strings.Contains(got[0], "are both given; keep one") {
					t.Errorf("%s: %q", place, got)
				}
			}
		})
	}
	input := Input{Flags: map[string]string{"config": os.DevNull}, Environ: environ(map[string]string{"HUIBAO_ADMIN_TOKEN_FILE": "hunter2hunter2"})}
	_, err := Load(input, NeedDatabase)
	want := []string{"HUIBAO_ADMIN_TOKEN_FILE names a file that cannot be read: no such file or directory; give the path of a file that holds the secret"}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Error(diff)
	}
}

// Everything wrong is told at once, a line each: what, where, what to do.
func TestProblems(t *testing.T) {
	path := write(t, `# a comment
feishu_appid: cli_x
locale: en_us
locale: zh_cn
http_addr: {a: b}
colour: red
drain: soon
feishu_admins: [ou_a, [ou_b]]
Feishu-Base-URL: https://open.feishu.cn
admin_token: !abcdefghi
calendar:
week_start: monday
calendar: cn
`)
	input := Input{
		Flags:   map[string]string{"config": path, "report_rate": "0", "feishu_app_secret": "s"},
		Environ: environ(map[string]string{"HUIBAO_TIMEZONE": "Mars/Olympus", "HUIBAO_SEND_PER_SECOND": "0", "HUIBAO_ADMIN_TOKENS": "alice"}),
	}
	_, err := Load(input, NeedServe)
	at := func(line int) string { return fmt.Sprintf("%s, line %d: ", path, line) }
	want := []string{
		at(2) + `"feishu_appid" is no setting; did you mean feishu_app_id?`,
		at(4) + "locale is there twice; keep one",
		at(5) + "http_addr is no plain value",
		at(6) + `"colour" is no setting; see the sample configuration`,
		at(8) + "feishu_admins is no list of plain values",
		at(9) + `"Feishu-Base-URL" is no setting; did you mean feishu_base_url?`,
		at(10) + "admin_token begins with !; put such a value in quotes",
		at(13) + "calendar is there twice; keep one",
		"HUIBAO_ADMIN_TOKENS is not of the form alice:TOKEN,bob:TOKEN with names of their own",
		`HUIBAO_TIMEZONE "Mars/Olympus" is no IANA time zone such as Asia/Shanghai`,
		`HUIBAO_SEND_PER_SECOND "0" is no whole number from 1`,
		`--report-rate "0" is no number of calls a second above 0`,
		at(7) + `drain "soon" is no duration such as 30s, 15m, 12h or 400d`,
		"feishu_app_id is not set: give HUIBAO_FEISHU_APP_ID, --feishu-app-id or feishu_app_id in huibao.yaml (huibao setup makes an app; that of one there is stands in the developer console under credentials)",
		"feishu_verification_token is not set: give HUIBAO_FEISHU_VERIFICATION_TOKEN, --feishu-verification-token or feishu_verification_token in huibao.yaml (the developer console shows it under events)",
		"feishu_encrypt_key is not set: give HUIBAO_FEISHU_ENCRYPT_KEY, --feishu-encrypt-key or feishu_encrypt_key in huibao.yaml (without it the platform signs nothing; feishu_allow_unsigned: true takes events anybody could forge)",
	}
	if diff := cmp.Diff(want, lines(err)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The file itself may be missing, empty or none.
func TestFile(t *testing.T) {
	cases := map[string]struct {
		content string
		want    string // what the one line says after the path, "" for no problem
	}{
		"empty":              {"", ""},
		"only comments":      {"# nothing\n\n", ""},
		"only a beginning":   {"---\n", ""},
		"with a beginning":   {"---\nlocale: en_us\n", ""},
		"a list":             {"- locale\n", " holds no keys; write lines such as feishu_app_id: cli_…"},
		"a word":             {"locale en_us", " holds no keys; write lines such as feishu_app_id: cli_…"},
		"two documents":      {"locale: en_us\n---\nlocale: zh_cn\n", " holds more than one document; keep one, without lines of ---"},
		"no YAML":            {"locale: en_us\n\tdrain: 3s\n", " is no YAML: line 2: found a tab character that violates indentation; it may be half-written: mend that line, or move the file away and run huibao setup"},
		"an unknown anchor":  {"admin_token: *hunter2hunter2\n", " is no YAML: a value begins with *; put such a value in quotes"},
		"a known anchor":     {"locale: &a en_us\ncalendar: *a\n", ", line 2: calendar is no plain value"},
		"a long key":         {strings.Repeat("k", 300) + ": 1\n", `, line 1: "` + strings.Repeat("k", 60) + `" is no setting; see the sample configuration`},
		"a key of two lines": {`"lo\ncale": en_us` + "\n", `, line 1: "lo\ncale" is no setting; did you mean locale?`},
		"a variable":         {"HUIBAO_LOCALE: en_us\n", `, line 1: "HUIBAO_LOCALE" is no setting; did you mean locale?`},
		"a flag":             {"week-start: sunday\n", `, line 1: "week-start" is no setting; did you mean week_start?`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := write(t, c.content)
			_, err := Load(Input{Flags: map[string]string{"config": path}, Environ: environ(nil)}, NeedDatabase)
			got := lines(err)
			if c.want == "" {
				if err != nil {
					t.Errorf("%v", err)
				}
				return
			}
			if len(got) != 1 || !strings.HasSuffix(got[0], path+c.want) {
				t.Errorf("%q, want it to end in %q", got, c.want)
			}
		})
	}
}

// The file is the one named by flag, else by variable, else ./huibao.yaml if
// there.
func TestWhichFile(t *testing.T) {
	english, sunday := write(t, "locale: en_us\n"), write(t, "week_start: sunday\n")
	t.Chdir(t.TempDir())
	load := func(flag, variable string) (Config, error) {
		return Load(Input{Flags: map[string]string{"config": flag}, Environ: environ(map[string]string{"HUIBAO_CONFIG": variable})}, NeedDatabase)
	}
	if cfg, err := load("", ""); err != nil || cfg.Locale != "zh_cn" {
		t.Errorf("none: %v", err)
	}
	if err := os.WriteFile("huibao.yaml", []byte("calendar: weekdays\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if cfg, err := load("", ""); err != nil || cfg.Calendar != "weekdays" {
		t.Errorf("huibao.yaml: %v", err)
	}
	if cfg, err := load("", sunday); err != nil || cfg.WeekStart != time.Sunday || cfg.Calendar != "cn" {
		t.Errorf("by variable: %v", err)
	}
	if cfg, err := load(english, sunday); err != nil || cfg.Locale != "en_us" || cfg.WeekStart != time.Monday {
		t.Errorf("by flag: %v", err)
	}
	for _, missing := range []func() (Config, error){
		func() (Config, error) { return load("missing.yaml", "") }, func() (Config, error) { return load("", "missing.yaml") },
	} {
		_, err := missing()
		want := []string{"the configuration file missing.yaml cannot be read: no such file or directory; name another with --config"}
		if diff := cmp.Diff(want, lines(err)); diff != "" {
			t.Error(diff)
		}
	}
}

// Lists may be written as lists.
func TestLists(t *testing.T) {
	path := write(t, "feishu_admins:\n  - ou_a\n  - ou_b\ntrusted_proxies: [10.0.0.0/8, '::1/128']\nadmin_tokens: [alice:12345678, bob:abcdefgh]\n")
	cfg, err := Load(Input{Flags: map[string]string{"config": path}, Environ: environ(nil)}, NeedDatabase)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ou_a", "ou_b"}, cfg.FeishuAdmins); diff != "" || joinPrefixes(cfg) != "10.0.0.0/8,::1/128" {
		t.Errorf("%s, proxies %v", diff, cfg.TrustedProxies)
	}
	if diff := cmp.Diff(map[string]string{"alice": "12345678", "bob": "abcdefgh"}, cfg.AdminTokens()); diff != "" {
		t.Error(diff)
	}
	cfg.AdminToken = NewSecret("ABCDEFGH")
	if got := slices.Sorted(maps.Keys(cfg.AdminTokens())); strings.Join(got, " ") != "admin alice bob" {
		t.Errorf("tokens of %v", got)
	}
}

// What each command needs, and no more.
func TestNeeds(t *testing.T) {
	base := map[string]string{"config": os.DevNull}
	missing := func(need Need, more map[string]string) string {
		flags := maps.Clone(base)
		maps.Copy(flags, more)
		_, err := Load(Input{Flags: flags, Environ: environ(nil)}, need)
		names := ""
		for _, line := range lines(err) {
			name, _, _ := strings.Cut(line, " ")
			names += " " + name
		}
		return strings.TrimPrefix(names, " ")
	}
	app := map[string]string{"feishu_app_id": "cli_a", "feishu_app_secret": "s"}
	service := map[string]string{"feishu_app_id": "cli_a", "feishu_app_secret": "s", "feishu_verification_token": "t", "feishu_encrypt_key": "k"}
	connected := map[string]string{"feishu_app_id": "cli_a", "feishu_app_secret": "s", "feishu_events": "websocket"}
	unsigned := map[string]string{"feishu_app_id": "cli_a", "feishu_app_secret": "s", "feishu_verification_token": "t", "feishu_allow_unsigned": "true"}
	for _, c := range []struct {
		need Need
		more map[string]string
		want string
	}{
		{NeedDatabase, nil, ""},
		{NeedPlatform, nil, "feishu_app_id feishu_app_secret"},
		{NeedPlatform, app, ""},
		{NeedServe, app, "feishu_verification_token feishu_encrypt_key"},
		{NeedServe, service, ""},
		{NeedServe, unsigned, ""},
		{NeedServe, connected, ""},
	} {
		if got := missing(c.need, c.more); got != c.want {
			t.Errorf("need %d with %d settings lacks %q, want %q", c.need, len(c.more), got, c.want)
		}
	}
}

// The platform opens long connections to custom apps only.
func TestNoLongConnectionOfAStoreApp(t *testing.T) {
	flags := map[string]string{"config": os.DevNull, "feishu_app_id": "cli_a", "feishu_app_secret": "s", "feishu_app_type": "isv", "feishu_events": "websocket"}
	_, err := Load(Input{Flags: flags, Environ: environ(nil)}, NeedServe)
	if got := lines(err); len(got) != 1 || !strings.HasPrefix(got[0], "feishu_events: websocket does not work with feishu_app_type: isv") {
		t.Errorf("%v", err)
	}
}

// Nothing that is printed, logged or marshalled holds a secret, and no error
// repeats one.
func TestSecretsNeverShow(t *testing.T) {
	const hidden = "hunter2"
	flags := map[string]string{"config": os.DevNull}
	for _, option := range Options {
		if option.Secret {
			flags[option.Name] = hidden + "hunter2"
		}
	}
	flags["database_url"], flags["admin_tokens"] = "postgres://u:"+hidden+"@h/d", "alice:"+hidden+"hunter2"
	cfg, err := Load(Input{Flags: flags, Environ: environ(nil)}, NeedDatabase)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	logger := logrus.New()
	logger.SetOutput(&log)
	logger.WithField("config", cfg).WithField("secret", cfg.AdminToken).Info("configuration")
	logger.SetFormatter(&logrus.JSONFormatter{})
	logger.WithField("config", cfg).WithField("secret", &cfg.AdminToken).Info("configuration")
	body, err := json.Marshal(cfg) //nolint:musttag // nothing reads it
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(body)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%10.3s"} {
		shown += fmt.Sprintf("\n"+verb+verb+verb+verb, cfg, &cfg, cfg.DatabaseURL, []Secret{cfg.AdminToken})
	}
	for text := range strings.SplitSeq(shown, "\n") {
		if strings.Contains(text, hidden) || strings.Contains(text, fmt.Sprintf("%x", hidden)) {
			t.Errorf("a secret shows in %.300s", text)
		}
	}
	if text := fmt.Sprint(cfg.AdminToken, NewSecret("")); text != "*** " {
		t.Errorf("printed as %q", text)
	}
	for _, option := range Options {
		if !option.Secret {
			continue
		}
		for _, value := range []string{hidden, "x:" + hidden, "postgres://u:" + hidden + "%zz@h/d", "postgres://" + hidden, "alice:" + hidden + ",alice:" + hidden, "\x00" + hidden} {
			_, err := Load(Input{Flags: map[string]string{"config": os.DevNull, option.Name: value, "locale": "?"}, Environ: environ(nil)}, NeedServe)
			if err == nil || strings.Contains(err.Error(), hidden) {
				t.Errorf("%s: the error repeats it: %v", option.Name, err)
			}
		}
	}
}

// FuzzLoadYAML: whatever the file holds, each problem is one line and every
// setting read is one there is.
func FuzzLoadYAML(f *testing.F) {
	for _, seed := range []string{"locale: en_us\n", "a: &x [b]\nc: *x\n", "? {a: b}\n: c\n", "--- |\n x\n", "locale: en_us\nlocale: 1\n", "<<: {locale: en_us}\n"} {
		f.Add([]byte(seed))
	}
	known := names()
	f.Fuzz(func(t *testing.T, content []byte) {
		given, problems := parseFile("f", content)
		for name := range given {
			if !slices.Contains(known, name) {
				t.Errorf("%q was taken for a setting", name)
			}
		}
		for _, problem := range problems {
			if strings.ContainsAny(problem, "\r\n") || len(problem) > 500 {
				t.Errorf("the problem is not one line: %q", problem)
			}
		}
	})
}
