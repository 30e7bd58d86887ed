package attachment_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/attachment"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
	"tiaojietai/internal/web"
)

// elsewhere is the holder's person acting for another body.
var elsewhere = account.Caller{County: county, Person: "p", Name: "张三", Org: town, Roles: []string{account.Mediator}}

var callers = map[string]account.Caller{"holder": holder, "above": above, "beside": beside, "elsewhere": elsewhere}

// server serves the calls to whomever the header Who names.
func (w world) server(t *testing.T) *httptest.Server {
	s := web.New(web.Options{Title: "t", Version: "t", Log: slog.New(slog.DiscardHandler), MaxUpload: 20 << 20, Guard: func(r *http.Request) (context.Context, string, error) {
		c, ok := callers[r.Header.Get("Who")]
		if !ok {
			return nil, "", errs.New(errs.Unauthorized, "signIn", "请先登录。")
		}
		return account.WithCaller(r.Context(), c), c.Person, nil
	}})
	w.Routes(s.API)
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv
}

func whoIs(c account.Caller) string {
	for name, one := range callers {
		if one.Person == c.Person && one.Org == c.Org {
			return name
		}
	}
	return ""
}

// call makes one request and gives the answer, its body read.
func (w world) call(t *testing.T, c account.Caller, method, path string, body io.Reader, header map[string]string) *http.Response {
	t.Helper()
	return ask(t, w.server(t).URL, whoIs(c), method, path, body, header)
}

func ask(t *testing.T, url, who, method, path string, body io.Reader, header map[string]string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+web.Prefix+path, body)
	must(t, err)
	req.Header.Set("Who", who)
	for k, v := range header {
		req.Header.Set(k, v)
	}
	r, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = r.Body.Close() }()
	text, err := io.ReadAll(r.Body)
	must(t, err)
	r.Body = io.NopCloser(bytes.NewReader(text))
	return r
}

// sender speaks tus to a server as one person.
type sender struct {
	t        *testing.T
	url, who string
}

func (s sender) ask(method, path string, body io.Reader, header map[string]string) *http.Response {
	s.t.Helper()
	h := map[string]string{"Tus-Resumable": "1.0.0"}
	for k, v := range header {
		h[k] = v
	}
	return ask(s.t, s.url, s.who, method, path, body, h)
}

func (s sender) begin(matter, name string, size int) *http.Response {
	s.t.Helper()
	b64 := base64.StdEncoding.EncodeToString
	return s.ask("POST", "/uploads", nil, map[string]string{"Upload-Length": strconv.Itoa(size),
		"Upload-Metadata": "matter " + b64([]byte(matter)) + ",filename " + b64([]byte(name)) + ",empty"})
}

// begun opens an upload and gives its path.
func (s sender) begun(name string, size int) string {
	s.t.Helper()
	r := s.begin("m", name, size)
	if r.StatusCode != http.StatusCreated {
		s.t.Fatal(r.Status, problemOf(s.t, r))
	}
	return strings.TrimPrefix(r.Header.Get("Location"), web.Prefix)
}

func (s sender) send(path string, offset int, piece string) *http.Response {
	s.t.Helper()
	return s.ask("PATCH", path, strings.NewReader(piece), map[string]string{"Upload-Offset": strconv.Itoa(offset), "Content-Type": web.PieceType})
}

func (s sender) offset(path string) int {
	s.t.Helper()
	r := s.ask("HEAD", path, nil, nil)
	n, err := strconv.Atoi(r.Header.Get("Upload-Offset"))
	if r.StatusCode != http.StatusOK || err != nil {
		s.t.Fatal(r.Status, r.Header)
	}
	return n
}

func (s sender) finish(path string) (attachment.Item, map[string]any) {
	s.t.Helper()
	r := s.ask("POST", path+"/finish", nil, nil)
	if r.StatusCode != http.StatusOK {
		return attachment.Item{}, problemOf(s.t, r)
	}
	var it attachment.Item
	must(s.t, json.NewDecoder(r.Body).Decode(&it))
	return it, nil
}

func problemOf(t *testing.T, r *http.Response) map[string]any {
	t.Helper()
	var p map[string]any
	must(t, json.NewDecoder(r.Body).Decode(&p))
	p["status"] = r.StatusCode
	return p
}

// cut sends a request that announces the whole piece, and hangs up after a part.
func (s sender) cut(path string, offset int, piece string, after int) {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(s.t, err)
	head := "PATCH " + web.Prefix + path + " HTTP/1.1\r\nHost: x\r\nWho: " + s.who + "\r\nTus-Resumable: 1.0.0\r\nContent-Type: " + web.PieceType +
		"\r\nUpload-Offset: " + strconv.Itoa(offset) + "\r\nContent-Length: " + strconv.Itoa(len(piece)) + "\r\n\r\n"
	_, err = io.WriteString(conn, head+piece[:after])
	must(s.t, err)
	must(s.t, conn.Close())
}

// settled waits until what was sent has been put down: a question before that
// would interrupt the reading, rightly, and find less.
func (w world) settled(t *testing.T, s sender, path string, want int) {
	t.Helper()
	for range 500 {
		info, err := os.Stat(filepath.Join(w.dir, county, "upload-"+strings.TrimPrefix(path, "/uploads/")))
		if err == nil && info.Size() == int64(want) {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if got := s.offset(path); got != want {
		t.Fatalf("offset %d, want %d", got, want)
	}
}

func TestAnUploadCutAnywhereGoesOnFromThere(t *testing.T) {
	w := setUp(t)
	s := sender{t, w.server(t).URL, "holder"}
	resume := func(t *testing.T, name, file string, cuts ...int) {
		t.Helper()
		path, rows := s.begun(name, len(file)), testkit.Count(t, w.d, "attachment")
		at := 0
		for _, c := range cuts {
			s.cut(path, at, file[at:], c-at)
			w.settled(t, s, path, c)
			at = c
			if n := testkit.Count(t, w.d, "attachment"); n != rows {
				t.Fatalf("half of it is an attachment after %d bytes", c)
			}
		}
		if r := s.send(path, at, file[at:]); r.StatusCode != http.StatusNoContent || r.Header.Get("Upload-Offset") != strconv.Itoa(len(file)) {
			t.Fatal(r.Status, r.Header)
		}
		it, no := s.finish(path)
		if no != nil || w.content(t, it.ID) != file || testkit.Count(t, w.d, "attachment") != rows+1 {
			t.Fatal(it, no)
		}
	}
	t.Run("at every byte of a small file", func(t *testing.T) {
		file := "%PDF-1.7\n" + strings.Repeat("x", 40)
		for i := 1; i < len(file); i++ {
			resume(t, "协议.pdf", file, i)
		}
	})
	t.Run("at many places of a larger one", func(t *testing.T) {
		large := pdf + strings.Repeat("0123456789abcdef", 40000)
		for range testkit.Soak(3) {
			cuts, at := []int{}, 0
			for range 6 {
				if at += 1 + rand.IntN(len(large)/6-1); at < len(large) {
					cuts = append(cuts, at)
				}
			}
			resume(t, "卷宗.pdf", large, cuts...)
		}
	})
	t.Run("nothing of it stays but the file", func(t *testing.T) {
		if n := w.files(t); n > 2 {
			t.Errorf("%d files", n)
		}
	})
}

func TestAnUploadWhoseLineHangsIsTakenOverByTheNext(t *testing.T) {
	w := setUp(t)
	s := sender{t, w.server(t).URL, "holder"}
	path := s.begun("x.png", len(png))
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "PATCH "+web.Prefix+path+" HTTP/1.1\r\nHost: x\r\nWho: holder\r\nTus-Resumable: 1.0.0\r\nContent-Type: "+web.PieceType+
		"\r\nUpload-Offset: 0\r\nContent-Length: "+strconv.Itoa(len(png))+"\r\n\r\n"+png[:10])
	must(t, err)
	w.settled(t, s, path, 10) // the line is still open, and the server reads from it
	if r := s.send(path, 10, png[10:]); r.StatusCode != http.StatusNoContent {
		t.Fatal(r.Status)
	}
	if it, no := s.finish(path); no != nil || w.content(t, it.ID) != png {
		t.Error(it, no)
	}
}

func TestFinish(t *testing.T) {
	w := setUp(t)
	s := sender{t, w.server(t).URL, "holder"}
	t.Run("as often as it is asked, it is one attachment", func(t *testing.T) {
		path := s.begun("照片.jpg", len(png))
		s.send(path, 0, png)
		a, _ := s.finish(path)
		b, _ := s.finish(path)
		again := s.send(path, len(png), "")
		if a.ID == "" || a.ID != b.ID || a.Name != "照片.jpg" || a.By.Name != "张三" || again.StatusCode != http.StatusNoContent || s.offset(path) != len(png) ||
			testkit.Count(t, w.d, "attachment") != 1 {
			t.Error(a, b, again.Status)
		}
	})
	t.Run("where a photo was taken is nowhere on the disk afterwards", func(t *testing.T) {
		in := photo(t, 6)
		path := s.begun("x.jpg", len(in))
		s.send(path, 0, in)
		it, _ := s.finish(path)
		if disk := w.onDisk(t); strings.Contains(disk, secret) || !strings.Contains(disk, w.content(t, it.ID)) {
			t.Error("it is")
		}
	})
	t.Run("a refusal is heard with the last byte and whenever it is asked for, and nothing stays", func(t *testing.T) {
		rows, files := testkit.Count(t, w.d, "attachment"), w.files(t)
		in := "<html><script>" + secret
		path := s.begun("x.jpg", len(in))
		r := s.send(path, 0, in)
		if p := problemOf(t, r); p["status"] != 422 || p["code"] != "wrongType" {
			t.Error(p)
		}
		for range 2 {
			if _, p := s.finish(path); p["status"] != 422 || p["code"] != "wrongType" || !strings.HasPrefix(p["detail"].(string), "不收这种文件") || len(p["errors"].([]any)) != 1 {
				t.Error(p)
			}
		}
		if s.offset(path) != len(in) || testkit.Count(t, w.d, "attachment") != rows || w.files(t) != files {
			t.Error("something is kept")
		}
	})
	t.Run("before the last byte there is nothing to finish", func(t *testing.T) {
		path := s.begun("x.png", len(png))
		s.send(path, 0, png[:20])
		if _, p := s.finish(path); p["code"] != "notWhole" {
			t.Error(p)
		}
	})
	t.Run("what an interrupted finish left is finished by the next", func(t *testing.T) {
		path := s.begun("x.png", len(png))
		s.send(path, 0, png[:20])
		broken := io.MultiReader(strings.NewReader(png[20:])) // all bytes come, then the server is stopped
		must(t, w.Whole(t.Context(), holder, strings.TrimPrefix(path, "/uploads/"), broken))
		if s.offset(path) != len(png) {
			t.Error(s.offset(path))
		}
		if it, no := s.finish(path); no != nil || w.content(t, it.ID) != png {
			t.Error(no)
		}
	})
}

func TestUploadRefusals(t *testing.T) {
	w := setUp(t)
	url := w.server(t).URL
	s, up, other := sender{t, url, "holder"}, sender{t, url, "above"}, sender{t, url, "beside"}
	wants := func(t *testing.T, r *http.Response, status int, code string) {
		t.Helper()
		if p := problemOf(t, r); p["status"] != status || p["code"] != code {
			t.Errorf("want %d %s, got %v", status, code, p)
		}
	}
	t.Run("before the first byte: scope, size, and nobody", func(t *testing.T) {
		wants(t, other.begin("m", "x", 10), 404, "notFound")
		wants(t, s.begin("other", "x", 10), 404, "notFound")
		wants(t, up.begin("m", "x", 10), 403, "notHolder")
		wants(t, s.begin("m", "x", 20<<20+1), 413, "tooLarge")
		wants(t, s.begin("m", "x", 0), 422, "invalid")
		wants(t, s.begin("m", "x", -1), 422, "invalid")
		wants(t, sender{t, url, ""}.begin("m", "x", 10), 401, "signIn")
		if testkit.Count(t, w.d, "upload") != 0 || w.files(t) != 0 {
			t.Error("something is kept")
		}
	})
	path := s.begun("x.png", len(png))
	t.Run("another's upload is not found, nor one's own of another body", func(t *testing.T) {
		for _, o := range []sender{up, other, {t, url, "elsewhere"}} {
			wants(t, o.send(path, 0, png), 404, "notFound")
			wants(t, o.ask("DELETE", path, nil, nil), 404, "notFound")
			wants(t, o.ask("POST", path+"/finish", nil, nil), 404, "notFound")
			if r := o.ask("HEAD", path, nil, nil); r.StatusCode != 404 {
				t.Error(r.Status)
			}
		}
	})
	t.Run("a piece that does not follow, of another type or version", func(t *testing.T) {
		wants(t, s.send(path, 5, png[5:]), 409, "offset")
		wants(t, s.ask("PATCH", path, strings.NewReader(png), map[string]string{"Upload-Offset": "0", "Content-Type": "application/json"}), 415, "wrongType")
		wants(t, s.ask("PATCH", path, strings.NewReader(png), map[string]string{"Content-Type": web.PieceType}), 400, "unreadable")
		wants(t, s.ask("PATCH", path, strings.NewReader(png), map[string]string{"Upload-Offset": "0", "Content-Type": web.PieceType, "Tus-Resumable": "0.2"}), 412, "tusVersion")
		if s.offset(path) != 0 {
			t.Error("something is kept")
		}
	})
	t.Run("more than was announced is not taken", func(t *testing.T) {
		p := s.begun("x.pdf", len(pdf))
		s.send(p, 0, pdf+secret)
		if it, no := s.finish(p); no != nil || w.content(t, it.ID) != pdf {
			t.Error(no)
		}
	})
	t.Run("cancelled, it is gone", func(t *testing.T) {
		p := s.begun("x.pdf", len(pdf))
		s.send(p, 0, pdf[:20])
		files := w.files(t)
		if r := s.ask("DELETE", p, nil, nil); r.StatusCode != http.StatusNoContent || w.files(t) != files-1 {
			t.Error(r.Status)
		}
		wants(t, s.send(p, 20, pdf[20:]), 404, "notFound")
	})
	t.Run("so many at once and no more", func(t *testing.T) {
		for range 19 {
			s.begun("x.pdf", len(pdf))
		}
		wants(t, s.begin("m", "x", 10), 429, "tooManyUploads")
		s.send(path, 0, png)
		s.begun("x.pdf", len(pdf))
	})
}

func TestUploadsEndAfterADay(t *testing.T) {
	w := setUp(t)
	s := sender{t, w.server(t).URL, "holder"}
	path := s.begun("x.png", len(png))
	s.send(path, 0, png[:20])
	done := s.begun("y.png", len(png))
	s.send(done, 0, png)
	w.clock.Advance(23 * time.Hour)
	if n, err := w.Sweep(t.Context(), county); n != 0 || err != nil || s.offset(path) != 20 {
		t.Error(n, err)
	}
	w.clock.Advance(2 * time.Hour)
	if r := s.ask("HEAD", path, nil, nil); r.StatusCode != 404 {
		t.Error(r.Status)
	}
	if n, err := w.Sweep(t.Context(), county); n != 1 || err != nil || testkit.Count(t, w.d, "upload") != 0 || w.files(t) != 1 {
		t.Error(n, err)
	}
	if testkit.Count(t, w.d, "attachment") != 1 {
		t.Error("the attachment went too")
	}
}

func TestWhatUploadsSupport(t *testing.T) {
	w := setUp(t)
	r := w.call(t, holder, "OPTIONS", "/uploads", nil, nil)
	if r.StatusCode != http.StatusNoContent || r.Header.Get("Tus-Version") != "1.0.0" || r.Header.Get("Tus-Max-Size") != "20971520" ||
		r.Header.Get("Tus-Extension") != "creation,expiration,termination" {
		t.Error(r.Status, r.Header)
	}
}
