package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/internal/simulator"
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
		announces := message.Updates > 0 && w.hasFile(message.ParentID) // that it takes a while, beside the file
		if message.ParentID != "" && !announces {
			answers[message.ParentID]++
		}
	}
	for id, count := range answers {
		if count > 1 {
			w.Errorf("%s was answered %d times", id, count)
		}
	}
}

// hasFile reports whether a message was answered with a file.
func (w *world) hasFile(messageID string) bool {
	return slices.ContainsFunc(w.answersTo(messageID), func(m simulator.Message) bool { return m.MsgType == "file" })
}

// remembered is for how long a slot is kept at least.
const remembered = 4 * time.Minute

// inspectPace checks that the calls which post kept to what the product allows:
// 4 a second in a chat, and in a tenant what the environment says. How close
// together they arrive depends on how busy the machine is, so what is looked at
// are the slots: there must be one for each call, and not too many in a second.
func (w *world) inspectPace() {
	w.Helper()
	calls, made := w.posts()
	if made == 0 {
		return // maybe there are no tables
	}
	slots, taken := w.slots(), 0
	for _, times := range slots["tenant"] {
		taken += len(times)
	}
	if w.count(`SELECT count(*) FROM audit WHERE action = 'tenant.delete'`) == 0 { // with its slots
		if taken < made {
			w.Errorf("%d calls posted something, and there were %d slots", made, taken)
		}
		for chat, made := range calls {
			if taken := len(slots["receiver"][chat]); taken < made {
				w.Errorf("%d calls posted to %s, and there were %d slots", made, chat, taken)
			}
		}
	}
	perSecond := 40
	if set := w.environment["HUIBAO_SEND_PER_SECOND"]; set != "" {
		perSecond, _ = strconv.Atoi(set)
	}
	for of, most := range map[string]int{"chat": 4, "tenant": perSecond, "digests": perSecond - 4} {
		for key, taken := range slots[of] {
			for i := range max(len(taken)-most, 0) {
				if span := taken[i+most].Sub(taken[i]); span < time.Second {
					w.Errorf("%s %s: %d slots within %s, want %d a second", of, key, most+1, span, most)
					return
				}
			}
		}
	}
}

// posts are how many calls posted, of those that slots are remembered of: in all,
// and new messages by where they went. What answers a message that somebody made up
// is counted under the chat that he named, so answers count in all only.
func (w *world) posts() (byChat map[string]int, all int) {
	w.Helper()
	byChat = map[string]int{}
	now := w.platform.Clock().Now()
	for _, request := range w.platform.Requests("") {
		created := request.Endpoint == "message_create"
		if !created && request.Endpoint != "message_reply" || now.Sub(request.At) >= remembered {
			continue
		}
		all++
		if !created {
			continue
		}
		var body struct {
			ReceiveID string `json:"receive_id"`
		}
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil {
			w.Errorf("a call that posts cannot be read: %s", request.Body)
		}
		byChat[body.ReceiveID]++
	}
	return byChat, all
}

// slots are when the right to a call was taken, in order of time: by receiver, which
// two tenants may share, by tenant and chat, by tenant, and by tenant's digests.
func (w *world) slots() map[string]map[string][]time.Time {
	w.Helper()
	rows, err := w.database.Query(`SELECT tenant_key, chat_id, class, taken_at FROM send_slots ORDER BY taken_at`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	by := map[string]map[string][]time.Time{"receiver": {}, "chat": {}, "tenant": {}, "digests": {}}
	for rows.Next() {
		var tenantKey, chatID, class string
		var takenAt int64
		if err := rows.Scan(&tenantKey, &chatID, &class, &takenAt); err != nil {
			w.Fatal(err)
		}
		at := time.UnixMilli(takenAt)
		chat := tenantKey + " " + chatID
		by["receiver"][chatID] = append(by["receiver"][chatID], at)
		by["chat"][chat] = append(by["chat"][chat], at)
		by["tenant"][tenantKey] = append(by["tenant"][tenantKey], at)
		if class == "digest" {
			by["digests"][tenantKey] = append(by["digests"][tenantKey], at)
		}
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return by
}
