// Package setup makes a Feishu or Lark app for huibao by the platform's app
// registration: a device flow after RFC 8628, in which a person scans a QR code
// and confirms, and the program gets the app's id and secret. It also writes
// them down and knows what is to be done by hand. It promises that neither the
// device code nor the secret is in an error, and that a file that is there is
// never written over. What it asks for is in internal/manifest.
package setup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"huibao/internal/brand"
)

// How a registration ends without an app.
var (
	// ErrRefused is a person who said no, or may not make apps.
	ErrRefused = errors.New("the registration was refused on the page")
	// ErrExpired is a link that nobody confirmed in time.
	ErrExpired = errors.New("nobody confirmed the registration in time")
	// ErrNotThePlatform is an address where something else answers.
	ErrNotThePlatform = errors.New("the answer is not the platform's")
	// ErrUnreachable is an address where nothing answers.
	ErrUnreachable = errors.New("the platform cannot be reached")
)

// What the platform leaves out when it means the usual. Source:
// scene/registration.
const (
	usualInterval = 5 * time.Second
	usualLife     = 10 * time.Minute
	// slower is what is added to the pause when the platform asks for it.
	slower = 5 * time.Second
)

const (
	// callLimit bounds one call of the flow.
	callLimit = 15 * time.Second
	// replyLimit bounds what is read of a reply, which has some hundred bytes.
	replyLimit = 64 << 10
)

// Options are what Register needs.
type Options struct {
	// AccountsURL is where the registration begins, and LarkAccountsURL where it
	// goes on if the person is of Lark.
	AccountsURL, LarkAccountsURL string
	// ShowFunc shows the link to open, and how long it is good for.
	ShowFunc func(link string, life time.Duration)
	// WaitFunc pauses between polls; what is left of the link's life is for a
	// countdown. It returns when ctx ends.
	WaitFunc func(ctx context.Context, pause, left time.Duration) error
	Now      func() time.Time
	Client   *http.Client // nil for one of its own
}

// App is an app that was registered.
type App struct {
	ID, Secret string
	Brand      brand.Brand
	OpenID     string // of the person who scanned, as this app sees them; "" if not told
}

// Register makes an app. It returns when a person has confirmed or refused, or
// when the link's time is over. A network that fails meanwhile is waited out.
func Register(ctx context.Context, options Options) (App, error) {
	f := flow{Options: options, host: options.AccountsURL}
	if f.Client == nil {
		f.Client = &http.Client{Timeout: callLimit}
	}
	begun, err := f.begin(ctx)
	if err != nil {
		return App{}, err
	}
	address, err := link(begun.Link)
	if err != nil {
		return App{}, err
	}
	life := seconds(begun.Life, usualLife)
	f.until, f.pause = f.Now().Add(life), seconds(begun.Interval, usualInterval)
	f.ShowFunc(address, life)
	return f.poll(ctx, begun.Code)
}

// flow is a registration under way.
type flow struct {
	Options
	host     string
	switched bool // to Lark's host
	pause    time.Duration
	until    time.Time
}

// begun is the reply to the beginning.
type begun struct {
	Code     string `json:"device_code"`
	Link     string `json:"verification_uri_complete"`
	Interval int    `json:"interval"`  // seconds
	Life     int    `json:"expire_in"` // seconds
	Error    string `json:"error"`
}

// polled is the reply to a poll.
type polled struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"`
	User   struct {
		OpenID string      `json:"open_id"`
		Brand  brand.Brand `json:"tenant_brand"`
	} `json:"user_info"`
	Error string `json:"error"`
}

// begin asks for a link.
func (f *flow) begin(ctx context.Context) (begun, error) {
	var reply begun
	err := f.post(ctx, url.Values{
		"action": {"begin"}, "archetype": {"PersonalAgent"}, "auth_method": {"client_secret"}, "request_user_info": {"open_id"},
	}, &reply)
	switch {
	case err != nil:
		return begun{}, err
	case reply.Error != "":
		return begun{}, fmt.Errorf("the platform refuses to register an app (%.60q)", reply.Error)
	case reply.Code == "" || reply.Link == "":
		return begun{}, fmt.Errorf("%w: it holds no link", ErrNotThePlatform)
	}
	return reply, nil
}

// poll asks until the person has decided, the first time at once.
func (f *flow) poll(ctx context.Context, code string) (App, error) {
	for {
		var reply polled
		err := f.post(ctx, url.Values{"action": {"poll"}, "device_code": {code}}, &reply)
		if ctx.Err() != nil {
			return App{}, ctx.Err()
		}
		if err == nil {
			app, again, refusal := f.read(reply)
			if refusal != nil || app.ID != "" {
				return app, refusal
			}
			if again {
				continue
			}
		}
		left := f.until.Sub(f.Now())
		if left <= 0 {
			return App{}, ErrExpired
		}
		if err := f.WaitFunc(ctx, min(f.pause, left), left); err != nil {
			return App{}, err
		}
	}
}

// read acts on the reply to a poll: an app, a refusal that is final, or neither.
// again tells to ask at once, at the other brand's host.
func (f *flow) read(reply polled) (app App, again bool, refusal error) {
	if reply.User.Brand == brand.Lark && !f.switched {
		f.switched, f.host = true, f.LarkAccountsURL
		return App{}, true, nil
	}
	if reply.ID != "" && reply.Secret != "" {
		app = App{ID: reply.ID, Secret: reply.Secret, Brand: brand.Feishu, OpenID: reply.User.OpenID}
		if f.switched {
			app.Brand = brand.Lark
		}
		return app, false, nil
	}
	switch reply.Error {
	case "", "authorization_pending":
		return App{}, false, nil
	case "slow_down":
		f.pause += slower
		return App{}, false, nil
	case "access_denied":
		return App{}, false, ErrRefused
	case "expired_token":
		return App{}, false, ErrExpired
	}
	return App{}, false, fmt.Errorf("the platform ends the registration (%.60q)", reply.Error)
}

// post makes one call. The HTTP status says nothing here. Its errors hold
// neither the form nor the reply.
func (f *flow) post(ctx context.Context, form url.Values, into any) error {
	address := strings.TrimRight(f.host, "/") + "/oauth/v1/app/registration"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("the accounts address %s cannot be used", f.host)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := f.Client.Do(request)
	if err != nil {
		return fmt.Errorf("%w at %s: %w", ErrUnreachable, f.host, inner(err))
	}
	defer func() { _ = response.Body.Close() }() // it was read; nothing is lost
	body, err := io.ReadAll(io.LimitReader(response.Body, replyLimit))
	if err != nil {
		return fmt.Errorf("%w at %s: the reply ended early", ErrUnreachable, f.host)
	}
	if json.Unmarshal(body, into) != nil {
		return fmt.Errorf("%w: %s does not answer with JSON", ErrNotThePlatform, f.host)
	}
	return nil
}

// inner is what went wrong, without the address around it.
func inner(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// seconds is a time the platform gave, or the usual one.
func seconds(given int, usual time.Duration) time.Duration {
	if given <= 0 {
		return usual
	}
	return time.Duration(given) * time.Second
}
