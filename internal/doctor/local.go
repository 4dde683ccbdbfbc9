package doctor

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"huibao/internal/brand"
	"huibao/internal/fault"
	"huibao/internal/manifest"
)

// events looks at each event and callback by when it was last seen: the platform
// does not tell what an app is subscribed to.
func (d *Doctor) events(ctx context.Context) []Finding {
	part := section(sectionEvents)
	seen := map[string]time.Time{}
	missing, err := d.steps(ctx)
	served := d.Store != nil && err == nil && missing <= 0 // so that a service has run
	if served {
		if seen, err = d.Store.EventsSeen(ctx); err != nil {
			return []Finding{part.unknown("events", d.TextFunc("doctor.events.unread", d.because(err)), "")}
		}
	}
	var findings []Finding
	for _, event := range manifest.Subscriptions() {
		at, once := seen[event.Name]
		when := fault.Args{"when": d.TextFunc("doctor.event."+event.Name, nil)}
		switch {
		case once:
			findings = append(findings, part.ok(event.Name, d.TextFunc("doctor.events.seen", fault.Args{"at": at.In(d.Zone).Format("2006-01-02 15:04")})))
		case event.Usual && served:
			findings = append(findings, part.warning(event.Name, d.TextFunc("doctor.events.missed", when),
				d.TextFunc("doctor.events.missed_todo", fault.Args{"page": d.console(brand.PageEvents)})))
		default:
			findings = append(findings, part.unknown(event.Name, d.TextFunc("doctor.events.unseen", when), ""))
		}
	}
	return findings
}

// people looks at who may ask and who decides that.
func (d *Doctor) people() []Finding {
	part := section(sectionPeople)
	access := part.ok("access", d.TextFunc("doctor.access.approval", nil))
	if d.OpenAccess {
		access = part.ok("access", d.TextFunc("doctor.access.open", nil))
	}
	key := "doctor.admins.todo"
	if d.Config.StoreApp() {
		key = "doctor.admins.todo_of_tenant"
	}
	todo := d.TextFunc(key, nil)
	switch {
	case len(d.Admins) > 0:
		return []Finding{access, part.ok("admins", d.TextFunc("doctor.admins.some", fault.Args{"n": strconv.Itoa(len(d.Admins))}))}
	case !d.OpenAccess && len(d.Config.AdminTokens()) == 0:
		return []Finding{access, part.failed("admins", d.TextFunc("doctor.admins.locked_out", nil), todo)}
	}
	return []Finding{access, part.warning("admins", d.TextFunc("doctor.admins.none", nil), todo)}
}

const (
	// littleRoom is where a busy archive fills the disk within months, and noRoom
	// where a backup does.
	littleRoom = 1 << 30
	noRoom     = 100 << 20
	// platformPerSecond and platformPerMinute are what the platform takes of an
	// app's messages to a tenant. Source: api-call-guide, frequency control.
	platformPerSecond = 50
	platformPerMinute = 1000
)

// steps is how many steps of the database are missing.
func (d *Doctor) steps(ctx context.Context) (int, error) {
	if d.Store == nil {
		return 0, nil
	}
	return d.Store.Steps(ctx)
}

// database looks at the database and the limits that are kept there.
func (d *Doctor) database(ctx context.Context) []Finding {
	part := section(sectionDatabase)
	if d.Store == nil {
		return []Finding{d.noDatabase(), d.limits()}
	}
	text, err := d.Store.Describe(ctx)
	if err != nil {
		return []Finding{part.failed("database", d.TextFunc("doctor.database.silent", d.because(err)), d.TextFunc("doctor.database.silent_todo", nil)), d.limits()}
	}
	return []Finding{part.ok("database", text), d.migrations(ctx), d.writable(ctx), d.disk(ctx), d.limits()}
}

// noDatabase says why there is none.
func (d *Doctor) noDatabase() Finding {
	part := section(sectionDatabase)
	if d.StoreProblem != nil {
		return part.failed("database", d.SentenceFunc(d.StoreProblem), d.TextFunc("doctor.database.closed_todo", nil))
	}
	path := strings.TrimPrefix(d.Config.DatabaseURL.Reveal(), "sqlite:")
	probe, err := os.CreateTemp(filepath.Dir(path), ".huibao-doctor-")
	if err != nil {
		return part.failed("database", d.TextFunc("doctor.database.no_folder", fault.Args{"path": path}), d.TextFunc("doctor.database.no_folder_todo", nil))
	}
	_, _ = probe.Close(), os.Remove(probe.Name()) // it was only a try
	return part.ok("database", d.TextFunc("doctor.database.none", fault.Args{"path": path}))
}

// migrations looks at the database's shape.
func (d *Doctor) migrations(ctx context.Context) Finding {
	part := section(sectionDatabase)
	switch missing, err := d.Store.Steps(ctx); {
	case err != nil:
		return part.failed("migrations", d.TextFunc("doctor.migrations.unread", d.because(err)), d.TextFunc("doctor.migrations.unread_todo", nil))
	case missing > 0:
		return part.warning("migrations", d.TextFunc("doctor.migrations.missing", fault.Args{"n": strconv.Itoa(missing)}), d.TextFunc("doctor.migrations.missing_todo", nil))
	case missing < 0:
		// No failure: while replicas are replaced one by one, the old ones still work.
		return part.warning("migrations", d.TextFunc("doctor.migrations.newer", nil), d.TextFunc("doctor.migrations.newer_todo", nil))
	}
	return part.ok("migrations", d.TextFunc("doctor.migrations.done", nil))
}

// writable looks whether the database can be written.
func (d *Doctor) writable(ctx context.Context) Finding {
	part := section(sectionDatabase)
	if err := d.Store.Check(ctx); err != nil {
		return part.failed("writable", d.SentenceFunc(err), d.TextFunc("doctor.writable.todo", nil))
	}
	return part.ok("writable", d.TextFunc("doctor.writable.yes", nil))
}

// disk looks at the room that is left.
func (d *Doctor) disk(context.Context) Finding {
	part := section(sectionDatabase)
	free, known, err := d.Store.FreeBytes()
	todo, room := d.TextFunc("doctor.disk.todo", nil), d.TextFunc("doctor.disk.free", fault.Args{"size": humanize.IBytes(free)})
	switch {
	case err != nil:
		return part.unknown("disk", d.SentenceFunc(err), "")
	case !known:
		return part.unknown("disk", d.TextFunc("doctor.disk.elsewhere", nil), "")
	case free < noRoom:
		return part.failed("disk", room, todo)
	case free < littleRoom:
		return part.warning("disk", room, todo)
	}
	return part.ok("disk", room)
}

// limits holds the limits against the platform's.
func (d *Doctor) limits() Finding {
	part := section(sectionDatabase)
	detail := d.TextFunc("doctor.limits.set", fault.Args{
		"second": strconv.Itoa(d.Config.SendPerSecond), "minute": strconv.Itoa(d.Config.SendPerMinute), "commands": strconv.Itoa(d.Config.CommandsPerUser),
	})
	if d.Config.SendPerSecond > platformPerSecond || d.Config.SendPerMinute > platformPerMinute {
		return part.warning("limits", d.TextFunc("doctor.limits.above", fault.Args{
			"limits": detail, "second": strconv.Itoa(platformPerSecond), "minute": strconv.Itoa(platformPerMinute),
		}), d.TextFunc("doctor.limits.todo", nil))
	}
	return part.ok("limits", detail)
}

// time looks at time zones and the calendar.
func (d *Doctor) time(ctx context.Context) []Finding {
	return []Finding{d.zones(ctx), d.calendar()}
}

// zones looks whether zones can be read; the program brings its own.
func (d *Doctor) zones(context.Context) Finding {
	part := section(sectionTime)
	for _, name := range []string{"Asia/Shanghai", "America/New_York", d.Zone.String()} {
		if _, err := time.LoadLocation(name); err != nil {
			return part.failed("time zones", d.TextFunc("doctor.zones.unread", fault.Args{"timezone": name}), d.TextFunc("doctor.zones.todo", nil))
		}
	}
	return part.ok("time zones", d.TextFunc("doctor.zones.fine", fault.Args{"timezone": d.Zone.String()}))
}

// announced is how long before its beginning a year's calendar can be missed: it
// is published in November.
const announced = 2 // months

// calendar looks at the tables of this year and the next.
func (d *Doctor) calendar() Finding {
	part := section(sectionTime)
	now := d.Now().In(d.Zone)
	this, next := now.Year(), now.Year()+1
	years := fault.Args{"this": strconv.Itoa(this), "next": strconv.Itoa(next)}
	missing := func(year int) Finding {
		of := fault.Args{"year": strconv.Itoa(year)}
		return part.warning("calendar", d.TextFunc("doctor.calendar.missing", of), d.TextFunc("doctor.calendar.todo", of))
	}
	switch {
	case !d.Calendar.Known(this):
		return missing(this)
	case d.Calendar.Known(next):
		return part.ok("calendar", d.TextFunc("doctor.calendar.both", years))
	case now.AddDate(0, announced, 0).Year() == next:
		return missing(next)
	}
	return part.ok("calendar", d.TextFunc("doctor.calendar.announced", years))
}
