package web

import (
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

func TestStaticOfThePhone(t *testing.T) {
	files := fstest.MapFS{
		"index.html": {Data: []byte("<html>desk")}, "field.html": {Data: []byte("<html>phone")}, "favicon.svg": {Data: []byte("<svg/>")},
		"m/sw.js": {Data: []byte(strings.Repeat("precache();", 200))}, "m/manifest.webmanifest": {Data: []byte(`{"name":"调解台"}`)},
		"m/icon-192.png": {Data: []byte("png")},
	}
	ask, _ := serve(t, Options{UI: files})
	t.Run("every path under /m is the phone's page, all others the desk's", func(t *testing.T) {
		for p, want := range map[string]string{
			"/m": "phone", "/m/": "phone", "/m/matters/123": "phone", "/field.html": "phone", "/": "desk", "/matters/123": "desk", "/mx": "desk",
		} {
			r := ask("GET", p, "")
			text, _ := io.ReadAll(r.Body)
			if !strings.Contains(string(text), want) || r.StatusCode != 200 || r.Header.Get("Cache-Control") != "no-cache" {
				t.Error(p, r.StatusCode, string(text))
			}
		}
	})
	t.Run("the service worker and the manifest are asked for anew and typed", func(t *testing.T) {
		for p, want := range map[string]string{"/m/sw.js": "javascript", "/m/manifest.webmanifest": "application/manifest+json"} {
			r := ask("GET", p, "")
			if r.Header.Get("Cache-Control") != "no-cache" || !strings.Contains(r.Header.Get("Content-Type"), want) {
				t.Error(p, r.Header)
			}
			// A worker and a manifest fall under default-src.
			if csp := r.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "worker-src") || strings.Contains(csp, "manifest-src") {
				t.Error(csp)
			}
		}
	})
	t.Run("a file of the phone's that is missing is no page", func(t *testing.T) {
		for _, p := range []string{"/m/icon-1.png", "/m/workbox-1.js"} {
			if r := ask("GET", p, ""); r.StatusCode != 404 {
				t.Error(p, r.StatusCode)
			}
		}
	})
	t.Run("scripts travel packed", func(t *testing.T) {
		r := ask("GET", "/m/sw.js", "", "Accept-Encoding", "gzip")
		if r.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(r.Header.Get("Vary"), "Accept-Encoding") {
			t.Fatal(r.Header)
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := io.ReadAll(z); !strings.HasPrefix(string(text), "precache();") {
			t.Error(string(text))
		}
	})
}
