package web

import (
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// spa serves the built web app: files under assets/ carry their hash in the name
// and never change; every other path of the app is answered with index.html,
// which is asked for anew each time.
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
		if name == "" || name == "." {
			name = "index.html"
		}
		if info, err := fs.Stat(files, name); err != nil || info.IsDir() {
			if path.Ext(name) != "" && name != "index.html" { // a file that is not there must not look like a page
				plain(w, http.StatusNotFound, "没有这个文件。")
				return
			}
			name = "index.html"
		}
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		serveFile(w, r, files, name)
	})
}

func serveFile(w http.ResponseWriter, r *http.Request, files fs.FS, name string) {
	f, err := files.Open(name)
	if err != nil {
		plain(w, http.StatusServiceUnavailable, "网页还没有构建：请先运行 make build，再启动。")
		return
	}
	defer func() { _ = f.Close() }()
	if seeker, ok := f.(io.ReadSeeker); ok {
		http.ServeContent(w, r, name, time.Time{}, seeker)
		return
	}
	plain(w, http.StatusInternalServerError, "文件读不出来。")
}
