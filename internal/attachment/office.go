package attachment

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Limits of an office file. They are far above what a report of some hundred
// pages with pictures has, and far below what makes a server suffer.
const (
	maxEntries  = 5000
	maxUnpacked = 512 << 20 // bytes, as declared, of all entries
	maxRatio    = 200       // unpacked to packed, above 1 MiB
	maxRels     = 1 << 20   // bytes of a list of links
)

var (
	errZip    = errors.New("broken or hostile archive")
	errActive = errors.New("carries a program")
)

// officeFile opens an office file as an archive, within the limits.
func officeFile(r io.ReaderAt, size int64) (*zip.Reader, error) {
	n, err := countOf(r, size, []byte("PK\x01\x02"), maxEntries) // before the directory is held in memory
	if err != nil || n > maxEntries {
		return nil, errZip
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errors.Join(errZip, err)
	}
	var total uint64
	for _, f := range z.File {
		total += min(f.UncompressedSize64, maxUnpacked+1)
		if f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(f.CompressedSize64, 1) > maxRatio || total > maxUnpacked {
			return nil, errZip
		}
	}
	return z, nil
}

// countOf counts a mark in a file, up to one more than most.
func countOf(r io.ReaderAt, size int64, mark []byte, most int) (n int, err error) {
	buf := make([]byte, 64<<10)
	for at := int64(0); at < size && n <= most; at += int64(len(buf) - len(mark) + 1) {
		got, err := r.ReadAt(buf, at)
		if err != nil && err != io.EOF {
			return n, err
		}
		n += bytes.Count(buf[:got], mark)
	}
	return n, nil
}

// sniffOffice tells Word and Excel from other archives by what is in them.
func sniffOffice(r io.ReaderAt, size int64) string {
	z, err := officeFile(r, size)
	if err != nil {
		return typeZip
	}
	has := func(prefix string) bool {
		return slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasPrefix(f.Name, prefix) })
	}
	switch {
	case !has("[Content_Types].xml"):
		return typeZip
	case has("word/"):
		return docx
	case has("xl/"):
		return xlsx
	}
	return typeZip
}

// template is a link to a template; remote one that is fetched from elsewhere,
// with what runs in it.
var (
	template = regexp.MustCompile(`(?is)<Relationship\b[^>]*attachedTemplate[^>]*>`)
	remote   = regexp.MustCompile(`(?is)\bTarget\s*=\s*["']\s*(https?:|ftp:|file:/*[^/]*\\|\\\\|//)`)
)

// checkOffice refuses what runs by itself when the file is opened: macros, ActiveX,
// a template from the network.
func checkOffice(r io.ReaderAt, size int64) error {
	z, err := officeFile(r, size)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"), strings.Contains(name, "/activex/"), strings.Contains(name, "macrosheets/"):
			return errActive
		case name == "[content_types].xml":
			if text, err := partOf(f); err != nil || bytes.Contains(bytes.ToLower(text), []byte("macroenabled")) {
				return errors.Join(errActive, err)
			}
		case strings.HasSuffix(name, ".rels"):
			text, err := partOf(f)
			if err != nil {
				return err
			}
			for _, link := range template.FindAll(text, -1) {
				if remote.Match(link) {
					return errActive
				}
			}
		}
	}
	return nil
}

func partOf(f *zip.File) ([]byte, error) {
	rc, err := f.Open()
	if err != nil {
		return nil, errors.Join(errZip, err)
	}
	defer func() { _ = rc.Close() }()
	text, err := io.ReadAll(io.LimitReader(rc, maxRels+1))
	if err != nil || len(text) > maxRels {
		return nil, errors.Join(errZip, err)
	}
	return text, nil
}

// Text is a Word file as plain paragraphs, for reading it in the page.
type Text struct {
	Paragraphs []string `json:"paragraphs" nullable:"false"`
	Cut        bool     `json:"cut" doc:"内容太长，只显示了前面一部分"`
}

// Limits of a Text: about fifty pages.
const (
	maxParagraphs = 2000
	maxRunes      = 100_000
	maxXMLDepth   = 256
	maxXML        = 64 << 20 // bytes of word/document.xml that are read
)

// readDocx gives the paragraphs of a Word file. Cells of a table row are one
// paragraph with " | " between them. Nothing but word/document.xml is read.
func readDocx(r io.ReaderAt, size int64) (Text, error) {
	z, err := officeFile(r, size)
	if err != nil {
		return Text{}, err
	}
	rc, err := z.Open("word/document.xml")
	if err != nil {
		return Text{}, errors.Join(errZip, err)
	}
	defer func() { _ = rc.Close() }()
	d := &docxReader{dec: xml.NewDecoder(io.LimitReader(rc, maxXML)), out: Text{Paragraphs: []string{}}}
	if err := d.read(); err != nil {
		return Text{}, errors.Join(errZip, err)
	}
	return d.out, nil
}

type docxReader struct {
	dec   *xml.Decoder
	out   Text
	now   strings.Builder
	cell  int // how deep in tables
	inRun bool
	runes int
}

func (d *docxReader) read() error {
	for depth := 0; !d.out.Cut; {
		tok, err := d.dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if depth++; depth > maxXMLDepth {
				return errors.New("nested too deep")
			}
			d.start(t.Name.Local)
		case xml.EndElement:
			depth--
			d.end(t.Name.Local)
		case xml.CharData:
			if d.inRun {
				d.now.Write(t)
			}
		}
	}
	return nil
}

func (d *docxReader) start(name string) {
	switch name {
	case "t":
		d.inRun = true
	case "tab":
		d.now.WriteByte(' ')
	case "br", "cr":
		d.now.WriteByte('\n')
	case "tr":
		d.cell++
	}
}

func (d *docxReader) end(name string) {
	switch {
	case name == "t":
		d.inRun = false
	case name == "tc" && d.cell > 0:
		d.now.WriteString(" | ")
	case name == "tr":
		d.cell--
		d.paragraph()
	case name == "p" && d.cell == 0:
		d.paragraph()
	case name == "p":
		d.now.WriteByte(' ')
	}
}

func (d *docxReader) paragraph() {
	text := strings.ReplaceAll(strings.TrimRight(strings.TrimSpace(d.now.String()), "| "), "  | ", " | ")
	d.now.Reset()
	if text == "" {
		return
	}
	if d.runes += len([]rune(text)); d.runes > maxRunes || len(d.out.Paragraphs) == maxParagraphs {
		d.out.Cut = true
		return
	}
	d.out.Paragraphs = append(d.out.Paragraphs, text)
}
