// Package session remembers who is signed in on the admin's page. It promises
// that what is stored opens nothing: the secret is known to the browser alone, and
// a session ends when it is signed out, when its time is over, and when its admin
// or that admin's token is not configured any more.
package session

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// Lifetime is how long somebody stays signed in.
const Lifetime = 12 * time.Hour

// Session is one browser's sign-in as it is stored.
type Session struct {
	IDHash    string // of the secret
	Name      string // of the admin
	Proof     string // that the admin's token is the one signed in with
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Store keeps sessions for all replicas.
type Store interface {
	CreateSession(ctx context.Context, session Session) error
	// FindSession returns a session; ok is false when there is none.
	FindSession(ctx context.Context, idHash string) (session Session, ok bool, err error)
	// DeleteSession deletes a session, if it is there.
	DeleteSession(ctx context.Context, idHash string) error
}

// Visitor is somebody who is signed in.
type Visitor struct {
	Name      string    // of the admin
	CSRFToken string    // which changes must carry
	ExpiresAt time.Time // when the session ends
}

// Keeper begins, finds and ends sessions. It is safe for concurrent use.
type Keeper struct {
	Store  Store
	Tokens map[string]string // by the admin's name
	Now    func() time.Time
}

// Begin signs an admin in. The secret is for the browser's cookie.
func (k *Keeper) Begin(ctx context.Context, name string) (secret string, err error) {
	secret = rand.Text()
	now := k.Now()
	session := Session{
		IDHash: hash(secret), Name: name, Proof: seal(secret, "token "+k.Tokens[name]), CreatedAt: now, ExpiresAt: now.Add(Lifetime),
	}
	if err := k.Store.CreateSession(ctx, session); err != nil {
		return "", err
	}
	return secret, nil
}

// Find returns who a secret belongs to; ok is false when it is nobody's or not
// any more.
func (k *Keeper) Find(ctx context.Context, secret string) (visitor Visitor, ok bool, err error) {
	session, ok, err := k.Store.FindSession(ctx, hash(secret))
	if err != nil || !ok || !k.Now().Before(session.ExpiresAt) {
		return Visitor{}, false, err
	}
	token, configured := k.Tokens[session.Name]
	if !configured || !Equal(session.Proof, seal(secret, "token "+token)) {
		return Visitor{}, false, nil
	}
	return Visitor{Name: session.Name, CSRFToken: seal(secret, "csrf"), ExpiresAt: session.ExpiresAt}, true, nil
}

// End signs out.
func (k *Keeper) End(ctx context.Context, secret string) error {
	return k.Store.DeleteSession(ctx, hash(secret))
}

// Equal compares two texts in a time that tells nothing of where they differ.
func Equal(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

// hash is the name under which a session is stored.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// seal derives a text from a secret that only its holder can derive.
func seal(secret, of string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(of))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
