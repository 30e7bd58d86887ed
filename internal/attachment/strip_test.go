package attachment_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	imagepng "image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/webp"

	"tiaojietai/internal/errs"
)

// secret is what must not be found on the disk after an upload: it stands in every
// place of the files built here where a phone writes where it is.
const secret = "25.7041N 101.8737E"

func be16(n int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(n))) }
func be32(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }
func le32(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

// exif is a TIFF block, little-endian as Android writes it, with the orientation,
// a GPS block that holds the secret, and a maker's note.
func exif(orient int) string {
	le16 := func(n int) string { return string(binary.LittleEndian.AppendUint16(nil, uint16(n))) }
	entry := func(tag, typ, n, value int) string { return le16(tag) + le16(typ) + le32(n) + le32(value) }
	ifd := "II*\x00" + le32(8) + le16(3) + entry(0x010f, 2, 4, 0x00484d49) + entry(0x0112, 3, 1, orient) + entry(0x8825, 4, 1, 50) + le32(0)
	gps := le16(1) + entry(0x0002, 2, len(secret), 68) + le32(0)
	return ifd + gps + secret + "MakerNote " + secret
}

func segment(marker byte, data string) string {
	return "\xff" + string([]byte{marker}) + be16(len(data)+2) + data
}

// jpegOf is a plain JPEG, w×h: left half red, right half blue, along the bottom green.
func jpegOf(t *testing.T, w, h int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 0, 0, 255}
			switch {
			case y >= h*3/4:
				c = color.RGBA{0, 180, 0, 255}
			case x >= w/2:
				c = color.RGBA{0, 0, 200, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	return b.String()
}

// photo is a JPEG with everything in it that phones and programs put there.
func photo(t *testing.T, orient int) string {
	plain := jpegOf(t, 64, 48)
	return plain[:2] +
		segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x01\x01"+secret[:3]) + // with a small copy of one pixel
		segment(0xe1, "Exif\x00\x00"+exif(orient)) +
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secret) +
		segment(0xe2, "ICC_PROFILE\x00\x01\x01profile") +
		segment(0xe2, "MPF\x00"+secret) +
		segment(0xed, "Photoshop 3.0\x008BIM\x04\x04"+secret) +
		segment(0xfe, "<script>alert(1)</script>"+secret) +
		plain[2:] +
		"\xff\xd8\xff\xe1" + secret + "<html><script>" // a second image, or a page, behind the end
}

func chunk(typ, data string) string {
	return be32(len(data)) + typ + data + be32(int(crc32.ChecksumIEEE([]byte(typ+data))))
}

// afterHeader puts chunks behind a PNG's header.
func afterHeader(png string, chunks ...string) string {
	const header = 8 + 12 + 13
	return png[:header] + strings.Join(chunks, "") + png[header:]
}

func riff(chunks ...string) string {
	body := "WEBP" + strings.Join(chunks, "")
	return "RIFF" + le32(len(body)) + body
}

func riffChunk(typ, data string) string {
	return typ + le32(len(data)) + data + strings.Repeat("\x00", len(data)%2)
}

// vp8l is a lossless WebP image of one pixel, as cwebp writes it.
const vp8l = "\x2f\x00\x00\x00\x10\x07\x10\xfd\x8f\xfe\x07\x22\xa2\xff\x01"

func extended(flags byte) string {
	return riffChunk("VP8X", string([]byte{flags})+strings.Repeat("\x00", 9))
}

func atom(typ, data string) string { return be32(len(data)+8) + typ + data }

func track(handler string) string {
	return atom("trak", atom("tkhd", "x")+atom("mdia", atom("hdlr", "\x00\x00\x00\x00\x00\x00\x00\x00"+handler))+atom("udta", secret))
}

func mp4File(brand string, tracks ...string) string {
	return atom("ftyp", brand+"\x00\x00\x00\x00mp42isom") + atom("moov", atom("mvhd", "x")+strings.Join(tracks, "")+
		atom("udta", atom("\xa9xyz", secret))+atom("meta", secret)) + atom("mdat", "sound") + atom("uuid", secret)
}

// onDisk gives everything that lies in the directory.
func (w world) onDisk(t *testing.T) (all string) {
	t.Helper()
	must(t, filepath.WalkDir(w.dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		all += string(b)
		return err
	}))
	return all
}

func (w world) content(t *testing.T, id string) string {
	t.Helper()
	_, f, err := w.Open(t.Context(), holder, id)
	must(t, err)
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(f)
	must(t, err)
	return string(b)
}

func pixels(t *testing.T, decode func(io.Reader) (image.Image, error), content string) []color.Color {
	t.Helper()
	img, err := decode(strings.NewReader(content))
	must(t, err)
	var all []color.Color
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			all = append(all, img.At(x, y))
		}
	}
	return all
}

func TestWhereAPhotoWasTakenIsNotKept(t *testing.T) {
	mask := func(b byte) string { return string([]byte{b}) }
	png := pngOf(8, 6)
	cases := []struct {
		name, in string
		decode   func(io.Reader) (image.Image, error)
		keeps    []string
	}{
		{"JPEG", photo(t, 1), jpeg.Decode, []string{"ICC_PROFILE\x00\x01\x01profile"}},
		{"JPEG to be turned", photo(t, 6), jpeg.Decode, []string{"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"}},
		{"PNG", afterHeader(png, chunk("eXIf", exif(8)), chunk("tEXt", "Comment\x00"+secret), chunk("iTXt", "XML:com.adobe.xmp\x00"+secret),
			chunk("zTXt", secret), chunk("tIME", "2026..."), chunk("gpSx", secret)) + secret, imagepng.Decode, []string{chunk("eXIf", "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00")}},
		{"WebP", riff(extended(0x0c), riffChunk("VP8L", vp8l), riffChunk("EXIF", exif(1)), riffChunk("XMP ", secret), riffChunk("abcd", secret)) + secret,
			webp.Decode, []string{"VP8X\x0a\x00\x00\x00" + mask(0)}},
		{"WebP to be turned", riff(extended(0x0c), riffChunk("VP8L", vp8l), riffChunk("EXIF", "Exif\x00\x00"+exif(3)), riffChunk("XMP ", secret)),
			webp.Decode, []string{"VP8X\x0a\x00\x00\x00" + mask(8), "EXIF\x1a\x00\x00\x00MM"}},
		{"simple WebP", riff(riffChunk("VP8L", vp8l)) + secret, webp.Decode, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := setUp(t)
			it := w.add(t, "照片", c.in)
			kept := w.content(t, it.ID)
			if disk := w.onDisk(t); disk != kept || it.Size != int64(len(kept)) {
				t.Errorf("%d bytes on disk, %d kept, %d said", len(disk), len(kept), it.Size)
			}
			for _, no := range []string{secret, "MakerNote", "xmpmeta", "script", "8BIM", "MPF"} {
				if strings.Contains(kept, no) {
					t.Errorf("%q is kept", no)
				}
			}
			for _, yes := range c.keeps {
				if !strings.Contains(kept, yes) {
					t.Errorf("%q is not kept in %q", yes, kept[:min(len(kept), 200)])
				}
			}
			if !slices.Equal(pixels(t, c.decode, kept), pixels(t, c.decode, c.in)) {
				t.Error("the image is another")
			}
			if again := w.add(t, "照片", kept); again.Size != it.Size || w.files(t) != 1 {
				t.Error("kept again it is another file")
			}
		})
	}
}

func TestWhereARecordingWasMadeIsNotKept(t *testing.T) {
	w := setUp(t)
	in := mp4File("isom", track("soun"))
	it := w.add(t, "录音.m4a", in)
	kept := w.content(t, it.ID)
	if it.Type != "audio/mp4" || len(kept) != len(in) || strings.Contains(w.onDisk(t), secret) {
		t.Errorf("%s %q", it.Type, kept)
	}
	if at := strings.Index(in, "mdat"); kept[at:at+9] != "mdatsound" {
		t.Error("the sound has moved")
	}
}

func TestBrokenPhotosAreRefused(t *testing.T) {
	w := setUp(t)
	good, png := photo(t, 1), pngOf(8, 6)
	plain := jpegOf(t, 64, 48)
	cases := map[string]string{
		"a segment longer than the file":        plain[:2] + "\xff\xe1\xff\xff" + secret,
		"a segment shorter than its own length": plain[:2] + "\xff\xe1\x00\x01" + plain[2:],
		"no image at all":                       plain[:2] + segment(0xe1, "Exif\x00\x00"+exif(1)) + "\xff\xd9",
		"a scan without a frame":                plain[:2] + segment(0xda, "x") + "\xff\xd9",
		"cut in its tables":                     good[:strings.Index(good, "\xff\xdb")+20],
		"a PNG cut off":                         png[:len(png)-20],
		"a PNG with a wrong checksum":           png[:20] + "\x01" + png[21:],
		"a PNG chunk longer than the file":      afterHeader(png, be32(1<<30)+"tEXt"+secret),
		"a PNG without a header":                png[:8] + chunk("IDAT", "x") + chunk("IEND", ""),
		"a PNG with an unknown critical chunk":  afterHeader(png, chunk("GPSX", secret)),
		"a WebP cut off":                        riff(extended(0), riffChunk("VP8L", vp8l))[:40],
		"a WebP without an image":               riff(extended(12), riffChunk("EXIF", exif(1)), riffChunk("XMP ", secret)),
		"a WebP frame with more in it":          riff(extended(2), riffChunk("ANMF", strings.Repeat("\x00", 16)+riffChunk("gps ", secret)), riffChunk("VP8L", vp8l)),
		"an MP4 whose boxes do not add up":      atom("ftyp", "M4A \x00\x00\x00\x00M4A ") + be32(9999) + "moov" + secret,
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := w.Add(t.Context(), holder, noOp, "m", "x", strings.NewReader(in))
			refused(t, err, errs.Invalid, "broken")
			if w.files(t) != 0 {
				t.Error("something is kept")
			}
		})
	}
	t.Run("a photo cut off in its image is kept as far as it goes, without metadata", func(t *testing.T) {
		it := w.add(t, "x.jpg", good[:strings.LastIndex(good, "\xff\xda")+40])
		if kept := w.content(t, it.ID); strings.Contains(kept, secret) || !strings.HasSuffix(kept, "\xff\xd9") {
			t.Errorf("%q", kept)
		}
	})
}

// FuzzSniffAndKeep: whatever comes in, nothing panics and nothing runs for ever.
func FuzzSniffAndKeep(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x08Exif"), 3)
	f.Add([]byte(riff(extended(0x0c), riffChunk("VP8L", vp8l))), 20)
	f.Add([]byte(pngOf(2, 2)), 30)
	f.Add([]byte(mp4File("isom", track("soun"))), 40)
	w := setUp(f)
	f.Fuzz(func(t *testing.T, b []byte, flip int) {
		if len(b) > 0 {
			b[max(flip, -flip)%len(b)] ^= 0x55
		}
		_, _ = w.Add(t.Context(), holder, noOp, "m", "x", bytes.NewReader(b))
	})
}
