package storetest

import "testing"

func testLasting(t *testing.T, s suite) {
	t.Run("everything is there after the database was closed and opened", func(t *testing.T) {
		url := s.fresh(t)
		t.Run("kept", func(t *testing.T) { // its end closes the database
			keepEverything(t, handle{Open(t, url), url}, tenant, "1")
		})
		wantEverything(t, handle{Open(t, url), url}, tenant, "1")
	})

	t.Run("bringing it up to date again does nothing", func(t *testing.T) {
		db := s.open(t)
		want(t, "steps", try(db.Migrate(t.Context())).must(t), 0)
	})

	t.Run("it can be checked", func(t *testing.T) {
		ok(t, s.open(t).Check(t.Context()))
	})
}
