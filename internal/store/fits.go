package store

import (
	"huibao/bot"
	"huibao/internal/outbox"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/scheduler"
)

// What a database is to those who keep things in it.
var (
	_ bot.Chats       = (*DB)(nil)
	_ bot.Limiter     = (*DB)(nil)
	_ outbox.Slots    = (*DB)(nil)
	_ outbox.Store    = (*DB)(nil)
	_ reports.Archive = (*DB)(nil)
	_ scheduler.Store = (*DB)(nil)
	_ settings.Store  = (*DB)(nil)
)
