package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/config"
	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/org"
	"tiaojietai/internal/testkit"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var quiet = slog.New(slog.DiscardHandler)

// small is an App on the engine under test, with a county of a village and a
// group, and its HTTP side.
type small struct {
	*App
	clock *testkit.Clock
	admin string // password of the founded administrator
	url   string
}

func newSmall(t *testing.T) *small {
	t.Helper()
	clock := testkit.At("2026-11-02 09:00")
	d := testkit.Open(t, clock)
	master, err := gm.OpenMaster(t.TempDir())
	must(t, err)
	book, err := readBook("")
	must(t, err)
	s := &small{clock: clock}
	s.App = build(&config.Config{Data: t.TempDir()}, Options{Version: "t", Log: quiet}, d, book, master)
	s.admin, err = s.Found(t.Context())
	must(t, err)
	must(t, s.Orgs.AddAll(t.Context(), account.Caller{}, s.County(), []org.New{
		{Code: "532328000000001", Name: "联席会议办公室", Kind: "jointOffice", Parent: "532328000000"},
		{Code: "532328101000", Name: "元马镇", Kind: "townshipCentre", Parent: "532328000000"},
		{Code: "532328101001", Name: "马街", Kind: "villageRoom", Parent: "532328101000"},
		{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: "532328101000"}}))
	for login, body := range map[string]string{"zhang": "532328101001", "li": "532328101002", "town": "532328101000"} {
		id, err := s.Accounts.AddPerson(t.Context(), account.Caller{}, s.County(), account.NewPerson{Name: login, Serves: []account.ServeIn{{Org: body, Role: account.Mediator}, {Org: body, Role: account.Head}}})
		must(t, err)
		_, err = s.Accounts.AddLogin(t.Context(), account.Caller{}, s.County(), account.NewLogin{Person: id, Login: login, Password: "demo", Exempt: true})
		must(t, err)
	}
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

// browser is a client with its own cookies.
type browser struct {
	t    *testing.T
	url  string
	http *http.Client
}

func (s *small) browser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &browser{t, s.url, &http.Client{Jar: jar}}
}

func (s *small) signedIn(t *testing.T, login, password string) *browser {
	b := s.browser(t)
	b.ask("POST", "/session", map[string]string{"username": login, "password": password}, 200)
	return b
}

// ask sends JSON and gives the answer, whose status must be as wanted.
func (b *browser) ask(method, path string, body any, status int) map[string]any {
	b.t.Helper()
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		must(b.t, err)
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, b.url+"/api/v1"+path, r)
	must(b.t, err)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return b.send(req, status)
}

// once is ask with an operation id.
func (b *browser) once(key, method, path string, body any, status int) map[string]any {
	b.t.Helper()
	text, err := json.Marshal(body)
	must(b.t, err)
	req, err := http.NewRequest(method, b.url+"/api/v1"+path, bytes.NewReader(text))
	must(b.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	return b.send(req, status)
}

func (b *browser) send(req *http.Request, status int) map[string]any {
	b.t.Helper()
	res, err := b.http.Do(req)
	must(b.t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	must(b.t, err)
	if res.StatusCode != status {
		b.t.Fatalf("%s %s: %d, not %d: %s", req.Method, req.URL.Path, res.StatusCode, status, text)
	}
	var v map[string]any
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		must(b.t, json.Unmarshal(text, &v))
	} else {
		v = map[string]any{"text": string(text), "type": res.Header.Get("Content-Type"), "how": res.Header.Get("Content-Disposition")}
	}
	return v
}

func (b *browser) upload(matter, name, content string, status int) map[string]any {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	p, err := w.CreateFormFile("file", name)
	must(b.t, err)
	_, err = io.WriteString(p, content)
	must(b.t, err)
	must(b.t, w.Close())
	req, err := http.NewRequest("POST", b.url+"/api/v1/matters/"+matter+"/attachments", &form)
	must(b.t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(req, status)
}

func TestFirstLogin(t *testing.T) {
	s := newSmall(t)
	b := s.signedIn(t, "admin", s.admin)
	t.Run("until the password is changed nothing but one's own affairs", func(t *testing.T) {
		if me := b.ask("GET", "/me", nil, 200); me["mustChangePassword"] != true || me["admin"] != "system" || me["body"] != nil {
			t.Error(me)
		}
		if p := b.ask("GET", "/orgs", nil, 403); p["code"] != "mustChangePassword" {
			t.Error(p)
		}
		b.ask("PUT", "/me/password", map[string]string{"old": s.admin, "new": "short"}, 422)
		b.ask("PUT", "/me/password", map[string]string{"old": s.admin, "new": "Good-pass-1"}, 200)
		b.ask("GET", "/orgs", nil, 200)
	})
	t.Run("founding again changes nothing", func(t *testing.T) {
		if password, err := s.Found(t.Context()); password != "" || err != nil {
			t.Error(password, err)
		}
	})
	t.Run("signing out ends it", func(t *testing.T) {
		b.ask("DELETE", "/session", nil, 204)
		if p := b.ask("GET", "/me", nil, 401); p["code"] != "notSignedIn" {
			t.Error(p)
		}
	})
}

func TestOrgCalls(t *testing.T) {
	s := newSmall(t)
	zhang := s.signedIn(t, "zhang", "demo")
	t.Run("any signed-in person reads the bodies", func(t *testing.T) {
		all := zhang.ask("GET", "/orgs?level=village&limit=1", nil, 200)
		items := all["items"].([]any)
		first := items[0].(map[string]any)
		if all["total"] != 2.0 || len(items) != 1 || all["nextCursor"] != first["code"] || first["mediators"] != 1.0 || first["heads"] != 1.0 || first["levelName"] == "" {
			t.Error(all)
		}
		rest := zhang.ask("GET", fmt.Sprintf("/orgs?level=village&cursor=%s", all["nextCursor"]), nil, 200)
		if len(rest["items"].([]any)) != 1 || rest["nextCursor"] != nil {
			t.Error(rest)
		}
		if o := zhang.ask("GET", "/orgs/532328101000", nil, 200); o["children"] != 2.0 {
			t.Error(o)
		}
		zhang.ask("GET", "/orgs/999999", nil, 404)
	})
	t.Run("only the system administrator changes them", func(t *testing.T) {
		village := map[string]any{"code": "532328101003", "name": "新村", "kind": "villageRoom", "parent": "532328101000"}
		zhang.ask("POST", "/orgs", village, 403)
		admin := s.signedIn(t, "admin", s.admin)
		admin.ask("PUT", "/me/password", map[string]string{"old": s.admin, "new": "Good-pass-1"}, 200)
		admin.once("k1", "POST", "/orgs", village, 201)
		admin.once("k1", "POST", "/orgs", village, 201) // sent again: one body
		village["name"] = "另一个村"
		if p := admin.once("k1", "POST", "/orgs", village, 422); p["code"] != "operationReused" {
			t.Error(p)
		}
		if o := admin.ask("PATCH", "/orgs/532328101003", map[string]any{"version": 1, "population": 900}, 200); o["population"] != 900.0 || o["version"] != 2.0 {
			t.Error(o)
		}
		if p := admin.ask("PATCH", "/orgs/532328101003", map[string]any{"version": 1, "population": 1}, 409); p["code"] != "stale" {
			t.Error(p)
		}
	})
	t.Run("nobody without a session", func(t *testing.T) {
		s.browser(t).ask("GET", "/orgs", nil, 401)
	})
}

func TestAttachmentCalls(t *testing.T) {
	s := newSmall(t)
	zhang, li, town := s.signedIn(t, "zhang", "demo"), s.signedIn(t, "li", "demo"), s.signedIn(t, "town", "demo")
	m := zhang.ask("POST", "/matters", map[string]any{"title": "水沟改道引起的邻里纠纷", "category": "neighbourhood",
		"place": map[string]string{"text": "村东"}, "parties": []map[string]string{{"role": "applicant", "name": "赵六"}}}, 201)
	id := m["id"].(string)
	png, err := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the holder adds one, whoever sees the matter opens it", func(t *testing.T) {
		it := zhang.upload(id, "现场 照片.png", string(png), 201)
		if it["type"] != "image/png" || it["name"] != "现场 照片.png" {
			t.Error(it)
		}
		got := town.ask("GET", "/attachments/"+it["id"].(string), nil, 200)
		if got["text"] != string(png) || got["type"] != "image/png" || !strings.HasPrefix(got["how"].(string), "inline; filename*=utf-8''") {
			t.Error(got["type"], got["how"])
		}
		li.ask("GET", "/attachments/"+it["id"].(string), nil, 404)
		if m := town.ask("GET", "/matters/"+id, nil, 200); len(m["attachments"].([]any)) != 1 {
			t.Error(m["attachments"])
		}
	})
	t.Run("others do not add", func(t *testing.T) {
		li.upload(id, "x.png", string(png), 404)
		town.upload(id, "x.png", string(png), 403)
		zhang.upload(id, "x.png", "<html>", 422)
		zhang.ask("POST", "/matters/"+id+"/attachments", map[string]string{"file": "x"}, 400)
	})
	t.Run("the administrator sees no matter", func(t *testing.T) {
		admin := s.signedIn(t, "admin", s.admin)
		admin.ask("PUT", "/me/password", map[string]string{"old": s.admin, "new": "Good-pass-1"}, 200)
		admin.ask("GET", "/matters/"+id, nil, 404)
		admin.upload(id, "x.png", string(png), 404)
	})
	t.Run("everything verifies, sealed and not", func(t *testing.T) {
		r, err := s.Verify(t.Context())
		if err != nil || r.Broken != nil || r.Chains == 0 {
			t.Fatalf("%+v %v", r, err)
		}
		_, err = audit.Seal(t.Context(), s.DB, s.County())
		must(t, err)
		if r, err = s.Verify(t.Context()); err != nil || r.Broken != nil || r.Unsealed != 0 || r.Blocks == 0 {
			t.Fatalf("%+v %v", r, err)
		}
	})
}

func TestBearer(t *testing.T) {
	s := newSmall(t)
	token, err := s.IssueToken(t.Context(), "zhang", "")
	must(t, err)
	req, err := http.NewRequest("GET", s.url+"/api/v1/me", nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	if me := s.browser(t).send(req, 200); me["body"].(map[string]any)["code"] != "532328101001" {
		t.Error(me)
	}
}

func TestJobsRun(t *testing.T) {
	s := newSmall(t)
	must(t, s.Jobs.Tick(t.Context(), s.County()))
	if r, err := s.Verify(t.Context()); err != nil || r.Broken != nil || r.Unsealed != 0 {
		t.Errorf("%+v %v", r, err)
	}
	t.Run("the nightly sweep does all its parts", func(t *testing.T) {
		s.clock.Advance(24 * time.Hour)
		must(t, s.Jobs.Tick(t.Context(), s.County()))
		var states []string
		must(t, s.DB.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			return db.Select(ctx, q, &states, `SELECT state FROM job WHERE kind = 'sweep' ORDER BY key`)
		}))
		if len(states) == 0 || states[0] != "done" {
			t.Error(states)
		}
	})
}

func TestLoadCalendar(t *testing.T) {
	s := newSmall(t)
	const y2031 = "date,kind,name\n2031-01-01,holiday,元旦\n2031-10-01,holiday,国庆节\n"
	years, _, err := s.LoadCalendar(t.Context(), strings.NewReader(y2031))
	if err != nil || len(years) != 1 || years[0] != 2031 {
		t.Fatal(years, err)
	}
	if _, provisional := s.calendars.of(s.County()).IsWorkday("2031-10-01"); provisional {
		t.Error("still a guess")
	}
	if _, _, err := s.LoadCalendar(t.Context(), strings.NewReader("date,kind,name\n2031-01-01,holiday,元旦\n")); err == nil {
		t.Error("half a year was taken")
	}
	if n := testkit.Count(t, s.DB, "holiday"); n != 2 {
		t.Errorf("%d rows", n)
	}
}

// emptyDemo marks a data directory as a filled demonstration, without filling it.
func emptyDemo(t *testing.T, cfg *config.Config, note string, at time.Time) {
	t.Helper()
	a, err := Open(t.Context(), cfg, Options{Log: quiet, Clock: func() time.Time { return at }})
	must(t, err)
	must(t, a.createCounty(t.Context(), true))
	must(t, a.note(t.Context(), note))
	must(t, a.Close())
}

func TestDemoAndServeKeepApart(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, testkit.Shanghai)
	cfg := &config.Config{Data: t.TempDir()}
	emptyDemo(t, cfg, noteFilled, at)
	t.Run("serve refuses a demonstration", func(t *testing.T) {
		a, err := Open(t.Context(), cfg, Options{Log: quiet})
		must(t, err)
		defer func() { _ = a.Close() }()
		if _, err := a.Found(t.Context()); err == nil || !strings.Contains(err.Error(), "演示") {
			t.Error(err)
		}
	})
	t.Run("demo serves it again, the clock runs on and never back", func(t *testing.T) {
		for _, c := range []struct{ now, least time.Time }{{at.Add(-time.Hour), at}, {at.Add(time.Hour), at.Add(time.Hour)}} {
			a, err := OpenDemo(t.Context(), cfg, Options{Log: quiet}, c.now, nil)
			must(t, err)
			first := a.DB.Now()
			time.Sleep(10 * time.Millisecond)
			if first.Before(c.least.Truncate(time.Microsecond)) || first.After(c.least.Add(time.Minute)) || !a.DB.Now().After(first) {
				t.Errorf("%v, then %v", first, a.DB.Now())
			}
			must(t, a.Close())
		}
	})
	t.Run("demo refuses what broke off, and what is real", func(t *testing.T) {
		half := &config.Config{Data: t.TempDir()}
		emptyDemo(t, half, noteFilling, at)
		if _, err := OpenDemo(t.Context(), half, Options{Log: quiet}, at, nil); err == nil || !strings.Contains(err.Error(), "没有填完") {
			t.Error(err)
		}
		cfg := &config.Config{Data: t.TempDir()}
		a, err := Open(t.Context(), cfg, Options{Log: quiet})
		must(t, err)
		_, err = a.Found(t.Context())
		must(t, err)
		must(t, a.Close())
		if _, err := OpenDemo(t.Context(), cfg, Options{Log: quiet}, at, nil); err == nil || !strings.Contains(err.Error(), "正式") {
			t.Error(err)
		}
	})
}

func TestServeStops(t *testing.T) {
	cfg := &config.Config{Data: t.TempDir(), Listen: "127.0.0.1:0"}
	a, err := Open(t.Context(), cfg, Options{Log: quiet})
	must(t, err)
	_, err = a.Found(t.Context())
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan error, 1)
	started := make(chan string, 1)
	go func() { over <- a.Serve(ctx, func(addr string) { started <- addr }) }()
	addr := <-started
	res, err := http.Get("http://" + addr + "/readyz")
	must(t, err)
	if res.StatusCode != 200 {
		t.Error(res.StatusCode)
	}
	stop()
	must(t, <-over)
	var leases int
	must(t, a.DB.Read(t.Context(), func(ctx context.Context, q db.Q) error {
		_, err := db.Get(ctx, q, &leases, `SELECT count(*) FROM lease`)
		return err
	}))
	if leases != 0 {
		t.Error("the lease was not put down")
	}
	must(t, a.Close())
}

func TestSeededIDs(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	make3 := func() (out []string) {
		i := &IDs{}
		i.Seed(7)
		for range 3 {
			out = append(out, i.New(at))
		}
		return append(out, i.New(at.Add(time.Millisecond)))
	}
	a, b := make3(), make3()
	for i := range a {
		if a[i] != b[i] || i > 0 && a[i] <= a[i-1] || a[i][14] != '7' {
			t.Errorf("%v %v", a, b)
		}
	}
	i := &IDs{}
	if first := i.New(at); first == i.New(at) {
		t.Error("random ids repeat")
	}
}

func TestLoopback(t *testing.T) {
	for listen, want := range map[string]bool{"127.0.0.1:8080": true, "localhost:1": true, "[::1]:1": true, "0.0.0.0:80": false, ":80": false, "10.0.0.1:80": false, "x": false} {
		if Loopback(listen) != want {
			t.Error(listen)
		}
	}
}
