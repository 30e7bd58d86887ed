package app

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/stats"
)

// asker asks the API as a login of the demonstration.
type asker struct {
	t      *testing.T
	h      http.Handler
	cookie *http.Cookie
}

func (a *App) ask(t *testing.T, login string) asker {
	t.Helper()
	in, err := a.Accounts.Login(t.Context(), "127.0.0.1", login, DemoPassword)
	if err != nil {
		t.Fatal(err)
	}
	return asker{t, a.Handler(), &http.Cookie{Name: account.CookieName, Value: in.Token}}
}

func (q asker) get(path string, out any) {
	q.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil)
	r.AddCookie(q.cookie)
	w := httptest.NewRecorder()
	q.h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		q.t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		q.t.Fatal(err)
	}
}

// leads opens the list behind a number and compares.
func (q asker) leads(what string, n int64, filters map[string]string) {
	q.t.Helper()
	query := url.Values{"limit": {"1"}}
	for k, v := range filters {
		query.Set(k, v)
	}
	var page matter.Page
	q.get("/matters?"+query.Encode(), &page)
	if page.Total != n || page.TotalIsMinimum {
		q.t.Errorf("%s says %d, its list %v has %d", what, n, filters, page.Total)
	}
}

func TestHomeLeadsToItsRows(t *testing.T) {
	a := demoApp(t)
	for _, login := range []string{"joint", "town", "group"} {
		for _, under := range []string{"", "532328101000"} {
			t.Run(login+" "+under, func(t *testing.T) {
				q := a.ask(t, login)
				var h stats.Home
				q.get("/stats/home?under="+under, &h)
				counted := int64(0)
				for _, f := range h.Figures {
					q.leads(f.Name, f.Value, f.Filters)
					counted += f.Value
				}
				for _, w := range h.Weeks {
					q.leads("registered from "+w.From, w.Registered, w.Filters)
					q.leads("closed from "+w.From, w.Closed, w.ClosedFilters)
				}
				for _, c := range h.Categories {
					q.leads(c.Name, c.Open, c.Filters)
				}
				for _, l := range h.Levels {
					q.leads(l.Name, l.Resolved, l.Filters)
				}
				for _, d := range h.Due {
					q.leads("due on "+d.Date, d.Count, d.Filters)
				}
				if len(h.Weeks) != 8 || len(h.Due) != 14 || len(h.Levels) != 4 || counted == 0 && under == "" {
					t.Errorf("%+v", h)
				}
			})
		}
	}
}

// Each number of the summary is a list, too, for who sees the whole county.
func TestSummaryLeadsToItsRows(t *testing.T) {
	a := demoApp(t)
	q := a.ask(t, "joint")
	for _, under := range []string{"532328000000", "532328101000"} {
		var s stats.Summary
		q.get("/stats/summary?under="+under, &s)
		cohort := func(more ...string) map[string]string {
			f := map[string]string{"kind": s.Kind, "acceptedFrom": s.From, "acceptedTo": s.To, "acceptedUnder": under}
			for i := 0; i < len(more); i += 2 {
				f[more[i]] = more[i+1]
			}
			return f
		}
		q.leads("registered", s.Registered, map[string]string{"kind": s.Kind, "from": s.From, "to": s.To, "registeredUnder": under})
		all := "registered,accepted,handling,referred,resolved,concluded,ended,declined,withdrawn"
		for _, c := range []struct {
			what string
			n    int64
			more []string
		}{
			{"accepted", s.Accepted, []string{"stands", all}}, {"resolved", s.Resolved, []string{"stands", "resolved"}},
			{"ended", s.Ended, []string{"stands", "ended"}}, {"open", s.Open, []string{"stands", "registered,accepted,handling,referred"}},
			{"reopened", s.Reopened, []string{"stands", all, "reopened", "true"}}, {"come back", s.ComeBack, []string{"stands", all, "comeBack", "true"}},
			{"to court", s.ToCourt, []string{"stands", all, "toCourt", "true"}},
			{"followed up", s.FollowedUp.Numerator, []string{"stands", "resolved", "followedUp", "true"}},
			{"performed", s.Performed.Numerator, []string{"stands", "resolved", "performed", "true"}},
		} {
			q.leads(c.what, c.n, cohort(c.more...))
		}
		for _, l := range s.ByLevel {
			q.leads("resolved at "+l.Name, l.Resolved, cohort("stands", "resolved", "level", l.Level))
			q.leads("ended at "+l.Name, l.Ended, cohort("stands", "ended", "level", l.Level))
		}
	}
}
