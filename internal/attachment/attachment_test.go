package attachment_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"image"
	imagepng "image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/attachment"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
)

const (
	county  = "532328"
	root    = "532328000000"
	town    = "532328101000"
	village = "532328101001"
)

var (
	png    = pngOf(8, 6)
	pdf    = "%PDF-1.7\n" + strings.Repeat("x", 100)
	holder = account.Caller{County: county, Person: "p", Name: "张三", Org: village, Roles: []string{account.Mediator}}
	above  = account.Caller{County: county, Person: "q", Name: "李四", Org: town, Roles: []string{account.Head}}
	beside = account.Caller{County: county, Person: "r", Name: "王五", Org: "532328102001", Roles: []string{account.Head}}
)

// pngOf is a real picture of so many pixels.
func pngOf(w, h int) string {
	var b bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i*7) | 0x80
	}
	if err := imagepng.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.String()
}

// noOp is an addition without an operation id.
var noOp db.Operation

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type world struct {
	*attachment.Service
	d     *db.DB
	dir   string
	clock *testkit.Clock
}

// setUp makes a matter "m" held by the village and seen by the township.
func setUp(t testing.TB) world {
	t.Helper()
	clock := testkit.At("2026-11-02 09:00")
	d := testkit.Open(t, clock)
	master, err := gm.OpenMaster(t.TempDir())
	must(t, err)
	keys := account.NewKeys(d, master)
	must(t, account.CreateCounty(t.Context(), d, keys, county, "元谋县", false))
	book, err := rulebook.NewBook(rulebook.Default())
	must(t, err)
	rules := func(string) *rulebook.Book { return book }
	orgs := org.NewService(org.Deps{DB: d, Rules: rules, Keys: keys.Of})
	must(t, orgs.AddAll(t.Context(), account.Caller{}, county, []org.New{
		{Code: root, Name: "元谋县", Kind: org.KindArea},
		{Code: town, Name: "元马镇", Kind: "townshipCentre", Parent: root},
		{Code: village, Name: "马街", Kind: "villageRoom", Parent: town}}))
	must(t, d.Write(t.Context(), county, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO matter (county, id, kind, status, title, registrant, holder, version)
			VALUES ($1, 'm', 'dispute', 'handling', '水沟', $2, $2, 1)`, county, village)
		return err
	}))
	dir := filepath.Join(t.TempDir(), "attachments")
	reach := func(_ context.Context, _ db.Q, c account.Caller, matter string) (string, bool) {
		mode := map[string]string{village: "hold", town: "above"}[c.Org]
		return mode, mode != "" && matter == "m"
	}
	return world{attachment.NewService(attachment.Deps{DB: d, Dir: dir, Rules: rules, Keys: keys.Of, Reach: reach}), d, dir, clock}
}

func (w world) add(t *testing.T, name, content string) attachment.Item {
	t.Helper()
	it, err := w.Add(t.Context(), holder, db.Operation{}, "m", name, strings.NewReader(content))
	must(t, err)
	return it
}

// files counts what lies in the directory.
func (w world) files(t *testing.T) (n int) {
	t.Helper()
	_ = filepath.WalkDir(w.dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return nil
	})
	return n
}

func refused(t *testing.T, err error, kind errs.Kind, code string) {
	t.Helper()
	if err == nil {
		t.Fatalf("want %s %s, nothing was refused", kind, code)
	}
	if e := errs.As(err); e.Kind != kind || e.Code != code {
		t.Fatalf("want %s %s, got %v", kind, code, err)
	}
}

func officeFile(names ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		f, _ := z.Create(n)
		_, _ = f.Write([]byte("x"))
	}
	_ = z.Close()
	return b.String()
}

func TestSniff(t *testing.T) {
	docx := officeFile("[Content_Types].xml", "word/document.xml")
	cases := []struct{ name, content, want string }{
		{"a picture", png, "image/png"},
		{"a photograph", "\xff\xd8\xff\xe0" + strings.Repeat("x", 50), "image/jpeg"},
		{"PDF", pdf, "application/pdf"},
		{"Word", docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"Excel", officeFile("[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		{"any ZIP", officeFile("a.exe"), "application/zip"},
		{"a recording of a phone", "\x00\x00\x00\x1cftypM4A \x00\x00\x00\x00M4A isom", "audio/mp4"},
		{"a film of a phone", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4"},
		{"a photograph of an iPhone", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"},
		{"a recording with the brand of a film", mp4File("isom", track("soun")), "audio/mp4"},
		{"a film", mp4File("isom", track("soun"), track("vide")), "video/mp4"},
		{"a recording of an old phone", mp4File("3gp4", track("soun")), "audio/3gpp"},
		{"AMR", "#!AMR\n\x3c\x00", "audio/amr"},
		{"AAC", "\xff\xf1\x50\x80\x00\x1f\xfc", "audio/aac"},
		{"WAV", "RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"},
		{"Opus", "OggS\x00\x02" + strings.Repeat("\x00", 22) + "OpusHead", "audio/ogg"},
		{"a film in Ogg", "OggS\x00\x02" + strings.Repeat("\x00", 22) + "\x80theora", "application/ogg"},
		{"sound of Chrome's recorder", "\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + strings.Repeat("\x00", 600) + "\x86\x86A_OPUS", "audio/webm"},
		{"a film of Chrome's recorder", "\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm\x86\x86A_OPUS\x86\x85V_VP8", "video/webm"},
		{"old Word", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00", "application/x-ole-storage"},
		{"SVG", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`, "text/xml"},
		{"MP3 without a tag", "\xff\xfb\x90\x64" + strings.Repeat("\x00", 50), "audio/mpeg"},
		{"a web page", "<html><script>alert(1)</script>", "text/html"},
		{"a program", "MZ\x90\x00\x03\x00", ""},
		{"text", "水沟改道", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := attachment.Sniff(strings.NewReader(c.content), int64(len(c.content))); got != c.want {
				t.Errorf("%q, not %q", got, c.want)
			}
		})
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"现场照片.jpg": "现场照片.jpg", `C:\Users\x\协议.docx`: "协议.docx", "../../etc/passwd": "passwd", "": "附件", "...": "附件",
		"a\x00b\n.png": "ab.png", "照片\u202egpj.exe": "照片gpj.exe", `x"<>|.pdf`: "x.pdf", ".htaccess": "htaccess",
	} {
		if got := attachment.CleanName(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
	if got := attachment.CleanName(strings.Repeat("长", 300) + ".jpg"); len([]rune(got)) != 100 || !strings.HasSuffix(got, ".jpg") {
		t.Error(got)
	}
}

func TestAdd(t *testing.T) {
	w := setUp(t)
	t.Run("kept once by its content, under its real type and name", func(t *testing.T) {
		a, b := w.add(t, "照片.exe", png), w.add(t, "同一张.png", png)
		if a.Type != "image/png" || a.Name != "照片.exe" || a.Size != int64(len(png)) || a.By.Name != "张三" || a.ID == b.ID {
			t.Errorf("%+v", a)
		}
		if n := w.files(t); n != 1 {
			t.Errorf("%d files", n)
		}
	})
	rows := testkit.Count(t, w.d, "attachment")
	nothing := func(t *testing.T) {
		t.Helper()
		if n := testkit.Count(t, w.d, "attachment"); n != rows || w.files(t) != 1 {
			t.Errorf("%d rows, %d files", n-rows, w.files(t))
		}
	}
	add := func(c account.Caller, matter string, content io.Reader) error {
		_, err := w.Add(t.Context(), c, db.Operation{}, matter, "x", content)
		return err
	}
	t.Run("what may not be seen is not found, before a byte is read", func(t *testing.T) {
		unread := &readOnce{}
		refused(t, add(beside, "m", unread), errs.NotFound, "notFound")
		refused(t, add(holder, "other", unread), errs.NotFound, "notFound")
		if unread.n != 0 {
			t.Error("read")
		}
		nothing(t)
	})
	t.Run("who sees but does not hold it adds nothing, and that is audited", func(t *testing.T) {
		before := testkit.Count(t, w.d, "audit_row")
		refused(t, add(above, "m", strings.NewReader(png)), errs.Forbidden, "notHolder")
		if testkit.Count(t, w.d, "audit_row") != before+1 {
			t.Error("not audited")
		}
		nothing(t)
	})
	t.Run("another type, an empty and a broken one leave nothing", func(t *testing.T) {
		refused(t, add(holder, "m", strings.NewReader("<html>")), errs.Invalid, "wrongType")
		refused(t, add(holder, "m", strings.NewReader("")), errs.Invalid, "invalid")
		refused(t, add(holder, "m", io.MultiReader(strings.NewReader(png), broken{})), errs.Malformed, "unreadable")
		nothing(t)
	})
	t.Run("too large is refused at the limit", func(t *testing.T) {
		refused(t, add(holder, "m", io.LimitReader(zeros{}, 21<<20)), errs.TooLarge, "tooLarge")
		nothing(t)
	})
	t.Run("the same operation twice is one attachment", func(t *testing.T) {
		op := db.Operation{Person: "p", Key: "k", Request: "r"}
		a, err := w.Add(t.Context(), holder, op, "m", "协议.pdf", strings.NewReader(pdf))
		must(t, err)
		b, err := w.Add(t.Context(), holder, op, "m", "协议.pdf", strings.NewReader(pdf))
		must(t, err)
		if a.ID != b.ID {
			t.Error("two")
		}
		_, err = w.Add(t.Context(), holder, op, "m", "协议.pdf", strings.NewReader(pdf+"x"))
		refused(t, err, errs.Invalid, "operationReused")
	})
}

type readOnce struct{ n int }

func (r *readOnce) Read([]byte) (int, error) { r.n++; return 0, io.EOF }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection lost") }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestOpen(t *testing.T) {
	w := setUp(t)
	it := w.add(t, "照片.png", png)
	t.Run("who sees the matter opens it, and that is audited", func(t *testing.T) {
		before := testkit.Count(t, w.d, "audit_row")
		got, f, err := w.Open(t.Context(), above, it.ID)
		must(t, err)
		text, _ := io.ReadAll(f)
		_ = f.Close()
		if string(text) != png || got.Name != "照片.png" || testkit.Count(t, w.d, "audit_row") != before+1 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("the many parts of one sight are one row", func(t *testing.T) {
		before := testkit.Count(t, w.d, "audit_row")
		_, f, err := w.Open(t.Context(), above, it.ID)
		must(t, err)
		_ = f.Close()
		if n := testkit.Count(t, w.d, "audit_row"); n != before {
			t.Errorf("%d rows more", n-before)
		}
	})
	t.Run("another body does not find it", func(t *testing.T) {
		_, _, err := w.Open(t.Context(), beside, it.ID)
		refused(t, err, errs.NotFound, "notFound")
		_, _, err = w.Open(t.Context(), above, "nothing")
		refused(t, err, errs.NotFound, "notFound")
	})
}

func TestSweep(t *testing.T) {
	w := setUp(t)
	w.add(t, "照片.png", png)
	stray := filepath.Join(w.dir, county, "ab", strings.Repeat("ab", 32))
	upload := filepath.Join(w.dir, county, "upload-123")
	foreign := filepath.Join(w.dir, county, "README")
	must(t, os.MkdirAll(filepath.Dir(stray), 0o700))
	for _, p := range []string{stray, upload, foreign} {
		must(t, os.WriteFile(p, []byte("x"), 0o600))
	}
	t.Run("what is young stays", func(t *testing.T) {
		if n, err := w.Sweep(t.Context(), county); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
	t.Run("what is a day old and named by no row goes, and only that", func(t *testing.T) {
		old := time.Now().Add(-25 * time.Hour)
		_ = filepath.WalkDir(w.dir, func(p string, _ os.DirEntry, _ error) error { return os.Chtimes(p, old, old) })
		if n, err := w.Sweep(t.Context(), county); n != 2 || err != nil {
			t.Error(n, err)
		}
		if n := w.files(t); n != 2 {
			t.Errorf("%d files", n)
		}
	})
	t.Run("a county without attachments has nothing to sweep", func(t *testing.T) {
		if n, err := w.Sweep(t.Context(), "530000"); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}
