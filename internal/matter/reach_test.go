package matter

import (
	"context"
	"testing"
)

func TestRebuildReach(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.register(f.as(group1, "ann"), quarrel("水沟改道引起的邻里纠纷"))
		rebuild := func(want int) {
			f.t.Helper()
			if n, err := f.s.RebuildReach(context.Background(), county); err != nil || n != want {
				f.t.Fatalf("%d put right, want %d (%v)", n, want, err)
			}
		}
		rebuild(0)
		_, err := f.s.DB.SQL().ExecContext(t.Context(), `DELETE FROM matter_reach WHERE org = $1`, joint)
		check(t, err)
		_, err = f.s.DB.SQL().ExecContext(t.Context(), `UPDATE matter_reach SET todo = 'clear' WHERE org = $1`, vill1)
		check(t, err)
		if _, err := f.s.View(context.Background(), f.as(joint, "lee"), v.ID); err == nil {
			t.Fatal("the joint office sees it without a row")
		}
		rebuild(1)
		if _, err := f.s.View(context.Background(), f.as(joint, "lee"), v.ID); err != nil {
			t.Fatal(err)
		}
		rebuild(0)
	})
}

func TestAMergedMatterIsToldOnBothTimelines(t *testing.T) {
	onEngines(t, func(f *fixture) {
		c := f.as(vill1, "ann")
		a, b := f.register(c, quarrel("水沟改道引起的邻里纠纷")), f.register(c, quarrel("还是那条水沟"))
		a = f.do(a, c, "merge", m{"into": b.ID})
		f.wantTimeline(a.ID, "register merge")
		f.wantTimeline(b.ID, "register merge")
		f.refused(b, c, "accept", nil, "conflict", "stale") // it has moved on
	})
}
