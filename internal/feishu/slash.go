package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
)

// SlashCommand is a command of the panel that opens when a person types "/". It
// is the app's, and the same in all its tenants.
type SlashCommand struct {
	ID          string // the platform's, "" before it has one
	Name        string // without the slash: Latin letters, digits and _
	Description string // for languages without one of their own
	// Descriptions are by language, named as locales are.
	Descriptions map[string]string
}

// Same reports whether two commands say the same, whichever of them the
// platform knows already.
func (c SlashCommand) Same(other SlashCommand) bool {
	return c.Name == other.Name && c.Description == other.Description && maps.Equal(c.Descriptions, other.Descriptions)
}

// slashBody is a command as the platform has it. Source: mcp_open_tools,
// agent-supports-slash-commands.
type slashBody struct {
	ID          string           `json:"command_id,omitempty"`
	Command     string           `json:"command,omitempty"`
	Description slashDescription `json:"description"`
}

// slashDescription is replaced as a whole, so all languages are always sent.
type slashDescription struct {
	DefaultValue string            `json:"default_value"`
	I18n         map[string]string `json:"i18n"`
}

// slashPath is where the commands are. The SDK has no methods for them.
const slashPath = "/open-apis/application/v7/app_slash_commands"

// slashTaken is the platform's code for a name that is there already. It comes
// too when there are as many commands as an app may have.
const slashTaken = 40000000

// SlashTaken reports whether a command was refused because the app has one of
// its name.
func SlashTaken(err error) bool {
	e, failed := errors.AsType[*Error](err)
	return failed && e.Code == slashTaken
}

// ListSlashCommands returns all commands of the app, those of others included.
// The error is a fault.
func (c *Client) ListSlashCommands(ctx context.Context, tenantKey string) ([]SlashCommand, error) {
	var commands []SlashCommand
	err := c.bare(ctx, tenantKey, "slash_list", larkcore.ApiReq{HttpMethod: http.MethodGet, ApiPath: slashPath}, func(body []byte) error {
		var reply struct {
			Data *struct {
				Items []slashBody `json:"items"`
			} `json:"data"`
		}
		if json.Unmarshal(body, &reply) != nil || reply.Data == nil {
			return unread("it holds no list of commands")
		}
		commands = make([]SlashCommand, 0, len(reply.Data.Items))
		for _, item := range reply.Data.Items {
			commands = append(commands, SlashCommand{
				ID: item.ID, Name: item.Command, Description: item.Description.DefaultValue, Descriptions: item.Description.I18n,
			})
		}
		return nil
	})
	return commands, faulty(err)
}

// CreateSlashCommand adds a command to the panel, above those that are there.
// The error is a fault; SlashTaken tells that of a name that is there.
func (c *Client) CreateSlashCommand(ctx context.Context, tenantKey string, command SlashCommand) error {
	return c.writeSlash(ctx, tenantKey, "slash_create", larkcore.ApiReq{HttpMethod: http.MethodPost, ApiPath: slashPath, Body: slashBody{
		Command: command.Name, Description: slashDescription{command.Description, command.Descriptions},
	}})
}

// DescribeSlashCommand changes what a command with an ID says. Its name cannot
// be changed. The error is a fault.
func (c *Client) DescribeSlashCommand(ctx context.Context, tenantKey string, command SlashCommand) error {
	return c.writeSlash(ctx, tenantKey, "slash_update", larkcore.ApiReq{
		HttpMethod: http.MethodPatch, ApiPath: slashPath + "/:command_id", PathParams: larkcore.PathParams{"command_id": command.ID},
		Body: slashBody{Description: slashDescription{command.Description, command.Descriptions}},
	})
}

// DeleteSlashCommand takes a command out of the panel. The error is a fault.
func (c *Client) DeleteSlashCommand(ctx context.Context, tenantKey, id string) error {
	return c.writeSlash(ctx, tenantKey, "slash_delete", larkcore.ApiReq{
		HttpMethod: http.MethodDelete, ApiPath: slashPath + "/:command_id", PathParams: larkcore.PathParams{"command_id": id},
	})
}

// writeSlash makes a call of which only the success counts.
func (c *Client) writeSlash(ctx context.Context, tenantKey, endpoint string, request larkcore.ApiReq) error {
	return faulty(c.bare(ctx, tenantKey, endpoint, request, func([]byte) error { return nil }))
}
