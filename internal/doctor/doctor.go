// Package doctor looks at everything that huibao needs and says of each thing
// how it is and what to do. Nothing is posted, uploaded or changed by it. The
// checks that cost no call of the platform (Local) also feed /readyz and the
// admin's status. It knows the platform and the database by what it asks of
// them, and leaves showing what it found to others.
package doctor

import (
	"context"
	"time"

	"huibao/internal/calendar"
	"huibao/internal/config"
	"huibao/internal/fault"
)

// Status is how a thing is.
type Status string

// The statuses. Unknown is what cannot be told from here; it is no trouble.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
	Unknown Status = "unknown"
)

// Finding is one thing that was looked at. Detail and todo of what Local finds are
// in the language of TextFunc, since admins read them on their page; the others are
// for whoever runs huibao from the shell, in English like the log.
type Finding struct {
	Section string `json:"section"`
	Check   string `json:"check"`
	Status  Status `json:"status"`
	Detail  string `json:"detail"`
	Todo    string `json:"todo"` // what to do, "" where nothing is
}

// The sections, in the order in which things are needed.
const (
	sectionSettings    = "configuration"
	sectionPlatform    = "platform"
	sectionPermissions = "permissions"
	sectionEvents      = "events"
	sectionPeople      = "people"
	sectionDatabase    = "database"
	sectionTime        = "time"
)

// Platform is what is asked of the platform. Errors are what people are told by
// SentenceFunc.
type Platform interface {
	CheckCredentials(ctx context.Context, tenantKey string) error
	// ClockAhead is by how much this machine's clock is ahead of the platform's,
	// from the replies so far.
	ClockAhead() (ahead time.Duration, known bool)
	BotInfo(ctx context.Context, tenantKey string) (openID, name string, err error)
	GrantedScopes(ctx context.Context, tenantKey string) (map[string]bool, error)
	Connections(ctx context.Context, tenantKey string) (int, error)
}

// Store is what is asked of the database.
type Store interface {
	Check(ctx context.Context) error
	Describe(ctx context.Context) (string, error)
	Steps(ctx context.Context) (missing int, err error)
	FreeBytes() (free uint64, known bool, err error)
	Services(ctx context.Context) (int, error)
	EventsSeen(ctx context.Context) (map[string]time.Time, error)
}

// Options are what New needs.
type Options struct {
	Config   config.Config
	Platform Platform
	Store    Store // nil where there is no database yet
	// StoreProblem is why there is no database, nil where huibao serve will make it.
	StoreProblem error
	// TenantKeys are the organisations that the app works in: "" alone for a
	// custom app whose own is not known yet.
	TenantKeys []string
	Admins     []string // open_ids, all tenants together
	OpenAccess bool     // what the tenant chose: chats are served without an admin's word
	Calendar   *calendar.Calendar
	Zone       *time.Location
	// TextFunc is a message of the catalogue by its key, and SentenceFunc what a person
	// is told of an error, both in the language of whoever reads the findings.
	TextFunc     func(key string, args fault.Args) string
	SentenceFunc func(error) string
	// AnswerFunc asks an address to answer a challenge of ours, as the platform
	// does. The error says what came instead.
	AnswerFunc func(ctx context.Context, address string) error
	Now        func() time.Time
}

// Doctor looks at a huibao.
type Doctor struct{ Options }

// New returns a doctor.
func New(options Options) *Doctor { return &Doctor{options} }

// Examine looks at everything, in the order in which things are needed.
func (d *Doctor) Examine(ctx context.Context) []Finding {
	findings := []Finding{d.mode()}
	findings = append(findings, d.platform(ctx)...)
	return append(findings, d.Local(ctx)...)
}

// Local looks at what costs no call of the platform.
func (d *Doctor) Local(ctx context.Context) []Finding {
	findings := d.events(ctx)
	findings = append(findings, d.people()...)
	findings = append(findings, d.database(ctx)...)
	return append(findings, d.time(ctx)...)
}

// Check looks at one thing.
type Check struct {
	Name string
	Run  func(ctx context.Context) Finding
}

// Ready are the checks of what a service must have to take work. They cost no
// call of the platform.
func (d *Doctor) Ready() []Check {
	return []Check{{"migrations", d.migrations}, {"disk", d.disk}, {"time_zones", d.zones}}
}

// Sound reports whether nothing failed. Warnings are no failure.
func Sound(findings []Finding) bool {
	for _, finding := range findings {
		if finding.Status == Failed {
			return false
		}
	}
	return true
}

// because are the arguments of a message about an error.
func (d *Doctor) because(err error) fault.Args { return fault.Args{"reason": d.SentenceFunc(err)} }

// section makes the findings of one section.
type section string

func (s section) ok(check, detail string) Finding {
	return Finding{string(s), check, OK, detail, ""}
}

func (s section) warning(check, detail, todo string) Finding {
	return Finding{string(s), check, Warning, detail, todo}
}

func (s section) failed(check, detail, todo string) Finding {
	return Finding{string(s), check, Failed, detail, todo}
}

func (s section) unknown(check, detail, todo string) Finding {
	return Finding{string(s), check, Unknown, detail, todo}
}

// Misconfigured are the findings of a configuration that cannot be used, a line
// for each thing that is wrong. The lines say what to do themselves.
func Misconfigured(lines []string) []Finding {
	findings := make([]Finding, 0, len(lines))
	for _, line := range lines {
		findings = append(findings, section(sectionSettings).failed("configuration", line, ""))
	}
	return findings
}

// mode says which way events come and what kind of app it is.
func (d *Doctor) mode() Finding {
	how := "events by webhook"
	if d.Config.LongConnection() {
		how = "events by long connection"
	}
	kind := "custom app"
	if d.Config.StoreApp() {
		kind = "store app"
	}
	return section(sectionSettings).ok("configuration", kind+" "+d.Config.FeishuAppID+", "+how)
}
