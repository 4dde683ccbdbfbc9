package admin

import (
	"github.com/labstack/echo/v4"

	"huibao/internal/problem"
	"huibao/templates"
)

// locale is the language of the words in an answer: the first of ours in the
// request's Accept-Language, English without one. Asking for it writes
// Content-Language and Vary into the answer's headers, so a handler asks before
// it begins to answer, and only where there are words.
func locale(c echo.Context) templates.Locale { return problem.Locale(c) }
