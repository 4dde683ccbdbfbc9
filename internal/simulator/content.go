package simulator

import (
	"encoding/json"
	"unicode/utf8"
)

// checkContent refuses a message for what it holds.
func (t *Tenant) checkContent(request sendRequest, bodySize int) *answer {
	var content map[string]any
	switch {
	case utf8.RuneCountInString(request.UUID) > uuidLongest:
		a := fieldInvalid("uuid", request.UUID, "the max length is 50")
		return &a
	case json.Unmarshal([]byte(request.Content), &content) != nil || content == nil:
		return refused(230001, "Your request contains an invalid request parameter, ext=content is not a string in json format")
	}
	invalid := func(want string) *answer {
		return refused(230001, "Your request contains an invalid request parameter, ext=%s content needs %s", request.MsgType, want)
	}
	limit := cardLimit
	switch request.MsgType {
	case "text":
		limit = textLimit
		if words, is := content["text"].(string); !is || words == "" {
			return invalid("a text")
		}
	case "post":
		if !isPost(content) {
			return invalid("a title or content for each language")
		}
	case "file", "image":
		if key, is := content[request.MsgType+"_key"].(string); !is || key == "" {
			return invalid("a key")
		}
	case "interactive":
	default:
		return refused(230001, "Your request contains an invalid request parameter, ext=invalid msg_type")
	}
	if bodySize > limit {
		return refused(230025, "The length of the message content reaches its limit.")
	}
	if request.MsgType == "interactive" {
		return t.checkCard(content)
	}
	return nil
}

// isPost reports whether a content is a rich text: lines of elements by
// language.
func isPost(content map[string]any) bool {
	for locale, value := range content {
		part, isObject := value.(map[string]any)
		lines, isList := part["content"].([]any)
		if !locales.has(locale) || !isObject || !isList || len(lines) == 0 {
			return false
		}
	}
	return len(content) > 0
}

// contentKeys are the keys of what was uploaded for a message.
type contentKeys struct {
	FileKey  string `json:"file_key"`
	ImageKey string `json:"image_key"`
}

// keys reads the keys of a content that was checked.
func (r sendRequest) keys() (keys contentKeys) {
	_ = json.Unmarshal([]byte(r.Content), &keys) // was read before
	return keys
}

// fileInfo is what the client shows of a file that is sent, nil for another
// message: its name is that of the upload. The lock is held.
func (t *Tenant) fileInfo(request sendRequest) *FileInfo {
	file, known := t.server.files[request.keys().FileKey]
	if request.MsgType != "file" || !known {
		return nil
	}
	return &FileInfo{Name: file.Name, Size: len(file.Content)}
}

// checkFile refuses a message with a file or image that the app did not upload,
// in this
// tenant, or that is of another type. The lock is held.
func (t *Tenant) checkFile(request sendRequest) *answer {
	if request.MsgType != "file" && request.MsgType != "image" {
		return nil
	}
	keys := request.keys()
	switch file, known := t.server.files[keys.FileKey]; {
	case request.MsgType == "image" && !t.images[keys.ImageKey], request.MsgType == "file" && (!known || file.tenant != t):
		return refused(230017, "Bot is NOT the owner of the resource.")
	case request.MsgType == "file" && (file.Type == "mp4" || file.Type == "opus"):
		return refused(230055, "The type of file upload does not match the type of message being sent.")
	}
	return nil
}
