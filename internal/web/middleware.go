package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/gzhttp"

	"tiaojietai/internal/errs"
)

// maxBody bounds the body of an ordinary request, in bytes.
const maxBody = 1 << 20

// csp lets the page load from this server only; Element Plus writes style
// attributes, pictures are shown from data: and blob: before they are sent.
const csp = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"object-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Handler is the whole chain, outermost first: what is written in the log must
// see what all the others did.
func (s *Server) Handler() http.Handler {
	h := s.route()
	h = readOperation(h)
	h = s.guard(h)
	h = s.limitBody(h)
	h = s.sameOrigin(h)
	h = s.headers(h)
	h = s.recover(h)
	h = compress(h)
	return s.log(h)
}

// compress packs JSON and assets; pictures and PDF are so already.
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.CompressionLevel(4), gzhttp.ContentTypes([]string{
		"application/json", "application/problem+json", "application/openapi+json", "text/html", "text/css", "text/plain",
		"text/javascript", "application/javascript", "application/manifest+json", "image/svg+xml", "font/ttf"}))
	if err != nil {
		panic(err) // only for options that contradict each other
	}
	return wrap(next)
}

// route notes the pattern that matched: inside, so that it is the mux's request.
func (s *Server) route() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Mux.ServeHTTP(w, r)
		MetaFrom(r.Context()).Route = r.Pattern
	})
}

// status remembers what was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Write(b []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// log writes one line a request: no query (it may name people), no bodies.
func (s *Server) log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		m := &Meta{ID: uuid.NewString(), Addr: addrOf(r)}
		w.Header().Set("X-Request-Id", m.ID)
		sw := &status{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), metaKey{}, m))
		next.ServeHTTP(sw, r)
		took := time.Since(start)
		s.metrics.add(r.Method, m.Route, sw.code, took)
		level := slog.LevelDebug
		switch {
		case errors.Is(r.Context().Err(), context.Canceled): // left before the answer: nobody's fault
		case sw.code >= 500:
			level = slog.LevelError
		case strings.HasPrefix(r.URL.Path, "/api/"):
			level = slog.LevelInfo
		}
		attrs := []slog.Attr{slog.String("id", m.ID), slog.String("method", r.Method), slog.String("route", m.Route),
			slog.Int("status", sw.code), slog.Float64("ms", float64(took.Microseconds())/1000)}
		if m.Person != "" {
			attrs = append(attrs, slog.String("person", m.Person))
		}
		if m.cause != nil {
			attrs = append(attrs, slog.String("err", m.cause.Error()))
		}
		s.opt.Log.LogAttrs(r.Context(), level, "request", attrs...)
	})
}

// recover answers a panic with a problem where nothing was sent yet.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sw := &status{ResponseWriter: w}
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			err := errs.Wrap("handle a request", fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
			if sw.code == 0 {
				WriteProblem(sw, r, err)
				return
			}
			MetaFrom(r.Context()).cause = err
		}()
		next.ServeHTTP(sw, r)
	})
}

func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(), payment=(), usb=()")
		if r.TLS != nil || s.opt.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses changing requests that a browser sends for another site
// (Sec-Fetch-Site, or else Origin against Host). What is no browser sends
// neither and has no cookie to be misused.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	for _, o := range s.opt.TrustedOrigins {
		if err := p.AddTrustedOrigin(o); err != nil {
			s.opt.Log.Error("trusted origin is ignored", "origin", o, "err", err)
		}
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		WriteProblem(w, r, errs.New(errs.Forbidden, "crossOrigin", "这个请求来自别的网站，已拒绝。请在本系统的页面里操作。"))
	}))
	return p.Handler(next)
}

// PieceType is the content type of a piece of a resumable upload (tus).
const PieceType = "application/offset+octet-stream"

// limitBody bounds what is read: 1 MiB, and of an upload what the largest allowed
// attachment needs.
func (s *Server) limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(maxBody)
		if isUpload(r) {
			limit = max(limit, s.opt.MaxUpload+64<<10)
		}
		if r.ContentLength > limit {
			WriteProblem(w, r, errs.New(errs.TooLarge, "tooLarge", general[413].detail))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// guard lets nobody into /api/v1 whom Options.Guard does not know.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.opt.Guard == nil || !strings.HasPrefix(r.URL.Path, Prefix+"/") {
			next.ServeHTTP(w, r)
			return
		}
		ctx, person, err := s.opt.Guard(r)
		if err != nil {
			WriteProblem(w, r, err)
			return
		}
		MetaFrom(ctx).Person = person
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
