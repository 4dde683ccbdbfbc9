package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	_ "time/tzdata" // the binary brings its own time zones

	"huibao/internal/brand"
)

// Need says what a command needs of the configuration.
type Need int

// What commands need: only the database, the platform's calls, or everything a
// service does.
const (
	NeedDatabase Need = iota
	NeedPlatform
	NeedServe
)

// Input is where settings come from.
type Input struct {
	Flags   map[string]string // those given, by option name; "config" names the file
	Environ func(name string) (value string, given bool)
}

// Error is everything wrong with a configuration, a line each.
type Error struct{ Lines []string }

// Error joins the lines.
func (e *Error) Error() string { return strings.Join(e.Lines, "\n") }

// setting is a value and where it was given.
type setting struct{ value, where string }

// DefaultFile is read when it is there and no other is named.
const DefaultFile = "huibao.yaml"

// Load reads the configuration a command needs. The error is an *Error.
func Load(input Input, need Need) (Config, error) {
	given, problems := gather(input)
	var c Config
	for _, option := range Options {
		s, problem := option.pick(given)
		if problem != "" {
			problems = append(problems, problem)
			continue
		}
		if err := option.set(&c, s.value); err != nil {
			problems = append(problems, fmt.Sprintf("%s %s%s", s.where, quoted(option, s.value), err))
		}
	}
	c.derive(len(given["feishu_base_url"]) > 0)
	if _, twice := adminNames(c.AdminTokenList)["admin"]; twice && c.AdminToken.Reveal() != "" {
		problems = append(problems, "admin_tokens holds the name admin, which is the name of admin_token; choose another")
	}
	problems = append(problems, lacking(c, need)...)
	if len(problems) > 0 {
		return Config{}, &Error{problems}
	}
	return c, nil
}

// derive sets what follows from other settings where it was not given: the brand
// from the platform's address, or that from the brand; the calendar from the
// brand.
func (c *Config) derive(addressGiven bool) {
	switch {
	case c.FeishuBrand == "":
		c.FeishuBrand = brand.Of(c.FeishuBaseURL)
	case !addressGiven:
		c.FeishuBaseURL = c.FeishuBrand.BaseURL()
	}
	if c.Calendar == "" {
		c.Calendar = "cn"
		if c.FeishuBrand == brand.Lark {
			c.Calendar = "weekdays"
		}
	}
}

// quoted repeats a wrong value, unless it is a secret.
func quoted(option Option, value string) string {
	if option.Secret {
		return ""
	}
	return fmt.Sprintf("%.100q ", value)
}

// gather collects every setting given, the strongest first, and what is wrong
// with the file.
func gather(input Input) (given map[string][]setting, problems []string) {
	given = map[string][]setting{}
	for name, value := range input.Flags {
		if value == "" { // as an empty variable: not given
			continue
		}
		given[name] = append(given[name], setting{value, "--" + strings.ReplaceAll(name, "_", "-")})
	}
	path, named := input.Flags["config"], true
	if path == "" {
		if path, named = input.Environ("HUIBAO_CONFIG"); !named || path == "" {
			path, named = DefaultFile, false
		}
	}
	for _, name := range names() {
		variable := "HUIBAO_" + strings.ToUpper(name)
		if value, ok := input.Environ(variable); ok && value != "" {
			given[name] = append(given[name], setting{value, variable})
		}
	}
	file, problems := readFile(path, named)
	for name, s := range file {
		given[name] = append(given[name], s)
	}
	return given, problems
}

// names are the names of all options, and of the files secrets may be in.
func names() []string {
	var all []string
	for _, option := range Options {
		all = append(all, option.Name)
		if option.Secret {
			all = append(all, option.Name+"_file")
		}
	}
	return all
}

// pick is the option's setting, from the strongest place that gives one. A
// secret may be given as a file that holds it, but not both ways.
func (o Option) pick(given map[string][]setting) (setting, string) {
	direct, inFile := given[o.Name], given[o.Name+"_file"]
	switch {
	case len(direct) > 0 && len(inFile) > 0 && o.Secret:
		return setting{}, fmt.Sprintf("%s and %s are both given; keep one", direct[0].where, inFile[0].where)
	case len(direct) > 0:
		return direct[0], ""
	case len(inFile) > 0 && o.Secret:
		content, err := os.ReadFile(filepath.Clean(inFile[0].value))
		if err != nil {
			// The path is not repeated: it may be the secret itself, by mistake.
			return setting{}, fmt.Sprintf("%s names a file that cannot be read: %v; give the path of a file that holds the secret", inFile[0].where, errors.Unwrap(err))
		}
		return setting{strings.TrimRight(string(content), "\r\n"), inFile[0].where}, ""
	}
	return setting{o.Default, "the default of " + o.Name}, ""
}

// lacking names the settings a command needs and does not have.
func lacking(c Config, need Need) []string {
	var problems []string
	require := func(name string, missing bool, why string) {
		if missing {
			problems = append(problems, fmt.Sprintf("%s is not set: give HUIBAO_%s, --%s or %s in %s (%s)",
				name, strings.ToUpper(name), strings.ReplaceAll(name, "_", "-"), name, DefaultFile, why))
		}
	}
	if need >= NeedPlatform {
		require("feishu_app_id", c.FeishuAppID == "", "huibao setup makes an app; that of one there is stands in the developer console under credentials")
		require("feishu_app_secret", c.FeishuAppSecret.Reveal() == "", "the developer console shows it under credentials")
	}
	if need >= NeedServe && !c.LongConnection() {
		require("feishu_verification_token", c.FeishuVerificationToken.Reveal() == "", "the developer console shows it under events")
		require("feishu_encrypt_key", c.FeishuEncryptKey.Reveal() == "" && !c.FeishuAllowUnsigned,
			"without it the platform signs nothing; feishu_allow_unsigned: true takes events anybody could forge")
	}
	if c.LongConnection() && c.FeishuAppType == "isv" {
		problems = append(problems, "feishu_events: websocket does not work with feishu_app_type: isv, since the platform opens long connections to custom apps only; use feishu_events: webhook with a public address")
	}
	return problems
}
