package matter

import (
	"context"
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/org"
)

func TestBulkReceipt(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx, ann, lee := context.Background(), f.as(group1, "ann"), f.as(vill1, "ben")
		var items []BulkItem
		var views []View
		for range 3 {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			views, items = append(views, v), append(items, BulkItem{v.ID, v.Version})
		}
		own := f.register(f.as(vill1, "ann"), quarrel("自己的"))
		foreign := f.register(f.as(vill2, "ann"), quarrel("别家"))
		items[1].Version--
		items = append(items, BulkItem{own.ID, own.Version}, BulkItem{foreign.ID, foreign.Version})
		op := db.Operation{Person: lee.Person, Key: "bulk", Request: "r"}
		for range 2 { // the same operation again: the same answer, nothing twice
			got, err := f.s.SignMany(ctx, lee, items, op)
			check(f.t, err)
			if len(got.Done) != 2 || len(got.Refused) != 3 || got.Refused[0].Code != "stale" || got.Refused[2].Code != "notFound" || got.Refused[1].Detail == "" {
				f.t.Fatalf("%+v", got)
			}
		}
		for i, holder := range []string{vill1, group1, vill1} {
			if v := f.at(views[i], lee); v.Holder.Code != holder {
				f.t.Fatalf("%d is held by %s", i, v.Holder.Code)
			}
		}
		if e := f.last(views[0].ID); e.Action != "sign" || e.Person != lee.Person {
			f.t.Fatalf("%+v", e)
		}
	})
}

// After a village went under another township, the new one sees what it and its
// groups hold, the old one no more, and the rule that made the rows agrees.
func TestReachFollowsAMovedBody(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx := context.Background()
		v := f.register(f.as(group1, "ann"), quarrel("一"))
		mine := f.register(f.as(vill1, "ann"), quarrel("二"))
		to := town2
		check(f.t, f.s.Orgs.Change(ctx, account.Caller{}, county, vill1, org.Change{Parent: &to}))
		check(f.t, f.s.ReachOfMoved(ctx, county, vill1))
		for _, id := range []string{v.ID, mine.ID} {
			if _, err := f.s.View(ctx, f.as(town2, "ann"), id); err != nil {
				f.t.Fatal(err)
			}
			if _, err := f.s.View(ctx, f.as(town1, "ann"), id); err == nil {
				f.t.Fatal("the old township still sees it")
			}
		}
		fixed, err := f.s.RebuildReach(ctx, county)
		check(f.t, err)
		if fixed != 0 {
			f.t.Fatalf("the nightly check still put %d right", fixed)
		}
	})
}
