package ledger

import (
	"context"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tiaojietai/internal/account"
	"tiaojietai/internal/web"
)

// startInput takes the body as a stream: a file of many megabytes must not lie in
// memory, nor in a temporary directory outside our own.
type startInput struct {
	Kind  string `query:"kind" required:"true" doc:"orgs, people, matters"`
	body  io.Reader
	ctype string
}

// Resolve implements huma.Resolver.
func (u *startInput) Resolve(ctx huma.Context) []error {
	u.body, u.ctype = ctx.BodyReader(), ctx.Header("Content-Type")
	return nil
}

// IDInput is an import in the path; exported, since huma skips embedded fields that are not.
type IDInput struct {
	ID string `path:"id" maxLength:"36"`
}

type mappingInput struct {
	IDInput
	Body NewMapping
}

type undoInput struct {
	IDInput
	Body struct {
		Reason string `json:"reason" maxLength:"400"`
	}
}

type listInput struct {
	Limit  int    `query:"limit" default:"20"`
	Cursor string `query:"cursor"`
}

type importOutput struct{ Body Import }

type pageOutput struct{ Body Page }

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	op := func(id, method, path, summary string, status int) huma.Operation {
		o := huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, DefaultStatus: status, Tags: []string{"台账"}}
		if strings.Contains(path, "{id}") && method != http.MethodGet {
			o.Middlewares = huma.Middlewares{web.Before(api, s.inSight)}
		}
		return o
	}
	huma.Register(api, op("startImport", http.MethodPost, "/imports", "传一个要导入的文件", http.StatusCreated), s.post)
	// Described only afterwards: huma would read the whole body itself.
	api.OpenAPI().Paths["/imports"].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {
		Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary"}}}}}}
	huma.Register(api, op("listImports", http.MethodGet, "/imports", "本单位的导入", 0), s.list)
	huma.Register(api, op("getImport", http.MethodGet, "/imports/{id}", "一次导入", 0), s.get)
	huma.Register(api, op("mapImport", http.MethodPut, "/imports/{id}/mapping", "哪一列是什么", 0), s.put)
	huma.Register(api, op("checkImport", http.MethodPost, "/imports/{id}/check", "只检查，不导入", http.StatusAccepted), s.act(s.Check))
	huma.Register(api, op("runImport", http.MethodPost, "/imports/{id}/run", "导入，或接着导入", http.StatusAccepted), s.act(s.Run))
	huma.Register(api, op("cancelImport", http.MethodPost, "/imports/{id}/cancel", "停下", http.StatusAccepted), s.act(s.Cancel))
	huma.Register(api, op("undoImport", http.MethodPost, "/imports/{id}/undo", "整批撤销", http.StatusAccepted), s.undo)
	huma.Register(api, op("rejectedRows", http.MethodGet, "/imports/{id}/rejected", "没有导入的行，原因写在旁边", 0), s.rejectedFile)
	for _, kind := range []string{Orgs, People, Matters} { // each by its name: a parameter here would clash with {id}
		huma.Register(api, op("importTemplate."+kind, http.MethodGet, "/imports/templates/"+kind, kindNames[kind]+"的空白表", 0), template(kind))
	}
	s.exportRoutes(api)
}

// inSight: what may not be seen is not found, whatever was sent.
func (s *Service) inSight(ctx context.Context, param func(string) string) error {
	c, _ := account.CallerFrom(ctx)
	_, err := s.Get(ctx, c, param("id"))
	return err
}

func (s *Service) post(ctx context.Context, in *startInput) (*importOutput, error) {
	c, _ := account.CallerFrom(ctx)
	part, err := web.FilePart(in.ctype, in.body, "文件", onRead)
	if err != nil {
		return nil, err
	}
	v, err := s.Start(ctx, c, in.Kind, part.FileName(), part, web.OperationOf(ctx, c.Person))
	return &importOutput{v}, err
}

func (s *Service) list(ctx context.Context, in *listInput) (*pageOutput, error) {
	c, _ := account.CallerFrom(ctx)
	p, err := s.List(ctx, c, in.Limit, in.Cursor)
	return &pageOutput{p}, err
}

func (s *Service) get(ctx context.Context, in *IDInput) (*importOutput, error) {
	c, _ := account.CallerFrom(ctx)
	v, err := s.Get(ctx, c, in.ID)
	return &importOutput{v}, err
}

func (s *Service) put(ctx context.Context, in *mappingInput) (*importOutput, error) {
	c, _ := account.CallerFrom(ctx)
	v, err := s.Map(ctx, c, in.ID, in.Body)
	return &importOutput{v}, err
}

func (s *Service) act(do func(context.Context, account.Caller, string) (Import, error)) func(context.Context, *IDInput) (*importOutput, error) {
	return func(ctx context.Context, in *IDInput) (*importOutput, error) {
		c, _ := account.CallerFrom(ctx)
		v, err := do(ctx, c, in.ID)
		return &importOutput{v}, err
	}
}

func (s *Service) undo(ctx context.Context, in *undoInput) (*importOutput, error) {
	c, _ := account.CallerFrom(ctx)
	v, err := s.Undo(ctx, c, in.ID, in.Body.Reason)
	return &importOutput{v}, err
}

func (s *Service) rejectedFile(ctx context.Context, in *IDInput) (*huma.StreamResponse, error) {
	c, _ := account.CallerFrom(ctx)
	name, write, err := s.Rejected(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	return download(strings.TrimSuffix(name, filepath.Ext(name))+".未导入.xlsx", write), nil
}

func template(kind string) func(context.Context, *struct{}) (*huma.StreamResponse, error) {
	return func(context.Context, *struct{}) (*huma.StreamResponse, error) {
		return download(kindNames[kind]+"导入表.xlsx", func(w io.Writer) error { return Template(w, kind) }), nil
	}
}

// types of the two formats.
var types = map[string]string{".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".csv": "text/csv; charset=utf-8"}

// download streams a file. Once the first byte is out a failure can only cut the
// answer off: the browser then says that the download failed.
func download(name string, write func(io.Writer) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		h := w.Header()
		h.Set("Content-Type", types[filepath.Ext(name)])
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		h.Set("Cache-Control", "private, no-store")
		out := &started{Writer: w}
		if err := write(out); err != nil {
			if !out.yes {
				h.Del("Content-Disposition")
				web.WriteProblem(w, r, err)
				return
			}
			panic(http.ErrAbortHandler)
		}
	}}
}

// started notes whether anything was written.
type started struct {
	io.Writer
	yes bool
}

func (s *started) Write(p []byte) (int, error) {
	s.yes = true
	return s.Writer.Write(p)
}
