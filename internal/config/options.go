package config

import (
	"time"
)

// Option is one setting: --NAME with dashes, HUIBAO_NAME, and NAME in the file.
type Option struct {
	Name    string // lower case with underscores
	Default string
	Secret  bool
	Usage   string
	set     func(c *Config, text string) error
}

// Options are all of them. Flags, environment, file, help, the sample file and
// their tests are made from this table.
var Options = []Option{
	{"feishu_app_id", "", false, "the app's id, cli_…", text(func(c *Config) *string { return &c.FeishuAppID })},
	{"feishu_app_secret", "", true, "the app's secret", secret(func(c *Config) *Secret { return &c.FeishuAppSecret })},
	{"feishu_encrypt_key", "", true, "the Encrypt Key of the event subscription", secret(func(c *Config) *Secret { return &c.FeishuEncryptKey })},
	{"feishu_verification_token", "", true, "the Verification Token of the event subscription", secret(func(c *Config) *Secret { return &c.FeishuVerificationToken })},
	{"feishu_allow_unsigned", "false", false, "take events without an Encrypt Key, which anybody could forge", boolean(func(c *Config) *bool { return &c.FeishuAllowUnsigned })},
	{"feishu_base_url", "https://open.feishu.cn", false, "the platform's address; https://open.larksuite.com for Lark", address(func(c *Config) *string { return &c.FeishuBaseURL })},
	{"feishu_brand", "", false, "feishu or lark, where the platform's address does not tell (a private deployment)", setBrand},
	{"feishu_app_type", "custom", false, "custom, or isv: a store app, which many organisations can install", oneOf(func(c *Config) *string { return &c.FeishuAppType }, "custom", "isv")},
	{"tenant_key", "", false, "with a store app: the organisation that a command of the shell is about", text(func(c *Config) *string { return &c.TenantKey })},
	{"feishu_events", "webhook", false, "webhook, or websocket: a long connection, for custom apps, that needs no public address", oneOf(func(c *Config) *string { return &c.FeishuEvents }, "webhook", "websocket")},
	{"feishu_admins", "", false, "open_ids of the bot's admins, comma separated", setAdmins},
	{"feishu_accounts_url", "", false, "the brand's accounts host, for setup", address(func(c *Config) *string { return &c.FeishuAccountsURL })},
	{"access", "approval", false, "approval: an admin allows each chat; open: everybody of the own tenant", setAccess},
	{"http_addr", ":8080", false, "where the webhook listens", listen(func(c *Config) *string { return &c.HTTPAddr })},
	{"admin_addr", "", false, "where /admin and /metrics listen, if not with the webhook", listen(func(c *Config) *string { return &c.AdminAddr })},
	{"trusted_proxies", "", false, "CIDRs whose forwarded client address is believed, comma separated", setProxies},
	{"public_url", "", false, "the address people reach huibao at, for links in cards", address(func(c *Config) *string { return &c.PublicURL })},
	{"database_url", "sqlite:huibao.db", true, "sqlite:PATH, or postgres://… which several replicas can share", setDatabase},
	{"admin_token", "", true, "the admin's token", setToken},
	{"admin_tokens", "", true, "several: alice:TOKEN,bob:TOKEN", setTokens},
	{"timezone", "Asia/Shanghai", false, "the tenant's time zone, an IANA name", setTimezone},
	{"locale", "zh_cn", false, "zh_cn, en_us or ja_jp", oneOf(func(c *Config) *string { return &c.Locale }, "zh_cn", "en_us", "ja_jp")},
	{"week_start", "monday", false, "monday or sunday", setWeekStart},
	{"send_per_second", "40", false, "messages a second to one tenant, of which 4 are kept for answers", count(func(c *Config) *int { return &c.SendPerSecond })},
	{"send_per_minute", "900", false, "messages a minute to one tenant, of which 100 are kept for answers", count(func(c *Config) *int { return &c.SendPerMinute })},
	{"commands_per_user", "20", false, "commands a minute of one person", count(func(c *Config) *int { return &c.CommandsPerUser })},
	{"commands_per_chat", "60", false, "commands a minute in one chat", count(func(c *Config) *int { return &c.CommandsPerChat })},
	{"report_rate", "1", false, "calls a second to the report endpoints, per tenant", setRate},
	{"calendar", "", false, "cn or weekdays (the default with a Lark address)", oneOf(func(c *Config) *string { return &c.Calendar }, "", "cn", "weekdays")},
	{"final_after", "48h", false, "how long after its end a day's figures are final", duration(func(c *Config) *time.Duration { return &c.FinalAfter })},
	{"reported_after", "6h", false, "how long after its end a day off without a row counts as zero", duration(func(c *Config) *time.Duration { return &c.ReportedAfter })},
	{"fresh_for", "15m", false, "how long fetched figures of a day not final are served", duration(func(c *Config) *time.Duration { return &c.FreshFor })},
	{"drain", "30s", false, "how long running work may finish when stopping", duration(func(c *Config) *time.Duration { return &c.Drain })},
	{"catch_up", "12h", false, "how late the newest missed run is still posted", duration(func(c *Config) *time.Duration { return &c.CatchUp })},
	{"keep_deliveries", "400d", false, "how long deliveries stay listed", duration(func(c *Config) *time.Duration { return &c.KeepDeliveries })},
	{"uninstall_grace", "30d", false, "how long data are kept of an organisation that uninstalled the store app", duration(func(c *Config) *time.Duration { return &c.UninstallGrace })},
	{"top_user_unit", "seconds", false, "seconds or minutes: what the platform's rankings count in", oneOf(func(c *Config) *string { return &c.TopUserUnit }, "seconds", "minutes")},
	{"log_level", "info", false, "debug, info, warn or error", setLogLevel},
	{"log_format", "text", false, "text, or json for collectors", oneOf(func(c *Config) *string { return &c.LogFormat }, "text", "json")},
	{"otlp_endpoint", "", false, "where to send OpenTelemetry traces", address(func(c *Config) *string { return &c.OTLPEndpoint })},
}
