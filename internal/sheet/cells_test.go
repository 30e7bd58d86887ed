package sheet

import (
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"
)

const styled = `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>` +
	`<numFmt numFmtId="171" formatCode="000000"/><numFmt numFmtId="172" formatCode="[Red]#,##0.00"/><numFmt numFmtId="173" formatCode="[h]:mm"/>` +
	`<numFmt numFmtId="174" formatCode="&quot;day&quot;0"/></numFmts>` +
	`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
	`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="22"/><xf numFmtId="171"/><xf numFmtId="172"/>` +
	`<xf numFmtId="173"/><xf numFmtId="174"/><xf numFmtId="9"/><xf numFmtId="58"/><xf numFmtId="20"/></cellXfs></styleSheet>`

func TestCellsAsStored(t *testing.T) {
	for _, c := range []struct {
		xml  string
		want Cell
	}{
		{`<c s="1"><v>44200</v></c>`, Cell{Text: "2021-01-04", Number: 44200, IsNumber: true, IsDate: true, Date: "2021-01-04"}},
		{`<c s="2"><v>44200</v></c>`, Cell{Text: "2021-01-04", Number: 44200, IsNumber: true, IsDate: true, Date: "2021-01-04"}},
		{`<c s="3"><v>44200.5</v></c>`, Cell{Text: "2021-01-04 12:00:00", Number: 44200.5, IsNumber: true, IsDate: true, Date: "2021-01-04 12:00:00"}},
		{`<c s="9"><v>59</v></c>`, Cell{Text: "1900-02-28", Number: 59, IsNumber: true, IsDate: true, Date: "1900-02-28"}},
		{`<c s="1"><v>60</v></c>`, Cell{Text: "60", Number: 60, IsNumber: true}},
		{`<c s="1"><v>61</v></c>`, Cell{Text: "1900-03-01", Number: 61, IsNumber: true, IsDate: true, Date: "1900-03-01"}},
		{`<c s="1"><v>9e9</v></c>`, Cell{Text: "9000000000", Number: 9e9, IsNumber: true}},
		{`<c s="4"><v>878</v></c>`, Cell{Text: "000878", Number: 878, IsNumber: true}},
		{`<c s="5"><v>1200.5</v></c>`, Cell{Text: "1200.5", Number: 1200.5, IsNumber: true}},
		{`<c s="6"><v>1.5</v></c>`, Cell{Text: "1.5", Number: 1.5, IsNumber: true}},
		{`<c s="7"><v>5</v></c>`, Cell{Text: "5", Number: 5, IsNumber: true}},
		{`<c s="8"><v>0.07</v></c>`, Cell{Text: "7%", Number: 0.07, IsNumber: true}},
		{`<c s="10"><v>0.5</v></c>`, Cell{Text: "12:00:00", Number: 0.5, IsNumber: true}},
		{`<c><v>44200</v></c>`, Cell{Text: "44200", Number: 44200, IsNumber: true}},
		{`<c><v>0.30000000000000004</v></c>`, Cell{Text: "0.3", Number: 0.30000000000000004, IsNumber: true}},
		{`<c><v>1.8812345678E10</v></c>`, Cell{Text: "18812345678", Number: 18812345678, IsNumber: true}},
		{`<c t="inlineStr"><is><t xml:space="preserve"> 　刘文才&#13;&#10;</t></is></c>`, Cell{Text: "刘文才"}},
		{`<c t="inlineStr"><is><r><t>刘</t></r><r><t>文才</t></r><rPh sb="0" eb="1"><t>liu</t></rPh></is></c>`, Cell{Text: "刘文才"}},
		{`<c t="inlineStr"><is><t>甲_x000D_&#10;乙_x005F_</t></is></c>`, Cell{Text: "甲\n乙_"}},
		{`<c t="str"><f>A1&amp;"x"</f><v>结果</v></c>`, Cell{Text: "结果", Formula: true}},
		{`<c><f>SUM(I5:I47)</f><v></v></c>`, Cell{Formula: true}},
		{`<c><f>1+1</f><v>3</v></c>`, Cell{Text: "3", Number: 3, IsNumber: true, Formula: true}},
		{`<c t="e"><v>#REF!</v></c>`, Cell{Text: "#REF!"}},
		{`<c t="b"><v>1</v></c>`, Cell{Text: "TRUE"}},
		{`<c t="d"><v>2021-01-04T00:00:00</v></c>`, Cell{Text: "2021-01-04", IsDate: true, Date: "2021-01-04"}},
	} {
		b := workbookOf(t, `<row r="3">`+c.xml+`</row>`, "", part{"xl/styles.xml", styled})
		rows := collect(t, b.Rows("表"))
		if len(rows) != 1 || rows[0].No != 3 {
			t.Fatalf("%s: %v", c.xml, rows)
		}
		if got := rows[0].Cells[0]; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.xml, got, c.want)
		}
	}
}

func TestDatesOf1904(t *testing.T) {
	parts := minimal(`<row><c s="1"><v>42738</v></c></row>`, "", part{"xl/styles.xml", styled})
	parts[2].content = `<x:workbook xmlns:x="x" xmlns:r="r"><x:workbookPr date1904="1"/><x:sheets><x:sheet name="表" r:id="rId1"/></x:sheets></x:workbook>`
	b := open(t, save(t, "a.xlsx", zipped(t, parts...)))
	if got := texts(collect(t, b.Rows("表"))[0]); got != "2021-01-04" {
		t.Error(got)
	}
}

func TestLetters(t *testing.T) {
	for _, c := range []int{0, 25, 26, 51, 701, 702, 16383} {
		column, row, ok := parseRef(Letter(c) + "12")
		if !ok || column != c || row != 12 {
			t.Errorf("%d: %s → %d, %d", c, Letter(c), column, row)
		}
	}
	for _, bad := range []string{"", "A", "1", "A0", "AAAA1", "A1048577", "A-1", "A 1"} {
		if _, _, ok := parseRef(bad); ok {
			t.Errorf("%q is a cell", bad)
		}
	}
}

// Two readers that share no code agree on the ledger and on a workbook that the
// other one wrote with shared texts.
func TestReadsAsExcelizeDoes(t *testing.T) {
	path := t.TempDir() + "/shared.xlsx"
	f := excelize.NewFile()
	for i := range 50 {
		_ = f.SetSheetRow("Sheet1", fmt.Sprintf("B%d", 1+2*i), &[]any{"文字" + fmt.Sprint(i%7), i, 1.5 * float64(i), nil, " 空 "})
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{ledger, path} {
		other := must(excelize.OpenFile(path, excelize.Options{RawCellValue: true}))(t)
		b := open(t, path)
		for _, sheet := range b.Sheets() {
			theirs := must(other.GetRows(sheet))(t)
			n := 0
			for _, row := range collect(t, b.Rows(sheet)) {
				n++
				for i, c := range row.Cells {
					want := ""
					if i < len(theirs[row.No-1]) {
						want = tidy(theirs[row.No-1][i])
					}
					got := c.Text
					if c.IsNumber {
						got = numberText(c.Number)
					}
					if got != want {
						t.Errorf("%s %s%d: %q, excelize %q", sheet, Letter(i), row.No, got, want)
					}
				}
			}
			if n == 0 {
				t.Errorf("%s: no rows", sheet)
			}
		}
		_ = other.Close()
	}
}
