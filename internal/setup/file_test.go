package setup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huibao/internal/brand"
)

func TestWrites(t *testing.T) {
	const head = "# Written by huibao setup. It holds the app's secret: keep it to yourself.\n# deploy/huibao.sample.yaml explains every setting.\n"
	for name, test := range map[string]struct {
		app     App
		baseURL string
		want    string
	}{
		"Feishu": {App{"cli_a", "s", brand.Feishu, "ou_a"}, "", "feishu_app_id: cli_a\nfeishu_app_secret: s\nfeishu_base_url: https://open.feishu.cn\n" +
			"feishu_events: websocket\nfeishu_admins:\n    - ou_a\n"},
		"Lark": {App{"cli_a", "s", brand.Lark, "ou_a"}, "", "feishu_app_id: cli_a\nfeishu_app_secret: s\nfeishu_base_url: https://open.larksuite.com\n" +
			"feishu_events: websocket\nfeishu_admins:\n    - ou_a\n"},
		"a private Lark, nobody told, a secret that YAML would misread": {
			App{"cli_a", "0123: #'", brand.Lark, ""}, "https://lark.example.com",
			"feishu_app_id: cli_a\nfeishu_app_secret: '0123: #'''\nfeishu_base_url: https://lark.example.com\nfeishu_brand: lark\nfeishu_events: websocket\n",
		},
	} {
		path := filepath.Join(t.TempDir(), "huibao.yaml")
		file, err := Reserve(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := file.Write(test.app, test.baseURL); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
		got, _ := os.ReadFile(path)
		info, err := os.Stat(path)
		if string(got) != head+test.want || err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v\n%s", name, info.Mode(), err, got)
		}
	}
}

// What is there stays as it is; what came to nothing leaves no file.
func TestNeverWritesOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huibao.yaml")
	first, err := Reserve(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Reserve(path); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a second: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("an unused file stays: %v", err)
	}
	if _, err := Reserve(filepath.Join(path, "nowhere.yaml")); err == nil || !strings.HasSuffix(err.Error(), "no such file or directory; name another with --config") {
		t.Errorf("no folder: %v", err)
	}
}
