package storetest

import (
	"testing"
	"time"

	"huibao/internal/session"
)

func testSessions(t *testing.T, s suite) {
	signedIn := session.Session{IDHash: "hash", Name: "alice", Proof: "proof", CreatedAt: at(0), ExpiresAt: at(time.Hour)}

	t.Run("a session is found until it is deleted", func(t *testing.T) {
		db := s.open(t)
		ok(t, db.CreateSession(t.Context(), signedIn))
		found, known, err := db.again(t).FindSession(t.Context(), "hash")
		ok(t, err)
		want(t, "known", known, true)
		want(t, "session", found, signedIn)
		ok(t, db.DeleteSession(t.Context(), "hash"))
		ok(t, db.DeleteSession(t.Context(), "hash")) // as when somebody signs out in two windows
		_, known, err = db.FindSession(t.Context(), "hash")
		ok(t, err)
		want(t, "known", known, false)
	})

	t.Run("sessions that ended age out", func(t *testing.T) {
		db := s.open(t)
		later := signedIn
		later.IDHash, later.ExpiresAt = "later", at(3*time.Hour)
		ok(t, db.CreateSession(t.Context(), signedIn))
		ok(t, db.CreateSession(t.Context(), later))
		ok(t, db.Clean(t.Context(), at(2*time.Hour), at(2*time.Hour)))
		want(t, "sessions", db.count(t, "sessions"), 1)
	})
}
