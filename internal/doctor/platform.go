package doctor

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"huibao/internal/brand"
	"huibao/internal/manifest"
)

const (
	// clockTolerance is what clocks differ by anyhow.
	clockTolerance = 30 * time.Second
	// clockWrong is where tokens expire unnoticed and days begin too early.
	clockWrong = 5 * time.Minute
	// tenantsAsked is in how many organisations of a store app the permissions are
	// looked at: each costs a call.
	tenantsAsked = 10
)

// platform looks at what only the platform can tell.
func (d *Doctor) platform(ctx context.Context) []Finding {
	part := section(sectionPlatform)
	err := d.Platform.CheckCredentials(ctx, d.tenant())
	_, reached := d.Platform.ClockAhead()
	findings := []Finding{d.address(reached, err)}
	if !reached {
		return append(findings, d.publicURL(ctx))
	}
	findings = append(findings, d.clock())
	if err != nil {
		return append(findings, part.failed("credentials", d.SentenceFunc(err), "look at "+d.console(brand.PageCredentials)), d.publicURL(ctx))
	}
	findings = append(findings, part.ok("credentials", "the app's id and secret are taken"), d.bot(ctx), d.connections(ctx), d.publicURL(ctx))
	return append(findings, d.permissions(ctx)...)
}

// tenant is the organisation that is asked about where one will do.
func (d *Doctor) tenant() string {
	if len(d.TenantKeys) == 0 {
		return ""
	}
	return d.TenantKeys[0]
}

// console is a page of the app in the developer console.
func (d *Doctor) console(page brand.Page) string {
	return brand.Console(d.Config.FeishuBaseURL, d.Config.FeishuAppID, page)
}

// address looks at the platform's address: something of the platform's answers
// there, whatever it says.
func (d *Doctor) address(reached bool, err error) Finding {
	const check = "base URL"
	part, at := section(sectionPlatform), d.Config.FeishuBaseURL
	if !reached {
		return part.failed(check, at+" does not answer as the platform does: "+d.SentenceFunc(err),
			"check feishu_base_url, and that this machine may reach it")
	}
	return part.ok(check, at+" ("+d.Config.FeishuBrand.Name()+")")
}

// clock compares this machine's clock with the platform's.
func (d *Doctor) clock() Finding {
	const check = "clock"
	part := section(sectionPlatform)
	ahead, _ := d.Platform.ClockAhead()
	direction := "ahead of"
	if ahead < 0 {
		direction = "behind"
	}
	by := ahead.Abs().Round(time.Second).String()
	if ahead.Abs() > clockWrong { // seconds do not matter any more
		by = strings.TrimSuffix(ahead.Abs().Round(time.Minute).String(), "0s")
	}
	detail := fmt.Sprintf("this machine's clock is %s %s the platform's", by, direction)
	const todo = "set it by NTP (timedatectl set-ntp true): days, due times and tokens go by it"
	switch {
	case ahead.Abs() > clockWrong:
		return part.failed(check, detail, todo)
	case ahead.Abs() > clockTolerance:
		return part.warning(check, detail, todo)
	}
	return part.ok(check, "agrees with the platform's")
}

// bot looks at the bot.
func (d *Doctor) bot(ctx context.Context) Finding {
	part := section(sectionPlatform)
	_, name, err := d.Platform.BotInfo(ctx, d.tenant())
	if err != nil {
		return part.failed("bot", d.SentenceFunc(err), "add the bot at "+d.console(brand.PageBot)+" and release a version")
	}
	return part.ok("bot", fmt.Sprintf("it is called %.60q", name))
}

// permissions looks at each permission, by the platform's own list.
func (d *Doctor) permissions(ctx context.Context) []Finding {
	part := section(sectionPermissions)
	var findings []Finding
	for i, key := range d.TenantKeys {
		if i == tenantsAsked {
			return append(findings, part.unknown("other tenants", fmt.Sprintf("%d more were not asked", len(d.TenantKeys)-i), ""))
		}
		granted, err := d.Platform.GrantedScopes(ctx, key)
		if err != nil {
			findings = append(findings, part.failed("list of permissions"+d.of(key), d.SentenceFunc(err), "look at "+d.console(brand.PageScopes)))
			continue
		}
		for _, scope := range manifest.Scopes() {
			findings = append(findings, d.permission(scope, granted, key))
		}
	}
	return findings
}

// permission looks at one permission.
func (d *Doctor) permission(scope manifest.Scope, granted map[string]bool, tenantKey string) Finding {
	part, check := section(sectionPermissions), scope.Name+d.of(tenantKey)
	todo := "grant it at " + d.console(brand.PageScopes) + " and release a version"
	switch {
	case scope.Granted(granted):
		return part.ok(check, "granted")
	case scope.Required:
		return part.failed(check, "not granted, so huibao cannot "+scope.Why, todo)
	}
	return part.warning(check, "not granted, so huibao cannot "+scope.Why, todo)
}

// of names the organisation of a store app.
func (d *Doctor) of(tenantKey string) string {
	if !d.Config.StoreApp() {
		return ""
	}
	return " (" + tenantKey + ")"
}

// connections looks for others that share the app, by the long connections that
// it has. Each event goes to one of them.
func (d *Doctor) connections(ctx context.Context) Finding {
	const check = "other instances"
	part := section(sectionPlatform)
	if !d.Config.LongConnection() {
		return part.unknown(check, "with events by webhook, the platform does not tell who else uses the app", "")
	}
	open, err := d.Platform.Connections(ctx, d.tenant())
	if err != nil {
		return part.unknown(check, "the platform does not tell how many connections are open: "+d.SentenceFunc(err), "")
	}
	own := 0
	if d.Store != nil {
		if own, err = d.Store.Services(ctx); err != nil {
			return part.unknown(check, "the database does not tell how many services run on it: "+d.SentenceFunc(err), "")
		}
	}
	switch {
	case open > own:
		return part.warning(check, fmt.Sprintf("the app has %s open, but %s on this database: each event goes to only one of the connections, "+
			"so another program takes some of ours", counted(open, "long connection"), running(own)),
			"stop the other program, or give each its own app")
	case open < own:
		return part.failed(check, fmt.Sprintf("%s on this database, but the app has %s open", running(own), counted(open, "long connection")),
			"look at the log of huibao serve")
	}
	return part.ok(check, fmt.Sprintf("none: %s open, %s", counted(open, "long connection"), running(own)))
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// running says how many services run.
func running(n int) string {
	switch n {
	case 0:
		return "no huibao serve runs"
	case 1:
		return "1 huibao serve runs"
	}
	return fmt.Sprintf("%d huibao serve run", n)
}

// publicURL asks whether the address that the platform is given leads here.
func (d *Doctor) publicURL(ctx context.Context) Finding {
	const check = "public URL"
	part := section(sectionPlatform)
	switch {
	case d.Config.LongConnection():
		return part.ok(check, "not needed: events come by the long connection")
	case d.Config.PublicURL == "":
		return part.unknown(check, "HUIBAO_PUBLIC_URL is not set, so the address could not be tried",
			"set it to the address that the platform reaches huibao at, such as https://your.host")
	}
	address := d.Config.PublicURL + "/webhook/event"
	if parsed, err := url.Parse(address); err != nil || parsed.Host == "" {
		return part.failed(check, address+" is no address", "mend HUIBAO_PUBLIC_URL")
	}
	if err := d.AnswerFunc(ctx, address); err != nil {
		return part.failed(check, fmt.Sprintf("%s does not answer a challenge as huibao does: %v", address, err),
			"start huibao serve, and check the proxy before it; then save the address at "+d.console(brand.PageEvents))
	}
	return part.ok(check, address+" answers a challenge")
}
