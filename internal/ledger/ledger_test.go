package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/testkit"
)

const yuanma = "testdata/ledger-yuanma-2021h1.xlsx"

// wrongRows are the five of the real ledger, by their serial number.
var wrongRows = []string{"序号 12：2021 年 2 月没有 30 日。", "序号 18：没有写申请人。", "序号 24：没有找到“不存在的村”",
	"序号 30：电话应是", "序号 34：没有写简要情况。"}

func wantRejected(t *testing.T, v Import, want []string) {
	t.Helper()
	if len(v.Rejected) != len(want) {
		t.Fatalf("%d rejected: %+v", len(v.Rejected), v.Rejected)
	}
	for i, r := range v.Rejected {
		if !strings.HasPrefix(r.Reason, want[i]) || r.Letter == "" || r.Column == "" || r.Row == 0 {
			t.Errorf("%+v, want %s", r, want[i])
		}
	}
}

func TestATownshipsLedgerGoesInButForItsFiveWrongRows(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		if v.State != Mapping || v.Year == nil || *v.Year != 2021 || v.MatterKind != matter.Dispute || v.Counts.Rows != 42 {
			t.Fatalf("%+v", v)
		}
		v = f.done(lee, v.ID, f.s.Check)
		wantRejected(t, v, wrongRows)
		if v.State != Checked || v.Counts.OK != 37 || testkit.Count(t, f.s.DB, "matter") != 0 {
			t.Fatalf("a check writes nothing: %+v", v.Counts)
		}
		v = f.done(lee, v.ID, f.s.Run)
		wantRejected(t, v, wrongRows)
		if v.State != Done || v.Counts.Entered != 37 || v.Counts.Blank != 1 || v.Counts.Totals != 1 || !v.Undo.Possible {
			t.Fatalf("%+v %+v", v.Counts, v.Undo)
		}
		if n := len(f.list(lee, matter.Filter{})); n != 37 {
			t.Errorf("%d matters", n)
		}
		f.wordsOfTheLedger(lee, v.Batch)
		f.leadsToItsRows(lee, v)
	})
}

// leadsToItsRows: the list of a batch has what went in, for who sees it, and no more.
func (f *fixture) leadsToItsRows(lee account.Caller, v Import) {
	for _, want := range []struct {
		c     account.Caller
		batch string
		n     int64
	}{{lee, v.Batch, v.Counts.Entered}, {f.as(joint, "lee"), v.Batch, v.Counts.Entered}, {f.as("532328103000", "lee"), v.Batch, 0}, {lee, v.Batch + "0", 0}} {
		got := f.list(want.c, matter.Filter{Narrow: matter.Narrow{Batch: want.batch}})
		if int64(len(got)) != want.n {
			f.t.Errorf("batch %s: %s sees %d, want %d", want.batch, want.c.Name, len(got), want.n)
		}
	}
}

// A change of kind to petitions and back keeps every column; what was put right is
// kept, too, and what another kind lacks comes back by its header.
func TestAChangeOfKindAndBackLosesNoColumn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		was, corrected := v.mapped(), v.mapped()
		for column, field := range was {
			if field == "place" || field == "amount" {
				delete(corrected, column)
			}
		}
		check(t, errOf(f.s.Map(t.Context(), lee, v.ID, NewMapping{Columns: corrected})))
		for _, kind := range []string{matter.Petition, matter.Dispute} {
			var err error
			v, err = f.s.Map(t.Context(), lee, v.ID, NewMapping{MatterKind: &kind})
			check(t, err)
			if has := slices.Contains(slices.Collect(maps.Values(v.mapped())), "respondent"); has != (kind == matter.Dispute) {
				t.Errorf("%s: respondent %v", kind, has)
			}
		}
		if got := v.mapped(); !maps.Equal(got, corrected) {
			t.Errorf("%v, want %v", got, corrected)
		}
		again := f.started(lee, Matters, yuanma)
		if got := again.mapped(); !maps.Equal(got, corrected) {
			t.Errorf("remembered %v, want %v", got, corrected)
		}
	})
}

func (v Import) mapped() map[int]string {
	m := map[int]string{}
	for _, c := range v.Columns {
		if c.Field != nil {
			m[c.Index] = *c.Field
		}
	}
	return m
}

func errOf(_ Import, err error) error { return err }

// wordsOfTheLedger: status words, holders, original words, dates and numbers.
func (f *fixture) wordsOfTheLedger(lee account.Caller, batch string) {
	t := f.t
	up := f.list(lee, matter.Filter{Holder: []string{township}})
	if len(up) != 5 { // 上报镇级 of the 37
		t.Errorf("%d sent up to the township", len(up))
	}
	for _, r := range up {
		if r.Status != matter.Handling {
			t.Errorf("%s is %s", r.Number, r.Status)
		}
	}
	water := 0
	for _, r := range f.list(lee, matter.Filter{}) {
		v := f.view(lee, r.ID)
		if v.Imported != batch || v.Source != "import" || !strings.HasPrefix(v.Number, "元马") || !strings.Contains(v.Number, "〔2026〕") {
			t.Errorf("%s: %q %q", v.Number, v.Imported, v.Source)
		}
		if v.FoundAt == nil || v.FoundAt.Year() != 2021 || v.AcceptedAt == nil || !v.AcceptedAt.Equal(*v.FoundAt) {
			t.Errorf("%s: found %v, accepted %v", v.Number, v.FoundAt, v.AcceptedAt)
		}
		if v.CategoryWord == "水事" && v.Category == "land" {
			water++
		}
		f.standsAsTheTableWants(v)
	}
	if water != 3 {
		t.Errorf("%d 水事", water)
	}
	court := f.list(lee, matter.Filter{Status: []string{matter.Ended}})
	if len(court) != 5 || !strings.Contains(f.view(lee, court[0].ID).NoticeNote, "法院") {
		t.Errorf("%d led to the court", len(court))
	}
}

// standsAsTheTableWants: what is open has running clocks that begin now, what is
// resolved its two visits to come, and no evidence.
func (f *fixture) standsAsTheTableWants(v matter.View) {
	t := f.t
	running := 0
	for _, d := range v.Deadlines {
		if d.State == "overdue" {
			t.Errorf("%s is born overdue: %s", v.Number, d.Clock)
		}
		if d.State == "running" && d.StartedAt.Equal(f.now.Now()) {
			running++
		}
	}
	switch v.Status {
	case matter.Handling:
		if running < 2 {
			t.Errorf("%s: %d clocks", v.Number, running)
		}
	case matter.Resolved:
		if len(v.FollowUps) != 2 || v.ResolveNote != "" {
			t.Errorf("%s: %d visits, evidence %q", v.Number, len(v.FollowUps), v.ResolveNote)
		}
	}
}

func TestAnImportedMatterIsClearedOnlyWithItsEvidenceAndFollowUps(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, lee := f.as(township, "ann"), f.as(township, "lee")
		v := f.started(ann, Matters, yuanma)
		f.done(ann, v.ID, f.s.Run)
		m := f.titled(lee, "532328101006", matter.Resolved)
		village := f.as(m.Holder.Code, "ann")
		act := func(c account.Caller, action string, input map[string]any) error {
			raw, err := json.Marshal(input)
			check(t, err)
			got, err := f.matters.Act(t.Context(), c, m.ID, action, f.view(c, m.ID).Version, raw, db.Operation{})
			if err == nil {
				m = got
			}
			return err
		}
		clearing := map[string]any{"note": ""}
		refused(t, act(lee, "clear", clearing), errs.Conflict, "followUpOpen")
		for range 2 {
			check(t, act(village, "followUp", map[string]any{"at": f.now.Now(), "performed": true, "satisfied": true, "note": "好"}))
		}
		refused(t, act(lee, "clear", clearing), errs.Conflict, "noEvidence")
		check(t, act(village, "amend", map[string]any{"fields": map[string]any{"evidence": "口头协议，各修各的沟"}, "reason": "moreDetail"}))
		offered := slices.ContainsFunc(f.view(lee, m.ID).Actions, func(a matter.ActionView) bool { return a.Action == "clear" })
		check(t, act(lee, "clear", clearing))
		if m.Status != matter.Cleared || m.ResolveNote == "" || !offered {
			t.Errorf("%s with %q, offered %v", m.Status, m.ResolveNote, offered)
		}
	})
}

func TestAFileIsEvidenceForAnImportedMatter(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ann, lee := f.as(township, "ann"), f.as(township, "lee")
		v := f.started(ann, Matters, yuanma)
		f.done(ann, v.ID, f.s.Run)
		m := f.titled(lee, "532328101006", matter.Resolved)
		village := f.as(m.Holder.Code, "ann")
		for range 2 {
			raw := json.RawMessage(`{"at":"2026-11-02T09:00:00+08:00","performed":true,"satisfied":true,"note":""}`)
			got, err := f.matters.Act(t.Context(), village, m.ID, "followUp", m.Version, raw, db.Operation{})
			check(t, err)
			m = got
		}
		may := func() bool {
			return slices.ContainsFunc(f.view(lee, m.ID).Actions, func(a matter.ActionView) bool { return a.Action == "clear" })
		}
		if may() {
			t.Error("cleared without evidence")
		}
		_, err := f.s.DB.SQL().ExecContext(t.Context(), "INSERT INTO attachment (county, id, matter, hash, name, type, size, at, person, org) VALUES ('"+
			county+"', 'a', '"+m.ID+"', 'h', '协议.pdf', 'application/pdf', 1, 1, '"+village.Person+"', '"+village.Org+"')")
		check(t, err)
		if !may() {
			t.Error("a file is no evidence")
		}
		_, err = f.matters.Act(t.Context(), lee, m.ID, "clear", m.Version, json.RawMessage(`{"note":""}`), db.Operation{})
		check(t, err)
	})
}

func TestWhoBroughtAResolvedMatterInDoesNotClearIt(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		f.done(lee, v.ID, f.s.Run)
		m := f.titled(lee, "532328101006", matter.Resolved)
		_, err := f.matters.Act(t.Context(), lee, m.ID, "clear", m.Version, json.RawMessage(`{"note":""}`), db.Operation{})
		if e := errs.As(err); err == nil || e.Kind != errs.Forbidden {
			t.Errorf("%v", err)
		}
		_, err = f.matters.Register(t.Context(), lee, json.RawMessage(`{"title":"争水","category":"land","place":{"text":"村口"},"parties":[{"name":"张三"}],"evidence":"没有这回事"}`), db.Operation{})
		refused(t, err, errs.Invalid, "invalid")
	})
}

// figures are what undoing must leave as before.
func (f *fixture) figures(c account.Caller) string {
	f.t.Helper()
	var b strings.Builder
	for _, year := range []string{"2021", "2026"} {
		sum, err := f.s.Stats.Summary(f.t.Context(), c, "", year+"-01-01", year+"-12-31", "")
		if year == "2026" {
			sum, err = f.s.Stats.Summary(f.t.Context(), c, "", year+"-01-01", "2026-11-02", "")
		}
		check(f.t, err)
		fmt.Fprintln(&b, asJSON(sum))
	}
	p, err := f.matters.List(f.t.Context(), c, matter.Filter{})
	check(f.t, err)
	todo, err := f.matters.Todo(f.t.Context(), c)
	check(f.t, err)
	for _, g := range todo.Groups {
		fmt.Fprintln(&b, g.Key, g.Total)
	}
	list, err := f.orgs.Listed(f.t.Context(), county, "", "", "", "", true)
	check(f.t, err)
	_, _, people, err := f.people.People(f.t.Context(), f.admin(), account.PeopleFilter{Limit: 10})
	check(f.t, err)
	fmt.Fprintln(&b, p.Total, len(list), people)
	return b.String()
}

func TestUndoingABatchLeavesTheCountysFiguresAsBefore(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		before := f.figures(lee)
		v := f.started(lee, Matters, yuanma)
		v = f.done(lee, v.ID, f.s.Run)
		if f.figures(lee) == before {
			t.Fatal("the figures do not count what came in")
		}
		if fixed, err := f.matters.RebuildReach(t.Context(), county); err != nil || fixed != 0 {
			t.Errorf("reach was wrong for %d, %v", fixed, err)
		}
		rows := f.list(lee, matter.Filter{})
		v = f.undone(lee, v.ID)
		if v.State != Undone || v.Undo.Possible || v.Error != nil {
			t.Fatalf("%+v", v)
		}
		if got := f.figures(lee); got != before {
			t.Errorf("after:\n%s\nbefore:\n%s", got, before)
		}
		if fixed, err := f.matters.RebuildReach(t.Context(), county); err != nil || fixed != 0 {
			t.Errorf("reach of the void was wrong for %d, %v", fixed, err)
		}
		one := f.view(lee, rows[0].ID)
		if !one.Void || one.Number != rows[0].Number || len(one.Actions) != 0 {
			t.Errorf("%+v", one.RowView)
		}
		timeline, err := f.matters.Timeline(t.Context(), lee, one.ID)
		check(t, err)
		if last := timeline[len(timeline)-1]; len(timeline) != 2 || timeline[0].Action != "import" || last.Action != "void" || last.Note != "传错了文件" {
			t.Errorf("%+v", timeline)
		}
		again := f.started(lee, Matters, yuanma)
		if again = f.done(lee, again.ID, f.s.Run); again.Counts.Entered != 37 {
			t.Errorf("after undoing it goes in again: %+v", again.Counts)
		}
	})
}

func TestWhatTheClockDidDoesNotHinderAnUndo(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		v = f.done(lee, v.ID, f.s.Run)
		f.now.Advance(100 * 24 * time.Hour)
		if moved, err := f.matters.Tick(t.Context(), county); err != nil || moved == 0 {
			t.Fatalf("%d moved, %v", moved, err)
		}
		if v = f.undone(lee, v.ID); v.State != Undone || len(f.list(lee, matter.Filter{})) != 0 {
			t.Errorf("%s", v.State)
		}
		if moved, err := f.matters.Tick(t.Context(), county); err != nil || moved != 0 {
			t.Errorf("the clock still moves %d, %v", moved, err)
		}
	})
}

func TestABatchSomethingWasDoneWithIsNotUndone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		f.done(lee, v.ID, f.s.Run)
		m := f.titled(lee, township, matter.Handling)
		_, err := f.matters.Act(t.Context(), lee, m.ID, "appoint", m.Version, json.RawMessage(`{"mediators":["`+lee.Person+`"]}`), db.Operation{})
		check(t, err)
		_, err = f.s.Undo(t.Context(), lee, v.ID, "传错了")
		refused(t, err, errs.Conflict, "notUndoable")
		got, err := f.s.Get(t.Context(), lee, v.ID)
		check(t, err)
		if got.State != Done || got.Undo.Possible || !strings.Contains(got.Undo.Why, "1 件") || len(f.list(lee, matter.Filter{})) != 37 {
			t.Errorf("%+v", got.Undo)
		}
	})
}

func TestTheSameRowsDoNotGoInTwice(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		v = f.done(lee, v.ID, f.s.Run)
		again := f.started(lee, Matters, yuanma)
		if again.Warning == nil || !strings.Contains(*again.Warning, v.Batch) {
			t.Errorf("warning %v", again.Warning)
		}
		again = f.done(lee, again.ID, f.s.Run)
		if again.Counts.Entered != 0 || again.Counts.Rejected != 42 || !strings.Contains(again.Rejected[0].Reason, "已经导入过（批次 "+v.Batch) {
			t.Errorf("%+v %+v", again.Counts, again.Rejected[0])
		}
		if n := len(f.list(lee, matter.Filter{})); n != 37 {
			t.Errorf("%d matters", n)
		}
	})
}

func TestTheMappingIsKeptForTheNextFileWithTheSameHeaders(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		text := "日子,哪个村,什么类,谁,怎么回事\n2021-03-01,龙泉,邻里,张三,两家争水沟\n"
		v := f.started(lee, Matters, f.file("一.csv", text))
		_, err := f.s.Check(t.Context(), lee, v.ID)
		refused(t, err, errs.Invalid, "invalid")
		columns := map[int]string{0: "foundAt", 1: "village", 2: "category", 3: "applicant", 4: "summary"}
		v, err = f.s.Map(t.Context(), lee, v.ID, NewMapping{Columns: columns})
		check(t, err)
		if v = f.done(lee, v.ID, f.s.Run); v.Counts.Entered != 1 {
			t.Fatalf("%+v %+v", v.Counts, v.Rejected)
		}
		next := f.started(lee, Matters, f.file("二.csv", strings.ReplaceAll(text, "张三", "李四")))
		for _, c := range next.Columns {
			if c.Field == nil || *c.Field != columns[c.Index] {
				t.Errorf("%s: %v", c.Name, c.Field)
			}
		}
		other := f.started(f.as("532328101006", "lee"), Matters, f.file("三.csv", text))
		if other.Columns[0].Field != nil {
			t.Error("another body's mapping is not ours")
		}
		for _, bad := range []map[int]string{{0: "bogus"}, {0: "title", 1: "title"}, {99: "title"}} {
			_, err = f.s.Map(t.Context(), lee, next.ID, NewMapping{Columns: bad})
			refused(t, err, errs.Invalid, "invalid")
		}
	})
}

func TestABodyOutsideTheScopeIsRejectedByItsRow(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		tree, err := f.orgs.Tree(t.Context(), county)
		check(t, err)
		other := tree.Children("532328103000")[0]
		v := f.started(lee, Matters, f.file("台账.csv", "日期,所在村,类别,申请人,简要情况\n2021-03-01,"+other.Name+",邻里,张三,争水沟\n2021-03-02,元马镇,邻里,李四,争水沟\n"))
		v = f.done(lee, v.ID, f.s.Run)
		if v.Counts.Entered != 1 || !strings.Contains(v.Rejected[0].Reason, "不是本单位下面的机构") {
			t.Errorf("%+v %+v", v.Counts, v.Rejected)
		}
		_, err = f.s.Get(t.Context(), f.as("532328103000", "lee"), v.ID)
		refused(t, err, errs.NotFound, "notFound")
		_, err = f.start(f.admin(), Matters, yuanma)
		refused(t, err, errs.Forbidden, "notRegistrar")
		_, err = f.start(lee, Orgs, yuanma)
		refused(t, err, errs.Forbidden, "notSystemAdmin")
	})
}

// many writes a ledger of n good rows.
func (f *fixture) many(n int) string {
	var b strings.Builder
	b.WriteString("序号,排查日期,所在村,纠纷类型,申请人,申请人电话,被申请人,简要情况,涉及金额,化解情况\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,2021-%02d-%02d,龙泉,邻里,张%d,1%010d,李四,第%d家和邻居争水沟,%d元,%s\n",
			i+1, 1+i%12, 1+i%28, i, i, i, i, []string{"已化解", "正在调解", "移交法院", "上报镇级"}[i%4])
	}
	return f.file("多行.csv", b.String())
}

func TestRejectedRowsComeBackWithTheReasonBesideAndCanBeReadAgain(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		v = f.done(lee, v.ID, f.s.Run)
		_, write, err := f.s.Rejected(t.Context(), lee, v.ID)
		check(t, err)
		var buf bytes.Buffer
		check(t, write(&buf))
		path := filepath.Join(t.TempDir(), "退回.xlsx")
		check(t, os.WriteFile(path, buf.Bytes(), 0o600))
		book, err := sheet.Open(path, sheet.DefaultLimits)
		check(t, err)
		table, err := book.Table("")
		check(t, err)
		check(t, book.Close())
		if table.Data != 5 || table.Columns[0].Name != sheet.ReasonColumn || table.Year != 2021 {
			t.Errorf("%d rows, %+v, year %d", table.Data, table.Columns[0], table.Year)
		}
		again := f.started(lee, Matters, path)
		again = f.done(lee, again.ID, f.s.Check)
		if again.Counts.Rejected != 5 || again.Counts.Rows != 5 {
			t.Errorf("%+v", again.Counts)
		}
	})
}

func TestWhatATemplateAsksForIsUnderstood(t *testing.T) {
	for kind := range kindNames {
		var buf bytes.Buffer
		check(t, Template(&buf, kind))
		var names []string
		fields := fieldsOf(kind, matter.Dispute)
		for _, f := range fields {
			names = append(names, f.Name)
		}
		got := guess(kind, names)
		for i, f := range fields {
			if got[i] != f.Code {
				t.Errorf("%s: %s is taken for %q, want %q", kind, f.Name, got[i], f.Code)
			}
		}
	}
}

func TestNobodyIsToldOfSingleRows(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		f.done(lee, v.ID, f.s.Run)
		f.undone(lee, v.ID)
		if n := testkit.Count(t, f.s.DB, "notice"); n != 0 {
			t.Errorf("%d notices", n)
		}
	})
}
