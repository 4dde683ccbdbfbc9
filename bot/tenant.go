package bot

import "time"

// What the platform tells a store app of itself. Source: application-v6/event.
const (
	EventTicket      = "app_ticket"        // the ticket that its tokens are made from
	EventOpened      = "app_open"          // it was enabled in a tenant for the first time, or again after it was uninstalled
	EventStatus      = "app_status_change" // a tenant, or the platform, started or stopped it
	EventUninstalled = "app_uninstalled"   // also when the tenant is dissolved
)

// The statuses of EventStatus.
const (
	StartedByTenant   = "start_by_tenant"
	StoppedByTenant   = "stop_by_tenant"
	StoppedByPlatform = "stop_by_platform"
)

// AppChange is what happened to a store app, in a tenant or as a whole.
type AppChange struct {
	// Ticket is an app_ticket. It is kept where the tokens are made, and is no
	// work.
	Ticket string `json:"-"`
	Status string `json:"status,omitempty"`
	// InstallerID is the open_id of the tenant's administrator who installed the
	// app; empty when somebody else did, who decides about nothing.
	InstallerID string `json:"installer_id,omitempty"`
}

// TenantState says whether the app works in a tenant.
type TenantState string

// The states of a tenant. One where the app was uninstalled keeps its data for a
// while, in case it is installed again; of a deleted one nothing is left.
const (
	TenantActive      TenantState = "active"
	TenantStopped     TenantState = "stopped"
	TenantUninstalled TenantState = "uninstalled"
	TenantDeleted     TenantState = "deleted"
)

// Tenant is an organisation that the app is or was installed in. Its JSON form is
// what the audit log keeps.
type Tenant struct {
	Key    string      `json:"tenant_key"`
	Name   string      `json:"name"` // "" while it is not known
	State  TenantState `json:"state"`
	Reason string      `json:"reason"` // why it is not active, in English
	// Since is when the state began, by the platform's word; zero for one that
	// was never told.
	Since     time.Time `json:"since,omitzero"`
	CreatedAt time.Time `json:"created_at"` // when it was first heard of
}
