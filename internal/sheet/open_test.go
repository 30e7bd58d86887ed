package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenRefuses(t *testing.T) {
	ole := func(stream string) []byte {
		return append(append([]byte(oleHead), make([]byte, 70_000)...), utf16le(stream)...)
	}
	book := func(more ...part) []byte { return zipped(t, minimal("", "", more...)...) }
	for _, c := range []struct {
		what, name string
		content    []byte
		code       string
	}{
		{"an empty file", "a.xlsx", nil, "sheetNot"},
		{"text renamed .xlsx", "a.xlsx", []byte("序号,姓名\n1,张三\n"), "sheetNot"},
		{"a picture renamed .csv", "a.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "sheetNot"},
		{"a web page renamed .csv", "a.csv", []byte("\uFEFF<html><table><tr><td>1</td></tr></table></html>"), "sheetNot"},
		{"an XML table renamed .xls", "a.xls", []byte(`<?xml version="1.0"?><Workbook/>`), "sheetNot"},
		{"a PDF", "a.pdf", []byte("%PDF-1.7"), "sheetNot"},
		{"an encrypted workbook", "a.xlsx", ole("EncryptedPackage"), "sheetEncrypted"},
		{"an old workbook", "a.xls", ole("Workbook"), "sheetOld"},
		{"a Word document", "a.xlsx", zipped(t, part{"word/document.xml", "<d/>"}), "sheetNot"},
		{"another archive", "a.xlsx", zipped(t, part{"a.txt", "a"}), "sheetNot"},
		{"an archive without entries", "a.xlsx", zipped(t), "sheetNot"},
		{"OpenDocument", "a.xlsx", zipped(t, part{"mimetype", "x"}, part{"content.xml", "<d/>"}), "sheetNot"},
		{"macros", "a.xlsx", book(part{"xl/vbaProject.bin", "x"}), "sheetMacro"},
		{"macros under another path", "a.xlsx", book(part{`xl\sub\VBAPROJECT.BIN`, "x"}), "sheetMacro"},
		{"macro sheets of old", "a.xlsx", book(part{"xl/macrosheets/sheet1.xml", "<m/>"}), "sheetMacro"},
		{"controls", "a.xlsx", book(part{"xl/activeX/activeX1.xml", "<m/>"}), "sheetMacro"},
		{"external links", "a.xlsx", book(part{"xl/externalLinks/externalLink1.xml", "<e/>"}), "sheetExternal"},
		{"connections", "a.xlsx", book(part{"xl/connections.xml", "<e/>"}), "sheetExternal"},
		{"a part twice", "a.xlsx", book(part{"xl/Workbook.xml", "<workbook/>"}), "sheetBroken"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := Open(save(t, c.name, c.content), Limits{})
			refused(t, err, c.code)
		})
	}
	t.Run("an external reference without its part", func(t *testing.T) {
		parts := minimal("", "")
		parts[2].content = strings.Replace(parts[2].content, "<sheets>", `<externalReferences><externalReference id="rId9"/></externalReferences><sheets>`, 1)
		_, err := Open(save(t, "a.xlsx", zipped(t, parts...)), Limits{})
		refused(t, err, "sheetExternal")
	})
	t.Run("a macro type by its content type alone", func(t *testing.T) {
		parts := minimal("", "")
		parts[0].content = strings.Replace(parts[0].content, "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main", 1)
		_, err := Open(save(t, "a.xlsx", zipped(t, parts...)), Limits{})
		refused(t, err, "sheetMacro")
	})
}

// The file is sparse: were it read, the test would be slow.
func TestOpenRefusesBySizeWithoutReading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	f := must(os.Create(path))(t)
	if err := f.Truncate(200 << 20); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	_, err := Open(path, Limits{})
	refused(t, err, "sheetTooLarge")
}

func TestOpenRefusesBombs(t *testing.T) {
	small := Limits{MaxPart: 8 << 20, MaxTotal: 12 << 20, MaxParts: 50}
	zeros := strings.Repeat(" ", 4<<20)
	try := func(content []byte) error {
		b, err := Open(save(t, "a.xlsx", content), small)
		if err == nil {
			defer b.Close()
			_, err = b.Table("")
		}
		return err
	}
	t.Run("by ratio", func(t *testing.T) {
		refused(t, try(zipped(t, minimal(zeros, "")...)), "sheetBomb")
	})
	t.Run("by number of entries", func(t *testing.T) {
		parts := minimal("", "")
		for i := range 60 {
			parts = append(parts, part{fmt.Sprintf("xl/media/%d.png", i), "x"})
		}
		refused(t, try(zipped(t, parts...)), "sheetBomb")
	})
	t.Run("by one part and by all together", func(t *testing.T) {
		stored := func(sizes ...int) []byte {
			var buf bytes.Buffer
			w := zip.NewWriter(&buf)
			for _, p := range minimal("", "") {
				must(must(w.Create(p.name))(t).Write([]byte(p.content)))(t)
			}
			for i, n := range sizes {
				f := must(w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint("xl/media/", i), Method: zip.Store}))(t)
				must(f.Write(make([]byte, n)))(t)
			}
			_ = w.Close()
			return buf.Bytes()
		}
		refused(t, try(stored(9<<20)), "sheetBomb")
		refused(t, try(stored(5<<20, 5<<20, 5<<20)), "sheetBomb")
	})
	t.Run("by a declared size that lies", func(t *testing.T) {
		content := zipped(t, minimal(zeros, "")...)
		// The central directory says 1,000 bytes where the part has four million.
		at := bytes.LastIndex(content, []byte("xl/worksheets/sheet1.xml")) - 46
		binary.LittleEndian.PutUint32(content[at+24:], 1000)
		refused(t, try(content), "sheetBroken")
	})
	t.Run("by nesting", func(t *testing.T) {
		refused(t, try(zipped(t, minimal(strings.Repeat("<a>", 100), "")...)), "sheetBroken")
	})
	t.Run("by one endless text", func(t *testing.T) {
		var noise strings.Builder
		for i := range 400_000 {
			fmt.Fprint(&noise, i*7919)
		}
		refused(t, try(zipped(t, minimal(`<row><c t="inlineStr"><is><t>`+noise.String()+`</t></is></c></row>`, "")...)), "sheetBomb")
	})
	t.Run("by entities", func(t *testing.T) {
		parts := minimal(`<row><c t="inlineStr"><is><t>&b;</t></is></c></row>`, "")
		parts[4].content = `<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>` + parts[4].content
		refused(t, try(zipped(t, parts...)), "sheetBroken")
	})
}

// A workbook cut at any byte, or with any byte of a part changed, is refused at the
// latest when its table is looked for.
func TestOpenRefusesDamaged(t *testing.T) {
	whole := must(os.ReadFile(ledger))(t)
	read := func(content []byte) error {
		b, err := Open(save(t, "a.xlsx", content), Limits{})
		if err == nil {
			defer b.Close()
			_, err = b.Table("")
		}
		return err
	}
	if err := read(whole); err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < len(whole); cut += len(whole) / 40 {
		if read(whole[:cut]) == nil {
			t.Errorf("cut at %d is read", cut)
		}
	}
	r := must(zip.NewReader(bytes.NewReader(whole), int64(len(whole))))(t)
	for _, f := range r.File {
		if !strings.Contains(f.Name, "sheet1") && !strings.Contains(f.Name, "styles") {
			continue
		}
		at := int(must(f.DataOffset())(t)) + int(f.CompressedSize64)*2/3
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x55
		refused(t, read(damaged), "sheetBroken")
	}
}

func TestRowsLimits(t *testing.T) {
	row := func(n int, ref string) string {
		return fmt.Sprintf(`<row r="%d"><c r="%s"><v>1</v></c></row>`, n, ref)
	}
	read := func(rows string, l Limits) error {
		b := must(Open(save(t, "a.xlsx", zipped(t, minimal(rows, "")...)), l))(t)
		defer b.Close()
		return drain(b.Rows("表"))
	}
	refused(t, read(row(1, "A1")+row(2, "A2")+row(3, "A3"), Limits{MaxRows: 2}), "sheetRows")
	refused(t, read(row(1, "D1"), Limits{MaxColumns: 3}), "sheetColumns")
	refused(t, read(row(2, "A2")+row(1, "A1"), Limits{}), "sheetBroken")
	refused(t, read(row(1048577, "A1048577"), Limits{}), "sheetBroken")
	refused(t, read(`<row><c t="s"><v>7</v></c></row>`, Limits{}), "sheetBroken")
	refused(t, read(`<row><c><v>seven</v></c></row>`, Limits{}), "sheetBroken")
	if err := read(`<row r="9"/>`+row(1048576, "A1048576"), Limits{}); err != nil {
		t.Error(err)
	}
	b := workbookOf(t, "", "")
	refused(t, drain(b.Rows("藏")), "sheetNone")
}
