package templates

import "testing"

func TestAccepted(t *testing.T) {
	for header, want := range map[string]Locale{
		"":                                    English,
		"zh-CN,zh;q=0.9,en;q=0.8":             Chinese,
		"zh-TW":                               Chinese,
		"zh-Hant-HK;q=0.9, ja;q=0.8":          Chinese,
		"ja":                                  Japanese,
		"JA-jp":                               Japanese,
		"en-GB":                               English,
		"fr-FR, fr;q=0.9, ja;q=0.5, en;q=0.4": Japanese,
		"en;q=0.1, zh;q=0.2":                  Chinese,
		"zh;q=0, ja;q=0.5":                    Japanese,
		"fr, de":                              English,
		"*":                                   English,
		"*, zh;q=0.5":                         Chinese,
		"und, ja;q=0.5":                       Japanese,
		"zh_CN":                               Chinese,
		"ja;q=much":                           English,
		"\xff\x00<script>":                    English,
	} {
		if got := Accepted(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

func TestTags(t *testing.T) {
	for locale, want := range map[Locale]string{Chinese: "zh-CN", English: "en-US", Japanese: "ja-JP"} {
		if got := locale.Tag(); got != want {
			t.Errorf("%s: %s, want %s", locale, got, want)
		}
	}
}
