package matter

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
)

// ditch is a matter about a ditch, with names of its own.
func ditch(more m) m {
	return with(m{"title": "果园水沟被邻家改道", "category": "neighbourhood", "place": m{"text": "东坡果园旁"}, "demands": []m{{"text": "恢复果园水沟原来走向"}},
		"parties": []m{{"role": "applicant", "name": "张守田", "phone": "10008780001"}, {"role": "respondent", "name": "普文才"}}}, more)
}

// crowd makes the words of a ditch rare by other matters around.
func (f *fixture) crowd(n int) {
	for i := range n {
		other := []string{"夜里噪音太大", "彩礼没有退还", "工钱拖欠半年", "鸡粪臭味难闻", "界石挪了位置"}[i%5]
		f.register(f.as([]string{vill2, vill3}[i%2], "ann"), m{"title": other, "category": "land", "place": m{"text": "街上" + itoa(i)}, "parties": []m{{"name": "王" + itoa(i)}}})
	}
}

func (f *fixture) similar(v View, c account.Caller) []SimilarItem {
	f.t.Helper()
	got, err := f.s.Similar(context.Background(), c, v.ID)
	check(f.t, err)
	return got.Items
}

func TestSimilarMatters(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.crowd(20)
		ann := f.as(vill1, "ann")
		mine := f.register(ann, ditch(nil))
		f.run("nothing is like it", func(f *fixture) {
			if got := f.similar(mine, ann); len(got) != 0 {
				f.t.Fatalf("%+v", got)
			}
		})
		old := f.do(f.consented(f.register(ann, ditch(m{"title": "果园水沟堵了", "parties": []m{{"name": "陈大山"}, {"name": "高秀"}}})), vill1), ann, "attempt", attempt(f, "agreed"))
		old = f.do(old, ann, "resolve", m{"by": "oral", "note": "清了水沟"})
		f.run("one in scope with the reason and how it ended", func(f *fixture) {
			got := f.similar(mine, ann)
			if len(got) != 1 || !got[0].InScope || got[0].Matter.ID != old.ID || got[0].How != "口头协议" || got[0].ClosedMonth != "2026-11" {
				f.t.Fatalf("%+v", got)
			}
			if why := strings.Join(got[0].Why, ""); !strings.Contains(why, "在同一个地方") || !strings.Contains(why, "邻里") || !slices.Contains(got[0].Words, "果园水沟") {
				f.t.Fatalf("%v %v", got[0].Why, got[0].Words)
			}
		})
		f.run("a party's name makes nothing alike", func(f *fixture) {
			parties := m{"parties": []m{{"name": "欧阳长河"}, {"name": "司马相如"}}, "category": "contract"}
			a := f.register(ann, with(m{"title": "欧阳长河和司马相如买牛", "place": m{"text": "集市"}}, parties))
			f.register(ann, with(m{"title": "欧阳长河和司马相如换地", "place": m{"text": "山头"}}, parties))
			if got := f.similar(a, ann); len(got) != 0 {
				f.t.Fatalf("%+v", got)
			}
		})
		f.run("merged, void and drafts are not shown", func(f *fixture) {
			f.register(ann, ditch(m{"draft": true}))
			into := f.register(ann, m{"title": "别的事", "category": "land", "place": m{"text": "别处"}, "parties": []m{{"name": "王一"}}})
			f.do(f.register(ann, ditch(nil)), ann, "merge", m{"into": into.ID})
			if got := f.similar(mine, ann); len(got) != 1 || got[0].Matter.ID != old.ID {
				f.t.Fatalf("%+v", got)
			}
		})
	})
}

func TestSimilarOutOfScopeCannotBeKnown(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.crowd(20)
		far := f.as(vill3, "ann")
		v := f.register(far, ditch(m{"title": "果园水沟改到钱大有家门口", "place": m{"text": "西河湾七号"}, "description": "秘密经过",
			"demands": []m{{"text": "恢复果园水沟原来走向，让钱大有修路"}}, "parties": []m{{"name": "钱大有", "phone": "10008780009"}, {"name": "孙小圣"}}}))
		ann := f.as(vill1, "ann")
		mine := f.register(ann, ditch(m{"demands": []m{{"text": "恢复果园水沟原来走向，别改到钱大有家门口"}}}))
		if got := f.similar(mine, ann); len(got) != 0 {
			f.t.Fatalf("one that goes on elsewhere is shown: %+v", got)
		}
		v = f.do(f.consented(v, vill3), far, "attempt", attempt(f, "agreed"))
		f.do(v, far, "resolve", m{"by": "oral", "note": "清了水沟"})
		got := f.similar(mine, ann)
		if len(got) != 1 || got[0].InScope || got[0].How != "口头协议" || got[0].Matter.Month != "2026-11" || got[0].Matter.Level == "" || got[0].Matter.CategoryName == "" {
			f.t.Fatalf("%+v", got)
		}
		all := string(raw(got))
		for _, secret := range []string{v.ID, v.Number, v.Title, "钱大有", "大有", "孙小圣", "西河湾", "七号", "牛街", "黄瓜园", "果园", "水沟", "秘密", vill3, town2, `"id"`, `"holder"`, `"number"`} {
			if strings.Contains(all, secret) {
				f.t.Errorf("%q is told: %s", secret, all)
			}
		}
		if got := f.similar(mine, f.as(joint, "ann")); len(got) != 1 || !got[0].InScope || got[0].Matter.Number != v.Number {
			f.t.Fatalf("who sees it: %+v", got)
		}
	})
}

func TestSimilarLeavesOutWhatHasAConcern(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.crowd(20)
		ann := f.as(vill1, "ann")
		plain := f.register(ann, ditch(nil))
		hurt := f.register(ann, ditch(m{"concerns": []string{"violence"}}))
		if got := f.similar(plain, ann); len(got) != 0 {
			f.t.Fatalf("to one with a concern: %+v", got)
		}
		if got := f.similar(hurt, ann); len(got) != 0 {
			f.t.Fatalf("from one with a concern: %+v", got)
		}
		two := f.register(ann, ditch(nil))
		if got := f.similar(plain, ann); len(got) != 1 || got[0].Matter.ID != two.ID {
			f.t.Fatalf("%+v", got)
		}
		f.do(two, ann, "amend", m{"fields": m{"concerns": []string{"minor"}}, "reason": "wrongName"})
		if got := f.similar(plain, ann); len(got) != 0 {
			f.t.Fatalf("a concern set later: %+v", got)
		}
		_, err := f.s.Similar(context.Background(), f.as(vill3, "ann"), plain.ID)
		f.wantErr(err, errs.NotFound, "notFound")
	})
}

func TestSameContact(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx, ann := context.Background(), f.as(vill1, "ann")
		mine := f.register(ann, quarrel("水沟"))
		other := f.register(ann, with(quarrel("另一件"), m{"parties": []m{{"name": "李国華", "phone": "10008780001"}}}))
		f.register(f.as(vill3, "ann"), quarrel("外乡的"))
		f.register(ann, m{"draft": true, "title": "草稿", "parties": []m{{"name": "李国华", "phone": "10008780001"}}})
		party := mine.Parties[0].ID
		ids := func(got SameContact) (out []string) {
			for _, r := range got.Items {
				out = append(out, r.ID)
			}
			return out
		}
		f.run("the holder finds those in scope, logged", func(f *fixture) {
			rows := testkit.Count(f.t, f.s.DB, "audit_row")
			got, err := f.s.SameContact(ctx, ann, mine.ID, party, "phone")
			check(f.t, err)
			if !slices.Equal(ids(got), []string{other.ID}) || testkit.Count(f.t, f.s.DB, "audit_row") != rows+1 {
				f.t.Fatalf("%v", ids(got))
			}
			got, err = f.s.SameContact(ctx, ann, mine.ID, party, "idNumber")
			check(f.t, err)
			all, _ := json.Marshal(got)
			if string(all) != `{"items":[]}` {
				f.t.Fatalf("%s", all)
			}
		})
		f.run("nobody else, and only while it is open", func(f *fixture) {
			for _, c := range []account.Caller{f.as(town1, "ann"), f.as(joint, "lee")} {
				_, err := f.s.SameContact(ctx, c, mine.ID, party, "phone")
				f.wantErr(err, errs.Forbidden, "notHolder")
			}
			_, err := f.s.SameContact(ctx, f.as(vill3, "ann"), mine.ID, party, "phone")
			f.wantErr(err, errs.NotFound, "notFound")
			done := f.settled(vill1, "oral")
			_, err = f.s.SameContact(ctx, ann, done.ID, done.Parties[0].ID, "phone")
			f.wantErr(err, errs.Forbidden, "notHolder")
		})
		f.run("bad input", func(f *fixture) {
			for _, x := range [][2]string{{party, "address"}, {party, ""}, {"nobody", "phone"}, {mine.Parties[1].ID, "phone"}} {
				_, err := f.s.SameContact(ctx, ann, mine.ID, x[0], x[1])
				f.wantErr(err, errs.Invalid, "invalid")
			}
		})
	})
}
