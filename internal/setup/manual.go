package setup

import (
	"fmt"
	"strings"

	"huibao/internal/manifest"
)

// Manual is what to do by hand where a company does not allow the registration:
// a list to tick off, for a person or for the administrator they ask. docs/setup.md
// holds the same. baseURL is the platform's address.
func Manual(baseURL string) string {
	var text strings.Builder
	fmt.Fprintf(&text, `## 1. The app

- [ ] Open %s/app and create a custom app.
- [ ] Under "Add features", add the bot.
- [ ] Write its id and secret ("Credentials & Basic Info") into huibao.yaml;
      deploy/huibao.sample.yaml explains every setting.

## 2. Permissions

- [ ] Under "Permissions & Scopes", add these to the app itself (tenant).
      Without those marked * huibao is of no use; without another one, only what
      stands beside it is missing.

`, baseURL)
	for _, scope := range manifest.Scopes() {
		mark := " "
		if scope.Required {
			mark = "*"
		}
		fmt.Fprintf(&text, "      %s %-36s %s\n", mark, scope.Name, scope.Why)
	}
	fmt.Fprintf(&text, `
      "Batch import/export scopes" takes them all at once:

%s
## 3. Events and callbacks

Without a public address, by the long connection (feishu_events: websocket):

- [ ] Start huibao serve first: the console saves this choice only while huibao
      is connected.
- [ ] Under "Events & Callbacks", choose to receive through a persistent
      connection, for events and for callbacks.

With a public address, by webhook:

- [ ] Under "Events & Callbacks", "Encryption strategy", set an Encrypt Key and
      give huibao both that and the Verification Token.
- [ ] Start huibao serve first: the console tries the address when it is saved.
- [ ] Set https://YOUR.HOST/webhook/event as the request address, for events and
      for callbacks.

Either way:

- [ ] Subscribe to these events:

`, indented(batch()))
	for _, event := range manifest.Events() {
		fmt.Fprintf(&text, "        %-36s %s\n", event.Name, event.When)
	}
	text.WriteString("\n- [ ] Subscribe to this callback:\n\n")
	for _, callback := range manifest.Callbacks() {
		fmt.Fprintf(&text, "        %-36s %s\n", callback.Name, callback.When)
	}
	text.WriteString(`
## 4. Release

- [ ] Under "Version Management & Release", create a version, choose who may use
      the bot, and have it approved. Nothing above counts before that, and
      later changes need a new version.

## 5. Try it

- [ ] Write to the bot, then run huibao doctor: it looks at each of these.
`)
	return text.String()
}

// batch is the list of permissions as the console imports it: JSON, of names that
// need no escapes.
func batch() string {
	return `{
  "scopes": {
    "tenant": [
      "` + strings.Join(manifest.ScopeNames(), "\",\n      \"") + `"
    ],
    "user": []
  }
}
`
}

// indented sets lines in, as code of a list's item.
func indented(text string) string {
	return "        " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n        ") + "\n"
}
