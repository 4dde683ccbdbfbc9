package templates

import "encoding/json"

// Content is one way of saying something in a chat, ready for the platform's
// message calls: MsgType is "interactive", "text" or "file" and Body is the
// JSON text that goes into the content field. Source: im-v1/message/create.
type Content struct {
	MsgType string
	Body    string
}

// FileContent posts an uploaded file by its file_key.
func FileContent(fileKey string) Content {
	body, _ := json.Marshal(map[string]string{"file_key": fileKey}) //nolint:errchkjson // a map of texts always marshals
	return Content{MsgType: "file", Body: string(body)}
}
