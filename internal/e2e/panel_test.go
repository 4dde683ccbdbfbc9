package e2e

import "testing"

// The panel that opens on / is filled beside the service, which does not wait
// for it and needs no permission for it.
func TestPanelOfCommands(t *testing.T) {
	w := newWorld(t, options{})
	w.platform.WithholdScope("application:app_slash_command:read", true)
	w.start()
	w.service().await("a word about the missing permission", func() bool {
		line, said := w.service().journal.find("the panel of commands that opens on / cannot be kept up to date; typed commands work as ever")
		return said && line["scopes"] == "application:app_slash_command:read, application:app_slash_command:write"
	})
	w.platform.WithholdScope("application:app_slash_command:read", false)
	w.service().stop()
	w.start()
	w.await("the first command of the panel", func() bool { return w.platform.Calls("slash_create") > 0 })
}
