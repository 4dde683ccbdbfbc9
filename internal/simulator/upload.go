package simulator

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
)

// File is an uploaded file.
type File struct {
	Type    string // the platform's file_type
	Name    string
	Content []byte

	tenant *Tenant // whose app uploaded it
}

// The largest uploads the platform takes. Source: im-v1/file/create,
// im-v1/image/create.
const (
	fileLimit  = 30 << 20
	imageLimit = 10 << 20
)

var (
	fileTypes  = set("opus mp4 pdf doc xls ppt stream")
	imageTypes = set("message avatar")
)

// createFile answers POST files.
func (s *Server) createFile(c *call) answer {
	form, content, err := readUpload(c, "file")
	switch {
	case err != nil, !fileTypes.has(form("file_type")), form("file_name") == "":
		return refuse(234001, "Invalid request param.")
	}
	if refusal := c.tenant.checkUpload(content, fileLimit); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.newID("file_v3_")
	s.files[key] = &File{Type: form("file_type"), Name: form("file_name"), Content: content, tenant: c.tenant}
	return ok(map[string]any{"file_key": key})
}

// createImage answers POST images. It does not look at the picture.
func (s *Server) createImage(c *call) answer {
	form, content, err := readUpload(c, "image")
	if err != nil || !imageTypes.has(form("image_type")) {
		return refuse(234001, "Invalid request param.")
	}
	if refusal := c.tenant.checkUpload(content, imageLimit); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.newID("img_v3_")
	c.tenant.images[key] = true
	return ok(map[string]any{"image_key": key})
}

// checkUpload refuses an upload for its size.
func (t *Tenant) checkUpload(content []byte, limit int) *answer {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.app.BotOff:
		return refused(234007, "App does not enable bot feature.")
	case len(content) == 0:
		return refused(234010, "File's size can't be 0.")
	case len(content) > limit:
		return refused(234006, "The file size exceed the max value.")
	}
	return nil
}

// readUpload reads a multipart form with one file. form gives its other fields.
func readUpload(c *call, part string) (form func(string) string, content []byte, err error) {
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return nil, nil, err
	}
	fields, found := map[string]string{}, false
	for reader := multipart.NewReader(bytes.NewReader(c.body), params["boundary"]); ; {
		next, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		value, err := io.ReadAll(next)
		if err != nil {
			return nil, nil, err
		}
		if next.FormName() == part { // with or without a file name: the official clients differ
			content, found = value, true
			continue
		}
		fields[next.FormName()] = string(value)
	}
	if !found {
		return nil, nil, errors.New("there is no file")
	}
	return func(name string) string { return fields[name] }, content, nil
}

// Uploaded is a file that was uploaded; false for a key that is not known.
func (s *Server) Uploaded(key string) (File, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	file, known := s.files[key]
	if !known {
		return File{}, false
	}
	return *file, true
}
