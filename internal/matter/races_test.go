package matter

import (
	"context"
	"sync"
	"testing"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
)

// What two do at once: on PostgreSQL their transactions really overlap.

// atOnce runs n calls together and returns how each ended.
func atOnce(n int, fn func(i int) error) []error {
	out := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { out[i] = fn(i) })
	}
	all.Wait()
	return out
}

func TestOneOperationSentTwiceAtOnce(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx, ann := context.Background(), f.as(town1, "ann")
		ids := make([]string, 6)
		for _, err := range atOnce(len(ids), func(i int) error {
			v, err := f.s.Register(ctx, ann, raw(quarrel("一")), db.Operation{Person: ann.Person, Key: "r", Request: "r"})
			ids[i] = v.ID
			return err
		}) {
			check(f.t, err)
		}
		for _, id := range ids {
			if id != ids[0] {
				f.t.Fatalf("registered as %v", ids)
			}
		}
		if n := testkit.Count(f.t, f.s.DB, "matter"); n != 1 {
			f.t.Fatalf("%d matters", n)
		}
		v := f.at(View{RowView: RowView{ID: ids[0]}}, ann)
		for _, err := range atOnce(6, func(int) error {
			w, err := f.s.Act(ctx, ann, v.ID, "accept", v.Version, nil, db.Operation{Person: ann.Person, Key: "a", Request: "a"})
			if err == nil && w.Version != v.Version+1 {
				t.Errorf("version %d", w.Version)
			}
			return err
		}) {
			check(f.t, err)
		}
		f.wantTimeline(v.ID, "register accept")
	})
}

func TestMergedIntoEachOtherAtOnce(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(vill1, "ann")
		for range 5 {
			two := []View{f.register(ann, quarrel("一")), f.register(ann, quarrel("二"))}
			merged := 0
			for _, err := range atOnce(2, func(i int) error {
				_, err := f.try(two[i], ann, "merge", m{"into": two[1-i].ID})
				return err
			}) {
				if err == nil {
					merged++
				} else if !errs.Is(err, "stale") && !errs.Is(err, "invalid") && !errs.Is(err, "merged") {
					f.t.Fatal(err)
				}
			}
			a, b := f.state(two[0].ID).M.MergedInto, f.state(two[1].ID).M.MergedInto
			if merged != 1 || (a == "") == (b == "") {
				f.t.Fatalf("%d mergers: %q, %q", merged, a, b)
			}
		}
	})
}
