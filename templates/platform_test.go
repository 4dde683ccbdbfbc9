package templates

import (
	"strings"
	"testing"

	"huibao/internal/fault"
)

// A fault names the platform as its people know it, Feishu where none is told,
// and shows the whole page where something is granted.
func TestFaultTextNamesThePlatform(t *testing.T) {
	for locale, feishu := range map[Locale]string{Chinese: "飞书", English: "Feishu", Japanese: "Feishu"} {
		for brand, want := range map[string]string{"": feishu, "feishu": feishu, "lark": "Lark"} {
			got := FaultText(locale, fault.New(fault.Permission, "fault.platform.credentials", fault.Args{"brand": brand}))
			if !strings.Contains(got, want) || want != feishu && strings.Contains(got, feishu) || strings.Contains(got, "{") {
				t.Errorf("%s, %q: %s", locale, brand, got)
			}
		}
		page := "https://open.larksuite.com/app/" + strings.Repeat("cli_", 40) + "/auth"
		got := FaultText(locale, fault.New(fault.Permission, "fault.platform.scope", fault.Args{"scope": "vc:report:readonly", "page": page}))
		if !strings.Contains(got, page) || !strings.Contains(got, "vc:report:readonly") {
			t.Errorf("%s: %s", locale, got)
		}
	}
	for key, text := range catalogues()[English] {
		if strings.Contains(text, "Feishu") && key != "platform.feishu" {
			t.Errorf("%s names Feishu, also to people of Lark: %s", key, text)
		}
	}
}
