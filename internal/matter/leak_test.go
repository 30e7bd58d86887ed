package matter

import (
	"strings"
	"testing"
)

// What a body may learn of a matter it sees in part, or of one it does not see.

func TestAHelperLearnsNothingByAsking(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, helper := f.as(group1, "ann"), f.as(dept2, "ann")
		v := f.consented(f.register(ann, quarrel("水沟改道")), group1)
		v = f.do(v, ann, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": "entitled"})
		v = f.do(v, f.as(group1, "ben"), "confirmLists", m{"agree": true})
		v = f.do(v, ann, "requestHelp", m{"bodies": []string{dept2}, "task": "量一量水沟", "due": "2026-11-06"})
		asked := func(fill func(*Filter)) int { return len(f.list(helper, fill).Items) }
		if n := asked(func(x *Filter) { x.Q = v.Parties[0].Name }); n != 0 {
			f.t.Fatal("found by a party's name")
		}
		if n := asked(func(x *Filter) { x.List = []string{"justified"} }); n != 0 {
			f.t.Fatal("found by the list of a demand")
		}
		rows := f.list(helper, func(x *Filter) { x.Q = "水沟改道" }).Items
		if len(rows) != 1 || len(rows[0].Lists) != 0 {
			f.t.Fatalf("%+v", rows)
		}
		if rows := f.list(ann, func(x *Filter) { x.Q, x.List = v.Parties[0].Name, []string{"justified"} }).Items; len(rows) != 1 || len(rows[0].Lists) != 1 {
			f.t.Fatalf("the holder finds %+v", rows)
		}
	})
}

func TestAMergerShowsTheOthersStateAndNotItsTitle(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, group := f.as(vill1, "ann"), f.as(group1, "ann")
		v := f.register(ann, with(quarrel("一"), m{"onBehalfOf": group1}))
		v = f.do(v, f.as(group1, "lee"), "transfer", m{"to": group2, "reason": "place"})
		two := f.as(group2, "ann")
		v = f.do(v, two, "sign", nil)
		other := f.consented(f.register(two, quarrel("张家婚事")), group2)
		v = f.do(v, two, "merge", m{"into": other.ID})
		if text := f.last(v.ID).Text; strings.Contains(text, other.Title) || !strings.Contains(text, other.Number) {
			f.t.Fatal(text)
		}
		if seen := f.at(v, group); len(seen.Links) != 1 || seen.Links[0].Title == other.Title {
			f.t.Fatalf("%+v", seen.Links)
		}
		for _, r := range f.list(group).Items {
			if r.ID == v.ID && r.Status != Accepted {
				f.t.Fatalf("listed as %s", r.Status)
			}
		}
	})
}
