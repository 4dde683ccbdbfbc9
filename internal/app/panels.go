package app

import (
	"context"
	"sync"

	"huibao/templates"
)

// slashPanels are the panels of the tenants. The platform does not say whether a
// store app has one panel, or one in each tenant: where it is one, all but the
// first find it as it should be.
type slashPanels struct {
	app *App
	mu  sync.Mutex
	by  map[string]*slashPanel // by the tenant's slot
}

// newSlashPanels returns the panels, of which none was kept yet.
func newSlashPanels(app *App) *slashPanels {
	return &slashPanels{app: app, by: map[string]*slashPanel{}}
}

// of is a tenant's panel.
func (p *slashPanels) of(tenantKey string) *slashPanel {
	p.mu.Lock()
	defer p.mu.Unlock()
	slot := p.app.tenants.Slot(tenantKey)
	if p.by[slot] == nil {
		p.by[slot] = newSlashPanel(p.app.feishu, slot, templates.Locale(p.app.cfg.Locale), p.app.log)
	}
	return p.by[slot]
}

// keep keeps a tenant's panel. A custom app has one, which waits for a platform
// that is unwell; of many, none makes the others wait.
func (p *slashPanels) keep(ctx context.Context, tenantKey string) error {
	panel := p.of(tenantKey)
	if p.app.tenants.storeApp {
		panel.once(ctx)
		return nil
	}
	return panel.run(ctx)
}

// all keeps the panels of all tenants.
func (p *slashPanels) all(ctx context.Context) error {
	keys, err := p.app.tenants.Active(ctx)
	for _, key := range keys {
		if err := p.keep(ctx, key); err != nil {
			return err
		}
	}
	return err
}
