// Package errs holds the one error type that reaches a user: a kind that
// decides the HTTP status, a stable code, a Chinese sentence for the clerk, and
// the cause for the log alone.
package errs

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is; internal/web maps it to a status.
type Kind string

// The kinds, from the caller's fault to ours.
const (
	Malformed    Kind = "malformed"    // 400: not readable at all
	Unauthorized Kind = "unauthorized" // 401: no session
	Forbidden    Kind = "forbidden"    // 403: may see, may not do
	NotFound     Kind = "notFound"     // 404: is not there, or may not be seen
	Conflict     Kind = "conflict"     // 409: stale, or a need of the table unmet
	TooLarge     Kind = "tooLarge"     // 413
	Invalid      Kind = "invalid"      // 422: a field missing, wrong or unknown
	TooMany      Kind = "tooMany"      // 429
	Unavailable  Kind = "unavailable"  // 503: try again later (disk full, busy)
	Internal     Kind = "internal"     // 500
)

// Field names one wrong field of the input; never its value.
type Field struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error is a refusal or failure.
type Error struct {
	Kind    Kind
	Code    string  // machine word, stable: "stale", "noConsent", …
	Msg     string  // the Chinese sentence shown to the user
	Err     error   // the cause, for the log only
	Fields  []Field // for Invalid
	Current any     // for stale: the state as it now stands
	After   int     // for TooMany: seconds to wait
}

// Error implements error; it is what the log shows.
func (e *Error) Error() string {
	s := string(e.Kind) + "/" + e.Code + ": " + e.Msg
	for _, f := range e.Fields {
		s += "; " + f.Field + ": " + f.Message
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a kind with a code and the sentence for the user.
func New(kind Kind, code, msg string) *Error { return &Error{Kind: kind, Code: code, Msg: msg} }

// Newf is New with a formatted sentence.
func Newf(kind Kind, code, format string, args ...any) *Error {
	return New(kind, code, fmt.Sprintf(format, args...))
}

// Wrap hides cause behind a general sentence and names the operation for the log.
func Wrap(op string, cause error) error {
	if cause == nil {
		return nil
	}
	var e *Error
	if errors.As(cause, &e) {
		return cause
	}
	return &Error{Kind: Internal, Code: "internal", Msg: "系统出了问题，刚才的操作没有保存，请稍后再试；如果一直这样，请告诉管理员。", Err: fmt.Errorf("%s: %w", op, cause)}
}

// Disk is the refusal of a file that could not be written, nil where err is.
func Disk(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: Unavailable, Code: "diskFull", Err: err, Msg: "服务器存不下这个文件，没有保存。请通知管理员清理磁盘后再试。"}
}

// InvalidField is a 422 about one field.
func InvalidField(field, msg string) *Error {
	return &Error{Kind: Invalid, Code: "invalid", Msg: msg, Fields: []Field{{Field: field, Message: msg}}}
}

// As returns the *Error inside err, or an internal one around it.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return As(Wrap("unexpected", err))
}

// Is tells whether err carries the given code.
func Is(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
