package feishu

import (
	"encoding/json"
	"errors"

	"huibao/bot"
)

// aboutApp reports whether events of a type are about a store app itself.
func aboutApp(eventType string) bool {
	switch eventType {
	case bot.EventTicket, bot.EventOpened, bot.EventStatus, bot.EventUninstalled:
		return true
	}
	return false
}

// appData is the body of what the platform tells a store app of itself, as far as
// it matters here. Source: application-v6/event.
type appData struct {
	Ticket    string `json:"app_ticket"`
	Status    string `json:"status"`
	Installer struct {
		OpenID string `json:"open_id"`
	} `json:"installer"`
}

// decodeApp reads what the platform tells a store app of itself.
func decodeApp(event *bot.Event, body json.RawMessage) error {
	var data appData
	if err := json.Unmarshal(body, &data); err != nil {
		return err
	}
	change := &bot.AppChange{}
	switch {
	case event.Type == bot.EventTicket && data.Ticket == "":
		return errors.New("no app_ticket")
	case event.Type == bot.EventTicket:
		change.Ticket = data.Ticket
	case event.TenantKey == "":
		return errors.New("no tenant_key")
	case event.Type == bot.EventOpened:
		change.InstallerID = data.Installer.OpenID
	case event.Type == bot.EventStatus:
		change.Status = data.Status
	}
	event.App = change
	return nil
}
