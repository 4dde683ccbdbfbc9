package feishu

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"huibao/internal/fault"
	"huibao/internal/simulator"
)

// A file arrives as it was, under its name and as its type.
func TestUploadFile(t *testing.T) {
	s, c := newSimulated(t, nil)
	for name, want := range map[string]string{
		"huibao-2026-11.xlsx": "xls", "huibao.XLSX": "xls", "huibao.csv": "stream", "会议 \"2026\".csv": "stream", //nolint:gosmopolitan // names are in any language
	} {
		content := []byte("\xef\xbb\xbfdate,meeting_count\r\n" + name + "\x00")
		key, err := c.UploadFile(t.Context(), "tenant", name, content)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		file, uploaded := s.Uploaded(key)
		if !uploaded || file.Name != name || file.Type != want || !bytes.Equal(file.Content, content) {
			t.Errorf("%s under %s: %t, %+v", name, key, uploaded, file)
		}
	}
}

// The form's part has the file's name too.
func TestUploadNamesThePart(t *testing.T) {
	p := newPlatform(t, always(http.StatusOK, `{"code":0,"data":{"file_key":"file_1"}}`))
	if _, err := newTestClient(t, p.URL, nil).UploadFile(t.Context(), "", "huibao.csv", []byte("a,b")); err != nil {
		t.Fatal(err)
	}
	if body := p.made()[0].body; !strings.Contains(body, `name="file"; filename="huibao.csv"`) {
		t.Errorf("the form is %s", body)
	}
}

// With a token that is no longer good, the whole file goes once more.
func TestUploadAgainWithANewToken(t *testing.T) {
	s, c := newSimulated(t, nil)
	if _, err := c.UploadFile(t.Context(), "", "a.csv", []byte("a")); err != nil {
		t.Fatal(err)
	}
	s.RevokeTokens()
	key, err := c.UploadFile(t.Context(), "", "b.csv", []byte("whole"))
	if file, _ := s.Uploaded(key); err != nil || string(file.Content) != "whole" {
		t.Errorf("%q, %v", file.Content, err)
	}
}

// A file that the platform would not take is not sent there.
func TestUploadIsNoLargerThanTaken(t *testing.T) {
	s, c := newSimulated(t, nil)
	content := make([]byte, largestFile+1)
	if _, err := c.UploadFile(t.Context(), "", "a.csv", content); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("one byte too many: %v", err)
	}
	if made := len(s.Requests("file_create")); made != 0 {
		t.Errorf("%d calls", made)
	}
	if _, err := c.UploadFile(t.Context(), "", "a.csv", content[:largestFile]); err != nil {
		t.Errorf("as much as the platform takes: %v", err)
	}
}

// What a person is told of an upload that failed.
func TestUploadFaults(t *testing.T) {
	for code, want := range map[int]struct {
		kind fault.Kind
		key  string
	}{
		99991672: {fault.Permission, "fault.platform.scope"},
		234002:   {fault.Permission, "fault.platform.scope"},
		234007:   {fault.Permission, "fault.platform.bot_off"},
		234006:   {fault.TooLarge, "fault.platform.file_too_large"},
		234042:   {fault.Temporary, "fault.platform.unwell"},
		234001:   {fault.Internal, "fault.platform.refused"},
		234010:   {fault.Internal, "fault.platform.refused"},
		234041:   {fault.Internal, "fault.platform.refused"},
	} {
		p := newPlatform(t, always(http.StatusBadRequest, refusal(strconv.Itoa(code))))
		_, err := newTestClient(t, p.URL, nil).UploadFile(t.Context(), "", "a.csv", []byte("a"))
		f := fault.As(err)
		if f.Kind != want.kind || f.Key != want.key || want.key == "fault.platform.scope" && f.Args["scope"] != "im:resource:upload" {
			t.Errorf("%d: %v", code, err)
		}
	}
	p := newPlatform(t, always(http.StatusOK, `{"code":0,"data":{}}`))
	if key, err := newTestClient(t, p.URL, nil).UploadFile(t.Context(), "", "a.csv", []byte("a")); err == nil || key != "" {
		t.Errorf("without a file_key: %q, %v", key, err)
	}
	s, c := newSimulated(t, nil)
	s.SetFault(simulator.Fault{Endpoint: "file_create", Drop: true})
	if _, err := c.UploadFile(t.Context(), "", "a.csv", []byte("a")); fault.KindOf(err) != fault.Temporary || !errors.As(err, new(*Error)) {
		t.Errorf("cut off: %v", err)
	}
}
