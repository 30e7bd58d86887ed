package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func rowsOf(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

var evil = []string{
	"=1+1", `=cmd|'/c calc'!A1`, "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "　=1", "＝1", "＠a", `=HYPERLINK("http://x","y")`,
	"'=1", "''=1", "-", "--", "—", "+86 878 8211000", "普通", "it's", "'a", "a=b", `"=1"`, "甲,乙\n丙;=1",
}

func TestExportsHoldNoFormula(t *testing.T) {
	rows := make([][]any, len(evil))
	for i, s := range evil {
		rows[i] = []any{s, i}
	}
	e := Export{Title: "=标题()", Columns: []OutColumn{{Name: "=名()"}, {Name: "数"}}, Rows: rowsOf(rows...)}
	t.Run("in a workbook, where they are texts and marked as quoted", func(t *testing.T) {
		var buf bytes.Buffer
		if err := WriteXLSX(&buf, e); err != nil {
			t.Fatal(err)
		}
		f := must(excelize.OpenReader(bytes.NewReader(buf.Bytes())))(t)
		defer f.Close()
		for i, s := range evil {
			at := fmt.Sprint("A", i+3)
			if got := must(f.GetCellFormula("数据", at))(t); got != "" {
				t.Errorf("%q is a formula", s)
			}
			if kind := must(f.GetCellType("数据", at))(t); kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
				t.Errorf("%q is of type %v", s, kind)
			}
			style := must(f.GetCellStyle("数据", at))(t)
			quoted := f.Styles.CellXfs.Xf[style].QuotePrefix
			if (quoted != nil && *quoted) != formulaLike(s) {
				t.Errorf("%q: quoted %v", s, quoted)
			}
		}
		b := open(t, save(t, "a.xlsx", buf.Bytes()))
		for i, row := range collect(t, b.Rows("数据"))[2:] {
			if got := row.Cell(0).Text; got != tidy(clean(evil[i])) || row.Cell(0).Formula {
				t.Errorf("%q is read as %q", evil[i], got)
			}
		}
	})
	t.Run("in a text, where an apostrophe stands before them and is taken away when read", func(t *testing.T) {
		var buf bytes.Buffer
		if err := WriteCSV(&buf, e); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(buf.String(), "\uFEFF'=名(),数\r\n'=1+1,0\r\n") {
			t.Errorf("%q", buf.String()[:40])
		}
		b := open(t, save(t, "a.csv", buf.Bytes()))
		for i, row := range collect(t, b.Rows(csvSheet))[1:] {
			if got := row.Cell(0).Text; got != tidy(clean(evil[i])) {
				t.Errorf("%q is read as %q", evil[i], got)
			}
		}
	})
	for _, s := range evil {
		g := guard(s)
		if unguard(g) != s {
			t.Errorf("%q → %q → %q", s, g, unguard(g))
		}
		if formulaLike(g) {
			t.Errorf("%q stays a formula: %q", s, g)
		}
	}
}

func TestExportValues(t *testing.T) {
	e := Export{
		Sheet: "台账[1]:超过三十一个字的名字超过三十一个字的名字超过三十一个字的名字", Columns: []OutColumn{{Name: "文", Width: 30}, {Name: "额"}, {Name: "日"}, {Name: "真"}, {Name: "数"}, {Name: "空"}, {Name: "尾"}},
		Rows: rowsOf(
			[]any{"甲\x00乙\x0B", Fen(-1234567), Date("2021-01-04"), true, 0.1, nil, int64(7)},
			[]any{strings.Repeat("长", 40_000), Fen(5), Date("不详"), false, 3, nil, "尾"},
		),
	}
	var x, c bytes.Buffer
	if err := errors.Join(WriteXLSX(&x, e), WriteCSV(&c, e)); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"a.xlsx": x.Bytes(), "a.csv": c.Bytes()} {
		b := open(t, save(t, name, content))
		rows := collect(t, b.Data(must(b.Table(""))(t)))
		want := "甲乙|-12345.67|2021-01-04|是|0.1||7"
		if got := texts(rows[0]); got != want {
			t.Errorf("%s: %s", name, got)
		}
		if got := rows[1]; !strings.HasSuffix(got.Cell(0).Text, "未写完）") || len([]rune(got.Cell(0).Text)) > maxCell || got.Cell(2).Text != "不详" {
			t.Errorf("%s: %d characters", name, len([]rune(got.Cell(0).Text)))
		}
		if name == "a.xlsx" && (!rows[0].Cell(2).IsDate || !rows[0].Cell(1).IsNumber) {
			t.Errorf("%+v", rows[0])
		}
	}
	broken := errors.New("the database")
	e.Rows = func(yield func([]any, error) bool) { yield(nil, broken) }
	if err := WriteXLSX(&x, e); !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := WriteCSV(&x, e); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestRejectedRowsComeBackAsAFileToCorrect(t *testing.T) {
	b := open(t, ledger)
	table := must(b.Table(""))(t)
	reasons := map[int][]Reason{
		16: {{1, "2021 年 2 月没有 30 日。"}},
		22: {{4, "没有写申请人。"}, {-1, "与第 3 行重复。"}},
		5:  {{1, "要核对。"}},
		99: {{0, "没有这一行。"}},
	}
	var buf bytes.Buffer
	if err := b.Rejected(&buf, table, reasons); err != nil {
		t.Fatal(err)
	}
	again := open(t, save(t, "未导入.xlsx", buf.Bytes()))
	got := must(again.Table(""))(t)
	if !slices.Equal(columnNames(got), append([]string{ReasonColumn}, ledgerColumns...)) || got.Year != 2021 || got.Data != 3 || got.Blank != 0 {
		t.Errorf("%+v", got)
	}
	rows := collect(t, again.Data(got))
	for i, want := range []string{
		"原表第 5 行\n排查时间：要核对。|1|2021-01-04|张二村社区",
		"原表第 16 行\n排查时间：2021 年 2 月没有 30 日。|12|2021年2月30日|双龙社区",
		"原表第 22 行\n申请人/姓名：没有写申请人。\n与第 3 行重复。|18|2021/03/15|清和社区",
	} {
		if s := texts(rows[i]); !strings.HasPrefix(s, want) {
			t.Errorf("%s", s)
		}
	}
	f := must(excelize.OpenReader(bytes.NewReader(buf.Bytes())))(t)
	defer f.Close()
	comments := must(f.GetComments("未导入的行"))(t)
	if len(comments) != 3 || comments[1].Cell != "C6" || !strings.Contains(comments[1].Text, "没有 30 日") {
		t.Errorf("%+v", comments)
	}
	style := must(f.GetStyle(must(f.GetCellStyle("未导入的行", "C6"))(t)))(t)
	if style.Fill.Pattern != 1 {
		t.Errorf("%+v", style.Fill)
	}
}
