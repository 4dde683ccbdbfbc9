package feishu

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"golang.org/x/time/rate"

	"huibao/internal/brand"
)

// ClientOptions are what NewClient needs.
type ClientOptions struct {
	BaseURL    string      // with scheme, such as https://open.feishu.cn
	Brand      brand.Brand // how people know the platform
	AppID      string
	AppSecret  string
	ReportRate float64 // calls a second to the report endpoints, per tenant
	// StoreApp says that each tenant has tokens of its own, made from the
	// app_ticket. A custom app has one for its one tenant, whose key is not sent.
	StoreApp bool
	// TicketFunc returns the newest app_ticket that the platform has sent, ""
	// while there is none. Only a store app has one.
	TicketFunc func(ctx context.Context) (string, error)
	// TopUserMinutes says that rankings count durations in minutes, not in
	// seconds: the platform's pages disagree.
	TopUserMinutes bool

	Registry prometheus.Registerer
	Log      *logrus.Entry
	Over     http.RoundTripper // nil for the usual one
	// AroundFunc is called around each exchange with the platform, to count and
	// trace it; nil for nothing. The tenant is the one on whose behalf the call is
	// made, "" for none.
	AroundFunc func(ctx context.Context, tenantKey, endpoint string, do func(context.Context) error) error
	Now        func() time.Time
}

// Client makes calls of the platform, each on behalf of a tenant. It is safe for
// concurrent use.
type Client struct {
	options  ClientOptions
	config   *larkcore.Config
	im       *larkim.V1
	clock    *clock
	appToken *tokens // of a store app, from which those of the tenants are made
	resend   resend

	calls   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	differs prometheus.Counter

	mu      sync.Mutex
	reports map[string]*rate.Limiter // by tenant_key
	tokens  map[string]*tokens       // by tenant_key, "" for a custom app's
}

// NewClient returns a client. It makes no call.
func NewClient(options ClientOptions) (*Client, error) {
	clock := &clock{now: options.Now}
	config := &larkcore.Config{
		BaseUrl: options.BaseURL, AppId: options.AppID, AppSecret: options.AppSecret, AppType: larkcore.AppTypeSelfBuilt,
		HttpClient: newTransport(options.Over, options.AppSecret, clock), Logger: silent{}, LogLevel: larkcore.LogLevelError,
	}
	if options.StoreApp {
		config.AppType = larkcore.AppTypeMarketplace
	}
	larkcore.NewLogger(config)
	larkcore.NewSerialization(config)
	c := &Client{
		options: options, config: config, clock: clock, im: larkim.New(config), reports: map[string]*rate.Limiter{}, tokens: map[string]*tokens{},
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huibao_platform_calls_total", Help: "Calls of the platform by endpoint and its code (0 is ok, none is no reply of its own).",
		}, []string{"endpoint", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "huibao_platform_call_seconds", Help: "How long calls of the platform took, by endpoint.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15},
		}, []string{"endpoint"}),
		differs: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huibao_report_totals_differ_total", Help: "Replies whose totals were not the sum of their rows. The rows count.",
		}),
	}
	c.appToken = &tokens{fetchFunc: c.fetchAppToken, now: options.Now}
	return c, errors.Join(options.Registry.Register(c.calls), options.Registry.Register(c.seconds), options.Registry.Register(c.differs))
}

// request makes one call with the option that carries token and tenant.
type request func(ctx context.Context, token larkcore.RequestOptionFunc) error

// call makes a request with the tenant's token, once more with a new one when the
// platform calls it invalid. The error is an *Error.
func (c *Client) call(ctx context.Context, tenantKey, endpoint string, do request) error {
	err := c.once(ctx, tenantKey, endpoint, do)
	if invalidToken(err) {
		return c.once(ctx, tenantKey, endpoint, do)
	}
	return err
}

// once makes a request with the tenant's token, and drops one that the platform
// calls invalid. This is the one place where a token is passed: without one the SDK
// would send the request bare. The error is an *Error.
func (c *Client) once(ctx context.Context, tenantKey, endpoint string, do request) error {
	tokens, err := c.tokensOf(tenantKey)
	if err != nil {
		return err
	}
	value, err := tokens.get(ctx)
	if err != nil {
		return err
	}
	err = c.exchange(ctx, tenantKey, endpoint, func(ctx context.Context) error {
		return do(ctx, func(option *larkcore.RequestOption) {
			larkcore.WithTenantAccessToken(value)(option)
			if c.options.StoreApp {
				larkcore.WithTenantKey(tenantKey)(option) // the SDK refuses a store app's call without
			}
		})
	})
	if invalidToken(err) {
		tokens.drop(value)
	}
	return err
}

// invalidToken reports whether a call was refused for a token that is no longer
// good.
func invalidToken(err error) bool {
	e, failed := errors.AsType[*Error](err)
	return failed && (e.Code == 99991663 || e.Code == 99991664 || e.Code == 99991671)
}

// exchange makes one exchange with the platform, measures it and counts it. The
// error is an *Error.
func (c *Client) exchange(ctx context.Context, tenantKey, endpoint string, do func(ctx context.Context) error) error {
	begun := time.Now()
	ctx, e := withExchange(ctx)
	e.brand, e.page = c.options.Brand, brand.Console(c.options.BaseURL, c.options.AppID, brand.PageScopes)
	err := c.around(ctx, tenantKey, endpoint, func(ctx context.Context) error { return e.failure(endpoint, do(ctx)) })
	c.seconds.WithLabelValues(endpoint).Observe(time.Since(begun).Seconds())
	c.calls.WithLabelValues(endpoint, codeLabel(err)).Inc()
	if err != nil {
		c.options.Log.WithError(err).WithField("endpoint", endpoint).Debug("call of the platform")
	}
	return err
}

// around makes an exchange inside what the options ask for.
func (c *Client) around(ctx context.Context, tenantKey, endpoint string, do func(context.Context) error) error {
	if c.options.AroundFunc == nil {
		return do(ctx)
	}
	return c.options.AroundFunc(ctx, tenantKey, endpoint, do)
}

// codeLabel is how a call is counted. Codes that nobody knows are one: a
// platform that invents codes must not make metrics without end.
func codeLabel(err error) string {
	e, failed := errors.AsType[*Error](err)
	switch {
	case !failed:
		return "0"
	case e.Err != nil:
		return "none"
	case !known(e.Code):
		return "other"
	}
	return strconv.Itoa(e.Code)
}

// silent keeps the SDK's own log lines out: they can hold whole replies.
type silent struct{}

func (silent) Debug(context.Context, ...any) {}
func (silent) Info(context.Context, ...any)  {}
func (silent) Warn(context.Context, ...any)  {}
func (silent) Error(context.Context, ...any) {}
