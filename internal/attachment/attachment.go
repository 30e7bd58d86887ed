package attachment

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode"
)

// Types the server tells apart by content, beyond what the standard library knows.
const (
	docx     = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx     = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	typePDF  = "application/pdf"
	typeZip  = "application/zip"
	typeOLE  = "application/x-ole-storage" // old Word and Excel, or one with a password
	typeHEIC = "image/heic"
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	typeWebP = "image/webp"
	typeMP4  = "video/mp4"
	typeM4A  = "audio/mp4"
)

// kind is what the server knows of a type it may keep. A type that is not here is
// never kept, whatever the rulebook says: what it is not looked into for is not
// known to be harmless.
type kind struct {
	name    string // in a refusal
	preview string // how the page shows it: image, pdf, audio, video, text, none
}

var kinds = map[string]kind{
	typeJPEG: {"JPG 图片", "image"}, typePNG: {"PNG 图片", "image"}, typeWebP: {"WebP 图片", "image"},
	typePDF: {"PDF", "pdf"}, docx: {"Word（docx）", "text"}, xlsx: {"Excel（xlsx）", "none"},
	"audio/mpeg": {"MP3 录音", "audio"}, typeM4A: {"M4A 录音", "audio"}, "audio/aac": {"AAC 录音", "audio"},
	"audio/ogg": {"OGG 录音", "audio"}, "audio/webm": {"WebM 录音", "audio"}, "audio/wav": {"WAV 录音", "audio"},
	"audio/amr": {"AMR 录音", "none"}, "audio/3gpp": {"3GP 录音", "none"}, // no browser plays these two
	typeMP4: {"MP4 视频", "video"},
}

// PreviewOf says how the page shows a type: "image", "pdf", "audio", "video",
// "text", or "none" for what can only be saved.
func PreviewOf(typ string) string {
	if k, ok := kinds[typ]; ok {
		return k.preview
	}
	return "none"
}

// HasThumbnail tells whether a small picture is made of a type.
func HasThumbnail(typ string) bool { return PreviewOf(typ) == "image" }

// inline tells what a browser may show itself rather than save.
func inline(typ string) bool { p := PreviewOf(typ); return p != "none" && p != "text" }

// head is how much of a file is looked at, in bytes; what a WebM has in it stands
// further behind.
const (
	head     = 512
	webmHead = 64 << 10
)

// Sniff says what a file is by its content: "" for what it does not know. Some are
// told apart by what stands far inside, so r must be whole.
func Sniff(r io.ReaderAt, size int64) string {
	buf := make([]byte, min(head, size))
	if _, err := r.ReadAt(buf, 0); err != nil && err != io.EOF {
		return ""
	}
	starts := func(mark string) bool { return bytes.HasPrefix(buf, []byte(mark)) }
	switch {
	case starts("PK\x03\x04"):
		return sniffOffice(r, size)
	case starts("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return typeOLE
	case starts("#!AMR"):
		return "audio/amr"
	case starts("OggS"):
		return sniffOgg(buf)
	case starts("\x1a\x45\xdf\xa3"):
		return sniffWebM(r, size)
	case len(buf) > 12 && string(buf[4:8]) == "ftyp":
		return sniffMP4(r, size, string(buf[8:12]))
	case len(buf) > 2 && buf[0] == 0xff && buf[1]&0xf6 == 0xf0: // ADTS
		return "audio/aac"
	case len(buf) > 2 && buf[0] == 0xff && buf[1]&0xe6 == 0xe2 && buf[2]>>4 != 0xf: // MPEG layer III without a tag
		return "audio/mpeg"
	}
	t, _, _ := strings.Cut(http.DetectContentType(buf), ";")
	switch t {
	case "text/plain", "application/octet-stream":
		return ""
	case "audio/wave":
		return "audio/wav"
	}
	return t
}

// sniffOgg knows sound only.
func sniffOgg(buf []byte) string {
	for _, codec := range []string{"OpusHead", "\x01vorbis", "Speex   ", "\x7fFLAC"} {
		if bytes.Contains(buf, []byte(codec)) {
			return "audio/ogg"
		}
	}
	return "application/ogg"
}

// sniffWebM tells sound from film by the names of the codecs.
func sniffWebM(r io.ReaderAt, size int64) string {
	buf := make([]byte, min(webmHead, size))
	if _, err := r.ReadAt(buf, 0); err != nil && err != io.EOF {
		return ""
	}
	switch {
	case !bytes.Contains(buf[:min(len(buf), head)], []byte("webm")) && !bytes.Contains(buf[:min(len(buf), head)], []byte("matroska")):
		return ""
	case bytes.Contains(buf, []byte("V_")):
		return "video/webm"
	case bytes.Contains(buf, []byte("A_OPUS")), bytes.Contains(buf, []byte("A_VORBIS")):
		return "audio/webm"
	}
	return "video/webm"
}

// sniffMP4 tells photos, sound and film apart: a phone's recorder writes the same
// brand for both, so the tracks say which it is.
func sniffMP4(r io.ReaderAt, size int64, brand string) string {
	if strings.Contains(" heic heix heim heis hevc hevx mif1 msf1 ", " "+brand+" ") {
		return typeHEIC
	}
	if brand == "avif" || brand == "avis" {
		return "image/avif"
	}
	m, _ := readMP4(r, size) // of a broken one what was read; it is refused later
	old := strings.HasPrefix(brand, "3g")
	switch {
	case m.video, !m.audio && !strings.HasPrefix(brand, "M4A") && !strings.HasPrefix(brand, "M4B"):
		if old {
			return "video/3gpp"
		}
		return typeMP4
	case old:
		return "audio/3gpp"
	}
	return typeM4A
}

// maxName bounds a kept name, in runes.
const maxName = 100

// CleanName keeps the name a file came with, without folders, control characters
// and those that turn the direction of reading (a name must not look like
// another).
func CleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.Is(unicode.Cf, r), strings.ContainsRune(`"*:<>?|/`, r):
			return -1
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.TrimSpace(name), ".")
	if name == "" {
		return "附件"
	}
	if r := []rune(name); len(r) > maxName {
		ext := []rune(path.Ext(name))
		if len(ext) > 10 {
			ext = nil
		}
		name = string(r[:maxName-len(ext)]) + string(ext)
	}
	return name
}
