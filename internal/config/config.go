// Package config reads huibao's configuration: flag, then environment variable,
// then YAML file, then default. It promises that everything wrong is told at
// once, each in a line that says what, where and what to do, and that a secret
// never shows in an error, a log or a printed configuration.
package config

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/brand"
)

// Config is the configuration, checked.
type Config struct {
	FeishuAppID             string
	FeishuAppSecret         Secret
	FeishuEncryptKey        Secret
	FeishuVerificationToken Secret
	FeishuAllowUnsigned     bool
	FeishuBaseURL           string
	FeishuBrand             brand.Brand
	FeishuAppType           string
	TenantKey               string // of what the shell asks, with a store app
	FeishuEvents            string
	FeishuAdmins            []string // open_ids
	FeishuAccountsURL       string
	PublicURL               string
	OpenAccess              bool // HUIBAO_ACCESS=open
	HTTPAddr                string
	AdminAddr               string // "" or HTTPAddr: the same server
	TrustedProxies          []netip.Prefix
	DatabaseURL             Secret // a PostgreSQL URL holds a password
	AdminToken              Secret
	AdminTokenList          Secret // alice:TOKEN,bob:TOKEN
	Timezone                *time.Location
	Locale                  string
	WeekStart               time.Weekday
	SendPerSecond           int
	SendPerMinute           int
	CommandsPerUser         int
	CommandsPerChat         int
	ReportRate              float64 // calls a second
	Calendar                string  // cn or weekdays
	FinalAfter              time.Duration
	ReportedAfter           time.Duration
	FreshFor                time.Duration
	Drain                   time.Duration
	CatchUp                 time.Duration
	KeepDeliveries          time.Duration
	UninstallGrace          time.Duration // how long data of a tenant outlive a store app there
	TopUserUnit             string
	LogLevel                logrus.Level
	LogFormat               string // text or json
	OTLPEndpoint            string // "" for no traces
}

// StoreApp reports whether the app is one that many tenants can install.
func (c Config) StoreApp() bool { return c.FeishuAppType == "isv" }

// LongConnection reports whether events come over a long connection. It is
// proven when it is opened: neither Encrypt Key nor Verification Token is needed.
func (c Config) LongConnection() bool { return c.FeishuEvents == "websocket" }

// AdminTokens are the admin's tokens by name; the single one is "admin".
func (c Config) AdminTokens() map[string]string {
	tokens := adminNames(c.AdminTokenList)
	if token := c.AdminToken.Reveal(); token != "" {
		tokens["admin"] = token
	}
	return tokens
}

// adminNames reads alice:TOKEN,bob:TOKEN, which was checked.
func adminNames(list Secret) map[string]string {
	tokens := map[string]string{}
	for _, entry := range split(list.Reveal()) {
		name, token, _ := strings.Cut(entry, ":")
		tokens[name] = token
	}
	return tokens
}

// Secret is a text that shows as stars wherever it is printed.
type Secret struct{ text string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text, for the one place that needs it.
func (s Secret) Reveal() string { return s.text }

// String shows stars, or nothing for an empty secret.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return "***"
}

// Format shows stars whatever the verb.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, s.String()) // a fmt.State takes what it is given
}

// MarshalText shows stars in JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
