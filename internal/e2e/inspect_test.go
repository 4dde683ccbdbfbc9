package e2e

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"huibao/internal/store/storetest"
)

// inspect checks what must hold of every world at its end.
func (w *world) inspect() {
	w.Helper()
	for _, s := range w.runs {
		output := s.journal.text()
		for _, sign := range []string{"DATA RACE", "panic:", "fatal error:"} {
			if strings.Contains(output, sign) {
				w.Errorf("the program's output holds %q:\n%s", sign, output)
			}
		}
	}
	w.inspectSecrets()
	w.inspectAnswers()
	w.inspectPace()
}

// inspectSecrets checks that nothing huibao wrote, answered or posted shows a
// secret.
func (w *world) inspectSecrets() {
	w.Helper()
	secrets := slices.AppendSeq([]string{appSecret, encryptKey, verificationToken, adminToken, storetest.Password}, maps.Keys(w.tokens))
	shown := map[string][]string{"an answer of the admin API": w.answers}
	for _, s := range w.runs {
		shown["the log"] = append(shown["the log"], s.journal.all()...)
	}
	for _, d := range w.gateway.seen() {
		shown["an answer of the webhook"] = append(shown["an answer of the webhook"], d.answer)
	}
	for _, message := range w.platform.FromBot("") {
		shown["a message"] = append(shown["a message"], string(message.Content))
	}
	for _, request := range w.platform.Requests("") {
		shown["a call of the platform"] = append(shown["a call of the platform"], request.Path+request.Query+request.Body)
	}
	for where, texts := range shown {
		for _, text := range texts {
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					w.Errorf("%s shows the secret %q: %s", where, secret, text)
				}
			}
		}
	}
}

// inspectAnswers checks that no message was answered twice.
func (w *world) inspectAnswers() {
	w.Helper()
	answers := map[string]int{}
	for _, message := range w.platform.FromBot("") {
		if message.ParentID != "" {
			answers[message.ParentID]++
		}
	}
	for id, count := range answers {
		if count > 1 {
			w.Errorf("%s was answered %d times", id, count)
		}
	}
}

// jitter is how much closer together than they left calls may arrive on a busy
// machine.
const jitter = 300 * time.Millisecond

// inTenant begins the name of all chats of a tenant.
const inTenant = "all of "

// inspectPace checks that the calls which post kept to what the product allows:
// 4 a second in a chat and 40 a second in a tenant. In any span of time there are
// no more than the seconds it touches allow.
func (w *world) inspectPace() {
	w.Helper()
	chats := map[string]string{}
	for _, message := range w.platform.Messages("") {
		chats[message.MessageID] = message.ChatID
	}
	byChat := map[string][]time.Time{}
	for _, request := range w.platform.Requests("") {
		var chat string
		switch request.Endpoint {
		case "message_create":
			var body struct {
				ReceiveID string `json:"receive_id"`
			}
			_ = json.Unmarshal([]byte(request.Body), &body) // one that cannot be read counts for all chats only
			chat = body.ReceiveID
		case "message_reply":
			chat = chats[strings.Split(request.Path, "/")[5]]
		default:
			continue
		}
		byChat[chat] = append(byChat[chat], request.At)
		tenant := inTenant + cmp.Or(request.TenantKey, w.platform.Options().TenantKey)
		byChat[tenant] = append(byChat[tenant], request.At)
	}
	for chat, calls := range byChat {
		most := 4
		if strings.HasPrefix(chat, inTenant) {
			most = 40
		}
		for from := range calls {
			for to := from; to < len(calls); to++ {
				seconds := int((calls[to].Sub(calls[from]) + jitter) / time.Second)
				if made := to - from + 1; made > most*(seconds+1) {
					w.Errorf("chat %q: %d calls within %s", chat, made, calls[to].Sub(calls[from]))
					return
				}
			}
		}
	}
}
