package feishu

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// clock knows how far this machine's clock is from the platform's, by the Date
// of the newest reply.
type clock struct {
	now func() time.Time

	mu    sync.Mutex
	ahead time.Duration // this machine's, negative when behind
	known bool
}

// note reads a reply's header. It counts seconds and was written a moment ago,
// so what is known is good to about a second.
func (c *clock) note(header http.Header) {
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.known = c.now().Sub(date), true
}

// ClockAhead is by how much this machine's clock is ahead of the platform's,
// negative when behind; known is false before any reply.
func (c *Client) ClockAhead() (ahead time.Duration, known bool) {
	c.clock.mu.Lock()
	defer c.clock.mu.Unlock()
	return c.clock.ahead, c.clock.known
}

// CheckCredentials asks whether the platform takes the app's id and secret, by
// getting a token to act for the tenant, or for a store app without one. The error is a fault.
func (c *Client) CheckCredentials(ctx context.Context, tenantKey string) error {
	if tenantKey == "" && c.options.StoreApp { // installed nowhere yet
		_, err := c.appToken.get(ctx)
		return faulty(err)
	}
	kept, err := c.tokensOf(tenantKey)
	if err == nil {
		_, err = kept.get(ctx)
	}
	return faulty(err)
}

// granted is the grant_status of a permission that the tenant has given.
const granted = 1

// GrantedScopes returns the permissions that the tenant has given the app. It
// needs none itself. Source: application-v6/scope/list. The error is a fault.
func (c *Client) GrantedScopes(ctx context.Context, tenantKey string) (map[string]bool, error) {
	scopes := map[string]bool{}
	err := c.get(ctx, tenantKey, "scope_list", "/open-apis/application/v6/scopes", nil, func(body []byte) error {
		var reply struct {
			Data *struct {
				Scopes []struct {
					Name   string `json:"scope_name"`
					Status int    `json:"grant_status"`
					Type   string `json:"scope_type"` // "user" acts for a person, which huibao never does
				} `json:"scopes"`
			} `json:"data"`
		}
		if json.Unmarshal(body, &reply) != nil || reply.Data == nil {
			return unread("it holds no list of permissions")
		}
		for _, scope := range reply.Data.Scopes {
			if scope.Status == granted && scope.Type != "user" {
				scopes[scope.Name] = true
			}
		}
		return nil
	})
	return scopes, faulty(err)
}

// Connections returns how many long connections the app has open, of whatever
// program. Source: event-v1/connection. The error is a fault.
func (c *Client) Connections(ctx context.Context, tenantKey string) (count int, err error) {
	err = c.get(ctx, tenantKey, "connection_count", "/open-apis/event/v1/connection", nil, func(body []byte) error {
		var reply struct {
			Data *struct {
				Count *int `json:"online_instance_cnt"`
			} `json:"data"`
		}
		if json.Unmarshal(body, &reply) != nil || reply.Data == nil || reply.Data.Count == nil {
			return unread("it holds no number of connections")
		}
		count = *reply.Data.Count
		return nil
	})
	return count, faulty(err)
}
