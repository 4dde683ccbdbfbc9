package simulator

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// upload posts a multipart form; file "" posts none.
func (w *world) upload(path, part string, fields map[string]string, file io.Reader) reply {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		form.WriteField(name, value)
	}
	if file != nil {
		to, _ := form.CreateFormFile(part, "whatever")
		io.Copy(to, file)
	}
	form.Close()
	request, _ := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+path, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Authorization", "Bearer "+w.token)
	response, err := w.client.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	return readReply(w.t, response)
}

func TestFiles(t *testing.T) {
	w := newWorld(t, Options{})
	const path = "/open-apis/im/v1/files"
	send := func(fileType, name string, file io.Reader) reply {
		return w.upload(path, "file", map[string]string{"file_type": fileType, "file_name": name}, file)
	}
	key := w.fine("upload", send("stream", "bericht ü.csv", strings.NewReader("a,b\r\n"))).data["file_key"].(string)
	if file, known := w.Uploaded(key); !known || file.Name != "bericht ü.csv" || string(file.Content) != "a,b\r\n" || file.Type != "stream" {
		t.Errorf("file %+v", file)
	}
	w.fine("send it", w.post("/open-apis/im/v1/messages?receive_id_type=chat_id",
		object{"receive_id": GroupID, "msg_type": "file", "content": `{"file_key":"` + key + `"}`}))
	if got := w.FromBot(GroupID)[0].File; got == nil || *got != (FileInfo{"bericht ü.csv", 5}) {
		t.Errorf("the client shows %+v of the file", got)
	}
	video := w.fine("video", send("mp4", "a.mp4", strings.NewReader("x"))).data["file_key"].(string)
	w.refusedWith("a video as a file", w.post("/open-apis/im/v1/messages?receive_id_type=chat_id",
		object{"receive_id": GroupID, "msg_type": "file", "content": `{"file_key":"` + video + `"}`}), 230055)
	if w.checkUpload(make([]byte, 30<<20), fileLimit) != nil || w.checkUpload(make([]byte, 30<<20+1), fileLimit) == nil {
		t.Error("a file may have 30 MB and no more")
	}
	w.refusedWith("empty", send("stream", "empty", strings.NewReader("")), 234010)
	w.refusedWith("unknown type", send("csv", "a.csv", strings.NewReader("x")), 234001)
	w.refusedWith("no name", send("xls", "", strings.NewReader("x")), 234001)
	w.refusedWith("no file", send("xls", "a.xlsx", nil), 234001)
	w.refusedWith("no form", w.post(path, object{}), 234001)
	w.ChangeApp(func(a *App) { a.BotOff = true })
	w.refusedWith("without the bot ability", send("stream", "a", strings.NewReader("x")), 234007)
	if requests := w.Requests("file_create"); requests[0].Body != "" {
		t.Errorf("the history keeps uploads: %.80q", requests[0].Body)
	}
}

func TestImages(t *testing.T) {
	w := newWorld(t, Options{})
	const path = "/open-apis/im/v1/images"
	key := w.fine("upload", w.upload(path, "image", map[string]string{"image_type": "message"}, strings.NewReader("png"))).data["image_key"].(string)
	card := cardOf(`{"tag":"img","img_key":"` + key + `","alt":{"tag":"plain_text","content":"a picture"}}`)
	w.fine("in a card", w.sendCard(GroupID, card))
	w.fine("by itself", w.post("/open-apis/im/v1/messages?receive_id_type=chat_id",
		object{"receive_id": GroupID, "msg_type": "image", "content": `{"image_key":"` + key + `"}`}))
	if w.checkUpload(make([]byte, 10<<20), imageLimit) != nil || w.checkUpload(make([]byte, 10<<20+1), imageLimit) == nil {
		t.Error("an image may have 10 MB and no more")
	}
	w.refusedWith("unknown type", w.upload(path, "image", map[string]string{"image_type": "x"}, strings.NewReader("png")), 234001)
}
