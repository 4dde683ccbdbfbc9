package fault

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"testing"
)

func TestErrorText(t *testing.T) {
	cases := map[string]*Error{
		"invalid fault.period.unreadable":                                          New(Invalid, "fault.period.unreadable", nil),
		"invalid fault.period.unreadable map[part:7x]":                             New(Invalid, "fault.period.unreadable", Args{"part": "7x"}),
		"temporary fault.platform.unwell: EOF":                                     Wrap(io.EOF, Temporary, "fault.platform.unwell", nil),
		"invalid fault.admin.invalid cron:fault.cron zone:fault.zone":              {Kind: Invalid, Key: "fault.admin.invalid", Fields: []Field{{Name: "cron", Key: "fault.cron"}, {Name: "zone", Key: "fault.zone"}}},
		"limited fault.command.limited map[a:1 b:2]: doing: not_found fault.inner": Wrap(fmt.Errorf("doing: %w", New(NotFound, "fault.inner", nil)), Limited, "fault.command.limited", Args{"b": "2", "a": "1"}),
	}
	for want, err := range cases {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The outermost fault of a chain counts; what carries none is a defect.
func TestAs(t *testing.T) {
	inner := New(NotFound, "fault.inner", nil)
	outer := Wrap(fmt.Errorf("doing: %w", inner), Temporary, "fault.outer", nil)
	cases := map[string]struct {
		err  error
		kind Kind
		key  string
	}{
		"a fault":       {inner, NotFound, "fault.inner"},
		"wrapped":       {fmt.Errorf("more: %w", inner), NotFound, "fault.inner"},
		"two of them":   {fmt.Errorf("more: %w", outer), Temporary, "fault.outer"},
		"joined":        {errors.Join(io.EOF, inner), NotFound, "fault.inner"},
		"none":          {io.EOF, Internal, "fault.internal"},
		"none, wrapped": {fmt.Errorf("more: %w", io.EOF), Internal, "fault.internal"},
	}
	for name, c := range cases {
		f := As(c.err)
		if f.Kind != c.kind || f.Key != c.key || KindOf(c.err) != c.kind {
			t.Errorf("%s: %s %s", name, f.Kind, f.Key)
		}
		if c.kind == Internal && !errors.Is(f, io.EOF) {
			t.Errorf("%s: the cause is lost", name)
		}
	}
	if As(nil) != nil || KindOf(nil) != "" {
		t.Error("nothing wrong is something wrong")
	}
	if f := As(outer); !errors.Is(f, inner) {
		t.Error("the cause is lost")
	}
}

// A reference is short, can be read out, and is the same for the same name.
func TestRef(t *testing.T) {
	readable := regexp.MustCompile(`^[a-z2-7]{8}$`)
	seen := map[string]string{}
	for n := range 10_000 {
		name := fmt.Sprintf("om_%d", n)
		ref := Ref(name)
		if !readable.MatchString(ref) || Ref(name) != ref {
			t.Fatalf("%s: %q", name, ref)
		}
		if other, taken := seen[ref]; taken {
			t.Fatalf("%s and %s share %s", name, other, ref)
		}
		seen[ref] = name
	}
	// sha256("") begins e3b0c44298; in base32 that is 4OYMIQUY.
	if ref := Ref(""); ref != "4oymiquy" {
		t.Errorf("%q", ref)
	}
}
