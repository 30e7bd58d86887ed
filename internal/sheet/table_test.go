package sheet

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var ledgerColumns = strings.Fields("序号 排查时间 所在村（社区） 纠纷类型 申请人/姓名 申请人/电话 被申请人 纠纷简要情况 涉及人数 涉及金额（万元） 调解员 化解情况 备注")

func columnNames(t Table) (names []string) {
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return names
}

func TestTableOfALedgerAsPeopleKeepIt(t *testing.T) {
	b := open(t, ledger)
	table := must(b.Table(""))(t)
	if table.Sheet != b.Sheets()[0] || table.Year != 2021 || table.HeaderRow != 3 || table.HeaderRows != 2 {
		t.Errorf("%+v", table)
	}
	if len(table.Titles) != 2 || table.Titles[0] != "元马镇2021年上半年矛盾纠纷排查调处台账" {
		t.Errorf("titles: %q", table.Titles)
	}
	if got := columnNames(table); !slices.Equal(got, ledgerColumns) {
		t.Errorf("columns: %q", got)
	}
	if table.Data != 42 || table.Blank != 1 || table.Totals != 1 || table.Repeated != 0 || len(table.Notes) != 0 {
		t.Errorf("data %d, blank %d, totals %d, repeated %d, notes %v", table.Data, table.Blank, table.Totals, table.Repeated, table.Notes)
	}
	rows := collect(t, b.Data(table))
	if len(rows) != 42 || rows[0].No != 5 || rows[21].No != 27 || rows[41].No != 47 {
		t.Fatalf("%d rows", len(rows))
	}
	spellings := map[string]string{"1": "2021-01-04", "2": "2021-01-11", "3": "2021-01-14", "4": "2021-01-16", "5": "2021-01-21", "6": "2021-01-26", "7": "2021-01-28"}
	amounts := map[string]int64{"2": 300_000, "6": 12_000_000, "8": 500_000, "10": 300_000, "12": 1_200_000, "14": 2_350_000}
	unit := UnitIn(table.Columns[9].Name)
	for _, row := range rows {
		no := row.Cell(0).Text
		day, err := ParseDate(row.Cell(1), table.Year)
		if no == "12" {
			refused(t, err, "badDate")
			if err == nil || !strings.Contains(err.Error(), "2021 年 2 月没有 30 日") {
				t.Errorf("row 12: %v", err)
			}
		} else if err != nil || !strings.HasPrefix(day, "2021-") {
			t.Errorf("row %s: %q, %v", no, day, err)
		}
		if want := spellings[no]; want != "" && day != want {
			t.Errorf("row %s: %s, want %s", no, day, want)
		}
		fen, ok, err := ParseAmountFen(row.Cell(9).Text, unit)
		if err != nil || ok != (row.Cell(9).Text != "" && row.Cell(9).Text != "—") || amounts[no] != 0 && fen != amounts[no] {
			t.Errorf("row %s: %q is %d, %v, %v", no, row.Cell(9).Text, fen, ok, err)
		}
		if _, _, err := ParseCount(row.Cell(8).Text); err != nil {
			t.Errorf("row %s: %v", no, err)
		}
	}
	_, err := b.Table(b.Sheets()[1])
	refused(t, err, "sheetNoTable")
	_, err = b.Table("没有的表")
	refused(t, err, "sheetNone")
}

// The same ledger saved as text by a spreadsheet: no merged cells, any encoding.
func TestTableOfTheSameLedgerAsCSV(t *testing.T) {
	b := open(t, ledger)
	var text strings.Builder
	w, last := csv.NewWriter(&text), 0
	for _, row := range collect(t, b.Rows(b.Sheets()[0])) {
		for ; last < row.No-1; last++ {
			text.WriteString(strings.Repeat(",", 12) + "\r\n")
		}
		record := make([]string, 13)
		for i := range record {
			record[i] = row.Cell(i).Text
		}
		_ = w.Write(record)
		w.Flush()
		last = row.No
	}
	gbk := must(simplifiedchinese.GBK.NewEncoder().String(text.String()))(t)
	utf16 := must(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(text.String(), ",", "\t")))(t)
	for name, content := range map[string]string{
		"UTF-8": text.String(), "UTF-8 with mark": "\uFEFF" + text.String(), "GBK": gbk, "UTF-16 with tabs": utf16,
		"semicolons": strings.ReplaceAll(text.String(), ",", ";"),
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, save(t, "台账.csv", []byte(content)))
			table := must(b.Table(""))(t)
			if got := columnNames(table); !slices.Equal(got, ledgerColumns) {
				t.Errorf("columns: %q", got)
			}
			if table.Data != 42 || table.Blank != 1 || table.Totals != 1 || table.Year != 2021 || table.HeaderRows != 2 {
				t.Errorf("%+v", table)
			}
			rows := collect(t, b.Data(table))
			if rows[0].No != 5 || rows[41].No != 47 || rows[41].Cell(4).Text != "王德顺" {
				t.Errorf("%v", rows[41])
			}
		})
	}
	t.Run("cut within a character", func(t *testing.T) {
		cut := strings.LastIndex(text.String(), "王德顺") + 1
		_, err := Open(save(t, "a.csv", []byte(text.String()[:cut])), Limits{})
		refused(t, err, "sheetBroken")
	})
	t.Run("in no known encoding", func(t *testing.T) {
		_, err := Open(save(t, "a.csv", []byte("\xff\xff\xff,\x80\x80\n1,2\n")), Limits{})
		refused(t, err, "sheetNot")
	})
}

func TestCSVRows(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,b\n1,2\n", "1 a|b;2 1|2"},
		{"a,b\r\n\r\n\r\n1,2", "1 a|b;4 1|2"},
		{"a,\"b\nc\"\n1,2\n", "1 a|b\nc;2 1|2"},
		{"\n\"x\n\ny\",1\n\n2,3\n", "2 x\n\ny|1;4 2|3"},
		{"a\tb,c\td\n", "1 a|b,c|d"},
		{"说\"了,b\n", "1 说\"了|b"},
		{"'=1+1,'abc,''=x,=y\n", "1 =1+1|'abc|'=x|=y"},
		{",,\na,,\n", "2 a"},
	} {
		b := open(t, save(t, "a.csv", []byte(c.text)))
		var got []string
		for _, row := range collect(t, b.Rows(csvSheet)) {
			got = append(got, fmt.Sprintf("%d %s", row.No, texts(row)))
		}
		if s := strings.Join(got, ";"); s != c.want {
			t.Errorf("%q: %q, want %q", c.text, s, c.want)
		}
	}
	b := open(t, save(t, "a.csv", []byte("a,b\n\""+strings.Repeat("长，", 30_000)+"\n")))
	refused(t, drain(b.Rows(csvSheet)), "sheetQuote")
}

func TestTableHeaders(t *testing.T) {
	for _, c := range []struct {
		what, text, columns string
		header, data        int
		more                string
	}{
		{"plain", "编号,主题,时间\n24,占道,2020/1/6 12:09:38\n", "编号|主题|时间", 1, 1, ""},
		{"titles of several cells", "2020年登记表,,\n单位：甲,,日期：2021年1月1日\n序号,姓名,备注\n1,张,\n", "序号|姓名|备注", 3, 1, "2020"},
		{"broken over lines, with blanks", "序 号,\"涉及\n人数\",ID card\n1,2,4\n", "序号|涉及人数|ID card", 1, 1, ""},
		{"names twice and none", "姓名,,姓名,\n张,x,李,y\n", "姓名||姓名（2）|", 1, 1, ""},
		{"a line of column numbers", "甲,乙,丙\n1,2,3\n1,x,y\n", "甲|乙|丙", 1, 1, "repeated 1"},
		{"the header on every page", "序号,姓名\n1,张\n序号,姓名\n2,李\n", "序号|姓名", 1, 2, "repeated 1"},
		{"numbers printed in advance", "序号,姓名\n1,张\n2,\n3,\n", "序号|姓名", 1, 1, "blank 2"},
		{"totals", "序号,姓名,数\n1,张,2\n小　计,,2\n本页合计：,,2\n总计3件,,\n", "序号|姓名|数", 1, 1, "totals 3"},
		{"what only begins like a total", "村,姓名,数\n小计村,张,2\n合计算错,李,2\n", "村|姓名|数", 1, 2, "totals 0"},
		{"notes below", "序号,姓名,数\n1,张,2\n注：以上均已核对。,,\n填表人：王,审核：李,\n", "序号|姓名|数", 1, 1, "notes 2"},
		{"a lone text is data, for the reader to reject", "序号,姓名,数\n1,张,2\n,说不清,\n", "序号|姓名|数", 1, 2, ""},
		{"a short row under a gap is data", "序号,,姓名\n1,x,张\n", "序号||姓名", 1, 1, ""},
		{"a label with a colon in brackets", "序号,金额（单位：万元）\n1,2\n", "序号|金额（单位：万元）", 1, 1, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			b := open(t, save(t, "a.csv", []byte(c.text)))
			table := must(b.Table(""))(t)
			if got := strings.Join(columnNames(table), "|"); got != c.columns || table.HeaderRow != c.header || table.Data != c.data {
				t.Errorf("%q at %d, %d rows of data", got, table.HeaderRow, table.Data)
			}
			if n := len(collect(t, b.Data(table))); n != table.Data {
				t.Errorf("%d rows of %d", n, table.Data)
			}
			said := fmt.Sprintf("%d repeated %d blank %d totals %d notes %d ", table.Year, table.Repeated, table.Blank, table.Totals, len(table.Notes))
			if c.more != "" && !strings.Contains(said, c.more+" ") {
				t.Errorf("%s, want %s", said, c.more)
			}
		})
	}
	for _, text := range []string{"只有一列\n甲\n", "1,2\n3,4\n", "说明：不是表\n", ",\n"} {
		_, err := open(t, save(t, "a.csv", []byte(text))).Table("")
		refused(t, err, "sheetNoTable")
	}
}

func TestMergedCells(t *testing.T) {
	s := func(ref, text string) string {
		return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
	}
	rows := `<row r="1">` + s("A1", "村") + s("B1", "当事人") + s("E1", "数") + `</row>` +
		`<row r="2">` + s("B2", "甲方") + s("D2", "乙方") + `</row>` +
		`<row r="3">` + s("B3", "姓名") + s("C3", "电话") + s("D3", "姓名") + `</row>` +
		`<row r="4">` + s("A4", "一、龙泉片") + `</row>` +
		`<row r="5">` + s("A5", "龙泉") + s("B5", "张") + `</row>` +
		`<row r="6">` + s("B6", "李") + `</row>` +
		`<row r="7">` + s("B7", "王") + `</row>`
	b := workbookOf(t, rows, `<mergeCells><mergeCell ref="A1:A3"/><mergeCell ref="B1:D1"/><mergeCell ref="E1:E3"/>`+
		`<mergeCell ref="B2:C2"/><mergeCell ref="A4:E4"/><mergeCell ref="A5:A6"/><mergeCell ref="nonsense"/></mergeCells>`)
	table := must(b.Table(""))(t)
	if got := strings.Join(columnNames(table), "|"); got != "村|当事人/甲方/姓名|当事人/甲方/电话|当事人/乙方/姓名|数" {
		t.Error(got)
	}
	if table.HeaderRows != 3 || table.Data != 3 || len(table.Notes) != 1 || table.Notes[0] != (Note{4, "一、龙泉片"}) {
		t.Errorf("%+v", table)
	}
	data := collect(t, b.Data(table))
	if texts(data[0]) != "龙泉|张" || texts(data[1]) != "龙泉|李" || texts(data[2]) != "|王" {
		t.Errorf("%v", data)
	}
	if data[0].Cell(0).Merged || !data[1].Cell(0).Merged {
		t.Error("only the cell that stands above is marked")
	}
}

func TestAHeaderThatOnlyReachesDownLeavesNoBlankRow(t *testing.T) {
	b := workbookOf(t, `<row r="1"><c r="A1" t="str"><v>村</v></c><c r="B1" t="str"><v>姓名</v></c></row><row r="2"/>`+
		`<row r="3"><c r="A3" t="str"><v>龙泉</v></c><c r="B3"><v>1</v></c></row>`, `<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/></mergeCells>`)
	table := must(b.Table("表"))(t)
	if table.Blank != 0 || table.Data != 1 || table.Columns[0].Name != "村" {
		t.Errorf("%+v", table)
	}
}

func TestYearIn(t *testing.T) {
	for s, want := range map[string]int{
		"元马镇2021年上半年台账": 2021, "２０２２年": 2022, "台账2023": 2023, "填报2021.7.1": 2021,
		"电话12021345": 0, "2019-2020年度": 2020, "": 0, "1月台账": 0,
	} {
		if got := YearIn(s); got != want {
			t.Errorf("%s: %d, want %d", s, got, want)
		}
	}
}

// The real messages are not copied into the project: make data.
func TestDataMessages(t *testing.T) {
	dir := os.Getenv("TIAOJIETAI_DATA")
	if dir == "" {
		t.Skip("make data DATA=DIR")
	}
	b := open(t, filepath.Join(dir, "public-messages.csv"))
	table := must(b.Table(""))(t)
	if table.Data != 248 || len(table.Notes)+table.Totals+table.Repeated != 0 {
		t.Errorf("%+v", table)
	}
	for row, err := range b.Data(table) {
		day, clock, bad := ParseDateTime(row.Cell(3), 0)
		if err != nil || bad != nil || day == "" || clock == "" {
			t.Errorf("%d: %q %q %v %v", row.No, day, clock, err, bad)
		}
	}
}
