package admin

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/labstack/echo/v4"
	"go.yaml.in/yaml/v3"
)

//go:embed openapi.yaml
var openAPISource []byte

// openAPI is the description as JSON. It is part of the program, so a broken
// one is a defect that every test shows.
var openAPI = sync.OnceValue(func() []byte {
	var description any
	if err := yaml.Unmarshal(openAPISource, &description); err != nil {
		panic(fmt.Sprintf("openapi.yaml: %v", err))
	}
	encoded, err := json.Marshal(description)
	if err != nil {
		panic(fmt.Sprintf("openapi.yaml: %v", err))
	}
	return encoded
})

// getOpenAPI answers GET /openapi.json.
func (a *API) getOpenAPI(c echo.Context) error { return c.JSONBlob(http.StatusOK, openAPI()) }
