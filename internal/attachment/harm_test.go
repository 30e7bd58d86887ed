package attachment_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"tiaojietai/internal/errs"
)

// archiveOf is an office file of parts: name, content, name, content.
func archiveOf(parts ...string) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, _ := z.Create(parts[i])
		_, _ = io.WriteString(f, parts[i+1])
	}
	_ = z.Close()
	return b.String()
}

const contentTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`

func wordOf(parts ...string) string {
	return archiveOf(append([]string{"[Content_Types].xml", contentTypes, "word/document.xml", "<w:document/>"}, parts...)...)
}

// packed is a PDF whose objects are packed, as those of today's programs.
func packedPDF(objects string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = io.WriteString(z, objects)
	_ = z.Close()
	return fmt.Sprintf("%%PDF-1.7\n4 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\r\n%s\nendstream\nendobj\n%%%%EOF", b.Len(), b.String())
}

func TestWhatRunsIsRefused(t *testing.T) {
	w := setUp(t)
	link := func(kind, target string) string {
		return `<Relationships><Relationship Id="rId1" Type="http://x/` + kind + `" Target="` + target + `" TargetMode="External"/></Relationships>`
	}
	long := "%PDF-1.7\n" + strings.Repeat("x", 1<<20-5)
	cases := []struct{ name, in, code string }{
		{"SVG with a script", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "wrongType"},
		{"SVG without a prolog", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "wrongType"},
		{"a web page", "<!DOCTYPE html><script>alert(1)</script>", "wrongType"},
		{"a GIF that is a script", "GIF89a/*xxxxx*/=1;alert(1)//", "wrongType"},
		{"a program", "MZ\x90\x00\x03\x00", "wrongType"},
		{"a photograph of an iPhone", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "wrongType"},
		{"Word with macros", wordOf("word/vbaProject.bin", "x"), "active"},
		{"Word with macros by another name", archiveOf("[Content_Types].xml",
			strings.ReplaceAll(contentTypes, "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"), "word/document.xml", "x"), "active"},
		{"Word with ActiveX", wordOf("word/activeX/activeX1.xml", "x"), "active"},
		{"Word with a template from the network", wordOf("word/_rels/settings.xml.rels", link("attachedTemplate", "https://evil.example/a.dotm")), "active"},
		{"Excel with a macro sheet", archiveOf("[Content_Types].xml", "<Types/>", "xl/workbook.xml", "x", "xl/macrosheets/sheet1.xml", "x"), "active"},
		{"PDF with JavaScript", "%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert\\(1\\))>>endobj", "active"},
		{"PDF with a script written with escapes", "%PDF-1.7\n1 0 obj<</S/J#61vaScr#69pt/JS(x)>>endobj", "active"},
		{"PDF with a script in packed objects", packedPDF("1 0 <</S/JavaScript/JS(app.alert)>>"), "active"},
		{"PDF that starts a program", "%PDF-1.7\n1 0 obj<</S/Launch/F(cmd.exe)>>endobj", "active"},
		{"PDF with a script across two reads", long + "<</S/JavaScript>>", "active"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Add(t.Context(), holder, noOp, "m", "x.jpg", strings.NewReader(c.in))
			refused(t, err, errs.Invalid, c.code)
			if w.files(t) != 0 {
				t.Error("something is kept")
			}
		})
	}
	for name, in := range map[string]string{
		"a PDF with packed objects and no script":           packedPDF("1 0 <</Type/Catalog>>"),
		"a Word file with links and the template of its PC": wordOf("word/_rels/document.xml.rels", link("hyperlink", "https://example.org"), "word/_rels/settings.xml.rels", link("attachedTemplate", "file:///C:/Users/x/Normal.dotm")),
	} {
		t.Run(name+" is kept", func(t *testing.T) { w.add(t, "x", in) })
	}
	t.Run("a HEIC photo is refused with what to set on the phone", func(t *testing.T) {
		_, err := w.Add(t.Context(), holder, noOp, "m", "x", strings.NewReader("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"))
		if e := errs.As(err); !strings.Contains(e.Msg, "兼容性最佳") || len(e.Fields) != 1 {
			t.Error(e)
		}
	})
}

func TestBombsAreRefusedBeforeTheyAreUnpacked(t *testing.T) {
	w := setUp(t)
	huge := func(png string) string { // 50,000 × 50,000
		head := be32(50000) + be32(50000) + "\x08\x06\x00\x00\x00"
		return png[:8] + chunk("IHDR", head) + png[8+12+13:]
	}
	jpg := jpegOf(t, 64, 48)
	at := strings.Index(jpg, "\xff\xc0") + 5
	zeros := string(make([]byte, 8<<20))
	cases := []struct {
		name, in string
		kind     errs.Kind
		code     string
	}{
		{"PNG", huge(pngOf(4, 4)), errs.TooLarge, "tooManyPixels"},
		{"JPEG", jpg[:at] + be16(50000) + be16(50000) + jpg[at+4:], errs.TooLarge, "tooManyPixels"},
		{"WebP", riff(riffChunk("VP8X", "\x00\x00\x00\x00"+"\x4f\xc3\x00"+"\x4f\xc3\x00"), riffChunk("VP8L", vp8l)), errs.TooLarge, "tooManyPixels"},
		{"Word", wordOf("word/media/x", zeros), errs.Invalid, "wrongType"},
		{"an archive of very many parts", "PK\x03\x04" + strings.Repeat("PK\x01\x02", 6000), errs.Invalid, "wrongType"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.Add(t.Context(), holder, noOp, "m", "x", strings.NewReader(c.in))
			refused(t, err, c.kind, c.code)
			if w.files(t) != 0 {
				t.Error("something is kept")
			}
		})
	}
}

func TestAPictureThatIsAlsoAPageIsServedAsAPicture(t *testing.T) {
	w := setUp(t)
	it := w.add(t, "x.html", photo(t, 1))
	r := w.call(t, holder, "GET", "/attachments/"+it.ID, nil, nil)
	h := r.Header
	if h.Get("Content-Type") != "image/jpeg" || h.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(h.Get("Content-Security-Policy"), "default-src 'none'") || h.Get("Cache-Control") != "private, no-store" {
		t.Error(h)
	}
	if body, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK || bytes.Contains(body, []byte("script")) {
		t.Error(r.StatusCode)
	}
	word := w.add(t, "x.html", wordOf())
	if how := w.call(t, holder, "GET", "/attachments/"+word.ID, nil, nil).Header.Get("Content-Disposition"); !strings.HasPrefix(how, "attachment;") {
		t.Error(how)
	}
}
