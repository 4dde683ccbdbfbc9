package simulator

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// delivered is one request that the receiver got.
type delivered struct {
	header http.Header
	raw    []byte
	body   object // decrypted
}

// event is the event's id, type and content.
func (d delivered) event() (id, eventType string, content object) {
	header, _ := d.body["header"].(object)
	id, _ = header["event_id"].(string)
	eventType, _ = header["event_type"].(string)
	content, _ = d.body["event"].(object)
	return id, eventType, content
}

// receiver takes events as an app would. Its answer to each is decided by
// answer, 200 and {} by default.
type receiver struct {
	url    string
	got    chan delivered
	answer func(delivered) (status int, body string)
}

// newReceiver starts a receiver and has the world's events go there.
func (w *world) newReceiver() *receiver {
	w.t.Helper()
	r := &receiver{got: make(chan delivered, 10_000), answer: func(delivered) (int, string) { return http.StatusOK, "{}" }}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		raw, err := io.ReadAll(in.Body)
		if err != nil {
			return
		}
		d := delivered{header: in.Header, raw: raw, body: open(w.t, w.Options().EncryptKey, raw)}
		status, body := r.answer(d)
		r.got <- d
		out.WriteHeader(status)
		io.WriteString(out, body)
	}))
	w.t.Cleanup(server.Close)
	r.url = server.URL
	w.DeliverTo(server.URL)
	return r
}

// next is the next event that comes.
func (w *world) next(r *receiver) delivered {
	w.t.Helper()
	select {
	case d := <-r.got:
		return d
	case <-w.soon().Done():
		w.t.Fatal("no event came")
		return delivered{}
	}
}

// open reads a body as the documentation says: AES-256-CBC under the SHA-256 of
// the key, the vector in front, padding after PKCS#7.
func open(t *testing.T, key string, raw []byte) object {
	t.Helper()
	var outer struct {
		Encrypt string `json:"encrypt"`
	}
	if err := json.Unmarshal(raw, &outer); err != nil {
		t.Errorf("the body is no JSON: %.200q", raw)
		return nil
	}
	plain := raw
	if outer.Encrypt != "" {
		plain = []byte(decrypted(t, key, outer.Encrypt))
	}
	var body object
	if err := json.Unmarshal(plain, &body); err != nil {
		t.Errorf("what was decrypted is no JSON: %.200q", plain)
	}
	return body
}

// decrypted is the clear text of an encrypted one.
func decrypted(t *testing.T, key, text string) string {
	t.Helper()
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(sealed) < 32 || len(sealed)%16 != 0 {
		t.Fatalf("%d bytes, %v: no whole blocks after the vector", len(sealed), err)
	}
	hashed := sha256.Sum256([]byte(key))
	block, err := aes.NewCipher(hashed[:])
	if err != nil {
		t.Fatal(err)
	}
	plain := make([]byte, len(sealed)-16)
	cipher.NewCBCDecrypter(block, sealed[:16]).CryptBlocks(plain, sealed[16:])
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > 16 {
		t.Fatalf("padding of %d", pad)
	}
	for _, b := range plain[len(plain)-pad:] {
		if int(b) != pad {
			t.Fatalf("padding %v", plain[len(plain)-pad:])
		}
	}
	return string(plain[:len(plain)-pad])
}

// signature is what a request should be signed with.
func signature(d delivered, key string) string {
	text := d.header.Get("X-Lark-Request-Timestamp") + d.header.Get("X-Lark-Request-Nonce") + key + string(d.raw)
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
}
