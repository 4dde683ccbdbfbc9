package simulator

import (
	"regexp"
	"slices"
)

// slashCommand is a command of the panel that opens on "/".
type slashCommand struct {
	id, command      string
	description      slashDescription
	iconKey          string
	created, updated int64 // milliseconds
}

// slashDescription is what the panel says of a command.
type slashDescription struct {
	DefaultValue string            `json:"default_value"`
	I18n         map[string]string `json:"i18n,omitempty"`
}

// slashRequest is the body of a call that makes or changes a command.
type slashRequest struct {
	Command     string            `json:"command"`
	Description *slashDescription `json:"description"`
	Icon        *struct {
		IconKey string `json:"icon_key"`
	} `json:"icon"`
}

// The rules of commands. Source: mcp_open_tools, agent-supports-slash-commands.
// Of the keys of icons, only their shape is checked.
const (
	slashMost        = 100
	slashIcon        = "skill_outlined"
	slashDuplicate   = 40000000
	slashIconUnknown = 40000031
)

var (
	slashLanguages = set("zh_cn en_us ja_jp zh_hk zh_tw de_de es_es fr_fr hi_in id_id it_it ko_kr pt_br ru_ru th_th vi_vn")
	slashName      = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
	slashIconKey   = regexp.MustCompile(`^[a-z0-9-]+_(outlined|filled|colorful)$`)
)

// check refuses a description or icon that is wrong.
func (r slashRequest) check() *answer {
	if d := r.Description; d != nil {
		bad := d.DefaultValue == ""
		for language := range d.I18n {
			bad = bad || !slashLanguages.has(language)
		}
		if bad {
			a := fieldInvalid("description", d.DefaultValue, "default_value is required, i18n keys are languages")
			return &a
		}
	}
	if r.Icon != nil && !slashIconKey.MatchString(r.Icon.IconKey) {
		return refused(slashIconUnknown, "icon_key is invalid")
	}
	return nil
}

// describe writes a command as the platform does.
func (k *slashCommand) describe() map[string]any {
	return map[string]any{
		"command_id": k.id, "command": k.command, "description": k.description, "icon": map[string]string{"icon_key": k.iconKey},
		"create_time": text(k.created), "update_time": text(k.updated),
	}
}

// listSlash answers GET app_slash_commands.
func (s *Server) listSlash(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := []any{}
	for _, command := range slices.Backward(c.tenant.slash) { // the newest first
		items = append(items, command.describe())
	}
	return ok(map[string]any{"items": items})
}

// createSlash answers POST app_slash_commands.
func (s *Server) createSlash(c *call) answer {
	var request slashRequest
	if !c.decode(&request) || !slashName.MatchString(request.Command) || request.Description == nil {
		return fieldInvalid("command", request.Command, "letters, digits and _ without a slash; a description is required")
	}
	if refusal := request.check(); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case slices.ContainsFunc(c.tenant.slash, func(k *slashCommand) bool { return k.command == request.Command }):
		return refuse(slashDuplicate, "command already exists")
	case len(c.tenant.slash) >= slashMost:
		return refuse(slashDuplicate, "the number of commands exceeds %d", slashMost)
	}
	made := &slashCommand{
		id: s.newID("cmd_"), command: request.Command, description: *request.Description, iconKey: slashIcon,
		created: c.now.UnixMilli(), updated: c.now.UnixMilli(),
	}
	if request.Icon != nil {
		made.iconKey = request.Icon.IconKey
	}
	c.tenant.slash = append(c.tenant.slash, made)
	s.notify()
	return ok(made.describe())
}

// updateSlash answers PATCH app_slash_commands/:command_id: what is absent
// stays, a description is replaced as a whole.
func (s *Server) updateSlash(c *call) answer {
	var request slashRequest
	if !c.decode(&request) {
		return refuse(9499, "Bad Request")
	}
	if refusal := request.check(); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := c.tenant.slashAt(c.PathValue("command_id"))
	if at < 0 {
		return fieldInvalid("command_id", c.PathValue("command_id"), "there is no such command")
	}
	command := c.tenant.slash[at]
	if request.Command != "" && request.Command != command.command {
		return fieldInvalid("command", request.Command, "a command cannot be changed")
	}
	if request.Description != nil {
		command.description = *request.Description
	}
	if request.Icon != nil {
		command.iconKey = request.Icon.IconKey
	}
	command.updated = c.now.UnixMilli()
	s.notify()
	return ok(command.describe())
}

// deleteSlash answers DELETE app_slash_commands/:command_id.
func (s *Server) deleteSlash(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := c.tenant.slashAt(c.PathValue("command_id"))
	if at < 0 {
		return fieldInvalid("command_id", c.PathValue("command_id"), "there is no such command")
	}
	c.tenant.slash = slices.Delete(c.tenant.slash, at, at+1)
	s.notify()
	return ok(map[string]any{})
}

// slashAt is where a command is, -1 for nowhere. The lock is held.
func (t *Tenant) slashAt(id string) int {
	return slices.IndexFunc(t.slash, func(k *slashCommand) bool { return k.id == id })
}
