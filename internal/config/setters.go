package config

import (
	"cmp"
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/brand"
)

var openIDPattern = regexp.MustCompile(`^ou_[A-Za-z0-9_-]+$`)

func setAdmins(c *Config, value string) error {
	for _, id := range split(value) {
		if !openIDPattern.MatchString(id) {
			return errors.New("holds something that is no open_id (they begin with ou_)")
		}
		c.FeishuAdmins = append(c.FeishuAdmins, id)
	}
	return nil
}

func setBrand(c *Config, value string) error {
	if value != "" && value != string(brand.Feishu) && value != string(brand.Lark) {
		return errors.New("is neither feishu nor lark")
	}
	c.FeishuBrand = brand.Brand(value)
	return nil
}

func setAccess(c *Config, value string) error {
	if value != "open" && value != "approval" {
		return errors.New("is neither approval nor open")
	}
	c.OpenAccess = value == "open"
	return nil
}

func setProxies(c *Config, value string) error {
	for _, cidr := range split(value) {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			return errors.New("holds something that is no CIDR such as 10.0.0.0/8")
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix)
	}
	return nil
}

// setDatabase reads sqlite:PATH or a PostgreSQL URL. That may hold a password,
// so that nothing of it is repeated.
func setDatabase(c *Config, value string) error {
	path, isSQLite := strings.CutPrefix(value, "sqlite:")
	isPostgres := strings.HasPrefix(value, "postgres://") || strings.HasPrefix(value, "postgresql://")
	switch {
	case isSQLite && path != "", isPostgres && namesDatabase(value):
		c.DatabaseURL = NewSecret(value)
		return nil
	case isPostgres:
		return errors.New("is not of the form postgres://USER:PASSWORD@HOST/DATABASE; write special characters of the password as %XX")
	}
	return errors.New("is not of the form sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE")
}

// namesDatabase reports whether a PostgreSQL URL names a host, or a socket as
// ?host=/FOLDER, and a database.
func namesDatabase(value string) bool {
	parsed, err := url.Parse(value)
	if err != nil {
		return false
	}
	host := cmp.Or(parsed.Hostname(), parsed.Query().Get("host"))
	database := cmp.Or(strings.Trim(parsed.Path, "/"), parsed.Query().Get("dbname"))
	return host != "" && database != "" && !strings.Contains(database, "/")
}

func setToken(c *Config, value string) error {
	c.AdminToken = NewSecret(value)
	return nil
}

func setTokens(c *Config, value string) error {
	names := map[string]bool{}
	for _, entry := range split(value) {
		name, token, ok := strings.Cut(entry, ":")
		if !ok || name == "" || names[name] || token == "" {
			return errors.New("is not of the form alice:TOKEN,bob:TOKEN with names of their own")
		}
		names[name] = true
	}
	c.AdminTokenList = NewSecret(value)
	return nil
}

func setTimezone(c *Config, value string) error {
	zone, err := time.LoadLocation(value)
	if err != nil || value == "" || value == "Local" {
		return errors.New("is no IANA time zone such as Asia/Shanghai")
	}
	c.Timezone = zone
	return nil
}

func setWeekStart(c *Config, value string) error {
	switch value {
	case "monday":
		c.WeekStart = time.Monday
	case "sunday":
		c.WeekStart = time.Sunday
	default:
		return errors.New("is neither monday nor sunday")
	}
	return nil
}

func setRate(c *Config, value string) error {
	rate, err := strconv.ParseFloat(value, 64)
	if err != nil || !(rate > 0 && rate <= 1000) {
		return errors.New("is no number of calls a second above 0")
	}
	c.ReportRate = rate
	return nil
}

func setLogLevel(c *Config, value string) error {
	level, err := logrus.ParseLevel(value)
	if err != nil || level < logrus.ErrorLevel || level > logrus.DebugLevel {
		return errors.New("is not one of debug, info, warn, error")
	}
	c.LogLevel = level
	return nil
}

// split cuts a comma separated list; empty items do not count.
func split(value string) []string {
	var items []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}
