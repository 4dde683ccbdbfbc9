package templates

import (
	"regexp"
	"strings"
	"sync"

	"huibao/internal/fault"
)

// reasonKey begins the keys of why a digest did not come.
const reasonKey = "reason."

// refusalKey are the keys of why the platform did not take or tell something, or
// huibao itself did not get that far.
var refusalKey = regexp.MustCompile(`^fault\.(?:platform\.|source\.|internal$)`)

// reasonForm is a message of the English catalogue as it is recognised.
type reasonForm struct {
	key     string
	pattern *regexp.Regexp
}

// escapedPlaceholder is one in a message whose other characters are escaped.
var escapedPlaceholder = regexp.MustCompile(`\\\{(\w+)\\\}`)

// reasonForms are all of them, made once.
var reasonForms = sync.OnceValue(func() []reasonForm {
	var forms []reasonForm
	for key, message := range catalogues()[English] {
		if strings.HasPrefix(key, reasonKey) || refusalKey.MatchString(key) {
			pattern := escapedPlaceholder.ReplaceAllString(regexp.QuoteMeta(message), `(?P<$1>.+)`)
			forms = append(forms, reasonForm{key, regexp.MustCompile(`^` + pattern + `$`)})
		}
	}
	return forms
})

// ReasonText is a reason in the language of its reader. Reasons are noted in English,
// as the admin API tells them; one whose words are in no catalogue stays as it is.
func ReasonText(locale Locale, reason string) string {
	if locale == English {
		return reason
	}
	if sentence, page, told := cutPage(reason); told {
		return together(locale, ReasonText(locale, sentence), Text(locale, pageKey, fault.Args{"page": page}))
	}
	for _, form := range reasonForms() {
		match := form.pattern.FindStringSubmatch(reason)
		if match == nil {
			continue
		}
		args := fault.Args{}
		for i, name := range form.pattern.SubexpNames() {
			args[name] = match[i]
		}
		if inner, nested := args["reason"]; nested {
			args["reason"] = ReasonText(locale, inner)
		}
		return Text(locale, form.key, args)
	}
	return reason
}

// pageKey is the key of the sentence behind a fault that says where to mend it.
const pageKey = "fault.platform.page"

// cutPage takes that sentence off a reason.
func cutPage(reason string) (sentence, page string, told bool) {
	return strings.Cut(reason, together(English, "", Text(English, pageKey, fault.Args{"page": ""})))
}
