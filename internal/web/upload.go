package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"tiaojietai/internal/errs"
)

// FilePart finds the part named file in a form that is read as it comes; parts
// before it are skipped. what names the file to the user; onRead says in the
// caller's words that the body broke off.
func FilePart(contentType string, body io.Reader, what string, onRead func(error) error) (*multipart.Part, error) {
	typ, params, err := mime.ParseMediaType(contentType)
	if err != nil || typ != "multipart/form-data" || params["boundary"] == "" {
		return nil, errs.New(errs.Malformed, "unreadable", what+"要用表单（multipart）上传。")
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, errs.InvalidField("file", "请选择一个文件。")
		}
		if err != nil {
			return nil, onRead(err)
		}
		if p.FormName() == "file" && p.FileName() != "" {
			return p, nil
		}
	}
}
