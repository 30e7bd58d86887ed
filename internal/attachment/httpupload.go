package attachment

import (
	"context"
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tiaojietai/internal/account"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/web"
)

// tus is the version of the protocol for resumable uploads that is spoken here
// (tus.io/protocols/resumable-upload, core with creation, expiration and
// termination).
const tus = "1.0.0"

// TusIn is what every request of the protocol carries.
type TusIn struct {
	Version string `header:"Tus-Resumable"`
}

func (t TusIn) check() error {
	if t.Version != tus {
		return problem(http.StatusPreconditionFailed, "tusVersion", "上传程序的版本不对，请刷新页面后再试。")
	}
	return nil
}

// problem is a refusal with a status the protocol asks for and errs has no kind of.
func problem(status int, code, msg string) error {
	return &web.Problem{Type: "about:blank", Title: "传不了", Status: status, Detail: msg, Code: code, Errors: []errs.Field{}}
}

func locked() error {
	return problem(http.StatusLocked, "locked", "这个文件正在另一处上传，请稍等。")
}

type beginInput struct {
	TusIn
	Length   string `header:"Upload-Length"`
	Metadata string `header:"Upload-Metadata" doc:"matter 和 filename，各按 base64 编码"`
}

type tusOutput struct {
	Version  string `header:"Tus-Resumable"`
	Location string `header:"Location"`
	Offset   string `header:"Upload-Offset"`
	Length   string `header:"Upload-Length"`
	Expires  string `header:"Upload-Expires"`
}

func tusAnswer(p Progress) *tusOutput {
	return &tusOutput{Version: tus, Offset: strconv.FormatInt(p.Offset, 10), Expires: p.Until.UTC().Format(http.TimeFormat)}
}

// UploadID names an upload.
type UploadID struct {
	ID string `path:"id" maxLength:"40"`
}

type aboutInput struct {
	TusIn
	UploadID
}

// appendInput takes the body as a stream, like uploadInput.
type appendInput struct {
	TusIn
	UploadID
	Offset    string `header:"Upload-Offset"`
	Type      string `header:"Content-Type"`
	body      io.Reader
	interrupt func()
}

// Resolve implements huma.Resolver.
func (u *appendInput) Resolve(ctx huma.Context) []error {
	_, w := humago.Unwrap(ctx)
	u.body = ctx.BodyReader()
	u.interrupt = func() { _ = http.NewResponseController(w).SetReadDeadline(time.Unix(1, 0)) }
	return nil
}

// uploadRoutes mounts the protocol.
func (s *Service) uploadRoutes(api huma.API) {
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, DefaultStatus: status, Tags: []string{"附件"}}
	}
	huma.Register(api, op("aboutUploads", http.MethodOptions, "/uploads", "断点续传：支持什么", http.StatusNoContent), s.aboutUploads)
	huma.Register(api, op("beginUpload", http.MethodPost, "/uploads", "断点续传：开始", http.StatusCreated), s.postUpload)
	huma.Register(api, op("uploadOffset", http.MethodHead, "/uploads/{id}", "断点续传：传到哪里了", http.StatusOK), s.headUpload)
	huma.Register(api, op("appendUpload", http.MethodPatch, "/uploads/{id}", "断点续传：接着传", http.StatusNoContent), s.patchUpload)
	huma.Register(api, op("cancelUpload", http.MethodDelete, "/uploads/{id}", "断点续传：不传了", http.StatusNoContent), s.deleteUpload)
	huma.Register(api, op("finishUpload", http.MethodPost, "/uploads/{id}/finish", "断点续传：传完后取得附件", http.StatusOK), s.postFinish)
}

type aboutOutput struct {
	Version    string `header:"Tus-Version"`
	Extensions string `header:"Tus-Extension"`
	MaxSize    string `header:"Tus-Max-Size"`
}

func (s *Service) aboutUploads(ctx context.Context, _ *struct{}) (*aboutOutput, error) {
	c, _ := account.CallerFrom(ctx)
	return &aboutOutput{tus, "creation,expiration,termination", strconv.FormatInt(s.limits(c.County).MaxBytes, 10)}, nil
}

func (s *Service) postUpload(ctx context.Context, in *beginInput) (*tusOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	c, _ := account.CallerFrom(ctx)
	size, err := strconv.ParseInt(in.Length, 10, 64)
	meta, ok := metadata(in.Metadata)
	if err != nil || !ok {
		return nil, errs.New(errs.Malformed, "unreadable", "上传的开头读不懂，请刷新页面后再试。")
	}
	p, err := s.Begin(ctx, c, meta["matter"], meta["filename"], size)
	if err != nil {
		return nil, err
	}
	out := tusAnswer(p)
	out.Location = web.Prefix + "/uploads/" + p.ID
	return out, nil
}

// metadata reads Upload-Metadata: pairs of a key and a base64 value.
func metadata(header string) (map[string]string, bool) {
	m := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(value))
		if err != nil {
			return nil, false
		}
		m[key] = strings.ToValidUTF8(string(text), "")
	}
	return m, true
}

func (s *Service) headUpload(ctx context.Context, in *aboutInput) (*tusOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	c, _ := account.CallerFrom(ctx)
	p, err := s.Upload(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	out := tusAnswer(p)
	out.Length = strconv.FormatInt(p.Size, 10)
	return out, nil
}

func (s *Service) patchUpload(ctx context.Context, in *appendInput) (*tusOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	if typ, _, _ := mime.ParseMediaType(in.Type); typ != web.PieceType {
		return nil, problem(http.StatusUnsupportedMediaType, "wrongType", "上传的内容格式不对，请刷新页面后再试。")
	}
	offset, err := strconv.ParseInt(in.Offset, 10, 64)
	if err != nil || offset < 0 {
		return nil, errs.New(errs.Malformed, "unreadable", "上传的开头读不懂，请刷新页面后再试。")
	}
	c, _ := account.CallerFrom(ctx)
	p, err := s.Append(ctx, c, in.ID, offset, in.body, in.interrupt)
	if err != nil {
		return nil, err
	}
	return tusAnswer(p), nil
}

func (s *Service) deleteUpload(ctx context.Context, in *aboutInput) (*struct{}, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	c, _ := account.CallerFrom(ctx)
	return nil, s.Cancel(ctx, c, in.ID)
}

func (s *Service) postFinish(ctx context.Context, in *UploadID) (*itemOutput, error) {
	c, _ := account.CallerFrom(ctx)
	it, err := s.Finish(ctx, c, in.ID)
	return &itemOutput{it}, err
}
