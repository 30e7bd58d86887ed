package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"tiaojietai/internal/errs"
)

// Problem is an RFC 9457 problem document. Detail is for the user; Code is
// stable; Errors name fields, never the values that were sent.
type Problem struct {
	Type    string       `json:"type"`
	Title   string       `json:"title"`
	Status  int          `json:"status"`
	Detail  string       `json:"detail" doc:"给用户看的一句话"`
	Code    string       `json:"code" doc:"固定的代码，如 stale、noConsent"`
	Errors  []errs.Field `json:"errors" nullable:"false"`
	Current any          `json:"current,omitempty" doc:"stale 时：现在的样子"`

	after int   // seconds for Retry-After
	cause error // for the log
}

// Error implements error.
func (p *Problem) Error() string { return p.Detail }

// Unwrap gives the cause, for the log.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus implements huma.StatusError.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statusOf is the one table from an error's kind to a status.
var statusOf = map[errs.Kind]int{
	errs.Malformed:    http.StatusBadRequest,
	errs.Unauthorized: http.StatusUnauthorized,
	errs.Forbidden:    http.StatusForbidden,
	errs.NotFound:     http.StatusNotFound,
	errs.Conflict:     http.StatusConflict,
	errs.TooLarge:     http.StatusRequestEntityTooLarge,
	errs.Invalid:      http.StatusUnprocessableEntity,
	errs.TooMany:      http.StatusTooManyRequests,
	errs.Unavailable:  http.StatusServiceUnavailable,
	errs.Internal:     http.StatusInternalServerError,
}

// titles are the short names of the statuses, the same for every occurrence.
var titles = map[int]string{
	400: "读不懂", 401: "没有登录", 403: "不能这样做", 404: "没有找到", 405: "不支持这种请求", 406: "不支持这种格式",
	408: "等太久了", 409: "现在不能这样做", 413: "太大了", 415: "不支持这种格式", 422: "填写有误", 429: "太频繁了",
	500: "系统出错", 503: "暂时不能用",
}

// FromError makes the problem an error is shown as.
func FromError(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	e := errs.As(err)
	status, ok := statusOf[e.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	p = &Problem{Type: "about:blank", Title: titles[status], Status: status, Detail: e.Msg, Code: e.Code,
		Errors: e.Fields, Current: e.Current, after: e.After, cause: err}
	if p.Errors == nil {
		p.Errors = []errs.Field{}
	}
	return p
}

// setHeaders sets what goes beside the document.
func (p *Problem) setHeaders(set func(name, value string)) {
	if p.after > 0 {
		set("Retry-After", strconv.Itoa(p.after))
	}
	if p.Status == http.StatusUnauthorized {
		set("WWW-Authenticate", `Bearer realm="tiaojietai"`)
	}
}

// WriteProblem answers outside huma: in middleware and plain handlers.
func WriteProblem(w http.ResponseWriter, r *http.Request, err error) {
	p := FromError(err)
	note(r.Context(), p)
	p.setHeaders(w.Header().Set)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // who hung up needs no answer
}
