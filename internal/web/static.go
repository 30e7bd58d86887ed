package web

import (
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// spa serves the two built web apps: files under assets/ carry their hash in the
// name and never change; every other path is answered with the page of its app
// (/m and below: the phone's), which is asked for anew each time. So are the
// service worker and the manifest: a phone must never be stuck with old ones.
func spa(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			plain(w, http.StatusMethodNotAllowed, "这里只能查看。")
			return
		}
		if files == nil {
			plain(w, http.StatusNotFound, "这个服务没有带网页，只有接口。")
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		page := pageOf(name)
		if info, err := fs.Stat(files, name); err != nil || info.IsDir() {
			if path.Ext(name) != "" && name != "." && name != page { // a file that is not there must not look like a page
				plain(w, http.StatusNotFound, "没有这个文件。")
				return
			}
			name = page
		}
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		serveFile(w, r, files, name)
	})
}

// pageOf is the page of the app that a path belongs to.
func pageOf(name string) string {
	if name == "m" || strings.HasPrefix(name, "m/") {
		return "field.html"
	}
	return "index.html"
}

func serveFile(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	f, err := files.Open(name)
	if err != nil {
		plain(w, http.StatusServiceUnavailable, "网页还没有构建：请先运行 make build，再启动。")
		return
	}
	defer func() { _ = f.Close() }()
	if path.Ext(name) == ".webmanifest" { // not in every system's table of types
		w.Header().Set("Content-Type", "application/manifest+json")
	}
	if seeker, ok := f.(io.ReadSeeker); ok {
		http.ServeContent(w, r, name, time.Time{}, seeker)
		return
	}
	plain(w, http.StatusInternalServerError, "文件读不出来。")
}
