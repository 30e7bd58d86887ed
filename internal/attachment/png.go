package attachment

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
)

const pngMark = "\x89PNG\r\n\x1a\n"

// pngKept are the chunks needed to show a PNG as it was meant (W3C PNG, third
// edition). Text (tEXt, zTXt, iTXt with XMP), times, eXIf and every private chunk
// are not.
const pngKept = " IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT pHYs bKGD acTL fcTL fdAT "

// maxExif bounds an EXIF block that is read for its orientation, in bytes.
const maxExif = 1 << 20

// pngCopy copies a PNG without what tells where it was taken.
type pngCopy struct {
	in  *bufio.Reader
	out *bufio.Writer
	p   picture
}

// stripPNG copies r to w chunk by chunk, keeping what pngKept names and the
// orientation; what lies behind the end stays behind.
func stripPNG(r io.Reader, w io.Writer) (picture, error) {
	c := &pngCopy{in: bufio.NewReaderSize(r, 64<<10), out: bufio.NewWriterSize(w, 64<<10), p: picture{orient: 1}}
	mark := make([]byte, len(pngMark))
	if _, err := io.ReadFull(c.in, mark); err != nil || string(mark) != pngMark {
		return c.p, errPicture
	}
	_, _ = c.out.Write(mark) // a failed write is told by Flush
	for {
		typ, err := c.chunk()
		if err != nil {
			return c.p, errors.Join(errPicture, err)
		}
		if typ == "IEND" {
			return c.p, c.out.Flush()
		}
	}
}

// chunk reads one chunk and writes what is to stay of it.
func (c *pngCopy) chunk() (string, error) {
	var h [8]byte
	if _, err := io.ReadFull(c.in, h[:]); err != nil {
		return "", io.ErrUnexpectedEOF
	}
	n, typ := int64(binary.BigEndian.Uint32(h[:])), string(h[4:])
	keep := strings.Contains(pngKept, " "+typ+" ")
	switch {
	case n > 1<<31-1 || len(strings.TrimSpace(typ)) != 4:
		return "", errors.New("chunk")
	case c.p.width == 0 && typ != "IHDR", c.p.width != 0 && typ == "IHDR", typ == "IHDR" && n != 13:
		return "", errors.New("header")
	case !keep && typ[0]&0x20 == 0:
		return "", errors.New("unknown critical chunk")
	}
	to := io.Discard
	if keep {
		to = c.out
		_, _ = c.out.Write(h[:])
	}
	return typ, c.content(typ, n, to)
}

// content copies a chunk's data and its checksum, which must hold.
func (c *pngCopy) content(typ string, n int64, to io.Writer) error {
	sum := crc32.NewIEEE()
	_, _ = io.WriteString(sum, typ)
	body := io.TeeReader(io.LimitReader(c.in, n), sum)
	var small []byte
	if typ == "IHDR" || typ == "eXIf" && n <= maxExif {
		small = make([]byte, n)
		if _, err := io.ReadFull(body, small); err != nil {
			return io.ErrUnexpectedEOF
		}
		_, _ = to.Write(small)
	} else if m, err := io.Copy(to, body); err != nil || m < n {
		return errors.Join(io.ErrUnexpectedEOF, err)
	}
	var end [4]byte
	if _, err := io.ReadFull(c.in, end[:]); err != nil || binary.BigEndian.Uint32(end[:]) != sum.Sum32() {
		return errors.New("checksum")
	}
	_, _ = to.Write(end[:])
	switch {
	case typ == "IHDR":
		w, h := binary.BigEndian.Uint32(small), binary.BigEndian.Uint32(small[4:])
		if w == 0 || h == 0 || w > 1<<31-1 || h > 1<<31-1 {
			return errors.New("size")
		}
		c.p.width, c.p.height = int(w), int(h)
	case typ == "eXIf" && c.p.orient == 1:
		if c.p.orient = orientationOf(small); c.p.orient > 1 {
			c.write("eXIf", tiffOf(c.p.orient))
		}
	}
	return nil
}

func (c *pngCopy) write(typ string, data []byte) {
	sum := crc32.ChecksumIEEE(append([]byte(typ), data...))
	_, _ = c.out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(data))))
	_, _ = c.out.WriteString(typ)
	_, _ = c.out.Write(data)
	_, _ = c.out.Write(binary.BigEndian.AppendUint32(nil, sum))
}
