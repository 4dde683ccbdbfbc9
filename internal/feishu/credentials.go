package feishu

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
)

// credentials are the body of the calls for tokens. Fields that a call does not
// take are left out.
type credentials struct {
	AppID     string `json:"app_id,omitempty"`
	AppSecret string `json:"app_secret,omitempty"`
	AppTicket string `json:"app_ticket,omitempty"`
	AppToken  string `json:"app_access_token,omitempty"`
	TenantKey string `json:"tenant_key,omitempty"`
}

// Where tokens come from. Source: auth-v3.
const (
	customTokenPath = "/open-apis/auth/v3/tenant_access_token/internal" //nolint:gosec // no credentials, a path
	tenantTokenPath = "/open-apis/auth/v3/tenant_access_token"          //nolint:gosec // no credentials, a path
	appTokenPath    = "/open-apis/auth/v3/app_access_token"             //nolint:gosec // no credentials, a path
	resendPath      = "/open-apis/auth/v3/app_ticket/resend"
)

// The refusals of a step in the chain of a store app's tokens.
const (
	badTicket   = 10012 // no app_access_token: the app_ticket is wrong or too old
	badAppToken = 10013 // no tenant_access_token: the app_access_token is, or the tenant
)

// tokensOf are the tokens of a tenant. A custom app has those of one tenant,
// whatever its key.
func (c *Client) tokensOf(tenantKey string) (*tokens, error) {
	switch {
	case !c.options.StoreApp:
		tenantKey = ""
	case tenantKey == "":
		return nil, &Error{Endpoint: tokenEndpoint, Err: errors.New("a store app's call names no tenant")}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, known := c.tokens[tenantKey]
	if !known {
		kept = &tokens{now: c.options.Now, fetchFunc: func(ctx context.Context) (token, error) { return c.fetchToken(ctx, tenantKey) }}
		c.tokens[tenantKey] = kept
	}
	return kept, nil
}

// ForgetTenant drops what is kept of a tenant that the app is not installed in
// any more.
func (c *Client) ForgetTenant(tenantKey string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.tokens, tenantKey)
	delete(c.reports, tenantKey)
}

// fetchToken asks for a tenant_access_token. A store app asks once more with a
// new app_access_token, should the one at hand not be taken.
func (c *Client) fetchToken(ctx context.Context, tenantKey string) (token, error) {
	if !c.options.StoreApp {
		return c.askToken(ctx, "", customTokenPath, credentials{AppID: c.config.AppId, AppSecret: c.config.AppSecret})
	}
	appToken, fetched, err := c.fetchTenantToken(ctx, tenantKey)
	if appToken != "" && (refusedWith(err, badAppToken, badTicket) || invalidToken(err)) {
		c.appToken.drop(appToken)
		_, fetched, err = c.fetchTenantToken(ctx, tenantKey)
	}
	return fetched, err
}

// fetchTenantToken asks for a tenant's token, and returns too with which
// app_access_token it did, "" when there was none.
func (c *Client) fetchTenantToken(ctx context.Context, tenantKey string) (appToken string, fetched token, err error) {
	if appToken, err = c.appToken.get(ctx); err != nil {
		return "", token{}, err
	}
	fetched, err = c.askToken(ctx, tenantKey, tenantTokenPath, credentials{AppToken: appToken, TenantKey: tenantKey})
	return appToken, fetched, err
}

// fetchAppToken asks for a store app's app_access_token. Without an app_ticket
// that is taken, the platform is asked to send one.
func (c *Client) fetchAppToken(ctx context.Context) (token, error) {
	ticket, err := c.options.TicketFunc(ctx)
	if err != nil {
		return token{}, &Error{Endpoint: tokenEndpoint, Err: err}
	}
	var fetched token
	if ticket == "" { // as the platform would say
		err = &Error{Endpoint: tokenEndpoint, Code: badTicket, Msg: "the platform has sent no app_ticket yet"}
	} else {
		fetched, err = c.askToken(ctx, "", appTokenPath, credentials{AppID: c.config.AppId, AppSecret: c.config.AppSecret, AppTicket: ticket})
	}
	if refusedWith(err, badTicket) {
		c.askForTicket(ctx, err)
	}
	return fetched, err
}

// askToken asks for a token.
func (c *Client) askToken(ctx context.Context, tenantKey, path string, body credentials) (token, error) {
	var reply struct {
		Tenant string `json:"tenant_access_token"`
		App    string `json:"app_access_token"`
		Expire int    `json:"expire"` // seconds
	}
	begun := c.options.Now()
	var value string
	err := c.tokenCall(ctx, tenantKey, tokenEndpoint, path, body, func(raw []byte) error {
		misread := json.Unmarshal(raw, &reply)
		if value = reply.Tenant; path == appTokenPath {
			value = reply.App
		}
		if misread != nil || value == "" || reply.Expire <= 0 {
			return unread("it holds no token")
		}
		return nil
	})
	if err != nil {
		return token{}, err
	}
	life := time.Duration(reply.Expire) * time.Second
	return token{value: value, until: begun.Add(max(life-refreshBefore, life/2))}, nil
}

// tokenCall makes a call that takes credentials in its body and no token.
func (c *Client) tokenCall(ctx context.Context, tenantKey, endpoint, path string, body credentials, read func(raw []byte) error) error {
	return c.exchange(ctx, tenantKey, endpoint, func(ctx context.Context) error {
		response, err := larkcore.Request(ctx, &larkcore.ApiReq{
			HttpMethod: http.MethodPost, ApiPath: path, Body: body,
			SupportedAccessTokenTypes: []larkcore.AccessTokenType{larkcore.AccessTokenTypeNone},
		}, c.config)
		if err != nil {
			return err
		}
		return read(response.RawBody)
	})
}

// refusedWith reports whether a call was refused with one of the codes.
func refusedWith(err error, codes ...int) bool {
	e, failed := errors.AsType[*Error](err)
	return failed && slices.Contains(codes, e.Code)
}

// resendEvery is how often the platform is asked for an app_ticket at most. It
// comes within seconds, and every hour anyway.
const resendEvery = time.Minute

// resend is when the platform was last asked for an app_ticket.
type resend struct {
	mu sync.Mutex
	at time.Time
}

// take reports whether it is time to ask, and counts it as asked then.
func (r *resend) take(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() && now.Sub(r.at).Abs() < resendEvery {
		return false
	}
	r.at = now
	return true
}

// askForTicket asks for an app_ticket in the place of one that is lacking or was
// refused, and says so.
func (c *Client) askForTicket(ctx context.Context, why error) {
	if !c.resend.take(c.options.Now()) {
		return
	}
	log := c.options.Log.WithError(why)
	if err := c.ResendTicket(ctx); err != nil {
		log.WithField("resend", err.Error()).Error("no app_ticket is taken, and the platform does not send another")
		return
	}
	log.Warn("no app_ticket is taken; the platform was asked to send one, which comes as an event")
}

// ResendTicket asks the platform to send the app_ticket, which comes as an event.
// The error is a fault. Source: auth-v3, app_ticket/resend.
func (c *Client) ResendTicket(ctx context.Context) error {
	body := credentials{AppID: c.config.AppId, AppSecret: c.config.AppSecret}
	return faulty(c.tokenCall(ctx, "", "token_resend", resendPath, body, func([]byte) error { return nil }))
}
