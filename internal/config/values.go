package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// text sets a text.
func text(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = value
		return nil
	}
}

// secret sets a text that must not show.
func secret(field func(*Config) *Secret) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = NewSecret(value)
		return nil
	}
}

// boolean reads true or false.
func boolean(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, value string) (err error) {
		if *field(c), err = strconv.ParseBool(value); err != nil {
			return errors.New("is neither true nor false")
		}
		return nil
	}
}

// oneOf reads one of a few words.
func oneOf(field func(*Config) *string, words ...string) func(*Config, string) error {
	return func(c *Config, value string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("is not one of %s", strings.TrimPrefix(strings.Join(words, ", "), ", "))
		}
		*field(c) = value
		return nil
	}
}

// address reads an http or https URL; an empty one is none.
func address(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		if value == "" {
			return nil
		}
		parsed, err := url.Parse(value)
		if !strings.Contains(value, "://") && namesHost("https://"+value) {
			return fmt.Errorf("has no scheme in front: write https://%.100s", value)
		}
		if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
			return errors.New("is no address with http:// or https://")
		}
		*field(c) = strings.TrimRight(value, "/")
		return nil
	}
}

// namesHost reports whether an address names a host that can be one.
func namesHost(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && (strings.Contains(parsed.Hostname(), ".") || parsed.Hostname() == "localhost")
}

// listen reads where a server listens: HOST:PORT, or :PORT on every address.
// Left empty, an address with a default keeps none.
func listen(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		if value == "" {
			return nil
		}
		_, port, err := net.SplitHostPort(value)
		if err != nil {
			return errors.New("is no address such as :8080 or 127.0.0.1:8080")
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return errors.New("has no port from 0 to 65535")
		}
		*field(c) = value
		return nil
	}
}

// count reads a whole number from 1.
func count(field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, value string) (err error) {
		if *field(c), err = strconv.Atoi(value); err != nil || *field(c) < 1 {
			return errors.New("is no whole number from 1")
		}
		return nil
	}
}

var daysPattern = regexp.MustCompile(`^(\d+)d$`)

// duration reads 30s, 15m, 12h or 400d.
func duration(field func(*Config) *time.Duration) func(*Config, string) error {
	return func(c *Config, value string) (err error) {
		if match := daysPattern.FindStringSubmatch(value); match != nil {
			days, err := strconv.Atoi(match[1])
			if err != nil || days > 36500 {
				return errors.New("is too long")
			}
			*field(c) = time.Duration(days) * 24 * time.Hour
			return nil
		}
		if *field(c), err = time.ParseDuration(value); err != nil || *field(c) < 0 {
			return errors.New("is no duration such as 30s, 15m, 12h or 400d")
		}
		return nil
	}
}
