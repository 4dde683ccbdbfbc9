package simulator

import (
	"errors"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// The methods of frames. Source: ws of the official SDK.
const (
	frameControl = 0
	frameData    = 1
)

// frame is what travels over a long connection: a message of protocol buffers.
// Fields that are not imitated are written as zero, since they are required.
// Source: ws of the official SDK, pbbp2.proto.
type frame struct {
	service int
	method  int
	header  []frameHeader
	payload []byte
}

// frameHeader is one of a frame's headers.
type frameHeader struct{ key, value string }

// word is a header's value, "" for none.
func (f frame) word(key string) string {
	for _, h := range f.header {
		if h.key == key {
			return h.value
		}
	}
	return ""
}

// The numbers of a frame's fields, and of a header's.
const (
	fieldSeqID   protowire.Number = 1
	fieldLogID   protowire.Number = 2
	fieldService protowire.Number = 3
	fieldMethod  protowire.Number = 4
	fieldHeaders protowire.Number = 5
	fieldPayload protowire.Number = 8
	fieldKey     protowire.Number = 1
	fieldValue   protowire.Number = 2
)

// marshal is the frame as it travels.
func (f frame) marshal() []byte {
	var data []byte
	for _, field := range []struct {
		number protowire.Number
		value  int
	}{{fieldSeqID, 0}, {fieldLogID, 0}, {fieldService, f.service}, {fieldMethod, f.method}} {
		data = protowire.AppendTag(data, field.number, protowire.VarintType)
		data = protowire.AppendVarint(data, uint64(field.value))
	}
	for _, h := range f.header {
		var one []byte
		one = protowire.AppendString(protowire.AppendTag(one, fieldKey, protowire.BytesType), h.key)
		one = protowire.AppendString(protowire.AppendTag(one, fieldValue, protowire.BytesType), h.value)
		data = protowire.AppendBytes(protowire.AppendTag(data, fieldHeaders, protowire.BytesType), one)
	}
	return protowire.AppendBytes(protowire.AppendTag(data, fieldPayload, protowire.BytesType), f.payload)
}

// readFrame reads a frame.
func readFrame(data []byte) (f frame, err error) {
	seen := map[protowire.Number]bool{}
	err = readFields(data, func(number protowire.Number, varint uint64, content []byte) error {
		seen[number] = true
		switch number {
		case fieldService:
			f.service = int(varint)
		case fieldMethod:
			f.method = int(varint)
		case fieldPayload:
			f.payload = content
		case fieldHeaders:
			h, err := readFrameHeader(content)
			f.header = append(f.header, h)
			return err
		}
		return nil
	})
	for number := fieldSeqID; err == nil && number <= fieldMethod; number++ {
		if !seen[number] {
			err = errors.New("the frame lacks the required field " + strconv.Itoa(int(number)))
		}
	}
	return f, err
}

// readFrameHeader reads a header.
func readFrameHeader(data []byte) (h frameHeader, err error) {
	err = readFields(data, func(number protowire.Number, _ uint64, content []byte) error {
		switch number {
		case fieldKey:
			h.key = string(content)
		case fieldValue:
			h.value = string(content)
		}
		return nil
	})
	return h, err
}

// readFields hands on the fields of a message: numbers as varint, texts and
// messages as content.
func readFields(data []byte, take func(number protowire.Number, varint uint64, content []byte) error) error {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		var varint uint64
		var content []byte
		switch kind {
		case protowire.VarintType:
			varint, n = protowire.ConsumeVarint(data)
		case protowire.BytesType:
			content, n = protowire.ConsumeBytes(data)
		default:
			n = protowire.ConsumeFieldValue(number, kind, data)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		if err := take(number, varint, content); err != nil {
			return err
		}
	}
	return nil
}
