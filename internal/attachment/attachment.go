package attachment

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode"
)

// Types the server tells apart by content, beyond what the standard library knows.
const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// head is how much of a file is looked at, in bytes.
const head = 512

// Sniff says what a file is by its content: "" for what it does not know. Two
// kinds of ZIP are told apart by their entries, so r must be whole.
func Sniff(r io.ReaderAt, size int64) string {
	buf := make([]byte, min(head, size))
	if _, err := r.ReadAt(buf, 0); err != nil && err != io.EOF {
		return ""
	}
	switch {
	case bytes.HasPrefix(buf, []byte("PK\x03\x04")):
		return office(r, size)
	case len(buf) > 12 && string(buf[4:8]) == "ftyp" && (string(buf[8:11]) == "M4A" || string(buf[8:11]) == "M4B"):
		return "audio/mp4"
	case len(buf) > 2 && buf[0] == 0xff && buf[1]&0xe6 == 0xe2 && buf[2]>>4 != 0xf: // MPEG layer III without a tag
		return "audio/mpeg"
	}
	t, _, _ := strings.Cut(http.DetectContentType(buf), ";")
	switch t {
	case "text/plain", "application/octet-stream":
		return ""
	}
	return t
}

func office(r io.ReaderAt, size int64) string {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return ""
	}
	var types, word, excel, macro bool
	for _, f := range z.File {
		switch {
		case f.Name == "[Content_Types].xml":
			types = true
		case strings.HasSuffix(f.Name, "vbaProject.bin"):
			macro = true
		case strings.HasPrefix(f.Name, "word/"):
			word = true
		case strings.HasPrefix(f.Name, "xl/"):
			excel = true
		}
	}
	switch {
	case !types || macro:
		return "application/zip"
	case word:
		return docx
	case excel:
		return xlsx
	}
	return "application/zip"
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

// inline tells what a browser may show itself rather than save.
func inline(typ string) bool {
	main, _, _ := strings.Cut(typ, "/")
	return main == "image" || main == "audio" || main == "video" || typ == "application/pdf"
}

// typeNames are the words for the allowed types in a refusal.
var typeNames = map[string]string{
	"image/jpeg": "JPG 图片", "image/png": "PNG 图片", "image/webp": "WebP 图片", "application/pdf": "PDF",
	"audio/mpeg": "MP3 录音", "audio/mp4": "M4A 录音", "video/mp4": "MP4 视频", docx: "Word（docx）", xlsx: "Excel（xlsx）",
}

func namesOf(types []string) string {
	var names []string
	for _, t := range types {
		if n := typeNames[t]; n != "" {
			names = append(names, n)
		}
	}
	return strings.Join(names, "、")
}
