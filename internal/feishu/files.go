package feishu

import (
	"bytes"
	"context"
	"path"
	"strings"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"huibao/internal/fault"
)

// largestFile is the most bytes of a file that the platform takes. Source:
// im-v1/file/create.
const largestFile = 30 << 20

// UploadFile uploads a file under the name that people see, and returns the
// file_key by which this app, and no other, can post it. Nothing is posted, so
// an upload that failed may be repeated. The error is a fault: of kind TooLarge
// for more than the platform takes. Source: im-v1/file/create.
func (c *Client) UploadFile(ctx context.Context, tenantKey, name string, content []byte) (fileKey string, err error) {
	if len(content) > largestFile {
		return "", fault.New(fault.TooLarge, "fault.platform.file_too_large", nil)
	}
	err = c.call(ctx, tenantKey, "file_create", func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		reply, err := c.im.File.Create(ctx, larkim.NewCreateFileReqBuilder().
			Body(larkim.NewCreateFileReqBodyBuilder().FileType(fileType(name)).FileName(name).
				File(namedFile{bytes.NewReader(content), name}).Build()).Build(), token)
		if err != nil {
			return err
		}
		if reply.Data != nil {
			fileKey = text(reply.Data.FileKey)
		}
		if fileKey == "" {
			return unread("it holds no file_key")
		}
		return nil
	})
	return fileKey, faulty(err)
}

// namedFile is a file in memory. Of a reader without a name the SDK says that it
// is an "unknown-file".
type namedFile struct {
	*bytes.Reader
	name string
}

// Name is what the SDK names the file in the form.
func (f namedFile) Name() string { return f.name }

// fileType is the platform's type of a file, by which clients choose how to
// open it.
func fileType(name string) string {
	if strings.EqualFold(path.Ext(name), ".xlsx") {
		return larkim.CreateFileFileTypeXls
	}
	return larkim.CreateFileFileTypeStream
}
