// Package web is the HTTP side without any business word: the mux and the
// OpenAPI document, errors as RFC 9457 problems in Chinese, the middleware every
// request passes, and the web app's files.
package web
