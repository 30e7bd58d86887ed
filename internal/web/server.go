package web

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tiaojietai/internal/errs"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// Options says how to serve.
type Options struct {
	Title   string
	Version string
	UI      fs.FS // the built web app; nil for none
	Log     *slog.Logger
	// Guard decides who may call /api/v1: it returns the context of the signed-in
	// caller and the person for the log, or the refusal.
	Guard          func(r *http.Request) (ctx context.Context, person string, err error)
	Ready          func(ctx context.Context) error // for /readyz
	Metrics        bool                            // serve /metrics
	Secure         bool                            // behind HTTPS
	TrustedOrigins []string                        // beside the server's own
	MaxUpload      int64                           // bytes of the largest file
}

// Server is the mux and the API on it.
type Server struct {
	Mux     *http.ServeMux
	API     huma.API
	opt     Options
	metrics metrics
}

// New makes the mux with the technical routes; the slices mount theirs on API.
func New(o Options) *Server {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Server{Mux: http.NewServeMux(), opt: o}
	c := huma.DefaultConfig(o.Title, o.Version)
	c.CreateHooks = nil // no $schema in answers
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.DocsPath, c.SchemasPath, c.OpenAPIPath = "", "", ""
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "tjt"},
		"token":   {Type: "http", Scheme: "bearer"},
	}
	c.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	s.API = humago.NewWithPrefix(s.Mux, Prefix, c)
	s.Mux.HandleFunc("GET /openapi.json", s.openAPI())
	s.Mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	s.Mux.HandleFunc("GET /readyz", s.ready)
	s.metrics.off = !o.Metrics
	s.Mux.HandleFunc("GET /metrics", s.metrics.serve)
	s.Mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		WriteProblem(w, r, errs.New(errs.NotFound, "notFound", "没有这个接口。"))
	})
	s.Mux.Handle("/", spa(o.UI))
	return s
}

// OpenAPI is the document of all routes mounted so far, as JSON.
func (s *Server) OpenAPI() ([]byte, error) { return json.MarshalIndent(s.API.OpenAPI(), "", "  ") }

func (s *Server) openAPI() http.HandlerFunc {
	once := sync.OnceValues(s.OpenAPI) // at the first request all routes are mounted
	return func(w http.ResponseWriter, r *http.Request) {
		doc, err := once()
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(doc)
	}
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.opt.Ready != nil {
		if err := s.opt.Ready(r.Context()); err != nil {
			MetaFrom(r.Context()).cause = err
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
	}
	plain(w, http.StatusOK, "ok")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
