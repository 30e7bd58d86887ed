package attachment

import (
	"context"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"os"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tiaojietai/internal/account"
	"tiaojietai/internal/web"
)

// uploadInput takes the body as a stream: a file of many megabytes must not lie
// in memory, nor in a temporary directory outside our own.
type uploadInput struct {
	ID    string `path:"id" maxLength:"40"`
	body  io.Reader
	ctype string
}

// Resolve implements huma.Resolver.
func (u *uploadInput) Resolve(ctx huma.Context) []error {
	u.body, u.ctype = ctx.BodyReader(), ctx.Header("Content-Type")
	return nil
}

type itemOutput struct{ Body Item }

type idInput struct {
	ID string `path:"id" maxLength:"40"`
}

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	const path = "/matters/{id}/attachments"
	huma.Register(api, huma.Operation{OperationID: "addAttachment", Method: http.MethodPost, Path: path,
		Summary: "给事项添加附件", DefaultStatus: http.StatusCreated, Tags: []string{"附件"}}, s.post)
	// Described only afterwards: huma would read the whole body itself.
	api.OpenAPI().Paths[path].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {
		Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary"}}}}}}
	huma.Register(api, huma.Operation{OperationID: "getAttachment", Method: http.MethodGet, Path: "/attachments/{id}",
		Summary: "打开附件", Tags: []string{"附件"}}, s.get)
	huma.Register(api, huma.Operation{OperationID: "attachmentThumbnail", Method: http.MethodGet, Path: "/attachments/{id}/thumbnail",
		Summary: "附件的小图", Tags: []string{"附件"}}, s.getThumbnail)
	huma.Register(api, huma.Operation{OperationID: "attachmentPreview", Method: http.MethodGet, Path: "/attachments/{id}/preview",
		Summary: "在页面里看附件：图片是屏幕大小的 JPEG，Word 是纯文字的段落", Tags: []string{"附件"}}, s.getPreview)
	s.uploadRoutes(api)
}

func (s *Service) post(ctx context.Context, in *uploadInput) (*itemOutput, error) {
	c, _ := account.CallerFrom(ctx)
	part, err := web.FilePart(in.ctype, in.body, "附件", onRead)
	if err != nil {
		return nil, err
	}
	it, err := s.Add(ctx, c, web.OperationOf(ctx, c.Person), in.ID, part.FileName(), part)
	return &itemOutput{it}, err
}

func (s *Service) get(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
	c, _ := account.CallerFrom(ctx)
	it, f, err := s.Open(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return stream(f, it.Type, disposition(it)), nil
}

// stream sends a stored file as what it is and nothing else: no browser may take
// it for a page, and nothing in it may load or run.
func stream(f *os.File, typ, how string) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		defer func() { _ = f.Close() }()
		r, w := humago.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", typ)
		h.Set("Content-Disposition", how)
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'; frame-ancestors 'self'")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Cache-Control", "private, no-store")
		http.ServeContent(w, r, "", time.Time{}, f)
	}}
}

func (s *Service) getThumbnail(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
	c, _ := account.CallerFrom(ctx)
	f, err := s.Thumbnail(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return stream(f, typeJPEG, "inline"), nil
}

func (s *Service) getPreview(ctx context.Context, in *idInput) (*huma.StreamResponse, error) {
	c, _ := account.CallerFrom(ctx)
	p, err := s.Preview(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	if p.Image != nil {
		return stream(p.Image, typeJPEG, "inline"), nil
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/json")
		_ = json.NewEncoder(hc.BodyWriter()).Encode(p.Text) // who hung up needs no answer
	}}, nil
}

func disposition(it Item) string {
	how := "attachment"
	if inline(it.Type) {
		how = "inline"
	}
	return mime.FormatMediaType(how, map[string]string{"filename": it.Name})
}
