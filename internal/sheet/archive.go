package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// archive is the checked zip of a workbook: parts by lower-case name.
type archive struct {
	parts  map[string]*zip.File
	limits Limits
}

// openArchive checks everything that can be known before a part is unpacked.
func openArchive(file *os.File, size int64, limits Limits) (*archive, error) {
	// Counted before the directory is read, which would hold every entry in memory.
	entries, err := contains(io.NewSectionReader(file, 0, size), []byte("PK\x01\x02"))
	if err != nil {
		return nil, errBroken(err)
	}
	if entries > limits.MaxParts {
		return nil, errBomb(fmt.Errorf("%d entries", entries))
	}
	r, err := zip.NewReader(file, size)
	if err != nil {
		return nil, errBroken(err)
	}
	a := &archive{parts: map[string]*zip.File{}, limits: limits}
	total := int64(0)
	for _, f := range r.File {
		name := partName(f.Name)
		if _, twice := a.parts[name]; twice {
			return nil, errBroken(fmt.Errorf("part %q twice", name))
		}
		unpacked := int64(min(f.UncompressedSize64, 1<<50))
		total += unpacked
		if unpacked > limits.MaxPart || tooTight(unpacked, int64(min(f.CompressedSize64, 1<<50)), limits) {
			return nil, errBomb(fmt.Errorf("part %q: %d bytes of %d", name, f.UncompressedSize64, f.CompressedSize64))
		}
		a.parts[name] = f
	}
	// Against the file: entries that share their packed bytes are each innocent.
	if total > limits.MaxTotal || tooTight(total, size, limits) {
		return nil, errBomb(fmt.Errorf("%d bytes of %d in all", total, size))
	}
	return a, nil
}

func tooTight(unpacked, packed int64, limits Limits) bool {
	return unpacked > 1<<20 && unpacked/max(packed, 1) > limits.MaxRatio
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// has tells whether a part's name begins, or its last element is, as said.
func (a *archive) has(match func(name string) bool) bool {
	for name := range a.parts {
		if match(name) {
			return true
		}
	}
	return false
}

// open unpacks a part as a stream that gives at most the declared bytes: a
// declaration that lies is an error, not a bomb.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f, ok := a.parts[partName(name)]
	if !ok {
		return nil, errBroken(fmt.Errorf("no part %q", name))
	}
	rc, err := f.Open()
	if err != nil {
		return nil, errBroken(err)
	}
	return &boundedPart{ReadCloser: rc, left: int64(f.UncompressedSize64)}, nil
}

// maxRun is the longest stretch without a '<': a longer one would be held in
// memory as one text or tag. A cell has at most 32,767 characters.
const maxRun = 1 << 20

var errRun = errors.New("text longer than a cell may be")

type boundedPart struct {
	io.ReadCloser
	left int64
	run  int
}

func (b *boundedPart) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errors.New("part is larger than declared")
	}
	for _, c := range p[:n] {
		if b.run++; c == '<' {
			b.run = 0
		}
	}
	if b.run > maxRun {
		return 0, errRun
	}
	return n, err
}

// maxDepth is far above what a workbook nests; the decoder keeps a stack.
const maxDepth = 64

// tokens reads a part; names are taken without their name space, as the strict
// and the transitional format differ in it.
type tokens struct {
	dec   *xml.Decoder
	depth int
}

func newTokens(r io.Reader) *tokens {
	dec := xml.NewDecoder(r)
	dec.CharsetReader = func(label string, input io.Reader) (io.Reader, error) {
		enc, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return enc.NewDecoder().Reader(input), nil
	}
	return &tokens{dec: dec}
}

func (t *tokens) next() (xml.Token, error) {
	tok, err := t.dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok.(type) {
	case xml.StartElement:
		if t.depth++; t.depth > maxDepth {
			return nil, errors.New("nested too deep")
		}
	case xml.EndElement:
		t.depth--
	}
	return tok, nil
}

// skip reads past the end of the element just begun.
func (t *tokens) skip() error {
	for depth := t.depth; t.depth >= depth; {
		if _, err := t.next(); err != nil {
			return err
		}
	}
	return nil
}

// text reads the characters of the element just begun, to its end.
func (t *tokens) text(to *strings.Builder) error {
	for depth := t.depth; t.depth >= depth; {
		tok, err := t.next()
		if err != nil {
			return err
		}
		if chars, ok := tok.(xml.CharData); ok {
			if to.Len()+len(chars) > maxRun {
				return errRun
			}
			to.Write(chars)
		}
	}
	return nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// walk calls visit for every element of a part that is not held in memory.
func (a *archive) walk(name string, visit func(t *tokens, e xml.StartElement) error) error {
	rc, err := a.open(name)
	if err != nil {
		return err
	}
	defer rc.Close()
	t := newTokens(rc)
	for {
		tok, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return refusal(fmt.Errorf("%s: %w", name, err))
		}
		if e, ok := tok.(xml.StartElement); ok {
			if err := visit(t, e); err != nil {
				return refusal(err)
			}
		}
	}
}
