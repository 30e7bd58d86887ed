package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiaojietai/internal/errs"
)

const ledger = "testdata/ledger-yuanma-2021h1.xlsx"

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func save(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *Book {
	t.Helper()
	b := must(Open(path, Limits{}))(t)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func collect(t testing.TB, rows iter.Seq2[Row, error]) []Row {
	t.Helper()
	var list []Row
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, row)
	}
	return list
}

func texts(row Row) string {
	var s []string
	for _, c := range row.Cells {
		s = append(s, c.Text)
	}
	return strings.Join(s, "|")
}

// refused asserts the code, and that the sentence is Chinese and keeps its cause to itself.
func refused(t testing.TB, err error, code string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got %v, want %s", err, code)
	}
	if !strings.ContainsAny(e.Msg, "。") || e.Err != nil && strings.Contains(e.Msg, e.Err.Error()) {
		t.Errorf("message: %s", e.Msg)
	}
}

// part is an entry of a workbook made by hand.
type part struct{ name, content string }

func zipped(t testing.TB, parts ...part) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, p := range parts {
		f := must(w.Create(p.name))(t)
		must(f.Write([]byte(p.content)))(t)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// minimal is the smallest workbook; rows stand inside <sheetData>, tail behind it.
func minimal(rows, tail string, more ...part) []part {
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	return append([]part{
		{"[Content_Types].xml", `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships><Relationship Id="rId1" Type="` + rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="` + rel + `"><sheets><sheet name="表" sheetId="1" r:id="rId1"/><sheet name="藏" sheetId="2" state="hidden" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + rel + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", `<worksheet><sheetData>` + rows + `</sheetData>` + tail + `</worksheet>`},
	}, more...)
}

func workbookOf(t testing.TB, rows, tail string, more ...part) *Book {
	t.Helper()
	return open(t, save(t, "made.xlsx", zipped(t, minimal(rows, tail, more...)...)))
}
