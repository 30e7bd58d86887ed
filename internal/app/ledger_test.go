package app

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/org"
)

const yuanmaLedger = "../ledger/testdata/ledger-yuanma-2021h1.xlsx"

// ledgerVillages are those the real ledger names, by the names it uses.
func ledgerVillages(t *testing.T, orgs *org.Service, county string) {
	t.Helper()
	var all []org.New
	for i, name := range []string{"张二村社区", "龙泉社区", "清和社区", "双龙社区", "大沟社区", "东城社区", "翠峰社区"} {
		all = append(all, org.New{Code: "5323281010" + string(rune('1'+i)) + "0", Name: name, Kind: "villageRoom", Parent: "532328101000"})
	}
	must(t, orgs.AddAll(t.Context(), account.Caller{}, county, all))
}

// sendFile posts a file as a form.
func (b *browser) sendFile(path, name string, content []byte, status int) map[string]any {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	p, err := w.CreateFormFile("file", name)
	must(b.t, err)
	_, err = p.Write(content)
	must(b.t, err)
	must(b.t, w.Close())
	req, err := http.NewRequest("POST", b.url+"/api/v1"+path, &form)
	must(b.t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(req, status)
}

// until polls an import as the page does, while the county's jobs run.
func (s *small) until(t *testing.T, b *browser, id, state string) map[string]any {
	t.Helper()
	for range 200 {
		must(t, s.Jobs.Tick(t.Context(), s.County()))
		s.Jobs.Wait()
		if v := b.ask("GET", "/imports/"+id, nil, 200); v["state"] == state {
			return v
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("never %s: %v", state, b.ask("GET", "/imports/"+id, nil, 200))
	return nil
}

func TestALedgerOverHTTP(t *testing.T) {
	s := newSmall(t)
	ledgerVillages(t, s.Orgs, s.County())
	must(t, s.Orgs.Aliases(t.Context(), account.Caller{}, s.County(), "532328101001", []string{"马街社区"}))
	content, err := os.ReadFile(yuanmaLedger)
	must(t, err)
	town := s.signedIn(t, "town", "demo")
	before := town.ask("GET", "/stats/summary?from=2021-01-01&to=2021-12-31", nil, 200)["accepted"]
	v := town.sendFile("/imports?kind=matters", "台账.xlsx", content, 201)
	id := v["id"].(string)
	for _, list := range []string{"sheets", "titles", "columns", "fields", "rejected"} {
		if _, ok := v[list].([]any); !ok {
			t.Errorf("%s is no list: %v", list, v[list])
		}
	}
	town.ask("POST", "/imports/"+id+"/check", nil, 202)
	if v = s.until(t, town, id, "checked"); len(v["rejected"].([]any)) != 5 {
		t.Fatalf("%v", v["rejected"])
	}
	town.ask("POST", "/imports/"+id+"/run", nil, 202)
	v = s.until(t, town, id, "done")
	if counts := v["counts"].(map[string]any); counts["entered"] != 37.0 || counts["rejected"] != 5.0 {
		t.Fatalf("%v", counts)
	}
	if after := town.ask("GET", "/stats/summary?from=2021-01-01&to=2021-12-31", nil, 200)["accepted"]; after != 37.0 {
		t.Errorf("accepted %v", after)
	}
	s.ledgerFiles(t, town, id)
	zhang := s.signedIn(t, "zhang", "demo")
	zhang.ask("GET", "/imports/"+id, nil, 404)
	zhang.ask("POST", "/imports/"+id+"/run", nil, 404)
	zhang.ask("POST", "/imports/"+id+"/undo", map[string]string{"reason": "x"}, 404)
	town.ask("POST", "/imports/"+id+"/run", nil, 409)
	town.ask("POST", "/imports/"+id+"/undo", map[string]string{"reason": ""}, 422)
	town.ask("POST", "/imports/"+id+"/undo", map[string]string{"reason": "传错了文件"}, 202)
	s.until(t, town, id, "undone")
	if after := town.ask("GET", "/stats/summary?from=2021-01-01&to=2021-12-31", nil, 200)["accepted"]; after != before {
		t.Errorf("accepted %v, before %v", after, before)
	}
	if p := town.ask("GET", "/imports?limit=1", nil, 200); p["total"] != 1.0 || len(p["items"].([]any)) != 1 {
		t.Errorf("%v", p)
	}
}

// ledgerFiles: what can be taken away as a file.
func (s *small) ledgerFiles(t *testing.T, town *browser, id string) {
	t.Helper()
	for path, want := range map[string]string{"/imports/" + id + "/rejected": "xlsx", "/imports/templates/matters": "xlsx", "/imports/templates/orgs": "xlsx",
		"/exports/matters?format=xlsx&status=handling": "xlsx", "/exports/matters?format=csv&layout=ledger": "csv",
		"/exports/matters?level=village&closedFrom=2026-01-01&batch=2026-0001&reopened=true": "xlsx",
		"/exports/orgs?format=csv":    "csv",
		"/exports/people?format=xlsx": "xlsx", "/exports/statistics?format=csv&from=2021-01-01&to=2021-12-31": "csv"} {
		got := town.ask("GET", path, nil, 200)
		zipped := strings.HasPrefix(got["text"].(string), "PK\x03\x04")
		if zipped != (want == "xlsx") || !strings.Contains(got["how"].(string), "attachment") || len(got["text"].(string)) < 20 {
			t.Errorf("%s: %v, %v", path, got["type"], got["how"])
		}
	}
	town.ask("GET", "/exports/matters?format=pdf", nil, 422)
	town.ask("GET", "/exports/matters?bogus=1", nil, 422)
}

func TestALedgerTooLargeOrCutOffOverHTTP(t *testing.T) {
	s := newSmall(t)
	town := s.signedIn(t, "town", "demo")
	content, err := os.ReadFile(yuanmaLedger)
	must(t, err)
	town.sendFile("/imports?kind=matters", "台账.xlsx", append(content[:0:0], make([]byte, 70<<20)...), 413)
	town.sendFile("/imports?kind=matters", "台账.xlsx", []byte("\x89PNG\r\n\x1a\n"), 422)
	town.sendFile("/imports?kind=bogus", "台账.xlsx", content, 422)
	town.sendFile("/imports?kind=orgs", "机构.xlsx", content, 403)
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	p, err := w.CreateFormFile("file", "台账.xlsx")
	must(t, err)
	_, err = p.Write(content)
	must(t, err)
	for _, n := range []int{0, 50, form.Len() / 2, form.Len() - 1} { // the end mark of the form never comes
		req, err := http.NewRequest("POST", s.url+"/api/v1/imports?kind=matters", io.LimitReader(bytes.NewReader(form.Bytes()), int64(n)))
		must(t, err)
		req.Header.Set("Content-Type", w.FormDataContentType())
		res, err := town.http.Do(req)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode < 400 || res.StatusCode >= 500 {
			t.Errorf("cut at %d: %d", n, res.StatusCode)
		}
	}
	if p := town.ask("GET", "/imports", nil, 200); p["total"] != 0.0 {
		t.Errorf("%v", p)
	}
}

func TestAnImportSentTwiceIsOne(t *testing.T) {
	s := newSmall(t)
	town := s.signedIn(t, "town", "demo")
	content, err := os.ReadFile(yuanmaLedger)
	must(t, err)
	first := ""
	for range 2 {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		p, err := w.CreateFormFile("file", "台账.xlsx")
		must(t, err)
		_, err = p.Write(content)
		must(t, err)
		must(t, w.Close())
		req, err := http.NewRequest("POST", s.url+"/api/v1/imports?kind=matters", &form)
		must(t, err)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Idempotency-Key", "once")
		v := town.send(req, 201)
		if first != "" && v["id"] != first {
			t.Errorf("%v, first %s", v["id"], first)
		}
		first = v["id"].(string)
	}
	if p := town.ask("GET", "/imports", nil, 200); p["total"] != 1.0 {
		t.Errorf("%v", p["total"])
	}
}
