package sheet

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// workbook reads .xlsx as a stream. excelize writes but does not read here: its
// rows carry no style, so that 44200 and a date look alike; asking for a style or
// a merged range loads the whole sheet; and a sheet cut in the middle ends early
// without an error (docs/adr/0021-excelize.md).
type workbook struct {
	archive *archive
	sheets  []sheetPart
	date904 bool
	styles  []numberFormat
	strings []string // the shared texts; nil until needed
	cached  map[int][]Merge
}

type sheetPart struct{ name, part string }

func openXLSX(file *os.File, size int64, limits Limits) (source, error) {
	a, err := openArchive(file, size, limits)
	if err != nil {
		return nil, err
	}
	main, err := a.mainPart()
	if err != nil {
		return nil, err
	}
	if err := a.refuseActive(); err != nil {
		return nil, err
	}
	w := &workbook{archive: a, cached: map[int][]Merge{}}
	if err := w.readMain(main); err != nil {
		return nil, err
	}
	return w, nil
}

// mainPart finds xl/workbook.xml, or says what the archive is instead.
func (a *archive) mainPart() (string, error) {
	main := "xl/workbook.xml"
	if _, ok := a.parts["_rels/.rels"]; ok {
		err := a.walk("_rels/.rels", func(_ *tokens, e xml.StartElement) error {
			if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/officeDocument") {
				main = partName(attr(e, "Target"))
			}
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	under := func(dir string) bool {
		return a.has(func(name string) bool { return strings.HasPrefix(name, dir) })
	}
	_, there := a.parts[main]
	switch {
	case strings.HasSuffix(main, ".bin") && under("xl/"):
		return "", errNotSheet("这是二进制格式（.xlsb）的工作簿。")
	case there && under("xl/"):
		return main, nil
	case under("word/"):
		return "", errNotSheet("这是 Word 文档，不是工作簿。")
	case under("ppt/"):
		return "", errNotSheet("这是演示文稿，不是工作簿。")
	case a.parts["mimetype"] != nil:
		return "", errNotSheet("这是 OpenDocument 格式的文件。")
	}
	return "", errNotSheet("这是压缩包，不是工作簿。")
}

// refuseActive refuses what acts or reaches out when the workbook is opened: such
// a file is not what a ledger is, and people who get it back would run it.
func (a *archive) refuseActive() error {
	if a.has(func(name string) bool {
		return path.Base(name) == "vbaproject.bin" || strings.Contains(name, "/macrosheets/") || strings.Contains(name, "/activex/")
	}) {
		return errMacro()
	}
	if a.has(func(name string) bool {
		return strings.Contains(name, "/externallinks/") || path.Base(name) == "connections.xml"
	}) {
		return errExternal()
	}
	return a.walk("[content_types].xml", func(_ *tokens, e xml.StartElement) error {
		if strings.Contains(strings.ToLower(attr(e, "ContentType")), "macroenabled") {
			return errMacro()
		}
		return nil
	})
}

// readMain reads the sheets, the styles, and where the shared texts are.
func (w *workbook) readMain(main string) error {
	rels, err := w.relations(main)
	if err != nil {
		return err
	}
	err = w.archive.walk(main, func(_ *tokens, e xml.StartElement) error {
		switch e.Name.Local {
		case "externalReference":
			return errExternal()
		case "workbookPr":
			w.date904 = isTrue(attr(e, "date1904"))
		case "sheet":
			rel := rels[attr(e, "id")]
			if attr(e, "state") != "" && attr(e, "state") != "visible" || !strings.HasSuffix(rel.kind, "/worksheet") {
				return nil
			}
			w.sheets = append(w.sheets, sheetPart{attr(e, "name"), rel.target})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(w.sheets) == 0 {
		return errNotSheet("工作簿里没有可见的表。")
	}
	for _, rel := range rels {
		if strings.HasSuffix(rel.kind, "/styles") && w.archive.parts[partName(rel.target)] != nil {
			if w.styles, err = w.readStyles(rel.target); err != nil {
				return err
			}
		}
	}
	return nil
}

type relation struct{ kind, target string }

func (w *workbook) relations(part string) (map[string]relation, error) {
	rels := map[string]relation{}
	err := w.archive.walk(path.Dir(part)+"/_rels/"+path.Base(part)+".rels", func(_ *tokens, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = path.Join(path.Dir(part), target)
		}
		rels[attr(e, "Id")] = relation{attr(e, "Type"), target}
		return nil
	})
	return rels, err
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// maxStyles is Excel's own limit of cell formats.
const maxStyles = 65_490

// readStyles reads what each cell style does to a number.
func (w *workbook) readStyles(part string) (styles []numberFormat, err error) {
	codes := map[int]string{}
	inXfs := false
	err = w.archive.walk(part, func(t *tokens, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil {
				codes[id] = attr(e, "formatCode")
			}
		case "cellXfs":
			inXfs = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inXfs = false
			return t.skip()
		case "xf":
			if inXfs {
				id, _ := strconv.Atoi(attr(e, "numFmtId"))
				styles = append(styles, formatOf(id, codes[id]))
			}
			if len(styles) > maxStyles {
				return errBroken(fmt.Errorf("more than %d styles", maxStyles))
			}
		}
		return nil
	})
	return styles, err
}

// shared reads the shared texts once, at the first sheet that is read.
func (w *workbook) shared() ([]string, error) {
	const part = "xl/sharedstrings.xml"
	if w.strings != nil || w.archive.parts[part] == nil {
		return w.strings, nil
	}
	list, size := []string{}, int64(0)
	err := w.archive.walk(part, func(t *tokens, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := richText(t)
		if err != nil {
			return err
		}
		if size += int64(len(s)) + 16; size > w.archive.limits.MaxStrings {
			return errBomb(fmt.Errorf("shared texts over %d bytes", w.archive.limits.MaxStrings))
		}
		list = append(list, s)
		return nil
	})
	if err != nil {
		return nil, err
	}
	w.strings = list
	return list, nil
}

// richText reads the text of an <si> or <is> just begun: its runs joined, without
// the reading aids (rPh) that East Asian texts may carry.
func richText(t *tokens) (string, error) {
	var b strings.Builder
	for depth := t.depth; t.depth >= depth; {
		tok, err := t.next()
		if err != nil {
			return "", err
		}
		e, ok := tok.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "t":
			err = t.text(&b)
		case e.Name.Local == "rPh":
			err = t.skip()
		}
		if err != nil {
			return "", err
		}
	}
	return unescape(b.String()), nil
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape undoes _x000D_, how the format writes what XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(m string) string {
		n, _ := strconv.ParseUint(m[2:6], 16, 16)
		return string(rune(n))
	})
}

func (w *workbook) names() []string {
	names := make([]string, len(w.sheets))
	for i, s := range w.sheets {
		names[i] = s.name
	}
	return names
}

// maxMerges bounds the merged ranges that are remembered.
const maxMerges = 200_000

// merges reads the merged ranges, which stand behind the rows: the rows are
// passed over tag by tag, undecoded.
func (w *workbook) merges(sheet int) (list []Merge, err error) {
	if list, ok := w.cached[sheet]; ok {
		return list, nil
	}
	rc, err := w.archive.open(w.sheets[sheet].part)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	rest, err := afterRows(rc)
	if err != nil {
		return nil, refusal(err)
	}
	dec := xml.NewDecoder(rest)
	for len(list) < maxMerges {
		tok, err := dec.RawToken() // raw: the elements around it began before
		if err != nil {
			break // the end; what is wrong here, reading the rows finds too
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "mergeCell" {
			if m, ok := parseRange(attr(e, "ref")); ok {
				list = append(list, m)
			}
		}
	}
	w.cached[sheet] = list
	return list, nil
}

// afterRows moves past </sheetData>, with or without a name space before the name.
func afterRows(r io.Reader) (io.Reader, error) {
	buf := newBufReader(r)
	for {
		chunk, err := buf.ReadSlice('>')
		if i := bytes.LastIndex(chunk, []byte("</")); i >= 0 && bytes.HasSuffix(chunk, []byte("sheetData>")) {
			if tag := chunk[i+2 : len(chunk)-len("sheetData>")]; len(tag) == 0 || tag[len(tag)-1] == ':' {
				return buf, nil
			}
		}
		switch {
		case err == nil || isBufferFull(err):
		case err == io.EOF:
			return buf, nil // an empty <sheetData/>
		default:
			return nil, err
		}
	}
}

func parseRange(ref string) (Merge, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return Merge{}, false
	}
	c1, r1, ok1 := parseRef(from)
	c2, r2, ok2 := parseRef(to)
	return Merge{r1, r2, c1, c2}, ok1 && ok2 && r1 <= r2 && c1 <= c2
}

// parseRef reads AB12 as column 27, row 12.
func parseRef(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i]|0x20 >= 'a' && ref[i]|0x20 <= 'z'; i++ {
		column = column*26 + int(ref[i]|0x20-'a') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return column - 1, row, err == nil && i > 0 && i < 4 && row >= 1 && row <= lastRow
}

// lastRow is the last row a spreadsheet can have.
const lastRow = 1 << 20

// Letter names a column counted from 0: A, B, … AA.
func Letter(column int) string {
	s := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
