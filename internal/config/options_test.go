package config

import (
	"os"
	"strings"
	"testing"
	"time"
)

// What an option takes and what it refuses, with the reason.
func TestValues(t *testing.T) {
	const isNoAddress = "is no address with http:// or https://"
	cases := []struct{ name, value, problem string }{
		{"feishu_allow_unsigned", "1", ""}, {"feishu_allow_unsigned", "yes", "is neither true nor false"},
		{"feishu_base_url", "https://open.feishu.cn/", ""}, {"feishu_base_url", "open.feishu.cn", "has no scheme in front: write https://open.feishu.cn"},
		{"feishu_base_url", "ftp://open.feishu.cn", isNoAddress}, {"feishu_base_url", "https://", isNoAddress},
		{"feishu_app_type", "isv", ""}, {"feishu_app_type", "shop", "is not one of custom, isv"},
		{"uninstall_grace", "7d", ""}, {"uninstall_grace", "never", "is no duration such as 30s, 15m, 12h or 400d"},
		{"feishu_events", "websocket", ""}, {"feishu_events", "poll", "is not one of webhook, websocket"},
		{"feishu_admins", " ou_a , ou_b,", ""}, {"feishu_admins", "on_a", "holds something that is no open_id (they begin with ou_)"},
		{"feishu_admins", "ou_a;ou_b", "holds something that is no open_id (they begin with ou_)"},
		{"access", "closed", "is neither approval nor open"},
		{"http_addr", "8080", "is no address such as :8080 or 127.0.0.1:8080"}, {"http_addr", ":", "has no port from 0 to 65535"},
		{"http_addr", ":65536", "has no port from 0 to 65535"}, {"admin_addr", "::1:80", "is no address such as :8080 or 127.0.0.1:8080"},
		{"trusted_proxies", "10.0.0.1", "holds something that is no CIDR such as 10.0.0.0/8"},
		{"otlp_endpoint", "localhost:4318", "has no scheme in front: write https://localhost:4318"}, {"otlp_endpoint", "http://localhost:4318/", ""},
		{"database_url", "sqlite:/var/lib/huibao/huibao.db", ""}, {"database_url", "postgres:///huibao?host=/run/postgresql", ""},
		{"database_url", "postgresql://huibao@db.example:5433/huibao?sslmode=disable", ""},
		{"database_url", "sqlite:", "is not of the form sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"},
		{"database_url", "mysql://h/d", "is not of the form sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"},
		{"database_url", "postgres://h", "is not of the form postgres://USER:PASSWORD@HOST/DATABASE; write special characters of the password as %XX"},
		{"database_url", "postgres:///d", "is not of the form postgres://USER:PASSWORD@HOST/DATABASE; write special characters of the password as %XX"},
		{"database_url", "postgres://u:p#w@h/d", "is not of the form postgres://USER:PASSWORD@HOST/DATABASE; write special characters of the password as %XX"},
		{"database_url", "postgres://h/a/b", "is not of the form postgres://USER:PASSWORD@HOST/DATABASE; write special characters of the password as %XX"},
		{"admin_token", "secret", ""}, {"admin_tokens", "alice:TOKEN,bob:TOKEN", ""},
		{"admin_tokens", "alice:TOKEN,alice:OTHER", "is not of the form alice:TOKEN,bob:TOKEN with names of their own"},
		{"admin_tokens", "alice:", "is not of the form alice:TOKEN,bob:TOKEN with names of their own"},
		{"timezone", "Local", "is no IANA time zone such as Asia/Shanghai"}, {"timezone", "../UTC", "is no IANA time zone such as Asia/Shanghai"},
		{"locale", "ja_jp", ""}, {"locale", "en", "is not one of zh_cn, en_us, ja_jp"},
		{"week_start", "friday", "is neither monday nor sunday"},
		{"send_per_second", "-1", "is no whole number from 1"}, {"commands_per_user", "2.5", "is no whole number from 1"},
		{"report_rate", "0.01", ""}, {"report_rate", "NaN", "is no number of calls a second above 0"}, {"report_rate", "1e9", "is no number of calls a second above 0"},
		{"calendar", "us", "is not one of cn, weekdays"},
		{"final_after", "2d", ""}, {"final_after", "-1s", "is no duration such as 30s, 15m, 12h or 400d"}, {"final_after", "48", "is no duration such as 30s, 15m, 12h or 400d"},
		{"keep_deliveries", "36500d", ""}, {"keep_deliveries", "36501d", "is too long"}, {"keep_deliveries", "99999999999999999999d", "is too long"},
		{"top_user_unit", "hours", "is not one of seconds, minutes"},
		{"log_level", "trace", "is not one of debug, info, warn, error"}, {"log_level", "warn", ""}, {"log_format", "xml", "is not one of text, json"},
	}
	for _, c := range cases {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			_, err := Load(Input{Flags: map[string]string{"config": os.DevNull, c.name: c.value}, Environ: environ(nil)}, NeedDatabase)
			switch {
			case c.problem == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.problem != "" && (err == nil || !strings.HasSuffix(err.Error(), c.problem) || len(lines(err)) != 1):
				t.Errorf("%v, want it to end in %q", err, c.problem)
			}
		})
	}
}

// Values that depend on another, or are written in another way than they are
// kept.
func TestDerived(t *testing.T) {
	load := func(flags map[string]string) (Config, error) {
		flags["config"] = os.DevNull
		return Load(Input{Flags: flags, Environ: environ(nil)}, NeedDatabase)
	}
	for address, want := range map[string][2]string{
		"": {"lark", "https://open.larksuite.com"}, "http://127.0.0.1:1": {"lark", "http://127.0.0.1:1"},
	} {
		cfg, err := load(map[string]string{"feishu_brand": "lark", "feishu_base_url": address})
		if err != nil || string(cfg.FeishuBrand) != want[0] || cfg.FeishuBaseURL != want[1] || cfg.Calendar != "weekdays" {
			t.Errorf("Lark at %q: %s at %s, calendar %s, %v", address, cfg.FeishuBrand, cfg.FeishuBaseURL, cfg.Calendar, err)
		}
	}
	for base, calendar := range map[string]string{"https://open.feishu.cn": "cn", "https://open.larksuite.com": "weekdays", "http://127.0.0.1:1": "cn"} {
		if cfg, err := load(map[string]string{"feishu_base_url": base + "/"}); err != nil || cfg.Calendar != calendar || cfg.FeishuBaseURL != base {
			t.Errorf("%s: calendar %s, address %s, %v", base, cfg.Calendar, cfg.FeishuBaseURL, err)
		}
	}
	if cfg, err := load(map[string]string{"feishu_base_url": "https://open.larksuite.com", "calendar": "cn"}); err != nil || cfg.Calendar != "cn" {
		t.Errorf("chosen: calendar %s, %v", cfg.Calendar, err)
	}
	if cfg, err := load(map[string]string{"keep_deliveries": "3d"}); err != nil || cfg.KeepDeliveries != 72*time.Hour {
		t.Errorf("3d is %s, %v", cfg.KeepDeliveries, err)
	}
	_, err := load(map[string]string{"admin_token": "12345678", "admin_tokens": "admin:abcdefgh"})
	if got := lines(err); len(got) != 1 || !strings.Contains(got[0], "admin_tokens holds the name admin") {
		t.Errorf("two tokens of one name: %v", err)
	}
}
