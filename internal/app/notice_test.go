package app

import (
	"net/http"
	"testing"
)

// The inbox over HTTP: what a step tells, read marks, and a poll that mostly
// answers 304.
func TestNoticeCalls(t *testing.T) {
	s := newSmall(t)
	zhang, li := s.signedIn(t, "zhang", "demo"), s.signedIn(t, "li", "demo")
	v := zhang.ask("POST", "/matters", map[string]any{"title": "水沟改道", "category": "neighbourhood", "place": map[string]any{"text": "村东"},
		"parties": []map[string]any{{"role": "applicant", "name": "李国华"}, {"role": "respondent", "name": "普文才"}}}, 201)
	summary := func(tag string, status int) (map[string]any, string) {
		t.Helper()
		req, err := http.NewRequest("GET", s.url+"/api/v1/notices/summary", nil)
		must(t, err)
		req.Header.Set("If-None-Match", tag)
		res, err := li.http.Do(req)
		must(t, err)
		must(t, res.Body.Close())
		if res.StatusCode != status {
			t.Fatalf("summary: %d, not %d", res.StatusCode, status)
		}
		return li.ask("GET", "/notices/summary", nil, 200), res.Header.Get("ETag")
	}
	nothing, tag := summary("", 200)
	if nothing["unread"] != 0.0 || len(nothing["urgent"].([]any)) != 0 {
		t.Fatalf("%v", nothing)
	}
	summary(tag, 304)

	act := func(b *browser, action string, input map[string]any) {
		t.Helper()
		v = b.ask("POST", "/matters/"+v["id"].(string)+"/actions", map[string]any{"action": action, "version": v["version"], "input": input}, 200)
	}
	act(zhang, "transfer", map[string]any{"to": "532328101002", "reason": "competence"})
	got, changed := summary(tag, 200)
	if changed == tag || got["unread"] != 1.0 || len(got["urgent"].([]any)) != 0 {
		t.Fatalf("%v", got)
	}
	summary(changed, 304)
	page := li.ask("GET", "/notices?unread=true", nil, 200)
	first := page["items"].([]any)[0].(map[string]any)
	if first["cause"] != "toSign" || first["causeName"] != "待签收" || first["readAt"] != nil || first["digest"] != nil ||
		first["matter"].(map[string]any)["title"] != "水沟改道" || page["total"] != 1.0 || page["nextCursor"] != nil {
		t.Fatalf("%v", page)
	}
	if left := li.ask("POST", "/notices/read", map[string]any{"ids": []any{first["id"]}}, 200); left["unread"] != 0.0 {
		t.Fatalf("%v", left)
	}
	if page = li.ask("GET", "/notices?unread=true", nil, 200); len(page["items"].([]any)) != 0 {
		t.Fatalf("%v", page)
	}
	act(li, "return", map[string]any{"reason": "notOurs"})
	back := zhang.ask("GET", "/notices/summary", nil, 200)["urgent"].([]any)
	if len(back) != 1 || back[0].(map[string]any)["text"] != "某村没有签收，退回来了，请看退回的理由。" {
		t.Fatalf("%v", back)
	}
	for _, bad := range []map[string]any{{}, {"all": false}, {"ids": []string{"x"}, "all": true}} {
		zhang.ask("POST", "/notices/read", bad, 422)
	}
	for _, bad := range []string{"?limit=0", "?limit=101", "?cursor=x"} {
		zhang.ask("GET", "/notices"+bad, nil, 422)
	}
	s.browser(t).ask("GET", "/notices", nil, 401)
	if none := s.signedIn(t, "admin", s.admin).ask("GET", "/notices", nil, 403); none["code"] != "mustChangePassword" {
		t.Fatalf("%v", none)
	}
}

// Pages follow each other without a gap or a repeat.
func TestNoticePages(t *testing.T) {
	s := newSmall(t)
	zhang, li := s.signedIn(t, "zhang", "demo"), s.signedIn(t, "li", "demo")
	for range 7 { // all at one instant of the clock
		v := zhang.ask("POST", "/matters", map[string]any{"title": "水沟改道", "category": "neighbourhood", "place": map[string]any{"text": "村东"},
			"parties": []map[string]any{{"role": "applicant", "name": "李国华"}}}, 201)
		zhang.ask("POST", "/matters/"+v["id"].(string)+"/actions", map[string]any{"action": "transfer", "version": v["version"],
			"input": map[string]any{"to": "532328101002", "reason": "competence"}}, 200)
	}
	seen, cursor := map[string]bool{}, ""
	for range 4 {
		page := li.ask("GET", "/notices?limit=2"+cursor, nil, 200)
		for _, it := range page["items"].([]any) {
			seen[it.(map[string]any)["id"].(string)] = true
		}
		if next, ok := page["nextCursor"].(string); ok {
			cursor = "&cursor=" + next
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d different ones, want 7", len(seen))
	}
}
