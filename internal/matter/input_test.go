package matter

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
)

// Bad input (issue 1): every refusal is a sentence, nothing is half-written.

func (f *fixture) tryRegister(c account.Caller, n any) error {
	_, err := f.s.Register(context.Background(), c, raw(n), db.Operation{})
	return err
}

func with(n m, change m) m {
	for k, v := range change {
		n[k] = v
	}
	return n
}

func TestBadRegistrations(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		party := func(change m) m { return m{"parties": []m{with(m{"name": "李国华"}, change)}} }
		for name, change := range map[string]m{
			"no title": {"title": ""}, "61 characters": {"title": strings.Repeat("长", 61)}, "no category": {"category": nil},
			"unknown category": {"category": "noSuch"}, "no place": {"place": nil}, "no party": {"parties": []m{}},
			"a party without a name": party(m{"name": " "}), "a phone of letters": party(m{"phone": "一三九"}), "unknown role": party(m{"role": "enemy"}),
			"unknown source": {"source": "rumour"}, "unknown concern": {"concerns": []string{"crowd"}}, "negative amount": {"amountFen": -1},
			"a fraction of a fen": {"amountFen": 1.5}, "found tomorrow": {"foundAt": f.today(24)}, "an empty demand": {"demands": []m{{"text": ""}}},
			"unknown field": {"score": 5}, "a field of a party that is none": party(m{"score": 5}), "wrong type": {"title": 7}, "an id that is none": {"id": "7"},
			"a consent that is not recorded here": party(m{"consent": true}), "a petition's field on a dispute": {"channel": "visit"},
			"a control character": {"title": "水\x00沟"}, "a broken time": {"foundAt": "昨天"}, "unknown kind": {"kind": "rumour"},
			"on behalf of a stranger": {"onBehalfOf": vill2}, "an external number without a system": {"externalIds": []m{{"number": "7"}}},
			"a party id that is none": party(m{"id": "x"}), "risk without an end": {"risk": m{"level": "urgent", "why": "吵"}},
		} {
			t.Log(name)
			f.nothingRegistered(func() error { return f.tryRegister(ann, with(quarrel("一"), change)) }, errs.Invalid, "invalid")
		}
		for _, broken := range []string{``, `{`, `[]`, `"x"`, `{"title":`} {
			f.nothingRegistered(func() error {
				_, err := f.s.Register(context.Background(), ann, json.RawMessage(broken), db.Operation{})
				if e := errs.As(err); e.Kind == errs.Malformed || e.Kind == errs.Invalid {
					return errs.New(errs.Invalid, "invalid", e.Msg)
				}
				return err
			}, errs.Invalid, "invalid")
		}
		nobody := ann
		nobody.Roles = nil
		for _, c := range []account.Caller{nobody, f.as(just, "ann"), f.as(joint, "lee"), {County: county, Person: "admin", Admin: "system"}} {
			f.nothingRegistered(func() error { return f.tryRegister(c, quarrel("一")) }, errs.Forbidden, "notRegistrar")
		}
		err := f.tryRegister(ann, with(quarrel("一"), m{"category": "x", "title": "", "amountFen": -1}))
		if e := errs.As(err); len(e.Fields) != 3 || strings.Contains(e.Error(), "-1") {
			f.t.Fatalf("names each field, repeats no value: %v", e)
		}
	})
}

func TestHarmlessInput(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		title := "<script>alert('x')</script>\"; DROP TABLE matter; --"
		v := f.register(ann, with(quarrel(title), m{"parties": []m{{"name": "𠮷田有"}, {"name": "㼆〇赟"}}}))
		long := f.register(ann, quarrel(strings.Repeat("𠮷", 60)))
		if got := f.at(v, ann); got.Title != title || got.Parties[0].Name != "𠮷田有" || f.at(long, ann).Title != strings.Repeat("𠮷", 60) {
			f.t.Fatalf("%+v", got)
		}
		for q, want := range map[string]int64{"𠮷田": 1, "script": 1, "'x'": 1, "%": 0, "_": 0, `\`: 0, "000002": 1, "老槐树": 2, "调登〔2026〕": 2} {
			if p := f.list(ann, func(x *Filter) { x.Q = q }); p.Total != want {
				t.Errorf("%q finds %d, want %d", q, p.Total, want)
			}
		}
		for _, q := range []Filter{{Q: "\x00"}, {Q: "\xff"}, {Status: []string{"\x00"}}, {Limit: 101}, {Limit: -1}, {Sort: "title"}, {From: "昨天"}, {Under: "999"}, {Cursor: "?"}, {Cursor: encodeCursor(1, "\x00")}, {Cursor: encodeCursor(1, "")}, {Stands: []string{"\xff"}}} {
			_, err := f.s.List(context.Background(), ann, q)
			f.wantErr(err, errs.Invalid, "invalid")
		}
		for _, id := range []string{"", "x", "\x00", "%", strings.ToUpper(v.ID), "01a20fb1-5336-7c09-b0e5-e34569934a1c"} {
			_, err := f.s.View(context.Background(), ann, id)
			f.wantErr(err, errs.NotFound, "notFound")
			_, err = f.s.Act(context.Background(), ann, id, "accept", 1, nil, db.Operation{})
			f.wantErr(err, errs.NotFound, "notFound")
		}
		f.refused(v, ann, "no\x00such", nil, errs.Invalid, "invalid")
		f.refused(v, ann, "surface", nil, errs.Invalid, "invalid")
		for _, broken := range []string{`[]`, `"x"`, `{"reason":7}`, `{"reason":["criminal"]}`, `{"reason":null,"remedy":{}}`} {
			_, err := f.s.Act(context.Background(), ann, v.ID, "decline", v.Version, json.RawMessage(broken), db.Operation{})
			f.wantErr(err, errs.Invalid, "invalid")
		}
	})
}

func TestOneOperationOnce(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx, ann := context.Background(), f.as(town1, "ann")
		op := db.Operation{Person: ann.Person, Key: "k1", Request: "r1"}
		v, err := f.s.Register(ctx, ann, raw(quarrel("一")), op)
		check(f.t, err)
		again, err := f.s.Register(ctx, ann, raw(quarrel("一")), op)
		if check(f.t, err); again.ID != v.ID || again.Number != v.Number || testkit.Count(t, f.s.DB, "matter") != 1 {
			f.t.Fatalf("%s and %s", again.Number, v.Number)
		}
		op.Request = "r2"
		_, err = f.s.Register(ctx, ann, raw(quarrel("二")), op)
		f.wantErr(err, errs.Invalid, "operationReused")

		op = db.Operation{Person: ann.Person, Key: "k2", Request: "accept"}
		for range 2 { // the second with a version that is stale by now
			w, err := f.s.Act(ctx, ann, v.ID, "accept", v.Version, nil, op)
			if check(f.t, err); w.Version != v.Version+1 {
				f.t.Fatalf("version %d", w.Version)
			}
		}
		f.wantTimeline(v.ID, "register accept")
		op.Request = "other"
		_, err = f.s.Act(ctx, ann, v.ID, "accept", v.Version, nil, op)
		f.wantErr(err, errs.Invalid, "operationReused")

		// also when the step took the matter out of sight
		v = f.do(f.consented(f.register(ann, quarrel("三")), town1), ann, "attempt", attempt(f, "failed"))
		v = f.do(v, ann, "escalate", m{"reason": "needsDepartment", "to": dept1})
		d := f.as(dept1, "ann")
		for range 2 {
			_, err := f.s.Act(ctx, d, v.ID, "return", v.Version, raw(m{"reason": "notOurs"}), db.Operation{Person: d.Person, Key: "k3", Request: "return"})
			check(f.t, err)
		}
		_, err = f.s.View(ctx, d, v.ID)
		f.wantErr(err, errs.NotFound, "notFound")

		id := "01a20fb1-5336-7c09-b0e5-e34569934a1c"
		check(f.t, f.tryRegister(ann, with(quarrel("四"), m{"id": id})))
		f.nothingRegistered(func() error { return f.tryRegister(ann, with(quarrel("四"), m{"id": id})) }, errs.Conflict, "exists")
	})
}

func TestTwoPeopleAtOnce(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.register(f.as(group1, "ann"), quarrel("一"))
		out := make([]error, 2)
		var both sync.WaitGroup
		for i, who := range []string{"ann", "ben"} {
			both.Go(func() { _, out[i] = f.try(v, f.as(group1, who), "accept", nil) })
		}
		both.Wait()
		lost := out[0]
		if lost == nil {
			lost = out[1]
		} else if out[1] != nil {
			f.t.Fatalf("both lost: %v, %v", out[0], out[1])
		}
		e := f.wantErr(lost, errs.Conflict, "stale")
		if now, ok := e.Current.(View); !ok || now.Status != Accepted {
			f.t.Fatalf("current %+v", e.Current)
		}
		f.wantTimeline(v.ID, "register accept")

		var many sync.WaitGroup
		for i := range 20 {
			many.Go(func() {
				out[i%2] = f.tryRegister(f.as([]string{group1, group2, vill1}[i%3], "ann"), quarrel("一起登记"))
			})
		}
		many.Wait()
		numbers := map[string]bool{}
		for _, r := range f.list(f.as(joint, "ann")).Items {
			numbers[r.Number] = true
		}
		for n := 1; n <= 21; n++ {
			if !numbers[f.rb.RegisterNumber("马街", 2026, n)] {
				f.t.Fatalf("number %d is missing", n)
			}
		}
	})
}

func TestTheClockSetBack(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		v := f.register(ann, quarrel("一"))
		f.now.Advance(-48 * time.Hour)
		v = f.do(v, ann, "accept", nil)
		rows := f.rows(v.ID)
		if rows[1].At < rows[0].At {
			f.t.Fatal("the timeline went back")
		}
		f.due(v, "holder", "2026-11-12")
		f.tick(0)
		if next := f.register(ann, quarrel("二")); next.RegisteredAt.After(f.now.Now()) {
			f.t.Fatal("registered in the future")
		}
	})
}

func TestAClosedBody(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, lee := f.as(vill1, "ann"), f.as(vill1, "lee")
		v := f.register(ann, quarrel("一"))
		f.close(group2, dept2)
		f.wrongField(v, lee, "transfer", m{"to": group2, "reason": "down"}, "to")
		v = f.do(f.consented(v, vill1), ann, "attempt", attempt(f, "failed"))
		f.wrongField(v, ann, "escalate", m{"reason": "beyondUs", "to": dept2, "skipReason": "department"}, "to")
		f.wrongField(v, ann, "requestHelp", m{"bodies": []string{dept2}, "task": "量", "due": "2026-11-06"}, "bodies")
		f.nothingRegistered(func() error { return f.tryRegister(ann, with(quarrel("替组登记"), m{"onBehalfOf": group2})) }, errs.Invalid, "invalid")
	})
}

// close closes bodies as of yesterday.
func (f *fixture) close(bodies ...string) {
	f.t.Helper()
	for _, b := range bodies {
		check(f.t, f.s.Orgs.Close(context.Background(), account.Caller{County: county}, county, b, "2026-11-01"))
	}
}

func TestExternalNumbers(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		number := func(n string) m { return m{"externalIds": []m{{"system": "司法行政", "number": n}}} }
		v := f.register(ann, with(quarrel("一"), number("YN-7")))
		if len(v.ExternalIDs) != 1 || v.ExternalIDs[0].Number != "YN-7" {
			f.t.Fatalf("%+v", v.ExternalIDs)
		}
		f.nothingRegistered(func() error { return f.tryRegister(ann, with(quarrel("二"), number("YN-7"))) }, errs.Conflict, "externalId")
		w := f.register(ann, quarrel("二"))
		f.refused(w, ann, "amend", m{"fields": number("YN-7"), "reason": "moreDetail"}, errs.Conflict, "externalId")
		w = f.do(w, ann, "amend", m{"fields": number("YN-8"), "reason": "moreDetail"})
		w = f.do(w, ann, "amend", m{"fields": number("YN-9"), "reason": "typo"})
		if c := decodeChanges(f.last(w.ID)); len(c) != 1 || c[0].Old != "YN-8" || c[0].New != "YN-9" {
			f.t.Fatalf("%+v", c)
		}
	})
}

func TestASwitchedOffRow(t *testing.T) {
	testkit.EachAt(t, "2026-11-02 09:00", func(t *testing.T, d *db.DB, now *testkit.Clock) {
		f := newFixture(t, d, now, threeLevel(t))
		n := with(quarrel("一"), m{"category": "water"})
		v := f.register(f.as(vill1, "ann"), n)
		if offered(f.at(v, f.as(vill1, "lee")), "transfer") {
			f.t.Fatal("offered")
		}
		f.refused(v, f.as(vill1, "lee"), "transfer", m{"to": vill2, "reason": "place"}, errs.Forbidden, "switchedOff")
		for _, r := range Workflow(f.rb, Dispute).Rows {
			if r.Action == "transfer" {
				f.t.Fatal("printed")
			}
		}
		v = f.do(v, f.as(vill1, "ann"), "accept", nil)
		v = f.do(v, f.as(vill1, "ann"), "consent", m{"party": v.Parties[0].ID, "given": false})
		if strings.Contains(v.NoticeNote, "administrative") || !strings.Contains(v.NoticeNote, "起诉") {
			f.t.Fatalf("a remedy this county does not have: %s", v.NoticeNote)
		}
	})
}
