package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"huibao/internal/brand"
)

// File is a configuration that will be written. It is made before the app is
// registered, so that the secret, which is told once, has a place to go.
type File struct {
	path    string
	file    *os.File
	written bool
}

// Reserve makes the file, readable for its owner only. One that is there is left
// alone: the error says so.
func Reserve(path string) (*File, error) {
	file, err := os.OpenFile(filepath.Clean(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is there already, and setup never writes over a configuration: run huibao doctor to check that one, "+
			"move it away, or name another with --config", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the configuration %s cannot be written: %w; name another with --config", path, inside(err))
	}
	return &File{path: path, file: file}, nil
}

// inside is an error of a file without its path.
func inside(err error) error {
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		return wrapped.Err
	}
	return err
}

// configuration is what is written, in the order it is read.
type configuration struct {
	AppID     string      `yaml:"feishu_app_id"`
	AppSecret string      `yaml:"feishu_app_secret"`
	BaseURL   string      `yaml:"feishu_base_url"`
	Brand     brand.Brand `yaml:"feishu_brand,omitempty"`
	Events    string      `yaml:"feishu_events"`
	Admins    []string    `yaml:"feishu_admins,omitempty"`
}

// Write writes the configuration for an app. baseURL is where the platform is
// called, "" for the address of the app's brand.
func (f *File) Write(app App, baseURL string) error {
	told := configuration{AppID: app.ID, AppSecret: app.Secret, BaseURL: baseURL, Events: "websocket"}
	if baseURL == "" {
		told.BaseURL = app.Brand.BaseURL()
	}
	if brand.Of(told.BaseURL) != app.Brand {
		told.Brand = app.Brand
	}
	if app.OpenID != "" {
		told.Admins = []string{app.OpenID}
	}
	body, err := yaml.Marshal(told)
	if err != nil {
		return fmt.Errorf("write down the configuration: %w", err)
	}
	text := "# Written by huibao setup. It holds the app's secret: keep it to yourself.\n" +
		"# deploy/huibao.sample.yaml explains every setting.\n" + string(body)
	if _, err := f.file.WriteString(text); err != nil {
		return fmt.Errorf("write %s: %w", f.path, inside(err))
	}
	if err := f.file.Sync(); err != nil {
		return fmt.Errorf("write %s: %w", f.path, inside(err))
	}
	f.written = true
	return nil
}

// Close closes the file, and removes it if nothing came of it.
func (f *File) Close() error {
	err := f.file.Close()
	if !f.written {
		err = errors.Join(err, os.Remove(f.path))
	}
	return err
}
