// Package brand tells the platform's two editions apart: Feishu in mainland
// China and Lark everywhere else. Their calls are the same; hosts, consoles and
// the name that people know differ. A private deployment is one of the two under
// an address of its own.
package brand

import (
	"net/url"
	"strings"
)

// Brand is one of the two editions.
type Brand string

// The brands. The platform itself names them so (tenant_brand). Source:
// scene/registration.
const (
	Feishu Brand = "feishu"
	Lark   Brand = "lark"
)

// Of is the brand of a platform's address. An address that is none of Lark's is
// taken for Feishu.
func Of(baseURL string) Brand {
	parsed, err := url.Parse(baseURL)
	if err == nil && (parsed.Hostname() == "larksuite.com" || strings.HasSuffix(parsed.Hostname(), ".larksuite.com")) {
		return Lark
	}
	return Feishu
}

// Name is how people know it.
func (b Brand) Name() string {
	if b == Lark {
		return "Lark"
	}
	return "Feishu"
}

// BaseURL is the address of its calls.
func (b Brand) BaseURL() string {
	if b == Lark {
		return "https://open.larksuite.com"
	}
	return "https://open.feishu.cn"
}

// AccountsURL is the address where an app is registered.
func (b Brand) AccountsURL() string {
	if b == Lark {
		return "https://accounts.larksuite.com"
	}
	return "https://accounts.feishu.cn"
}

// Page is a page of the app in the developer console, which is served where the
// calls are.
type Page string

// The pages that people are sent to.
const (
	PageCredentials Page = "baseinfo"
	PageScopes      Page = "auth"
	PageBot         Page = "bot"
	PageEvents      Page = "event"
	PageVersions    Page = "version"
)

// Console is the address of a page of the app.
func Console(baseURL, appID string, page Page) string {
	return strings.TrimRight(baseURL, "/") + "/app/" + url.PathEscape(appID) + "/" + string(page)
}
