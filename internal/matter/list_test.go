package matter

import (
	"context"
	"testing"
	"time"
)

func TestPages(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(vill1, "ann")
		for i := range 25 {
			if i%7 == 6 {
				f.now.Advance(time.Hour)
			}
			v := f.register(ann, quarrel("第"+itoa(i)+"件"))
			if i%3 == 0 {
				f.do(v, ann, "accept", nil)
			}
		}
		for _, sort := range []string{"-registeredAt", "due"} {
			seen, order := map[string]bool{}, []int64{}
			cursor := ""
			for page := 0; page < 4; page++ {
				p, err := f.s.List(context.Background(), ann, Filter{Limit: 10, Sort: sort, Cursor: cursor})
				check(f.t, err)
				if p.Total != 25 {
					f.t.Fatalf("%d in all", p.Total)
				}
				for _, r := range p.Items {
					if seen[r.ID] {
						f.t.Fatalf("%s is on two pages", r.Number)
					}
					seen[r.ID] = true
					if sort == "due" {
						order = append(order, r.Next.DueAt.UnixMicro())
					} else {
						order = append(order, -r.RegisteredAt.UnixMicro())
					}
				}
				if p.NextCursor == nil {
					break
				}
				cursor = *p.NextCursor
			}
			if len(seen) != 25 {
				f.t.Fatalf("%s: %d on the pages", sort, len(seen))
			}
			for i := 1; i < len(order); i++ {
				if order[i] < order[i-1] {
					f.t.Fatalf("%s: row %d out of order", sort, i)
				}
			}
		}
	})
}

func TestFilters(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, town := f.as(vill1, "ann"), f.as(town1, "ann")
		f.register(ann, quarrel("一"))
		f.do(f.register(f.as(group1, "ann"), with(quarrel("二"), m{"category": "land"})), f.as(group1, "ann"), "accept", nil)
		f.register(f.as(vill2, "ann"), quarrel("三"))
		f.register(town, petition("四"))
		f.now.Advance(15 * time.Hour) // the third of November, at midnight
		last := f.register(ann, quarrel("五"))
		f.do(last, ann, "merge", m{"into": f.register(ann, quarrel("六")).ID})
		for name, want := range map[string]struct {
			fill func(*Filter)
			n    int64
		}{
			"all":               {func(*Filter) {}, 6},
			"status":            {func(x *Filter) { x.Status = []string{Registered} }, 4},
			"two statuses":      {func(x *Filter) { x.Status = []string{Accepted, Registered} }, 5},
			"merged":            {func(x *Filter) { x.Status = []string{Merged} }, 1},
			"kind":              {func(x *Filter) { x.Kind = []string{Petition} }, 1},
			"category":          {func(x *Filter) { x.Category = []string{"land"} }, 1},
			"holder":            {func(x *Filter) { x.Holder = []string{vill1, vill2} }, 4},
			"under a village":   {func(x *Filter) { x.Under = vill1 }, 4},
			"under the county":  {func(x *Filter) { x.Under = root }, 6},
			"until the second":  {func(x *Filter) { x.To = "2026-11-02" }, 4},
			"from the third on": {func(x *Filter) { x.From = "2026-11-03" }, 2},
			"both ends":         {func(x *Filter) { x.From, x.To = "2026-11-02", "2026-11-03" }, 6},
			"overdue":           {func(x *Filter) { x.Overdue = true }, 1}, // the petition, due on the day it was written down
			"a name":            {func(x *Filter) { x.Q = "普文才" }, 5},
			"not a name":        {func(x *Filter) { x.Q = "文普" }, 0},
		} {
			if p := f.list(town, want.fill); p.Total != want.n || int64(len(p.Items)) != want.n {
				t.Errorf("%s: %d of %d, want %d", name, len(p.Items), p.Total, want.n)
			}
		}
	})
}
