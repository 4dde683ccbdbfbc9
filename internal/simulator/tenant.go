package simulator

import (
	"slices"
	"sync"
)

// Tenant is one organisation on the platform, with the app in it. What belongs
// to an organisation is a method of it: its people and chats, its figures, the
// scopes it granted. A Server has the methods of the tenant it was made with,
// which is all there is of a custom app.
type Tenant struct {
	server *Server
	mu     *sync.Mutex // the server's

	key, name string
	botID     string
	seed      uint64 // of its figures

	app     App
	granted map[string]bool // scopes
	reports reportBook
	slash   []*slashCommand
	uuids   uuidBook
	images  map[string]bool
}

// home is the tenant that a platform is made with, under another name so that a
// Server's field is not called like its method Tenant.
type home = Tenant

// newTenant is a tenant without people and chats.
func newTenant(s *Server, key, name string) *Tenant {
	return &Tenant{
		server: s, mu: &s.mu, key: key, name: name, botID: "ou_bot_" + s.options.AppID, seed: s.options.Seed,
		granted: grantedScopes(), reports: newReportBook(), uuids: uuidBook{by: map[string]posted{}}, images: map[string]bool{},
	}
}

// AddTenant adds an organisation with a cast like that of New, whose ids are
// told by ID, and figures of its own. The app is not installed there before
// InstallApp. A tenant that is there already stays as it is.
func (s *Server) AddTenant(key, name string) *Tenant {
	s.mu.Lock()
	if there, known := s.tenants[key]; known {
		s.mu.Unlock()
		return there
	}
	t := newTenant(s, key, name)
	t.botID += "_" + key // stricter than one bot for all: who is mentioned differs by tenant
	t.seed = hash(s.options.Seed, key)
	t.app.NotInstalled = true
	s.tenants[key] = t
	s.tenantOrder = append(s.tenantOrder, t)
	s.mu.Unlock()
	t.cast()
	return t
}

// Tenant finds an organisation; false when there is none with that key.
func (s *Server) Tenant(key string) (*Tenant, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, known := s.tenants[key]
	return t, known
}

// Tenants are all organisations, in the order they were added.
func (s *Server) Tenants() []*Tenant {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tenantOrder)
}

// Key is the tenant_key.
func (t *Tenant) Key() string { return t.key }

// Name is what the organisation is called.
func (t *Tenant) Name() string { return t.name }

// BotID is the bot's open_id in this tenant.
func (t *Tenant) BotID() string { return t.botID }

// ID is the id that somebody or some chat of the cast has in this tenant, such
// as ID(GroupID). In the first tenant it is the constant itself.
func (t *Tenant) ID(of string) string {
	if t == t.server.home {
		return of
	}
	return of + "_" + t.key
}

// called is what somebody or some chat of the cast is called in this tenant.
func (t *Tenant) called(name string) string {
	if t == t.server.home || name == "" {
		return name
	}
	return name + " · " + t.name
}

// tenantOf is the tenant whose bot is in a chat; what is made up is the first
// tenant's. The lock is held.
func (s *Server) tenantOf(chatID string) *Tenant {
	if chat, known := s.chats[chatID]; known {
		return s.tenantBy(chat.BotTenantKey)
	}
	return s.home
}

// tenantBy is the tenant with a key, the first for a key that means nothing. The
// lock is held.
func (s *Server) tenantBy(key string) *Tenant {
	if t, known := s.tenants[key]; known {
		return t
	}
	return s.home
}

// message finds a message that the app in this tenant can know of. The lock is
// held.
func (t *Tenant) message(id string) (*Message, bool) {
	message, known := t.server.messages[id]
	return message, known && message.tenant == t
}
