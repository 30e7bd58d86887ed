package attachment

import (
	"bytes"
	"compress/zlib"
	"io"
)

// pdfActive are the names by which a PDF runs something: a script, a program of
// the computer. Browsers hold both back; whoever saves the file may open it with
// a reader that does not.
var pdfActive = []string{"/JavaScript", "/Launch"}

// pdfWindow is how much of a PDF is looked at in one piece; names are far shorter.
const (
	pdfWindow  = 1 << 20
	pdfOverlap = 1 << 10
	maxObjects = 64 << 20 // bytes of packed objects that are unpacked
)

// checkPDF refuses a PDF that carries a script or starts a program, in the file
// itself or in its packed objects, also where a name is written with escapes. In
// an encrypted PDF packed objects cannot be read; there the browser's own viewer
// and the headers are what holds.
func checkPDF(r io.ReaderAt, size int64) error {
	buf := make([]byte, pdfWindow+pdfOverlap)
	left := int64(maxObjects)
	for at := int64(0); at < size; at += pdfWindow {
		n, err := r.ReadAt(buf, at)
		if err != nil && err != io.EOF {
			return err
		}
		if activeIn(buf[:n]) {
			return errActive
		}
		if activeObjects(r, size, at, buf[:n], &left) {
			return errActive
		}
	}
	return nil
}

// activeIn looks for the names, with #xx escapes undone.
func activeIn(b []byte) bool {
	for _, name := range pdfActive {
		if bytes.Contains(b, []byte(name)) {
			return true
		}
	}
	for i := 0; i < len(b); i++ {
		at := bytes.IndexByte(b[i:], '/')
		if at < 0 {
			return false
		}
		i += at
		if name, escaped := pdfName(b[i:]); escaped {
			for _, bad := range pdfActive {
				if name == bad {
					return true
				}
			}
		}
	}
	return false
}

// pdfName reads a name of at most 16 characters; escaped tells whether it has one.
func pdfName(b []byte) (name string, escaped bool) {
	out := []byte{'/'}
	for i := 1; i < len(b) && len(out) < 16; i++ {
		switch c := b[i]; {
		case c == '#' && i+2 < len(b) && hexDigit(b[i+1]) >= 0 && hexDigit(b[i+2]) >= 0:
			out = append(out, byte(hexDigit(b[i+1])<<4|hexDigit(b[i+2])))
			i += 2
			escaped = true
		case c <= ' ' || bytes.IndexByte([]byte("/<>[](){}%"), c) >= 0:
			return string(out), escaped
		default:
			out = append(out, c)
		}
	}
	return string(out), escaped
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// activeObjects unpacks the packed objects that begin in b and looks into them.
func activeObjects(r io.ReaderAt, size, at int64, b []byte, left *int64) bool {
	for i := 0; ; {
		n := bytes.Index(b[i:], []byte("/ObjStm"))
		if n < 0 {
			return false
		}
		i += n + 1
		s := bytes.Index(b[i:], []byte("stream"))
		if s < 0 || s > pdfOverlap {
			continue
		}
		from := at + int64(i+s+len("stream"))
		for range 2 { // CR LF, or LF
			var c [1]byte
			if _, err := r.ReadAt(c[:], from); err == nil && (c[0] == '\r' || c[0] == '\n') {
				from++
			}
		}
		if activePacked(io.NewSectionReader(r, from, size-from), left) {
			return true
		}
	}
}

func activePacked(r io.Reader, left *int64) bool {
	z, err := zlib.NewReader(r)
	if err != nil {
		return false // packed in another way, or encrypted
	}
	defer func() { _ = z.Close() }()
	var keep []byte
	buf := make([]byte, 64<<10)
	for *left > 0 {
		n, err := z.Read(buf)
		*left -= int64(n)
		keep = append(keep, buf[:n]...)
		if activeIn(keep) {
			return true
		}
		keep = keep[max(0, len(keep)-64):]
		if err != nil {
			return false
		}
	}
	return true // more objects than any honest paper has
}
