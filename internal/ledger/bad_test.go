package ledger

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/testkit"
)

// rezipped is the real ledger with a part more, or another in its place.
func rezipped(t *testing.T, name string, content io.Reader) []byte {
	t.Helper()
	src, err := zip.OpenReader(yuanma)
	check(t, err)
	defer func() { _ = src.Close() }()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, part := range src.File {
		if part.Name == name {
			continue
		}
		r, err := part.Open()
		check(t, err)
		p, err := w.Create(part.Name)
		check(t, err)
		_, err = io.Copy(p, r)
		check(t, errors.Join(err, r.Close()))
	}
	p, err := w.Create(name)
	check(t, err)
	_, err = io.Copy(p, content)
	check(t, errors.Join(err, w.Close()))
	return buf.Bytes()
}

// spaces are many bytes that pack to few.
func spaces(n int64) io.Reader { return io.LimitReader(blank{}, n) }

type blank struct{}

func (blank) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// nothingLeft: a refused file leaves no row and no file.
func (f *fixture) nothingLeft() {
	f.t.Helper()
	if n := testkit.Count(f.t, f.s.DB, "ledger_import"); n != 0 {
		f.t.Errorf("%d imports", n)
	}
	left, err := filepath.Glob(filepath.Join(f.s.Dir, county, "*"))
	check(f.t, err)
	if len(left) > 0 {
		f.t.Errorf("left: %v", left)
	}
}

func TestABadFileIsRefusedWithTheReasonAndNothingIsKept(t *testing.T) {
	encrypted := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	for _, c := range "EncryptedPackage" {
		encrypted += string([]byte{byte(c), 0})
	}
	cases := []struct {
		name, file, code string
		kind             errs.Kind
		content          io.Reader
	}{
		{"a picture by another name", "台账.xlsx", "sheetNot", errs.Invalid, strings.NewReader("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 500))},
		{"a web page", "台账.xls", "sheetNot", errs.Invalid, strings.NewReader("<html><table><tr><td>序号</td></tr></table></html>")},
		{"an empty file", "台账.xlsx", "invalid", errs.Invalid, strings.NewReader("")},
		{"an old workbook", "台账.xls", "sheetOld", errs.Invalid, strings.NewReader("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600))},
		{"an encrypted workbook", "台账.xlsx", "sheetEncrypted", errs.Invalid, strings.NewReader(encrypted)},
		{"macros", "台账.xlsx", "sheetMacro", errs.Invalid, bytes.NewReader(rezipped(t, "xl/vbaProject.bin", strings.NewReader("x")))},
		{"external links", "台账.xlsx", "sheetExternal", errs.Invalid, bytes.NewReader(rezipped(t, "xl/externalLinks/externalLink1.xml", strings.NewReader("<externalLink/>")))},
		{"a bomb", "台账.xlsx", "sheetBomb", errs.Invalid, bytes.NewReader(rezipped(t, "xl/worksheets/sheet1.xml", spaces(100<<20)))},
		{"200 MB", "台账.xlsx", "sheetTooLarge", errs.TooLarge, spaces(200 << 20)},
		{"a table without a header", "台账.csv", "sheetNoTable", errs.Invalid, strings.NewReader("1,2,3\n4,5,6\n")},
	}
	each(t, func(t *testing.T, f *fixture) {
		for _, c := range cases {
			seek, again := c.content.(io.Seeker)
			if again {
				_, err := seek.Seek(0, io.SeekStart)
				check(t, err)
			}
			_, err := f.s.Start(t.Context(), f.as(township, "lee"), Matters, c.file, c.content, db.Operation{})
			if e := errs.As(err); err == nil || e.Kind != c.kind || e.Code != c.code {
				t.Errorf("%s: %v, want %s/%s", c.name, err, c.kind, c.code)
			}
			f.nothingLeft()
		}
	})
}

func TestALargeFileThatIsSparseOnTheDiskIsRefusedUnread(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		path := filepath.Join(t.TempDir(), "大.xlsx")
		file, err := os.Create(path)
		check(t, err)
		check(t, errors.Join(file.Truncate(200<<20), file.Close()))
		_, err = f.start(f.as(township, "lee"), Matters, path)
		refused(t, err, errs.TooLarge, "sheetTooLarge")
		f.nothingLeft()
	})
}

func TestAnUploadCutAtAnyByteLeavesNothing(t *testing.T) {
	whole, err := os.ReadFile(yuanma)
	check(t, err)
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		for n := 0; n < len(whole); n += 1 + len(whole)/60 {
			_, err := f.s.Start(t.Context(), lee, Matters, "台账.xlsx", io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(io.ErrUnexpectedEOF)), db.Operation{})
			refused(t, err, errs.Malformed, "unreadable")
			if _, err = f.s.Start(t.Context(), lee, Matters, "台账.xlsx", bytes.NewReader(whole[:n]), db.Operation{}); err == nil {
				t.Errorf("cut at %d and taken", n)
			}
			f.nothingLeft()
		}
		_, err := f.s.Start(t.Context(), lee, Matters, "台账.xlsx", bytes.NewReader(whole), db.Operation{})
		check(t, err)
	})
}

func TestACSVInGBKIsRead(t *testing.T) {
	text, err := simplifiedchinese.GB18030.NewEncoder().String("日期,所在村,类别,申请人,简要情况\n2021年3月1日,龙泉,邻里,张三,两家争水沟\n")
	check(t, err)
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, f.file("台账.csv", text))
		if v = f.done(lee, v.ID, f.s.Run); v.Counts.Entered != 1 {
			t.Fatalf("%+v", v.Rejected)
		}
		if m := f.list(lee, matter.Filter{})[0]; m.Title != "两家争水沟" {
			t.Errorf("%q", m.Title)
		}
	})
}

func TestARowIsInWholeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, f.file("台账.csv", "日期,所在村,类别,申请人,简要情况,系统编号\n2021-03-01,龙泉,邻里,张三,争水沟,一号\n"+
			"2021-03-02,龙泉,邻里,李四,争地界,一号\n2099-03-02,龙泉,邻里,李四,争地界,二号\n2021-03-03,龙泉,邻里,王五,争路,三号\n"))
		v = f.done(lee, v.ID, f.s.Run)
		if v.Counts.Entered != 2 || v.Counts.Rejected != 2 || !strings.Contains(v.Rejected[0].Reason, "编号") || !strings.Contains(v.Rejected[1].Reason, "将来") {
			t.Fatalf("%+v %+v", v.Counts, v.Rejected)
		}
		for table, want := range map[string]int{"matter": 2, "matter_party": 2, "timeline": 2, "external_id": 2, "ledger_entry": 2} {
			if n := testkit.Count(t, f.s.DB, table); n != want {
				t.Errorf("%d rows in %s, want %d", n, table, want)
			}
		}
		numbers := []string{}
		for _, m := range f.list(lee, matter.Filter{}) {
			numbers = append(numbers, m.Number)
		}
		if len(numbers) != 2 || !strings.Contains(numbers[0]+numbers[1], "000001号") || !strings.Contains(numbers[0]+numbers[1], "000002号") {
			t.Errorf("a gap in the numbers: %v", numbers)
		}
	})
}

// peak measures the heap while fn runs.
func peak(fn func()) uint64 {
	var most uint64
	stop, over := make(chan struct{}), make(chan struct{})
	runtime.GC()
	go func() {
		defer close(over)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	fn()
	close(stop)
	<-over
	return most
}

// manyRows: 50,000 in make soak, fewer otherwise.
func TestManyRowsTakeLittleMemory(t *testing.T) {
	rows := 4000
	if testkit.Soak(1) > 1 {
		rows = 50_000
	}
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		var v Import
		most := peak(func() {
			v = f.started(lee, Matters, f.many(rows))
			v = f.done(lee, v.ID, f.s.Check)
		})
		if v.Counts.OK != int64(rows) || v.Counts.Rejected != 0 {
			t.Fatalf("%+v %+v", v.Counts, v.Rejected[:min(3, len(v.Rejected))])
		}
		t.Log(fmt.Sprint(rows, " rows, at most ", most>>20, " MB"))
		if most > 160<<20 {
			t.Errorf("%d rows took %d MB", rows, most>>20)
		}
	})
}
