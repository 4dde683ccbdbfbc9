package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huibao/internal/fault"
)

// What was noted in English is told in the language of the card, with a reason
// inside it; what no catalogue knows stays as it is.
func TestReasonText(t *testing.T) {
	for reason, want := range map[string][2]string{ //nolint:gosmopolitan // what people read
		"the chat was dissolved": {"会话已解散", "チャットが解散されました"},
		"refused 3 times in a row: The chat's settings do not let the bot speak.": {
			"连续 3 次被拒绝：" + Text(Chinese, "fault.platform.muted", nil), "3 回続けて拒否されました：" + Text(Japanese, "fault.platform.muted", nil),
		},
		"missed while huibao was not running: 1 run":   {"huibao 未运行期间错过了 1 次", "huibao の停止中に 1 回分を逃しました"},
		"missed while huibao was not running: 12 runs": {"huibao 未运行期间错过了 12 次", "huibao の停止中に 12 回分を逃しました"},
		"The app lacks the permission im:chat. An administrator must grant it in the developer console and release a version. It is granted at https://open.feishu.cn/app?q=im:chat": {
			"应用缺少权限 im:chat，请管理员在开发者后台开通并发布版本。开通页面：https://open.feishu.cn/app?q=im:chat",
			Text(Japanese, "fault.platform.scope", fault.Args{"scope": "im:chat"}) + "権限の付与はこちら：https://open.feishu.cn/app?q=im:chat",
		},
		Text(English, "fault.internal", nil): {Text(Chinese, "fault.internal", nil), Text(Japanese, "fault.internal", nil)},
		"cosmic rays":                        {"cosmic rays", "cosmic rays"},
		"":                                   {"", ""},
	} {
		for i, locale := range []Locale{Chinese, Japanese} {
			if got := ReasonText(locale, reason); got != want[i] {
				t.Errorf("%s of %q is %q, want %q", locale, reason, got, want[i])
			}
		}
		if got := ReasonText(English, reason); got != reason {
			t.Errorf("%q became %q", reason, got)
		}
	}
}

// Reasons are noted by others in the very words of the English catalogue.
func TestReasonsAreThoseNoted(t *testing.T) {
	var noted strings.Builder
	for _, file := range []string{"scheduler/deliver.go", "scheduler/scheduler.go", "scheduler/tenant.go", "scheduler/trouble.go", "bot/chats.go", "internal/outbox/attempt.go"} {
		source, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		noted.Write(source)
	}
	for key, message := range catalogues()[English] {
		begin, _, _ := strings.Cut(message, "{")
		if strings.HasPrefix(key, reasonKey) && !strings.Contains(noted.String(), `"`+begin) {
			t.Errorf("nobody notes %q as %s does", message, key)
		}
	}
}

// Each reason of the catalogue is recognised by its English words, and by no
// other form.
func TestReasonsAreToldApart(t *testing.T) {
	for key, message := range catalogues()[English] {
		if !strings.HasPrefix(key, reasonKey) {
			continue
		}
		reason := strings.NewReplacer("{n}", "3", "{reason}", "cosmic rays").Replace(message)
		for _, form := range reasonForms() {
			if form.pattern.MatchString(reason) != (form.key == key) {
				t.Errorf("%q is read as %s, want %s", reason, form.key, key)
			}
		}
	}
}
