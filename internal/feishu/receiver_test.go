package feishu

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"

	"huibao/bot"
	"huibao/internal/fault"
)

const (
	testApp   = "cli_9f5343c580712544"
	testKey   = "kudryavka"
	testToken = "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV"
)

// testNow is when the tests' requests arrive.
var testNow = time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)

// newTestReceiver returns a receiver with the key, "" for none.
func newTestReceiver(key string) *Receiver {
	return NewReceiver(ReceiverOptions{
		AppID: testApp, EncryptKey: key, VerificationToken: testToken, Now: func() time.Time { return testNow },
	})
}

// encryptTest is the platform's encryption written down a second time. The
// vector in front is all zeros: it need not be random here.
func encryptTest(key string, padded []byte) string {
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		panic(err)
	}
	sealed := make([]byte, aes.BlockSize+len(padded))
	cipher.NewCBCEncrypter(block, sealed[:aes.BlockSize]).CryptBlocks(sealed[aes.BlockSize:], padded)
	return base64.StdEncoding.EncodeToString(sealed)
}

// pad7 pads after PKCS#7.
func pad7(text []byte) []byte {
	n := aes.BlockSize - len(text)%aes.BlockSize
	return append(bytes.Clone(text), bytes.Repeat([]byte{byte(n)}, n)...)
}

// wrapped is the body that holds a clear text encrypted.
func wrapped(text string) []byte {
	return []byte(`{"encrypt":"` + encryptTest(testKey, pad7([]byte(text))) + `"}`)
}

// signedHeader are the headers of a body that the platform signed at a time.
func signedHeader(body []byte, at time.Time) http.Header {
	return headerOf(strconv.FormatInt(at.Unix(), 10), "nonce", body)
}

// headerOf signs with the timestamp and nonce given.
func headerOf(timestamp, nonce string, body []byte) http.Header {
	sum := sha256.Sum256([]byte(timestamp + nonce + testKey + string(body)))
	header := http.Header{}
	header.Set("X-Lark-Request-Timestamp", timestamp)
	header.Set("X-Lark-Request-Nonce", nonce)
	header.Set("X-Lark-Signature", hex.EncodeToString(sum[:]))
	return header
}

// textEvent is a message's event, in form 2.0.
func textEvent() string {
	return envelopeOf("ev_1", "im.message.receive_v1", `{
		"sender":{"sender_id":{"open_id":"ou_1"},"sender_type":"user","tenant_key":"tenant"},
		"message":{"message_id":"om_1","chat_id":"oc_1","chat_type":"group","message_type":"text","content":"{\"text\":\"hi\"}","create_time":"1794301200000"}}`)
}

// envelopeOf is an event in form 2.0.
func envelopeOf(id, eventType, event string) string {
	return fmt.Sprintf(`{"schema":"2.0","header":{"event_id":%q,"token":%q,"create_time":"1794301200000","event_type":%q,"tenant_key":"tenant","app_id":%q},"event":%s}`,
		id, testToken, eventType, testApp, event)
}

const challengeBody = `{"challenge":"ajls384kdjx98XX","token":"` + testToken + `","type":"url_verification"}`

// What a request gets: an event, a challenge, or one of two refusals.
const (
	gotEvent     = "event"
	gotNothing   = "event without a body" // a type that is not handled
	gotChallenge = "challenge"
	got401       = "401"
	got400       = "400"
)

// verdictOf names what came of a request.
func verdictOf(t *testing.T, event *bot.Event, challenge string, err error) string {
	t.Helper()
	if err != nil && (event != nil || challenge != "") {
		t.Errorf("an error came with an event or a challenge: %v", err)
	}
	switch {
	case fault.KindOf(err) == fault.Signature:
		return got401
	case fault.KindOf(err) == fault.Unreadable:
		return got400
	case err != nil:
		return err.Error()
	case event == nil:
		return gotChallenge
	case event.Message == nil && event.Chat == nil:
		return gotNothing
	}
	return gotEvent
}

func TestReceive(t *testing.T) {
	replace := strings.NewReplacer
	wrongToken, wrongApp := replace(testToken, "wrong").Replace, replace(testApp, "cli_other").Replace
	firstForm := `{"ts":"1502199207.7171419","uuid":"41b5f371157e3d5341b38b20396e77e3","token":"` + testToken + `","type":"event_callback",
		"event":{"app_id":"` + testApp + `","tenant_key":"tenant","type":"%s"}}`
	cases := map[string]struct {
		key      string // "" for none: then the platform signs nothing
		body     []byte
		unsigned bool
		want     string
	}{
		"signed and encrypted":  {testKey, wrapped(textEvent()), false, gotEvent},
		"encrypted, not signed": {testKey, wrapped(textEvent()), true, got401},
		"in clear, signed":      {testKey, []byte(textEvent()), false, got401},
		"in clear, not signed":  {testKey, []byte(textEvent()), true, got401},
		"of a type not handled": {testKey, wrapped(envelopeOf("ev", "im.message.reaction.created_v1", `{}`)), false, gotNothing},
		"a card's callback":     {testKey, wrapped(envelopeOf("ev", "card.action.trigger", `{"token":"c-1","action":{"tag":"button","value":{"k":"v"}}}`)), false, gotNothing},
		"form 1.0":              {testKey, wrapped(fmt.Sprintf(firstForm, "app_ticket")), false, gotNothing},
		"wrong token":           {testKey, wrapped(wrongToken(textEvent())), false, got401},
		"no token":              {testKey, wrapped(replace(`"token":"`+testToken+`",`, "").Replace(textEvent())), false, got401},
		"wrong app":             {testKey, wrapped(wrongApp(textEvent())), false, got401},
		"no app":                {testKey, wrapped(replace(`"app_id"`, `"app"`).Replace(textEvent())), false, got401},
		"form 1.0, wrong token": {testKey, wrapped(wrongToken(fmt.Sprintf(firstForm, "app_open"))), false, got401},
		"form 1.0, wrong app":   {testKey, wrapped(wrongApp(fmt.Sprintf(firstForm, "app_open"))), false, got401},
		"form 1.0, no type":     {testKey, wrapped(fmt.Sprintf(firstForm, "")), false, got400},
		"no event id":           {testKey, wrapped(envelopeOf("", "im.message.receive_v1", `{}`)), false, got400},
		"no event type":         {testKey, wrapped(envelopeOf("ev", "", `{}`)), false, got400},
		"no event":              {testKey, wrapped(envelopeOf("ev", "im.message.receive_v1", `null`)), false, got400},
		"no header":             {testKey, wrapped(`{"schema":"2.0","event":{}}`), false, got400},
		"a header that is none": {testKey, wrapped(`{"schema":"2.0","header":[],"event":{}}`), false, got400},
		"no form":               {testKey, wrapped(`{"a":1}`), false, got400},

		"URL verification":                         {testKey, []byte(challengeBody), true, gotChallenge},
		"URL verification, encrypted":              {testKey, wrapped(challengeBody), true, gotChallenge},
		"URL verification, encrypted and signed":   {testKey, wrapped(challengeBody), false, gotChallenge},
		"URL verification, wrong token":            {testKey, []byte(wrongToken(challengeBody)), true, got401},
		"URL verification, wrong token, encrypted": {testKey, wrapped(wrongToken(challengeBody)), true, got401},
		"URL verification, wrong token, signed":    {testKey, wrapped(wrongToken(challengeBody)), false, got401},
		"URL verification, no token":               {testKey, []byte(`{"challenge":"x","type":"url_verification"}`), true, got401},
		"URL verification, token a number":         {testKey, []byte(`{"challenge":"x","type":"url_verification","token":1}`), true, got401},
		"URL verification, no challenge":           {testKey, []byte(`{"type":"url_verification","token":"` + testToken + `"}`), true, got400},
		"URL verification in capitals":             {testKey, []byte(`{"challenge":"x","TYPE":"url_verification","token":"` + testToken + `"}`), true, got401},

		"no JSON":                     {testKey, []byte("hello"), false, got400},
		"no JSON, not signed":         {testKey, []byte("hello"), true, got401},
		"nothing":                     {testKey, nil, false, got400},
		"nothing, not signed":         {testKey, nil, true, got401},
		"null":                        {testKey, []byte(`null`), false, got400},
		"a list":                      {testKey, []byte(`[]`), false, got400},
		"an empty object":             {testKey, []byte(`{}`), false, got400},
		"encrypt is null":             {testKey, []byte(`{"encrypt":null}`), false, got400},
		"encrypt is a number":         {testKey, []byte(`{"encrypt":1}`), false, got400},
		"encrypt in capitals":         {testKey, bytes.Replace(wrapped(textEvent()), []byte("encrypt"), []byte("Encrypt"), 1), false, got400},
		"encrypt twice":               {testKey, append(bytes.TrimSuffix(wrapped(textEvent()), []byte("}")), `,"encrypt":""}`...), false, got400},
		"something behind":            {testKey, append(wrapped(textEvent()), '{', '}'), false, got400},
		"a byte order mark":           {testKey, append([]byte("\xef\xbb\xbf"), wrapped(textEvent())...), false, got400},
		"no UTF-8":                    {testKey, wrapped(replace(`hi`, "h\xff").Replace(textEvent())), false, got400},
		"nested without end":          {testKey, []byte(strings.Repeat("[", 100_000)), false, got400},
		"nested deeply":               {testKey, wrapped(`{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`), false, got400},
		"a name in capitals inside":   {testKey, wrapped(replace(`"token"`, `"Token"`).Replace(textEvent())), false, got401},
		"a token twice":               {testKey, wrapped(replace(`"token":`, `"token":"wrong","token":`).Replace(textEvent())), false, got400},
		"an id that is a number":      {testKey, wrapped(replace(`"ev_1"`, `1`).Replace(textEvent())), false, got400},
		"a chat id that is a number":  {testKey, wrapped(replace(`"oc_1"`, `1`).Replace(textEvent())), false, got400},
		"another key":                 {testKey, []byte(`{"encrypt":"` + encryptTest("other", pad7([]byte(textEvent()))) + `"}`), false, got400},
		"no base64":                   {testKey, []byte(`{"encrypt":"!"}`), false, got400},
		"a vector alone":              {testKey, []byte(`{"encrypt":"AAAAAAAAAAAAAAAAAAAAAA=="}`), false, got400},
		"half a block":                {testKey, []byte(`{"encrypt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`), false, got400},
		"not padded":                  {testKey, []byte(`{"encrypt":"` + encryptTest(testKey, []byte(`{"schema":"2.0"}`)) + `"}`), false, got400},
		"padded with zeros":           {testKey, []byte(`{"encrypt":"` + encryptTest(testKey, append([]byte(challengeBody), make([]byte, 16-len(challengeBody)%16)...)) + `"}`), true, got401},
		"padded unevenly":             {testKey, []byte(`{"encrypt":"` + encryptTest(testKey, append([]byte(textEvent()), append(make([]byte, 15-len(textEvent())%16), byte(16-len(textEvent())%16))...)) + `"}`), false, got400},
		"what makes the SDK panic":    {testKey, wrapped("} no {"), false, got400},
		"the same, not signed":        {testKey, wrapped("} no {"), true, got401},
		"text around what is a event": {testKey, wrapped("x" + textEvent() + "x"), false, got400},

		"no key: in clear":                       {"", []byte(textEvent()), true, gotEvent},
		"no key: encrypted":                      {"", wrapped(textEvent()), true, got400},
		"no key: wrong token":                    {"", []byte(wrongToken(textEvent())), true, got401},
		"no key: wrong app":                      {"", []byte(wrongApp(textEvent())), true, got401},
		"no key: URL verification":               {"", []byte(challengeBody), true, gotChallenge},
		"no key: URL verification, wrong token":  {"", []byte(wrongToken(challengeBody)), true, got401},
		"no key: no JSON":                        {"", []byte("hello"), true, got400},
		"no key: headers of another app's key":   {"", []byte(textEvent()), false, gotEvent},
		"no key: a type that is not handled":     {"", []byte(envelopeOf("ev", "x", `{}`)), true, gotNothing},
		"no key: form 1.0 without an app, token": {"", []byte(`{"type":"event_callback","uuid":"u","event":{"type":"app_open"}}`), true, got401},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			header := http.Header{}
			if !c.unsigned {
				header = signedHeader(c.body, testNow)
			}
			event, challenge, err := newTestReceiver(c.key).Receive(header, c.body)
			if got := verdictOf(t, event, challenge, err); got != c.want {
				t.Fatalf("got %s, want %s (%v)", got, c.want, err)
			}
			if c.want == gotChallenge && challenge != "ajls384kdjx98XX" {
				t.Errorf("challenge %q", challenge)
			}
		})
	}
}

// Every change of a signed request makes it one that proves nothing.
func TestReceiveProof(t *testing.T) {
	body := wrapped(textEvent())
	now := strconv.FormatInt(testNow.Unix(), 10)
	good := headerOf(now, "nonce", body)
	without := func(name string) http.Header {
		header := maps.Clone(good)
		header.Del(name)
		return header
	}
	with := func(name, value string) http.Header {
		header := maps.Clone(good)
		header.Set(name, value)
		return header
	}
	signature := good.Get("X-Lark-Signature")
	cases := map[string]struct {
		header http.Header
		body   []byte
		want   string
	}{
		"as sent":                  {good, body, gotEvent},
		"no signature":             {without("X-Lark-Signature"), body, got401},
		"no timestamp":             {without("X-Lark-Request-Timestamp"), body, got401},
		"no nonce":                 {without("X-Lark-Request-Nonce"), body, got401},
		"an empty nonce, signed":   {headerOf(now, "", body), body, got401},
		"no headers":               {http.Header{}, body, got401},
		"another nonce":            {with("X-Lark-Request-Nonce", "other"), body, got401},
		"another timestamp":        {with("X-Lark-Request-Timestamp", strconv.FormatInt(testNow.Unix()+1, 10)), body, got401},
		"part of the signature":    {with("X-Lark-Signature", signature[:63]), body, got401},
		"more than the signature":  {with("X-Lark-Signature", signature+"0"), body, got401},
		"the signature in capital": {with("X-Lark-Signature", strings.ToUpper(signature)), body, got401},
		"a space in the body":      {good, append([]byte(" "), body...), got401},
		"a digit of the timestamp moved to the nonce": {
			http.Header{"X-Lark-Request-Timestamp": {now[:9]}, "X-Lark-Request-Nonce": {now[9:] + "nonce"}, "X-Lark-Signature": {signature}}, body, got401,
		},
		"the nonce moved to the timestamp": {
			http.Header{"X-Lark-Request-Timestamp": {now + "nonce"}, "X-Lark-Request-Nonce": {""}, "X-Lark-Signature": {signature}}, body, got401,
		},
		"a timestamp in words": {headerOf("yesterday", "nonce", body), body, got401},
		"a timestamp in ms":    {headerOf(now+"000", "nonce", body), body, got401},
		"the year 292277026596": {
			headerOf("9223372036854775807", "nonce", body), body, got401,
		},
		"long before":                 {headerOf("-9223372036854775808", "nonce", body), body, got401},
		"24 h ago":                    {signedHeader(body, testNow.Add(-24*time.Hour)), body, gotEvent},
		"24 h and a second ago":       {signedHeader(body, testNow.Add(-24*time.Hour-time.Second)), body, got401},
		"in 24 h":                     {signedHeader(body, testNow.Add(24*time.Hour)), body, gotEvent},
		"in 24 h and a second":        {signedHeader(body, testNow.Add(24*time.Hour+time.Second)), body, got401},
		"no JSON, and old":            {signedHeader([]byte("x"), testNow.Add(-25*time.Hour)), []byte("x"), got401},
		"URL verification, old":       {signedHeader([]byte(challengeBody), testNow.Add(-25*time.Hour)), []byte(challengeBody), gotChallenge},
		"URL verification, bad proof": {http.Header{"X-Lark-Signature": {"x"}}, wrapped(challengeBody), gotChallenge},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			event, challenge, err := newTestReceiver(testKey).Receive(c.header, c.body)
			if got := verdictOf(t, event, challenge, err); got != c.want {
				t.Fatalf("got %s, want %s (%v)", got, c.want, err)
			}
		})
	}
}

// Without a key nothing is signed, but a timestamp that is there still counts.
func TestReceiveUnsignedAge(t *testing.T) {
	for timestamp, want := range map[string]string{
		"": gotEvent, "1794301200": gotEvent, "1794214800": gotEvent, "1794214799": got401, "then": got401,
	} {
		header := http.Header{"X-Lark-Request-Timestamp": {timestamp}}
		event, challenge, err := newTestReceiver("").Receive(header, []byte(textEvent()))
		if got := verdictOf(t, event, challenge, err); got != want {
			t.Errorf("timestamp %q: got %s, want %s", timestamp, got, want)
		}
	}
}

// A receiver without a token believes nobody, rather than everybody.
func TestReceiveNoTokenSet(t *testing.T) {
	r := NewReceiver(ReceiverOptions{AppID: testApp, Now: func() time.Time { return testNow }})
	for _, body := range []string{
		strings.ReplaceAll(textEvent(), testToken, ""), strings.ReplaceAll(challengeBody, testToken, ""), challengeBody, textEvent(),
	} {
		event, challenge, err := r.Receive(http.Header{}, []byte(body))
		if got := verdictOf(t, event, challenge, err); got != got401 {
			t.Errorf("%s: got %s", body, got)
		}
	}
}

// The documentation's own example of encryption.
func TestDecryptOfficialVector(t *testing.T) {
	got, err := decrypt("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=")
	if err != nil || string(got) != "hello world" {
		t.Errorf("got %q, %v; want hello world", got, err)
	}
}

// What the SDK signs and seals is what is checked and opened here.
func TestAgainstSDK(t *testing.T) {
	body := wrapped(textEvent())
	if got, want := signature("1", "n", testKey, body), larkevent.Signature("1", "n", testKey, string(body)); got != want {
		t.Errorf("signature %s, the SDK's is %s", got, want)
	}
	sealed, err := larkcore.EncryptedEventMsg(t.Context(), textEvent(), testKey)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decrypt(testKey, sealed); err != nil || string(got) != textEvent() {
		t.Errorf("%q, %v", got, err)
	}
}

// The SDK's helper does panic on what is a case above; should that ever end,
// the comment that says so can go.
func TestSDKDecryptPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("the SDK's helper no longer panics")
		}
	}()
	_, _ = larkevent.EventDecrypt(encryptTest(testKey, pad7([]byte("} no {"))), testKey)
}

// What the log gets of a refused request repeats nothing that was in it.
func TestReceiveErrorsRepeatNothing(t *testing.T) {
	mark := "MARKED-1794301200"
	bodies := [][]byte{
		[]byte(mark), []byte(`{"` + mark), []byte(`{"encrypt":"` + mark + `"}`), wrapped(mark), wrapped(`{"a":"` + mark + `"}`),
		wrapped(strings.ReplaceAll(textEvent(), testToken, mark)), wrapped(strings.ReplaceAll(textEvent(), testApp, mark)),
		wrapped(strings.ReplaceAll(textEvent(), `"oc_1"`, `{"`+mark+`":1}`)), []byte(`{"type":"url_verification","token":"` + mark + `","challenge":"x"}`),
	}
	for _, body := range bodies {
		for _, header := range []http.Header{{}, signedHeader(body, testNow)} {
			_, _, err := newTestReceiver(testKey).Receive(header, body)
			if err == nil {
				t.Errorf("%s was taken", body)
				continue
			}
			for _, secret := range []string{mark, testKey, testToken} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error repeats %s: %v", secret, err)
				}
			}
		}
	}
}

// An event survives being written down, as the inbox does.
func TestEventIsStorable(t *testing.T) {
	body := wrapped(strings.ReplaceAll(textEvent(), "1794301200000\"}}", "9223372036854775807\"}}"))
	event, _, err := newTestReceiver(testKey).Receive(signedHeader(body, testNow), body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(event); err != nil {
		t.Error(err)
	}
	if !event.Message.CreatedAt.Equal(testNow) {
		t.Errorf("created at %s, want when it was received", event.Message.CreatedAt)
	}
}
