package app

import (
	"context"
	"sync"
	"time"

	"huibao/bot"
)

// selves are the bot's own open_ids, by the tenant's slot.
type selves struct {
	mu    sync.Mutex
	known map[string]string
}

// set remembers who the bot is in a tenant.
func (s *selves) set(slot, openID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = map[string]string{}
	}
	s.known[slot] = openID
}

// of is who the bot is in a tenant, "" while it is not known.
func (s *selves) of(slot string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[slot]
}

// openID is the bot's own open_id in a tenant, "" while it is not known.
func (a *App) openID(tenantKey string) string { return a.selves.of(a.tenants.Slot(tenantKey)) }

// introduce asks the platform who the bot is in a tenant, what the tenant is
// called and which chats it is in, and has its archive filled. What fails has been
// logged.
func (a *App) introduce(ctx context.Context, tenantKey string) error {
	if err := a.learnSelf(ctx, tenantKey); err != nil {
		return err
	}
	key, err := a.learnTenant(ctx, tenantKey)
	if err == nil {
		err = a.enqueueRefresh(ctx, key)
	}
	if err == nil {
		err = a.learnChats(ctx, key)
	}
	if err != nil {
		a.log.WithError(err).WithField("tenant_key", key).Warn("what the platform tells of the tenant cannot be kept")
	}
	return err
}

// learnSelf asks for the bot's own open_id.
func (a *App) learnSelf(ctx context.Context, tenantKey string) error {
	log := a.log.WithField("tenant_key", tenantKey)
	openID, name, err := a.feishu.BotInfo(ctx, tenantKey)
	if err != nil {
		log.WithError(err).Warn("the platform does not tell who the bot is; any mention that is not of a person counts")
		return err
	}
	a.selves.set(a.tenants.Slot(tenantKey), openID)
	log.WithField("open_id", openID).WithField("name", name).Info("the bot is known")
	return nil
}

// learnTenant asks for a custom app's own tenant, or for the name of one of a
// store app's, and returns the tenant's key.
func (a *App) learnTenant(ctx context.Context, tenantKey string) (string, error) {
	if !a.tenants.storeApp {
		return a.tenants.own.Discover(ctx)
	}
	tenant, _, err := a.db.FindTenant(ctx, tenantKey)
	if err != nil || tenant.Name != "" {
		return tenantKey, err
	}
	_, name, err := a.feishu.Tenant(ctx, tenantKey)
	if err != nil {
		a.log.WithError(err).WithField("tenant_key", tenantKey).Info("the platform does not tell what the tenant is called")
		return tenantKey, nil
	}
	_, err = a.db.ChangeTenant(ctx, tenantKey, nil, func(tenant *bot.Tenant) error {
		tenant.Name = name
		return nil
	})
	return tenantKey, err
}

// learnChats takes over the platform's list of the chats the bot is in.
func (a *App) learnChats(ctx context.Context, tenantKey string) error {
	chats, err := a.feishu.ListChats(ctx, tenantKey)
	if err != nil {
		a.log.WithError(err).WithField("tenant_key", tenantKey).Info("the platform does not list the bot's chats; their events will")
		return nil
	}
	for _, chat := range chats {
		if chat.External || a.tenants.storeApp {
			continue
		}
		if _, err := a.tenants.own.Learn(ctx, chat.TenantKey, ""); err != nil {
			return err
		}
	}
	key, err := a.tenants.Moved(ctx, tenantKey)
	if err != nil {
		return err
	}
	for _, chat := range chats {
		if err := a.bot.NoteChat(ctx, key, chat.ChatID, chat.ChatInfo); err != nil {
			return err
		}
	}
	return nil
}

// ticketLook is how often it is looked whether the app_ticket has come.
const ticketLook = time.Second

// awaitTicket waits for the app_ticket, without which a store app can make no
// call. Where none is known, the platform is asked to send one; not before the
// first wait, so that the server is open when it comes.
func (a *App) awaitTicket(ctx context.Context) {
	for look := 0; ; look++ {
		ticket, err := a.db.AppTicket(ctx)
		switch {
		case err != nil:
			a.log.WithError(err).Warn("the app_ticket cannot be looked up")
		case ticket != "":
			return
		case look%int(askAgain/ticketLook) == 1:
			a.askForTicket(ctx)
		}
		if !pause(ctx, ticketLook) {
			return
		}
	}
}

// askForTicket asks the platform to send the app_ticket.
func (a *App) askForTicket(ctx context.Context) {
	if err := a.feishu.ResendTicket(ctx); err != nil {
		a.log.WithError(err).Error("the platform does not send an app_ticket, without which nothing can be asked or posted")
		return
	}
	a.log.Info("no app_ticket is known; the platform was asked to send one, which comes as an event")
}
