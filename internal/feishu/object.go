package feishu

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// object reads the members of a JSON object by their exact names. The standard
// library alone would take a name in any case, the last of two alike, and mend
// text that is no UTF-8; where a proof or a figure hangs on a member, what one
// reader sees must be what every reader sees. The values are parts of raw.
func object(raw []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return nil, errors.New("it is not JSON in UTF-8")
	}
	return members(raw)
}

// spaces are what may stand between the parts of JSON.
const spaces = " \t\r\n"

// members is object for JSON that is known to be valid.
func members(raw json.RawMessage) (map[string]json.RawMessage, error) {
	rest := bytes.TrimLeft(raw, spaces)
	if len(rest) == 0 || rest[0] != '{' {
		return nil, errors.New("it is no JSON object")
	}
	found := map[string]json.RawMessage{}
	for rest = bytes.TrimLeft(rest[1:], spaces); rest[0] != '}'; rest = bytes.TrimLeft(rest, spaces+",") {
		end := textEnd(rest)
		name, err := textOf(rest[:end])
		if err != nil {
			return nil, err
		}
		if _, twice := found[name]; twice {
			return nil, fmt.Errorf("the member %.40q comes twice", name)
		}
		rest = bytes.TrimLeft(rest[end:], spaces+":")
		end = valueEnd(rest)
		found[name] = rest[:end]
		rest = rest[end:]
	}
	return found, nil
}

// textEnd is where the text ends that valid JSON begins with.
func textEnd(raw []byte) int {
	i := 1
	for ; raw[i] != '"'; i++ {
		if raw[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// valueEnd is where the value ends that valid JSON begins with.
func valueEnd(raw []byte) int {
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i += textEnd(raw[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 { // of what surrounds a number or a word
				return i
			}
			depth--
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(raw)
}

// textOf is the text that a value is.
func textOf(raw json.RawMessage) (string, error) {
	if len(raw) > 1 && raw[0] == '"' && bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil
	}
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil || text == nil {
		return "", errors.New("it is no text")
	}
	return *text, nil
}

// absent reports whether a member is not there, or says so itself.
func absent(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// field is a member that is a text, and where it goes.
type field struct {
	name string
	into *string
}

// readTexts reads members that are texts. One that is absent or null leaves its
// place as it is.
func readTexts(members map[string]json.RawMessage, fields ...field) error {
	for _, f := range fields {
		if absent(members[f.name]) {
			continue
		}
		text, err := textOf(members[f.name])
		if err != nil {
			return fmt.Errorf("the member %s: %w", f.name, err)
		}
		*f.into = text
	}
	return nil
}
