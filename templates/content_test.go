package templates

import "testing"

func TestFileContent(t *testing.T) {
	want := Content{MsgType: "file", Body: `{"file_key":"file_v3_1\"\\"}`}
	if got := FileContent(`file_v3_1"\`); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
