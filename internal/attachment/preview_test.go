package attachment_test

import (
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/attachment"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
)

func (w world) thumbnail(t *testing.T, id string) image.Image {
	t.Helper()
	f, err := w.Thumbnail(t.Context(), holder, id)
	must(t, err)
	defer func() { _ = f.Close() }()
	img, err := jpeg.Decode(f)
	must(t, err)
	return img
}

func TestThumbnail(t *testing.T) {
	w := setUp(t)
	colour := func(img image.Image, p [2]int) string {
		r, g, b, _ := img.At(p[0], p[1]).RGBA()
		switch max(r, g, b) {
		case r:
			return "red"
		case g:
			return "green"
		}
		return "blue"
	}
	t.Run("as large as it may be, and once for all who look", func(t *testing.T) {
		it := w.add(t, "x.jpg", jpegOf(t, 800, 600))
		if b := w.thumbnail(t, it.ID).Bounds(); b.Dx() != 240 || b.Dy() != 180 || !it.Thumbnail || it.Preview != "image" {
			t.Error(b, it)
		}
		n := w.files(t)
		w.thumbnail(t, it.ID)
		if w.files(t) != n || n != 3 {
			t.Errorf("%d files", n)
		}
	})
	t.Run("turned as the photo says", func(t *testing.T) {
		// The left of the photo is red and its bottom green; where they are then, by
		// orientation (CIPA DC-008, 4.6.5).
		at := map[int][2]string{1: {"left", "bottom"}, 2: {"right", "bottom"}, 3: {"right", "top"}, 4: {"left", "top"},
			5: {"top", "right"}, 6: {"top", "left"}, 7: {"bottom", "left"}, 8: {"bottom", "right"}}
		for orient, sides := range at {
			it := w.add(t, "x.jpg", photo(t, orient))
			img := w.thumbnail(t, it.ID)
			wide, high := img.Bounds().Dx(), img.Bounds().Dy()
			if (orient > 4) != (high > wide) {
				t.Errorf("orientation %d: %d×%d", orient, wide, high)
			}
			middle := map[string][2]int{"left": {4, high / 2}, "right": {wide - 4, high / 2}, "top": {wide / 2, 4}, "bottom": {wide / 2, high - 4}}
			if red, green := colour(img, middle[sides[0]]), colour(img, middle[sides[1]]); red != "red" || green != "green" {
				t.Errorf("orientation %d: %s at the %s, %s at the %s", orient, red, sides[0], green, sides[1])
			}
		}
	})
	t.Run("of PNG and WebP as well, on white", func(t *testing.T) {
		for _, in := range []string{pngOf(300, 30), riff(riffChunk("VP8L", vp8l))} {
			w.thumbnail(t, w.add(t, "x", in).ID)
		}
	})
	t.Run("an image that no decoder takes has none, and stays", func(t *testing.T) {
		it := w.add(t, "x.webp", riff(riffChunk("VP8L", vp8l[:5]+"\xff\xff\xff\xff\xff")))
		for range 2 {
			_, err := w.Thumbnail(t.Context(), holder, it.ID)
			refused(t, err, errs.NotFound, "noPreview")
		}
		w.content(t, it.ID)
	})
	t.Run("a PDF has none", func(t *testing.T) {
		it := w.add(t, "x.pdf", pdf)
		_, err := w.Thumbnail(t.Context(), holder, it.ID)
		refused(t, err, errs.NotFound, "noPreview")
		if it.Thumbnail || it.Preview != "pdf" {
			t.Error(it)
		}
	})
	t.Run("whoever does not see the matter does not see it", func(t *testing.T) {
		it := w.add(t, "x.png", png)
		_, err := w.Thumbnail(t.Context(), beside, it.ID)
		refused(t, err, errs.NotFound, "notFound")
		_, err = w.Preview(t.Context(), beside, it.ID)
		refused(t, err, errs.NotFound, "notFound")
	})
	t.Run("swept with its image, not before", func(t *testing.T) {
		old := time.Now().Add(-25 * time.Hour)
		n := w.files(t)
		stray := filepath.Join(w.dir, county, "ab", strings.Repeat("ab", 32))
		must(t, os.MkdirAll(filepath.Dir(stray), 0o700))
		must(t, os.WriteFile(stray+".small", nil, 0o600))
		must(t, os.WriteFile(stray+".screen", nil, 0o600))
		_ = filepath.WalkDir(w.dir, func(p string, _ os.DirEntry, _ error) error { return os.Chtimes(p, old, old) })
		if gone, err := w.Sweep(t.Context(), county); gone != 2 || err != nil || w.files(t) != n {
			t.Error(gone, err, w.files(t), n)
		}
	})
}

func TestPreview(t *testing.T) {
	w := setUp(t)
	t.Run("a picture as large as a screen, audited like opening it", func(t *testing.T) {
		it := w.add(t, "x.jpg", jpegOf(t, 3000, 500))
		before := testkit.Count(t, w.d, "audit_row")
		p, err := w.Preview(t.Context(), above, it.ID)
		must(t, err)
		defer func() { _ = p.Image.Close() }()
		img, err := jpeg.Decode(p.Image)
		must(t, err)
		if b := img.Bounds(); b.Dx() != 2048 || b.Dy() != 341 || testkit.Count(t, w.d, "audit_row") != before+1 {
			t.Error(b)
		}
	})
	t.Run("Word as paragraphs, a row of a table in one", func(t *testing.T) {
		text := func(s string) string { return `<w:p><w:r><w:t xml:space="preserve">` + s + `</w:t></w:r></w:p>` }
		doc := `<?xml version="1.0"?><w:document xmlns:w="x"><w:body>` + text("调解协议书") + `<w:p/>` +
			`<w:p><w:r><w:t>甲方</w:t><w:tab/><w:t>李国华</w:t><w:br/><w:t>乙方 &lt;script&gt;</w:t></w:r></w:p>` +
			`<w:tbl><w:tr><w:tc>` + text("项目") + `</w:tc><w:tc>` + text("金额") + `</w:tc></w:tr></w:tbl>` +
			`<w:p><w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r></w:p></w:body></w:document>`
		it := w.add(t, "协议.docx", archiveOf("[Content_Types].xml", contentTypes, "word/document.xml", doc))
		r := w.call(t, holder, "GET", "/attachments/"+it.ID+"/preview", nil, nil)
		var got attachment.Text
		must(t, json.NewDecoder(r.Body).Decode(&got))
		want := []string{"调解协议书", "甲方 李国华\n乙方 <script>", "项目 | 金额"}
		if !slices.Equal(got.Paragraphs, want) || got.Cut || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a very long one is cut and says so", func(t *testing.T) {
		doc := "<d>" + strings.Repeat("<p><t>"+strings.Repeat("长", 60)+"</t></p>", 3000) + "</d>"
		it := w.add(t, "x.docx", archiveOf("[Content_Types].xml", contentTypes, "word/document.xml", doc))
		p, err := w.Preview(t.Context(), holder, it.ID)
		must(t, err)
		if len(p.Text.Paragraphs) != 1666 || !p.Text.Cut {
			t.Error(len(p.Text.Paragraphs))
		}
	})
	t.Run("a broken one, a deep one and one without text has none", func(t *testing.T) {
		for _, doc := range []string{"<a><b></a>", strings.Repeat("<a>", 1000), "<!DOCTYPE x [<!ENTITY a \"b\">]><d><p><t>&a;</t></p></d>"} {
			it := w.add(t, "x.docx", archiveOf("[Content_Types].xml", contentTypes, "word/document.xml", doc))
			_, err := w.Preview(t.Context(), holder, it.ID)
			refused(t, err, errs.NotFound, "noPreview")
		}
	})
	t.Run("sound and PDF are opened themselves", func(t *testing.T) {
		for in, how := range map[string]string{pdf: "pdf", mp4File("M4A ", track("soun")): "audio", mp4File("isom", track("vide")): "video", "#!AMR\n<": "none"} {
			it := w.add(t, "x", in)
			_, err := w.Preview(t.Context(), holder, it.ID)
			refused(t, err, errs.NotFound, "noPreview")
			if it.Preview != how {
				t.Errorf("%s is shown as %s", it.Type, it.Preview)
			}
		}
	})
	t.Run("over HTTP it is a picture and nothing else", func(t *testing.T) {
		it := w.add(t, "x.png", png)
		for _, part := range []string{"/preview", "/thumbnail"} {
			r := w.call(t, holder, "GET", "/attachments/"+it.ID+part, nil, nil)
			body, _ := io.ReadAll(r.Body)
			if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "image/jpeg" || http.DetectContentType(body) != "image/jpeg" ||
				!strings.HasPrefix(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
				t.Error(part, r.StatusCode, r.Header)
			}
		}
	})
}

func TestManyLookAtOnce(t *testing.T) {
	w := setUp(t)
	it := w.add(t, "x.jpg", jpegOf(t, 1500, 1500))
	errc := make(chan error)
	for range 20 {
		go func() {
			f, err := w.Thumbnail(t.Context(), holder, it.ID)
			if err == nil {
				err = f.Close()
			}
			errc <- err
		}()
	}
	var all error
	for range 20 {
		all = errors.Join(all, <-errc)
	}
	if all != nil || w.files(t) != 3 {
		t.Error(all, w.files(t))
	}
}
