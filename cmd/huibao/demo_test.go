package main

import (
	"bytes"
	"net"
	"strings"
	"testing"
)

// TestDemoRefuses calls the demo wrongly: nothing is started.
func TestDemoRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no address":          {[]string{"--addr", "8090"}, exitUsage, "--addr 8090 is no address; write it as 127.0.0.1:8090"},
		"no port":             {[]string{"--addr", "127.0.0.1:http"}, exitUsage, "is no address"},
		"an open address":     {[]string{"--addr", "0.0.0.0:8090"}, exitUsage, "is no loopback address"},
		"any address":         {[]string{"--addr", ":8090"}, exitUsage, "is no loopback address"},
		"a name":              {[]string{"--addr", "example.com:8090"}, exitUsage, "is no loopback address"},
		"a port in use":       {[]string{"--addr", taken.Addr().String()}, exitFailed, "is in use; choose another"},
		"its own option":      {[]string{"--database-url", "sqlite:x"}, exitUsage, "a demo chooses --database-url itself"},
		"a file":              {[]string{"--config", "x.yaml"}, exitUsage, "a demo chooses --config itself"},
		"a secret's file":     {[]string{"--admin-token-file", "x"}, exitUsage, "a demo chooses --admin-token-file itself"},
		"a wrong value":       {[]string{"--locale", "xx"}, exitUsage, "xx"},
		"an argument":         {[]string{"now"}, exitUsage, "takes 0 arguments"},
		"a flag nobody knows": {[]string{"--port", "1"}, exitUsage, "unknown flag: --port"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			nothing := func(string) (string, bool) { return "", false }
			code := run(t.Context(), append([]string{"demo"}, test.args...), &stdout, &stderr, nothing)
			if code != test.code || !strings.Contains(stderr.String(), test.says) || strings.Count(stderr.String(), "\n") != 1 {
				t.Errorf("exit code %d and %q, want %d and one line with %q", code, stderr.String(), test.code, test.says)
			}
			if stdout.Len() > 0 {
				t.Errorf("it printed %q", stdout.String())
			}
		})
	}
}

// TestDemoFindsAPort takes the usual one first.
func TestDemoFindsAPort(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	door, err := demoListener(t.Context(), taken.Addr().String(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	if host, _, _ := net.SplitHostPort(door.Addr().String()); host != "127.0.0.1" {
		t.Errorf("it listens on %s", door.Addr())
	}
}
