package web

import (
	"context"
	"net"
	"net/http"
	"strings"
)

// Meta is what a request gathers on its way, for the log line at its end.
type Meta struct {
	ID     string // request id, also in the answer's X-Request-Id
	Addr   string // the client's address
	Route  string
	Person string
	cause  error
	op     operation
}

type metaKey struct{}

// MetaFrom gives the request's gathered facts, never nil.
func MetaFrom(ctx context.Context) *Meta {
	if m, ok := ctx.Value(metaKey{}).(*Meta); ok {
		return m
	}
	return &Meta{}
}

// note keeps why a request failed for its log line.
func note(ctx context.Context, p *Problem) {
	if p.Status >= 500 {
		MetaFrom(ctx).cause = p.cause
	}
}

// addrOf is the client's address. A proxy's word is taken only from loopback,
// where the county's own reverse proxy stands.
func addrOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		list := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := net.ParseIP(strings.TrimSpace(list[len(list)-1])); last != nil {
			return last.String()
		}
	}
	return host
}
