package setup

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"

	"huibao/internal/manifest"
)

// addons are what an app is to have, as the page behind the link reads it.
// Without the preset it is exactly what is listed; with it, the platform's broad
// template comes on top. Source: scene/registration.
type addons struct {
	Preset bool `json:"preset"`
	Scopes struct {
		Tenant []string `json:"tenant"`
	} `json:"scopes"`
	Events struct {
		Items struct {
			Tenant []string `json:"tenant"`
		} `json:"items"`
	} `json:"events"`
	Callbacks struct {
		Items []string `json:"items"`
	} `json:"callbacks"`
}

// wanted is what huibao needs, packed for the link: gzipped JSON as base64url.
func wanted() (string, error) {
	var asked addons
	asked.Scopes.Tenant = manifest.ScopeNames()
	asked.Events.Items.Tenant = manifest.Names(manifest.Events())
	asked.Callbacks.Items = manifest.Names(manifest.Callbacks())
	plain, err := json.Marshal(asked)
	if err != nil {
		return "", fmt.Errorf("write down what the app needs: %w", err)
	}
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression) // a long link makes a large QR code
	if err != nil {
		return "", fmt.Errorf("pack what the app needs: %w", err)
	}
	if _, err := writer.Write(plain); err != nil {
		return "", fmt.Errorf("pack what the app needs: %w", err)
	}
	if err := writer.Close(); err != nil {
		return "", fmt.Errorf("pack what the app needs: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(packed.Bytes()), nil
}

// appName is what the new app is called unless the person changes it.
const appName = "huibao"

// link is the address to open: the platform's, with what the app is to be.
func link(begun string) (string, error) {
	address, err := url.Parse(begun)
	if err != nil || address.Host == "" {
		return "", fmt.Errorf("%w: its link cannot be read", ErrNotThePlatform)
	}
	asked, err := wanted()
	if err != nil {
		return "", err
	}
	query := address.Query()
	for name, value := range map[string]string{"from": "sdk", "tp": "sdk", "source": "go-sdk/huibao", "name": appName, "addons": asked} {
		query.Set(name, value)
	}
	address.RawQuery = query.Encode()
	return address.String(), nil
}
