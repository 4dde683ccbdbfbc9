package simulator

import (
	"testing"
)

func TestTheDocumentationsVector(t *testing.T) {
	if got := decrypted(t, "test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="); got != "hello world" {
		t.Errorf("the reader of the tests makes %q of the vector, want hello world", got)
	}
	if got := decrypted(t, "test key", encrypt("test key", []byte("hello world"))); got != "hello world" {
		t.Errorf("%q, want hello world", got)
	}
}

func TestEncryptionOfEveryLength(t *testing.T) {
	seen := map[string]bool{}
	for n := range 50 {
		text := string(make([]byte, n))
		sealed := encrypt("key", []byte(text))
		if got := decrypted(t, "key", sealed); got != text {
			t.Errorf("%d bytes come back as %d", n, len(got))
		}
		seen[sealed[:20]] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d different vectors in 50 texts", len(seen))
	}
}

func TestSignature(t *testing.T) {
	// printf '1600000000abckey{"encrypt":"x"}' | sha256sum
	const want = "08cf94cd56d9ee920a46fdbdf815a1c4bd06b591745686793a78fc0c0d5576ef"
	if got := sign("1600000000", "abc", "key", []byte(`{"encrypt":"x"}`)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
