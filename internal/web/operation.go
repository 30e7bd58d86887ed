package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/emmansun/gmsm/sm3"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

type operation struct{ key, request string }

// maxKey bounds an Idempotency-Key.
const maxKey = 128

// OperationOf is the operation id the client sent (Idempotency-Key) with a hash
// of method, path and raw body; the zero Operation without one. Of an
// upload the body is not in the hash: whoever reads it adds its own.
func OperationOf(ctx context.Context, person string) db.Operation {
	op := MetaFrom(ctx).op
	if op.key == "" {
		return db.Operation{}
	}
	return db.Operation{Person: person, Key: op.key, Request: op.request}
}

// readOperation reads the body of a request that brings a key and puts it back.
func readOperation(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if key == "" || safe(r.Method) {
			next.ServeHTTP(w, r)
			return
		}
		if len(key) > maxKey {
			WriteProblem(w, r, errs.New(errs.Invalid, "invalid", "操作编号太长，请刷新页面后再试。"))
			return
		}
		var body []byte
		if !isUpload(r) {
			var err error
			if body, err = io.ReadAll(r.Body); err != nil {
				WriteProblem(w, r, readError(err))
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		MetaFrom(r.Context()).op = operation{key, requestHash(r, body)}
		next.ServeHTTP(w, r)
	})
}

func requestHash(r *http.Request, body []byte) string {
	h := sm3.New()
	h.Write([]byte(r.Method + " " + r.URL.RequestURI() + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func readError(err error) error {
	if strings.Contains(err.Error(), "too large") {
		return errs.New(errs.TooLarge, "tooLarge", general[413].detail)
	}
	return &errs.Error{Kind: errs.Malformed, Code: "unreadable", Msg: general[400].detail, Err: err}
}

func safe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// isUpload tells what carries a file: it is read as a stream, and may be long.
func isUpload(r *http.Request) bool {
	typ := r.Header.Get("Content-Type")
	return strings.HasPrefix(typ, "multipart/form-data") || strings.HasPrefix(typ, PieceType)
}
