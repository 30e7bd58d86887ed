package matter

import (
	"context"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
	"tiaojietai/internal/workday"
)

// The dates of the clocks, calculated by hand on the State Council's calendar of
// 2026, and what the clock does by itself.

// onDay runs fn on each engine at ten in the morning of a day.
func onDay(t *testing.T, day string, fn func(f *fixture)) {
	t.Helper()
	testkit.EachAt(t, day+" 10:00", func(t *testing.T, d *db.DB, now *testkit.Clock) {
		fn(newFixture(t, d, now, rulebook.Default()))
	})
}

// National Day 2026: 1 to 7 October off, Saturday 10 October worked; 25 to 27
// September off (Mid-Autumn). Spring Festival: 15 to 23 February off, Saturdays 14
// and 28 February worked.
func TestLastDaysAcrossHolidays(t *testing.T) {
	for _, c := range []struct{ start, clock, body, want, why string }{
		{"2026-09-30", "acceptance", group1, "2026-10-10", "working days: 8, 9 and the worked Saturday 10"},
		{"2026-09-24", "acceptance", group1, "2026-09-30", "28, 29, 30"},
		{"2026-09-23", "holder", group1, "2026-09-30", "ten days end on 3 October, early for a body"},
		{"2026-09-28", "holder", group1, "2026-10-08", "ten days end on the first day worked again"},
		{"2026-09-18", "holder", vill1, "2026-09-30", "fifteen days end on 3 October, early"},
		{"2026-09-10", "holder", town1, "2026-09-30", "twenty days"},
		{"2026-09-01", "holder", dept1, "2026-09-30", "thirty days end on 1 October, early"},
		{"2026-09-01", "matter", group1, "2026-09-30", "thirty days, early"},
		{"2026-09-03", "confirmApply", group1, "2026-10-08", "thirty days end on 3 October, late for a citizen"},
		{"2026-09-30", "receipt", group1, "2026-10-09", "working days: 8, 9"},
		{"2026-02-13", "acceptance", group1, "2026-02-25", "the worked Saturday 14, then 24 and 25"},
		{"2026-02-10", "holder", group1, "2026-02-14", "ten days end on 20 February, early: the worked Saturday"},
		{"2026-02-02", "holder", vill1, "2026-02-14", "fifteen days end on 17 February, early"},
		{"2026-01-20", "confirmApply", group1, "2026-02-24", "thirty days end on 19 February, late for a citizen"},
		{"2026-01-24", "matter", group1, "2026-02-14", "thirty days end on 23 February, early"},
		{"2026-02-27", "receipt", group1, "2026-03-02", "the worked Saturday 28, then Monday"},
	} {
		t.Run(c.start+" "+c.clock+" of "+c.body, func(t *testing.T) {
			onDay(t, c.start, func(f *fixture) {
				var v View
				switch c.clock {
				case "acceptance", "matter":
					v = f.register(f.as(c.body, "ann"), quarrel("一"))
				case "holder":
					v = f.do(f.register(f.as(c.body, "ann"), quarrel("一")), f.as(c.body, "ann"), "accept", nil)
				case "receipt":
					v = f.do(f.register(f.as(c.body, "ann"), quarrel("一")), f.as(c.body, "lee"), "transfer", m{"to": group2, "reason": "competence"})
				default:
					v = f.settled(c.body, "agreement")
				}
				f.due(v, c.clock, c.want)
				d := f.clock(v, c.clock)
				if h := d.DueAt.In(workday.Zone); h.Hour() != 0 || h.Minute() != 0 || d.Provisional || d.Basis == "" {
					f.t.Fatalf("%s: %+v", c.why, d)
				}
			})
		})
	}
}

func TestEveryClockNamesItsBasis(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.settled(group1, "agreement")
		d := f.clock(v, "confirmApply")
		if !strings.Contains(d.Basis, "人民调解法第三十三条") || !d.Verified || d.Unit != "day" || d.Days != 30 {
			f.t.Fatalf("%+v", d)
		}
		v = f.register(f.as(petRm, "ann"), petition("一"))
		if d := f.clock(v, "petitionForward"); !strings.Contains(d.Basis, "信访工作条例第二十二条") || !d.Verified {
			f.t.Fatalf("%+v", d)
		}
		for _, d := range v.Deadlines {
			if !d.Verified && !strings.Contains(d.Basis, "默认") {
				f.t.Fatalf("%s is neither law nor marked a default: %s", d.Clock, d.Basis)
			}
		}
	})
}

func TestOverdueSurfacesUpward(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, vill := f.as(group1, "ann"), f.as(vill1, "ann")
		v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
		if !f.todoHas(ann, "mine", v.ID) || f.todoHas(ann, "overdue", v.ID) {
			f.t.Fatal("not yet due")
		}
		f.now.Advance(10*24*time.Hour + 15*time.Hour - time.Minute) // 12 November 23:59
		f.tick(0)
		if !f.todoHas(ann, "dueToday", v.ID) {
			f.t.Fatal("due today")
		}
		f.now.Advance(time.Minute)
		if got := f.at(v, ann); got.Next.State != "overdue" {
			f.t.Fatalf("%+v", got.Next)
		}
		f.tick(1)
		f.tick(0)
		e := f.last(v.ID)
		if e.Action != "surface" || e.Person != "" || e.Org != "" || !strings.Contains(e.Text, "本级办理") || !strings.Contains(e.Text, "马街") {
			f.t.Fatalf("%+v", e)
		}
		if !f.todoHas(vill, "overdue", v.ID) || !f.todoHas(ann, "overdue", v.ID) || f.todoHas(f.as(town1, "ann"), "overdue", v.ID) {
			f.t.Fatal("brought to the body above, and to it alone")
		}
		if p := f.list(ann, func(x *Filter) { x.Overdue = true }); p.Total != 1 {
			f.t.Fatalf("%d overdue", p.Total)
		}
		// handed over while late, it is the body above the new holder that urges
		w := f.tried(group1, "failed")
		f.now.Advance(31 * 24 * time.Hour)
		f.tick(2)
		w = f.do(f.at(w, ann), ann, "escalate", m{"reason": "noAgreement"})
		w = f.do(w, vill, "sign", nil)
		if !f.todoHas(f.as(town1, "ann"), "overdue", w.ID) {
			f.t.Fatal("the township is not told")
		}
	})
}

// Who is to sign, answers a referral or helps is late by its own clock only.
func TestAReceiverIsLateByItsOwnClock(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, dept := f.as(town1, "ann"), f.as(dept1, "ann")
		v := f.tried(town1, "failed")
		f.now.Advance(21 * 24 * time.Hour)
		v = f.do(v, ann, "escalate", m{"reason": "needsDepartment", "to": dept1})
		if f.todoHas(dept, "overdue", v.ID) || !f.todoHas(dept, "toSign", v.ID) {
			f.t.Fatal("the sender's lateness is not the receiver's")
		}
		if got := f.at(v, dept); got.Next == nil || got.Next.Clock != "receipt" || got.Next.State != "running" {
			f.t.Fatalf("%+v", got.Next)
		}
		f.now.Advance(3 * 24 * time.Hour)
		if !f.todoHas(dept, "overdue", v.ID) {
			f.t.Fatal("not signed for in time")
		}
	})
}

// Until a year's table is loaded its days follow the weekend rule, marked so, and
// are recomputed when it is.
func TestRecomputeWhenAYearIsLoaded(t *testing.T) {
	onDay(t, "2026-12-30", func(f *fixture) {
		ann := f.as(group1, "ann")
		plain := f.register(ann, quarrel("一"))
		f.due(plain, "acceptance", "2027-01-04") // 31, Friday 1, Monday 4
		if d := f.clock(plain, "acceptance"); !d.Provisional {
			f.t.Fatal("not marked provisional")
		}
		f.now.Advance(-8 * 24 * time.Hour)
		moved := f.tried(group1, "adjourned")
		f.due(moved, "holder", "2027-01-01")
		moved = f.do(moved, ann, "extend", m{"days": 5, "reason": "nearly", "agreed": true})
		f.due(moved, "holder", "2027-01-06")
		if n, err := f.s.Recompute(context.Background(), county); err != nil || n != 0 {
			f.t.Fatalf("moved %d, %v", n, err)
		}
		table, err := workday.Load(strings.NewReader("2027-01-01,holiday,元旦\n2027-01-02,holiday,元旦\n2027-01-03,holiday,元旦\n2027-10-01,holiday,国庆节\n"))
		check(f.t, err)
		f.s.Calendar = func(string) *workday.Calendar { return workday.Embedded().With(table) }
		if n, err := f.s.Recompute(context.Background(), county); err != nil || n != 2 {
			f.t.Fatalf("moved %d, %v", n, err)
		}
		plain, moved = f.at(plain, ann), f.at(moved, ann)
		f.due(plain, "acceptance", "2027-01-05") // 31, Monday 4, Tuesday 5
		f.due(moved, "holder", "2027-01-05")     // early to 31 December, and the five days agreed
		for _, d := range append(plain.Deadlines, moved.Deadlines...) {
			if d.Provisional {
				f.t.Fatalf("%s is still provisional", d.Clock)
			}
		}
		if e := f.last(plain.ID); e.Action != "recompute" || e.Person != "" {
			f.t.Fatalf("%+v", e)
		}
		if n, err := f.s.Recompute(context.Background(), county); err != nil || n != 0 {
			f.t.Fatalf("moved %d again, %v", n, err)
		}
	})
}
