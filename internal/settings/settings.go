// Package settings holds what an organisation chose for itself: language, time
// zone, week, unit, who may ask, which calendar, and who the bot's admins are.
// Until a tenant chose, the configuration's defaults count.
//
// It promises that asking never fails and never waits for more than one read of
// the store in a few seconds: the last known choice counts while the store
// cannot be read. It leaves keeping and auditing to the store, and what a
// choice means to those who ask.
package settings

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/audit"
	"huibao/internal/calendar"
	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// Who is served without an admin's word.
const (
	AccessApproval = "approval"
	AccessOpen     = "open"
)

// openIDPattern is the form of an open_id.
var openIDPattern = regexp.MustCompile(`^ou_[A-Za-z0-9_-]{1,100}$`)

// OpenID reports whether a text has the form of an open_id.
func OpenID(text string) bool { return openIDPattern.MatchString(text) }

// calendarNames are the calendars that ship with the program.
var calendarNames = []string{"cn", "weekdays"}

// Settings are a tenant's choices, in the words of the admin API.
type Settings struct {
	Locale    templates.Locale `json:"locale"`
	Timezone  string           `json:"timezone"`   // IANA name
	WeekStart string           `json:"week_start"` // monday or sunday
	Unit      reports.Unit     `json:"unit"`
	Access    string           `json:"access"`    // approval or open
	Calendar  string           `json:"calendar"`  // cn or weekdays
	TopUsers  string           `json:"top_users"` // off, admins, private or on
	Admins    []string         `json:"admins"`    // open_ids
}

// Zone is the tenant's time zone.
func (s Settings) Zone() *time.Location {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil { // checked when it was chosen
		return time.UTC
	}
	return zone
}

// FirstWeekday is the day a week begins on.
func (s Settings) FirstWeekday() time.Weekday {
	if s.WeekStart == "sunday" {
		return time.Sunday
	}
	return time.Monday
}

// Check names every field that is wrong.
func (s Settings) Check() error {
	var wrong []fault.Field
	refuse := func(name, key, part string) {
		wrong = append(wrong, fault.Field{Name: name, Key: key, Args: fault.Args{"part": part}})
	}
	if _, err := templates.ParseLocale(string(s.Locale)); err != nil {
		refuse("locale", "fault.schedule.locale", string(s.Locale))
	}
	if _, err := time.LoadLocation(s.Timezone); err != nil || s.Timezone == "" || s.Timezone == "Local" {
		refuse("timezone", "fault.schedule.timezone", s.Timezone)
	}
	if _, err := reports.ParseUnit(string(s.Unit)); err != nil {
		refuse("unit", "fault.command.unit", string(s.Unit))
	}
	for _, field := range []struct {
		name, value string
		words       []string
	}{
		{"week_start", s.WeekStart, []string{"monday", "sunday"}},
		{"access", s.Access, []string{AccessApproval, AccessOpen}},
		{"calendar", s.Calendar, calendarNames},
		{"top_users", s.TopUsers, []string{"off", "admins", "private", "on"}},
	} {
		if !slices.Contains(field.words, field.value) {
			wrong = append(wrong, fault.Field{Name: field.name, Key: "fault.settings.word", Args: fault.Args{
				"part": field.value, "words": strings.Join(field.words, ", "),
			}})
		}
	}
	for _, admin := range s.Admins {
		if !OpenID(admin) {
			refuse("admins", "fault.settings.admin", admin)
			break
		}
	}
	if len(wrong) > 0 {
		return &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: wrong}
	}
	return nil
}

// Year is a tenant's own list of the days of a year that differ from the usual
// week. It takes the place of the shipped table for that year.
type Year struct {
	Year int            `json:"year"`
	Days []calendar.Day `json:"days"`
	// Shipped says that the tenant has no list of its own, and the days are those that
	// come with the program.
	Shipped bool `json:"shipped"`
}

// Store keeps settings and calendars. Each method is one transaction; a Change
// applies change to what is there now, writes it with its audit entry, and
// returns it as written.
type Store interface {
	// FindSettings returns what the tenant chose; ok is false for a tenant
	// that never did.
	FindSettings(ctx context.Context, tenantKey string) (settings Settings, ok bool, err error)
	ChangeSettings(ctx context.Context, tenantKey string, defaults Settings, entry *audit.Entry, change func(*Settings) error) (Settings, error)
	// ListYears returns the years the tenant has lists of its own for.
	ListYears(ctx context.Context, tenantKey string) ([]Year, error)
	// ChangeYear replaces a year's list by what change makes of it, or forgets it where
	// that is Shipped; shipped is what counts while the tenant has none.
	ChangeYear(ctx context.Context, tenantKey string, shipped Year, entry *audit.Entry, change func(*Year) error) (Year, error)
}

// Options are what New needs.
type Options struct {
	Store    Store
	Defaults Settings
	Now      func() time.Time
	Log      *logrus.Entry
}

// Service answers what a tenant chose. It is safe for concurrent use.
type Service struct {
	Options
	calendars map[string]*calendar.Calendar // as shipped, by name
	mu        sync.Mutex
	known     map[string]choice
}

// choice is what was last read of a tenant.
type choice struct {
	settings Settings
	calendar *calendar.Calendar
	readAt   time.Time
}

// believed is how long a choice is believed before it is read again: another
// replica may have changed it.
const believed = 2 * time.Second

// New returns a service. The error is one of the shipped calendars.
func New(options Options) (*Service, error) {
	s := &Service{Options: options, calendars: map[string]*calendar.Calendar{}, known: map[string]choice{}}
	for _, name := range calendarNames {
		shipped, err := calendar.New(name)
		if err != nil {
			return nil, err
		}
		s.calendars[name] = shipped
	}
	return s, nil
}

// Of returns the tenant's settings, the defaults where it chose nothing.
func (s *Service) Of(tenantKey string) Settings { return s.choice(tenantKey).settings }

// Calendar returns the tenant's calendar: the one it chose, with its own
// corrections.
func (s *Service) Calendar(tenantKey string) *calendar.Calendar { return s.choice(tenantKey).calendar }

// Shipped returns the calendar that the tenant chose, as it ships with the program.
func (s *Service) Shipped(tenantKey string) *calendar.Calendar {
	return s.calendars[s.Of(tenantKey).Calendar]
}

// choice returns what is known of the tenant, read anew when that is old.
func (s *Service) choice(tenantKey string) choice {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.known[tenantKey]
	if ok && s.Now().Sub(known.readAt) < believed {
		return known
	}
	fresh, err := s.read(tenantKey)
	if err != nil {
		s.Log.WithError(err).WithField("tenant_key", tenantKey).Warn("the settings cannot be read; the last known count")
		if ok {
			return known
		}
		fresh = choice{settings: s.Defaults, calendar: s.calendars[s.Defaults.Calendar]}
	}
	fresh.readAt = s.Now()
	s.known[tenantKey] = fresh
	return fresh
}

// readWithin bounds a read: whoever asks waits for it.
const readWithin = 2 * time.Second

// read asks the store.
func (s *Service) read(tenantKey string) (choice, error) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	chosen, ok, err := s.Store.FindSettings(ctx, tenantKey)
	if err != nil {
		return choice{}, err
	}
	if !ok {
		chosen = s.Defaults
	}
	years, err := s.Store.ListYears(ctx, tenantKey)
	if err != nil {
		return choice{}, err
	}
	days := s.calendars[chosen.Calendar]
	for _, year := range years {
		days = days.With(year.Year, year.Days...)
	}
	return choice{settings: chosen, calendar: days}, nil
}

// Change applies a change to the tenant's settings. The error is a fault of
// kind Invalid that names every wrong field.
func (s *Service) Change(ctx context.Context, tenantKey string, entry *audit.Entry, change func(*Settings) error) (Settings, error) {
	changed, err := s.Store.ChangeSettings(ctx, tenantKey, s.Defaults, entry, func(settings *Settings) error {
		if err := change(settings); err != nil {
			return err
		}
		return settings.Check()
	})
	s.forget(tenantKey)
	return changed, err
}

// ChangeYear applies a change to the days of a year that differ from the usual
// week.
func (s *Service) ChangeYear(ctx context.Context, tenantKey string, year int, entry *audit.Entry, change func(*Year) error) (Year, error) {
	shipped := Year{Year: year, Days: s.Shipped(tenantKey).Year(year), Shipped: true}
	changed, err := s.Store.ChangeYear(ctx, tenantKey, shipped, entry, change)
	s.forget(tenantKey)
	return changed, err
}

// forget has the tenant's choice read anew.
func (s *Service) forget(tenantKey string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, tenantKey)
}
