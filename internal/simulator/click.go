package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Click is what somebody does to a card.
type Click struct {
	MessageID string         `json:"message_id"`
	OpenID    string         `json:"open_id"`
	Element   string         `json:"element"` // the component's element_id or name, or the text on it
	Place     int            `json:"place"`   // which of those that Element fits, counted from 1 in reading order; 0 for the only one
	Option    string         `json:"option"`  // of a select, or a date as 2026-11-25, a time as 09:30
	Options   []string       `json:"options"` // of a select of several
	Input     string         `json:"input"`   // into an input
	Checked   bool           `json:"checked"` // a checker
	Form      map[string]any `json:"form"`    // by component name, when the form's button is clicked
	ChatID    string         `json:"chat_id"` // where the card was forwarded to, "" for where it was sent
}

// ClickResult is what the app made of a click.
type ClickResult struct {
	Code   int             `json:"code"`   // what the client shows to the user, 0 when all is well
	Status int             `json:"status"` // of HTTP, 0 without an answer
	Toast  *Toast          `json:"toast"`  // nil for none
	Card   json.RawMessage `json:"card"`   // what the card was replaced by, null for nothing
	Token  string          `json:"token"`  // for a delayed update
	Body   string          `json:"body"`   // the answer as it came
}

// Toast is a line that pops up.
type Toast struct {
	Type    string            `json:"type"`
	Content string            `json:"content"`
	I18n    map[string]string `json:"i18n"`
}

// Click has somebody act on a card of the app, and brings the callback to it.
// Callbacks are never sent again. The error says why the client would not let
// the user do this, or why the platform would not send it.
func (s *Server) Click(click Click) (ClickResult, error) {
	s.mu.Lock()
	event, token, err := s.clicked(click)
	url := s.options.CallbackURL
	setDefault(&url, s.options.EventURL)
	s.mu.Unlock()
	if err != nil {
		return ClickResult{}, err
	}
	body, header := s.Envelope(event)
	status, answer, err := s.bring(event, url, body, header)
	result := ClickResult{Status: status, Token: token, Body: string(answer), Code: clickCode(status, err)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates[token].answered = true
	if result.Code == 0 {
		s.applyAnswer(&result, click.MessageID)
	}
	return result, nil
}

// clicked makes the event of a click and a token for it. The lock is held.
func (s *Server) clicked(click Click) (Event, string, error) {
	message, known := s.messages[click.MessageID]
	now := s.clock.Now()
	switch {
	case s.stopped:
		return Event{}, "", errors.New("the platform is stopped")
	case !known || !message.own() || message.MsgType != "interactive":
		return Event{}, "", errors.New("there is no such card")
	case message.tenant.app.Stopped || message.tenant.app.NotInstalled:
		return Event{}, "", errors.New("the app is stopped")
	case !s.subscribes(cardClicked):
		return Event{}, "", errors.New("the app is not subscribed to clicks on cards")
	case message.Deleted:
		return Event{}, "", errors.New("the card was recalled")
	case now.Sub(time.UnixMilli(message.CreateTime)) > patchWindow:
		return Event{}, "", errors.New("the card is older than 14 days")
	}
	all, err := components(message.Content)
	if err != nil {
		return Event{}, "", err
	}
	meant, err := find(all, click.Element, click.Place)
	if err != nil {
		return Event{}, "", err
	}
	action, err := meant.action(click, s.options.Zone)
	if err != nil {
		return Event{}, "", err
	}
	chatID := message.ChatID
	if click.ChatID != "" {
		chatID = click.ChatID
	}
	token := s.newUpdateToken(message, now)
	operator := map[string]any{"tenant_key": message.tenant.person(click.OpenID).TenantKey}
	for name, id := range personIDs(click.OpenID) {
		operator[name] = id
	}
	return Event{EventID: s.newID("ev_"), Type: cardClicked, TenantKey: message.tenant.key, Body: map[string]any{
		"operator": operator, "token": token, "host": "im_message", "action": action,
		"context": map[string]string{"open_message_id": message.MessageID, "open_chat_id": chatID},
	}}, token, nil
}

// action is what a click sends. Source: card-callback-communication.
func (k component) action(click Click, zone *time.Location) (map[string]any, error) {
	if k.fields["disabled"] == true {
		return nil, fmt.Errorf("%q is disabled", click.Element)
	}
	value, sends := k.callback()
	if !sends {
		return nil, fmt.Errorf("%q sends nothing when it is clicked", click.Element)
	}
	action := map[string]any{"tag": k.tag()}
	if value != nil {
		action["value"] = value
	}
	if name := k.word("name"); name != "" {
		action["name"] = name
	}
	if k.form != nil {
		if k.fields["form_action_type"] != "submit" {
			return nil, fmt.Errorf("%q stands in a form and does not submit it", click.Element)
		}
		filled, err := fill(k.form, click.Form, zone)
		action["form_value"] = filled
		return action, err
	}
	return action, k.fillIn(action, click, zone)
}

// fillIn adds what was chosen or typed outside a form.
func (k component) fillIn(action map[string]any, click Click, zone *time.Location) (err error) {
	switch k.tag() {
	case "input":
		action["input_value"], err = k.typed(click.Input)
	case "checker":
		action["checked"] = click.Checked
	case "date_picker", "picker_time", "picker_datetime":
		action["timezone"] = zone.String()
		action["option"], err = k.chosen(click.Option, zone)
	case "select_static", "select_person", "overflow":
		action["option"], err = k.chosen(click.Option, zone)
	}
	return err
}

// fill gives a form's components the values that were typed or chosen, and the
// rest what they show at first. The client demands what is required.
func fill(form, given map[string]any, zone *time.Location) (map[string]any, error) {
	filled, left := map[string]any{}, maps.Clone(given)
	for _, k := range gather(nil, form["elements"], form) {
		name := k.word("name")
		if tag := k.tag(); tag == "button" || tag == "interactive_container" {
			continue
		}
		value, isGiven := left[name]
		delete(left, name)
		if !isGiven {
			value = k.initial()
		}
		if list, is := value.([]any); k.fields["required"] == true && (value == nil || is && len(list) == 0 || !is && value == "") {
			return nil, fmt.Errorf("%q is required", name)
		}
		read, err := k.formValue(value, zone)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", name, err)
		}
		filled[name] = read
	}
	if len(left) > 0 {
		return nil, fmt.Errorf("the form has no %q", slices.Sorted(maps.Keys(left)))
	}
	return filled, nil
}

// initial is what a component of a form holds before anybody touches it.
func (k component) initial() any {
	switch k.tag() {
	case "multi_select_static":
		return k.fields["selected_values"]
	case "checker":
		return k.fields["checked"] == true
	case "select_static":
		if at, is := k.fields["initial_index"].(float64); is && at >= 1 && int(at) <= len(k.options()) {
			return k.options()[int(at)-1]
		}
		return k.initialOption()
	}
	for _, name := range []string{"default_value", "initial_date", "initial_time", "initial_datetime"} {
		if text := k.word(name); text != "" {
			return text
		}
	}
	return ""
}

// initialOption is the value of the option whose text is shown at first.
func (k component) initialOption() string {
	items, _ := k.fields["options"].([]any)
	for _, item := range items {
		option, _ := item.(map[string]any)
		shown := component{fields: option}
		if text := k.word("initial_option"); text != "" && (shown.label() == text || shown.word("value") == text) {
			return shown.word("value")
		}
	}
	return ""
}

// formValue is a value of a form as the platform sends it.
func (k component) formValue(value any, zone *time.Location) (any, error) {
	switch given := value.(type) {
	case bool:
		return given, nil
	case nil:
		return []any{}, nil // of a select of several
	case []any:
		for _, item := range given {
			if text, is := item.(string); !is || !slices.Contains(k.options(), text) {
				return nil, fmt.Errorf("%v is none of the options", item)
			}
		}
		return given, nil
	case string:
		switch {
		case k.tag() == "input":
			return k.typed(given)
		case given == "":
			return "", nil
		}
		return k.chosen(given, zone)
	}
	return nil, fmt.Errorf("%T is no value of a form", value)
}
