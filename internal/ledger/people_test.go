package ledger

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/errs"
)

func TestBodiesAndPeopleComeInAndAreTakenBack(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		admin, lee := f.admin(), f.as(township, "lee")
		before := f.figures(lee)
		orgs := f.file("机构.csv", "机构代码,机构名称,机构类型,上级机构,别名\n532328101001001,马街一组,矛盾纠纷调解工作站,马街社区,一组、老寨\n"+
			"532328101001002,马街二组,矛盾纠纷调解工作站,532328101001,\n53232x,坏,矛盾纠纷调解工作站,马街社区,\n532328101001003,三组,不知道,马街社区,\n532328101001,重复,调解工作室,元马镇,\n")
		v := f.started(admin, Orgs, orgs)
		v = f.done(admin, v.ID, f.s.Run)
		if v.Counts.Entered != 2 || v.Counts.Rejected != 3 {
			t.Fatalf("%+v %+v", v.Counts, v.Rejected)
		}
		p := f.started(admin, People, f.file("人员.csv", "姓名,联系电话,所在单位,职务\n张三,13908780001,老寨,负责人、调解员\n李四,,马街二组,\n王五,0878-8211,马街二组,调解员\n赵六,,没有的村,调解员\n钱七,,马街二组,看门人\n"))
		p = f.done(admin, p.ID, f.s.Run)
		if p.Counts.Entered != 2 || p.Counts.Rejected != 3 {
			t.Fatalf("%+v %+v", p.Counts, p.Rejected)
		}
		_, err := f.s.Undo(t.Context(), admin, v.ID, "重来")
		refused(t, err, errs.Conflict, "notUndoable") // people serve there
		f.undone(admin, p.ID)
		f.undone(admin, v.ID)
		if got := f.figures(lee); got != before {
			t.Errorf("after:\n%s\nbefore:\n%s", got, before)
		}
		again := f.started(admin, Orgs, orgs)
		if again = f.done(admin, again.ID, f.s.Run); again.Counts.Entered != 2 {
			t.Errorf("a code is taken up again: %+v %+v", again.Counts, again.Rejected)
		}
	})
}

func TestListsGoOutWithinScopeMaskedAndHarmless(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, f.file("台账.csv", "日期,所在村,类别,申请人,电话,简要情况,化解情况\n2021-03-01,龙泉,邻里,\"=HYPERLINK(\"\"http://x\"\",\"\"张三\"\")\",13908780001,\"+1+cmd|' /C calc'!A0\",正在调解\n"))
		v = f.done(lee, v.ID, f.s.Run)
		if v.Counts.Entered != 1 {
			t.Fatalf("%+v", v.Rejected)
		}
		for _, what := range []string{Matters, Ledger} {
			_, write, err := f.s.Export(t.Context(), lee, Export{What: what, Format: "csv"})
			check(t, err)
			var buf bytes.Buffer
			check(t, write(&buf))
			text := buf.String()
			if strings.Contains(text, "13908780001") || strings.Contains(text, ",=HYPERLINK") || strings.Contains(text, ",\"=HYPERLINK") || strings.Contains(text, ",+1+cmd") ||
				!strings.Contains(text, "'=HYPERLINK") {
				t.Errorf("%s: %s", what, text)
			}
		}
		_, write, err := f.s.Export(t.Context(), f.as("532328103000", "lee"), Export{What: Matters, Format: "csv"})
		check(t, err)
		var buf bytes.Buffer
		check(t, write(&buf))
		if strings.Count(buf.String(), "\r\n") != 1 {
			t.Errorf("another township reads %s", buf.String())
		}
		_, _, err = f.s.Export(t.Context(), f.admin(), Export{What: Matters, Format: "csv"})
		refused(t, err, errs.Forbidden, "noBody")
		_, _, err = f.s.Export(t.Context(), lee, Export{What: Matters, Format: "pdf"})
		refused(t, err, errs.Invalid, "invalid")
		if !slices.Contains(f.audited(), "export ok") || !slices.Contains(f.audited(), "export refused:noBody") {
			t.Errorf("%v", f.audited())
		}
	})
}

func (f *fixture) audited() (out []string) {
	f.t.Helper()
	rows, err := f.s.DB.SQL().QueryContext(f.t.Context(), "SELECT verb, outcome FROM audit_row")
	check(f.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var verb, outcome string
		check(f.t, rows.Scan(&verb, &outcome))
		out = append(out, verb+" "+outcome)
	}
	check(f.t, rows.Err())
	return out
}
