package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

type input struct {
	Body struct {
		Name  string `json:"name" maxLength:"5"`
		Kind  string `json:"kind,omitempty" enum:"a,b"`
		Place struct {
			Text string `json:"text"`
		} `json:"place"`
	}
}

type output struct {
	Body struct {
		Name string       `json:"name"`
		Op   db.Operation `json:"op"`
	}
}

// outcome is what the test's handler returns.
var outcome error

// serve makes a server with one call and gives a function that asks it.
func serve(t *testing.T, o Options) (ask func(method, path, body string, headers ...string) *http.Response, logged *bytes.Buffer) {
	t.Helper()
	logged = &bytes.Buffer{}
	o.Title, o.Version, o.Log = "t", "1", slog.New(slog.NewJSONHandler(logged, nil))
	s := New(o)
	huma.Register(s.API, huma.Operation{OperationID: "make", Method: "POST", Path: "/things/{id}", Middlewares: huma.Middlewares{
		Before(s.API, func(_ context.Context, param func(string) string) error {
			if param("id") == "hidden" {
				return errs.New(errs.NotFound, "notFound", "没有找到。")
			}
			return nil
		})}},
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
			input
		}) (*output, error) {
			if in.ID == "panic" {
				panic("身份证 530102199001011234")
			}
			out := &output{}
			out.Body.Name, out.Body.Op = in.Body.Name, OperationOf(ctx, "p")
			return out, outcome
		})
	huma.Register(s.API, huma.Operation{OperationID: "list", Method: "GET", Path: "/things"}, func(_ context.Context, in *struct {
		Limit int `query:"limit" minimum:"1" maximum:"100" default:"20"`
	}) (*output, error) {
		out := &output{}
		out.Body.Name = strings.Repeat("水", 2000)
		return out, outcome
	})
	h := s.Handler()
	return func(method, path, body string, headers ...string) *http.Response {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Result()
	}, logged
}

// problem reads the answer as a problem and checks its shape.
func problem(t *testing.T, r *http.Response, status int, code string) map[string]any {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p map[string]any
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatalf("%d %s", r.StatusCode, text)
	}
	if ct := r.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("content type %s", ct)
	}
	if r.StatusCode != status || p["status"] != float64(status) || p["code"] != code {
		t.Errorf("want %d %s, got %d %s", status, code, r.StatusCode, text)
	}
	if d, _ := p["detail"].(string); d == "" || !strings.ContainsAny(d, "。") {
		t.Errorf("no Chinese sentence: %s", text)
	}
	if _, ok := p["errors"].([]any); !ok {
		t.Errorf("errors is no list: %s", text)
	}
	return p
}

const good = `{"name":"水沟","place":{"text":"村东"}}`

func TestProblems(t *testing.T) {
	ask, logged := serve(t, Options{})
	t.Run("every kind has its status, and its sentence is shown", func(t *testing.T) {
		for kind, status := range statusOf {
			outcome = &errs.Error{Kind: kind, Code: "someCode", Msg: "不能这样。", Err: errors.New("secret cause"), After: 7}
			r := ask("POST", "/api/v1/things/1", good)
			p := problem(t, r, status, "someCode")
			if p["detail"] != "不能这样。" || strings.Contains(p["detail"].(string), "secret") {
				t.Error(p)
			}
			if got := r.Header.Get("Retry-After"); got != "7" {
				t.Errorf("%s: Retry-After %q", kind, got)
			}
		}
	})
	t.Run("the cause of a failure is in the log and not in the answer", func(t *testing.T) {
		logged.Reset()
		outcome = errs.Wrap("read", errors.New("secret cause"))
		p := problem(t, ask("POST", "/api/v1/things/1", good), 500, "internal")
		if strings.Contains(p["detail"].(string), "secret") || !strings.Contains(logged.String(), "secret cause") {
			t.Error(p, logged)
		}
	})
	t.Run("an error of no kind is a failure of ours", func(t *testing.T) {
		outcome = errors.New("boom")
		problem(t, ask("POST", "/api/v1/things/1", good), 500, "internal")
	})
	t.Run("stale carries the state as it is now", func(t *testing.T) {
		outcome = &errs.Error{Kind: errs.Conflict, Code: "stale", Msg: "刚被别人改过。", Current: map[string]int{"version": 3}}
		p := problem(t, ask("POST", "/api/v1/things/1", good), 409, "stale")
		if cur, _ := p["current"].(map[string]any); cur["version"] != float64(3) {
			t.Error(p)
		}
	})
	t.Run("fields of a service's refusal", func(t *testing.T) {
		outcome = errs.InvalidField("title", "请填写标题。")
		p := problem(t, ask("POST", "/api/v1/things/1", good), 422, "invalid")
		if f := p["errors"].([]any)[0].(map[string]any); f["field"] != "title" {
			t.Error(p)
		}
	})
	outcome = nil
	t.Run("a panic is a failure of ours, told only to the log", func(t *testing.T) {
		p := problem(t, ask("POST", "/api/v1/things/panic", good), 500, "internal")
		if strings.Contains(p["detail"].(string), "530102") {
			t.Error(p)
		}
	})
	t.Run("an unknown call is a problem too", func(t *testing.T) {
		problem(t, ask("GET", "/api/v1/nothing", ""), 404, "notFound")
		problem(t, ask("DELETE", "/api/v1/things/1", ""), 404, "notFound")
	})
}

func TestValidation(t *testing.T) {
	ask, _ := serve(t, Options{})
	cases := []struct{ name, body, field, says string }{
		{"a missing field, at its place", `{"place":{"text":"x"}}`, "name", "要填"},
		{"a missing field inside another", `{"name":"x","place":{}}`, "place.text", "要填"},
		{"an unknown field", `{"name":"x","place":{"text":"x"},"secret":"530102"}`, "secret", "没有这一项"},
		{"a wrong type", `{"name":5,"place":{"text":"x"}}`, "name", "文字"},
		{"too long", `{"name":"一二三四五六","place":{"text":"x"}}`, "name", "最多 5 个字"},
		{"none of the choices", `{"name":"x","kind":"530102","place":{"text":"x"}}`, "kind", "选项"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := ask("POST", "/api/v1/things/1", c.body)
			p := problem(t, r, 422, "invalid")
			text, _ := json.Marshal(p)
			if strings.Contains(string(text), "530102") {
				t.Errorf("the submitted value is in the answer: %s", text)
			}
			f := p["errors"].([]any)[0].(map[string]any)
			if f["field"] != c.field || !strings.Contains(f["message"].(string), c.says) {
				t.Errorf("%s", text)
			}
		})
	}
	t.Run("a query that is no number, too large or unknown", func(t *testing.T) {
		for _, q := range []string{"limit=x", "limit=1000", "page=2"} {
			p := problem(t, ask("GET", "/api/v1/things?"+q, ""), 422, "invalid")
			if len(p["errors"].([]any)) != 1 {
				t.Errorf("%s: %v", q, p)
			}
		}
	})
	t.Run("where huma does not validate the body, unreadable is told from wrong all the same", func(t *testing.T) {
		detail := func(m string) error { return &huma.ErrorDetail{Location: "body", Message: m, Value: "{"} }
		for _, m := range []string{"unexpected end of JSON input", "invalid character 'x' looking for beginning of value"} {
			if p := newProblem(422, "", []error{detail(m)}); p.Status != 400 || p.Code != "unreadable" {
				t.Fatalf("%s: %+v", m, p)
			}
		}
		p := newProblem(422, "", []error{detail("json: cannot unmarshal string into Go struct field .version of type int64")})
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Field != "version" {
			t.Fatalf("%+v", p)
		}
	})
	t.Run("unreadable JSON, no body, another format", func(t *testing.T) {
		problem(t, ask("POST", "/api/v1/things/1", `{"name":`), 400, "unreadable")
		problem(t, ask("POST", "/api/v1/things/1", ""), 400, "unreadable")
		problem(t, ask("POST", "/api/v1/things/1", "name=x", "Content-Type", "application/x-www-form-urlencoded"), 415, "wrongType")
	})
	t.Run("too large, said or not", func(t *testing.T) {
		big := `{"name":"` + strings.Repeat("x", maxBody) + `"}`
		problem(t, ask("POST", "/api/v1/things/1", big), 413, "tooLarge")
		problem(t, ask("POST", "/api/v1/things/1", big, "Idempotency-Key", "k"), 413, "tooLarge")
	})
	t.Run("scope comes before validation", func(t *testing.T) {
		problem(t, ask("POST", "/api/v1/things/hidden", `{"x":1}`), 404, "notFound")
	})
}

func TestSameOrigin(t *testing.T) {
	ask, _ := serve(t, Options{TrustedOrigins: []string{"https://oa.example.gov.cn"}})
	for _, c := range []struct {
		name    string
		headers []string
		ok      bool
	}{
		{"no browser", nil, true},
		{"the own page", []string{"Sec-Fetch-Site", "same-origin"}, true},
		{"another site", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"another site by Origin", []string{"Origin", "https://evil.example"}, false},
		{"the own origin", []string{"Origin", "http://example.com"}, true}, // httptest's host
		{"a trusted one", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://oa.example.gov.cn"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := ask("POST", "/api/v1/things/1", good, c.headers...)
			if c.ok && r.StatusCode != 200 {
				t.Error(r.StatusCode)
			}
			if !c.ok {
				problem(t, r, 403, "crossOrigin")
			}
			if r := ask("GET", "/api/v1/things", "", c.headers...); r.StatusCode != 200 {
				t.Errorf("reading: %d", r.StatusCode)
			}
		})
	}
}

func TestGuard(t *testing.T) {
	ask, logged := serve(t, Options{Guard: func(r *http.Request) (context.Context, string, error) {
		if r.Header.Get("Authorization") == "" {
			return nil, "", errs.New(errs.Unauthorized, "notSignedIn", "请先登录。")
		}
		return r.Context(), "p1", nil
	}})
	t.Run("nobody gets to a call, nor learns which there are", func(t *testing.T) {
		for _, path := range []string{"/api/v1/things", "/api/v1/nothing", "/api/v1/"} {
			r := ask("GET", path, "")
			problem(t, r, 401, "notSignedIn")
			if r.Header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
		}
	})
	t.Run("the log has route and person, and no query", func(t *testing.T) {
		logged.Reset()
		ask("GET", "/api/v1/things?limit=5", "", "Authorization", "x")
		if s := logged.String(); !strings.Contains(s, `"route":"GET /api/v1/things"`) || !strings.Contains(s, `"person":"p1"`) || strings.Contains(s, "limit") {
			t.Error(s)
		}
	})
}

func TestOperation(t *testing.T) {
	ask, _ := serve(t, Options{})
	op := func(path, body string, headers ...string) (o db.Operation) {
		r := ask("POST", path, body, headers...)
		var v struct{ Op db.Operation }
		if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v.Op
	}
	t.Run("without a key there is none", func(t *testing.T) {
		if o := op("/api/v1/things/1", good); o != (db.Operation{}) {
			t.Error(o)
		}
	})
	t.Run("the request is told apart by path and body", func(t *testing.T) {
		a := op("/api/v1/things/1", good, "Idempotency-Key", "k")
		b := op("/api/v1/things/1", good, "Idempotency-Key", "k")
		c := op("/api/v1/things/2", good, "Idempotency-Key", "k")
		d := op("/api/v1/things/1", good+" ", "Idempotency-Key", "k")
		if a.Key != "k" || a.Person != "p" || a != b || a.Request == c.Request || a.Request == d.Request {
			t.Error(a, b, c, d)
		}
	})
	t.Run("a key too long is refused", func(t *testing.T) {
		problem(t, ask("POST", "/api/v1/things/1", good, "Idempotency-Key", strings.Repeat("k", 200)), 422, "invalid")
	})
}

func TestStatic(t *testing.T) {
	files := fstest.MapFS{"index.html": {Data: []byte("<html>页面")}, "assets/a-1.js": {Data: []byte(strings.Repeat("x", 3000))}}
	ask, _ := serve(t, Options{UI: files})
	t.Run("every path of the app is the page, asked for anew", func(t *testing.T) {
		for _, p := range []string{"/", "/matters/123", "/orgs"} {
			r := ask("GET", p, "")
			text, _ := io.ReadAll(r.Body)
			if !strings.Contains(string(text), "页面") || r.Header.Get("Cache-Control") != "no-cache" {
				t.Error(p, r.StatusCode, string(text))
			}
		}
	})
	t.Run("assets never change; one that is missing is no page", func(t *testing.T) {
		if r := ask("GET", "/assets/a-1.js", ""); !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Error(r.Header)
		}
		if r := ask("GET", "/assets/b-2.js", ""); r.StatusCode != 404 {
			t.Error(r.StatusCode)
		}
	})
	t.Run("without a build it says so", func(t *testing.T) {
		ask, _ := serve(t, Options{UI: fstest.MapFS{".gitkeep": {}}})
		r := ask("GET", "/", "")
		text, _ := io.ReadAll(r.Body)
		if r.StatusCode != 503 || !strings.Contains(string(text), "make build") {
			t.Error(r.StatusCode, string(text))
		}
	})
	t.Run("large answers are compressed where the browser takes it", func(t *testing.T) {
		r := ask("GET", "/api/v1/things", "", "Accept-Encoding", "gzip")
		if r.Header.Get("Content-Encoding") != "gzip" {
			t.Fatal(r.Header)
		}
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := io.ReadAll(z); !strings.Contains(string(text), "水水") {
			t.Error(string(text))
		}
	})
}

func TestTechnicalRoutes(t *testing.T) {
	t.Run("health, readiness and headers", func(t *testing.T) {
		ask, _ := serve(t, Options{Ready: func(context.Context) error { return errors.New("down") }})
		r := ask("GET", "/healthz", "")
		if r.StatusCode != 200 || !strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
			r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("X-Request-Id") == "" {
			t.Error(r.StatusCode, r.Header)
		}
		if r := ask("GET", "/readyz", ""); r.StatusCode != 503 {
			t.Error(r.StatusCode)
		}
	})
	t.Run("metrics only where configured", func(t *testing.T) {
		ask, _ := serve(t, Options{UI: fstest.MapFS{"index.html": {Data: []byte("page")}}})
		if r := ask("GET", "/metrics", ""); r.StatusCode != 404 {
			t.Error(r.StatusCode)
		}
		ask, _ = serve(t, Options{Metrics: true})
		ask("GET", "/api/v1/things", "")
		if text, _ := io.ReadAll(ask("GET", "/metrics", "").Body); !strings.Contains(string(text), `route="GET /api/v1/things",status="200"} 1`) {
			t.Error(string(text))
		}
	})
	t.Run("OpenAPI 3.1 without the prefix in its paths", func(t *testing.T) {
		ask, _ := serve(t, Options{})
		var doc struct {
			OpenAPI string
			Paths   map[string]any
			Servers []struct{ URL string }
		}
		if err := json.NewDecoder(ask("GET", "/openapi.json", "").Body).Decode(&doc); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(doc.OpenAPI, "3.1") || doc.Paths["/things"] == nil || doc.Servers[0].URL != Prefix {
			t.Errorf("%+v", doc)
		}
	})
}

func TestAddress(t *testing.T) {
	for _, c := range [][3]string{
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"10.0.0.1:5", "1.2.3.4", "10.0.0.1"}, // whoever comes from outside may write what they like
		{"127.0.0.1:5", "9.9.9.9, 1.2.3.4", "1.2.3.4"},
		{"127.0.0.1:5", "nonsense", "127.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c[0]
		r.Header.Set("X-Forwarded-For", c[1])
		if got := addrOf(r); got != c[2] {
			t.Errorf("%v: %s", c, got)
		}
	}
}
