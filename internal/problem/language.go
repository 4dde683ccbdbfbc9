package problem

import (
	"slices"

	"github.com/labstack/echo/v4"

	"huibao/templates"
)

// Locale is the language in which a request is answered: the first of ours that
// its Accept-Language names, English without one. It also writes into the
// answer's headers which one that is, and that the answer depends on it, so it
// is asked only for answers that hold words.
func Locale(c echo.Context) templates.Locale {
	locale := templates.Accepted(c.Request().Header.Get("Accept-Language"))
	header := c.Response().Header()
	header.Set("Content-Language", locale.Tag())
	if !slices.Contains(header.Values(echo.HeaderVary), "Accept-Language") {
		header.Add(echo.HeaderVary, "Accept-Language")
	}
	return locale
}
