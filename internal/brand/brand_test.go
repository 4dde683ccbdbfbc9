package brand

import "testing"

func TestOf(t *testing.T) {
	for address, want := range map[string]Brand{
		"https://open.feishu.cn": Feishu, "https://open.larksuite.com": Lark, "https://open.larksuite.com:443/": Lark,
		"https://larksuite.com": Lark, "http://127.0.0.1:9080": Feishu, "https://feishu.example.com": Feishu,
		"https://larksuite.example.com": Feishu, "https://notlarksuite.com": Feishu, "": Feishu, "://": Feishu,
	} {
		if got := Of(address); got != want {
			t.Errorf("%q is of %s, want %s", address, got, want)
		}
	}
}

// A brand's own addresses are of that brand, and no page is of the other.
func TestAddresses(t *testing.T) {
	for b, want := range map[Brand][3]string{
		Feishu: {"Feishu", "https://accounts.feishu.cn", "https://open.feishu.cn/app/cli_x/auth"},
		Lark:   {"Lark", "https://accounts.larksuite.com", "https://open.larksuite.com/app/cli_x/auth"},
	} {
		got := [3]string{b.Name(), b.AccountsURL(), Console(b.BaseURL()+"/", "cli_x", PageScopes)}
		if got != want || Of(b.BaseURL()) != b || Of(b.AccountsURL()) != b {
			t.Errorf("%s: %v, want %v", b, got, want)
		}
	}
}
