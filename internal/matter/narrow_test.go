package matter

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// Every part of a tally is the total of the list with its filter, and what a
// filter of the statistics names is what it finds.
func TestTallyIsTheTotalOfItsLists(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.register(f.as(group1, "ann"), quarrel("一"))
		f.settled(vill1, "agreement")
		f.settled(group1, "oral")
		f.now.Advance(50 * time.Hour)
		f.register(f.as(vill2, "ann"), with(quarrel("二"), m{"category": "land"}))
		f.settled(town1, "agreement")
		today := workday.Date(f.now.Now())
		for _, body := range []string{joint, town1, vill1, vill3} {
			f.tallies(f.as(body, "ann"), today)
		}
		c := f.as(joint, "ann")
		for what, want := range map[string]struct {
			n int64
			f Narrow
		}{
			"resolved by villages": {1, Narrow{Level: []string{"village"}, ClosedTo: today}}, "closed today": {1, Narrow{ClosedFrom: today, ClosedTo: today}},
			"registered below": {4, Narrow{RegisteredUnder: vill1}}, "of no level": {0, Narrow{Level: []string{"county"}}},
			"come back": {0, Narrow{ComeBack: true}}, "at court": {0, Narrow{ToCourt: true}}, "reopened": {0, Narrow{Reopened: true}},
			"followed up": {0, Narrow{FollowedUp: true}}, "performed": {0, Narrow{Performed: true}},
		} {
			if what == "registered below" {
				want.n = 3
			}
			if p := f.list(c, func(x *Filter) { x.Narrow = want.f }); p.Total != want.n || int64(len(p.Items)) != want.n {
				f.t.Errorf("%s: %d, want %d", what, p.Total, want.n)
			}
		}
		for _, bad := range []Narrow{{Level: []string{"planet"}}, {DueFrom: "soon"}, {ClosedTo: "2026-13-01"}, {RegisteredUnder: "1"}, {Batch: "a\x00"}, {Batch: "\xff"}} {
			if _, err := f.s.List(context.Background(), c, Filter{Narrow: bad}); err == nil {
				f.t.Errorf("%+v was taken", bad)
			}
		}
	})
}

// tallies compares the parts one body sees with its lists.
func (f *fixture) tallies(c account.Caller, today string) {
	f.t.Helper()
	ctx, now := context.Background(), f.now.Now()
	first := workday.AddDays(today, -9)
	check(f.t, f.s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		for by, set := range map[string]func(*Filter, string){
			TallyStatus: func(x *Filter, code string) { x.Status = []string{code} }, TallyCategory: func(x *Filter, code string) { x.Category = []string{code} },
			TallyHolder: func(x *Filter, code string) { x.Holder = []string{code} },
		} {
			parts, err := Tally(ctx, q, c, Filter{}, by, now)
			check(f.t, err)
			var sum int64
			for code, n := range parts {
				x := Filter{}
				set(&x, code)
				total, err := Counted(ctx, q, c, x, now)
				check(f.t, err)
				if total != n {
					f.t.Errorf("%s %s of %s: %d, its list has %d", by, code, c.Name, n, total)
				}
				sum += n
			}
			if all, err := Counted(ctx, q, c, Filter{}, now); err != nil || all != sum {
				f.t.Errorf("%s of %s: %d of %d %v", by, c.Name, sum, all, err)
			}
		}
		for at, set := range map[string]func(*Filter, string, string){
			TallyRegistered: func(x *Filter, a, b string) { x.From, x.To = a, b }, TallyDue: func(x *Filter, a, b string) { x.DueFrom, x.DueTo = a, b },
			TallyClosed: func(x *Filter, a, b string) { x.ClosedFrom, x.ClosedTo = a, b },
		} {
			x := Filter{}
			set(&x, first, "")
			days, err := TallyDays(ctx, q, c, x, at, first, now)
			check(f.t, err)
			for d := range int64(60) {
				day, one := workday.AddDays(first, int(d)), Filter{}
				set(&one, day, day)
				if total, err := Counted(ctx, q, c, one, now); err != nil || total != days[d] {
					f.t.Errorf("%s of %s on %s: %d, its list has %d %v", at, c.Name, day, days[d], total, err)
				}
			}
		}
		return nil
	}))
}
