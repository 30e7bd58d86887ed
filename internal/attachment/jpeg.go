package attachment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
)

// picture is what can be known of an image before a pixel of it is decoded.
type picture struct {
	width, height int
	orient        int  // EXIF orientation, 1 to 8; 1: as it lies
	progressive   bool // a JPEG whose coefficients must all be held to decode it
}

// errPicture is an image that is broken: no reader would show it whole.
var errPicture = errors.New("broken image")

// JPEG markers (ITU-T T.81, table B.1).
const (
	mTEM, mSOI, mEOI, mSOS         = 0x01, 0xd8, 0xd9, 0xda
	mRST0, mRST7                   = 0xd0, 0xd7
	mSOF0, mDHT, mJPG, mDAC, mSOF2 = 0xc0, 0xc4, 0xc8, 0xcc, 0xc2
	mSOF15                         = 0xcf
	mDQT, mDRI                     = 0xdb, 0xdd
	mAPP0, mAPP1, mAPP2, mAPP14    = 0xe0, 0xe1, 0xe2, 0xee
)

// jpegCopy copies a JPEG without what tells where and by whom it was taken.
type jpegCopy struct {
	in   *bufio.Reader
	out  *bufio.Writer
	p    picture
	exif bool // the first EXIF was met
	scan bool
}

// stripJPEG copies r to w, segment by segment and so without loss, keeping only
// what is needed to show the image: tables, frames, scans, the colour profile and
// the orientation. EXIF (with the maker's note and the small copy of the photo in
// it), XMP, IPTC, comments, further images behind the first (MPF, motion photos)
// and whatever else lies behind its end stay behind.
func stripJPEG(r io.Reader, w io.Writer) (picture, error) {
	c := &jpegCopy{in: bufio.NewReaderSize(r, 64<<10), out: bufio.NewWriterSize(w, 64<<10), p: picture{orient: 1}}
	var soi [2]byte
	if _, err := io.ReadFull(c.in, soi[:]); err != nil || soi != [2]byte{0xff, mSOI} {
		return c.p, errPicture
	}
	_, _ = c.out.Write(soi[:]) // a failed write is told by Flush
	for {
		m, err := c.marker()
		if err == nil && m == mEOI {
			return c.end()
		}
		if err == nil {
			err = c.segment(m)
		}
		if errors.Is(err, io.EOF) && c.scan { // cut off, what there is can be shown
			return c.end()
		}
		if err != nil {
			return c.p, errors.Join(errPicture, err)
		}
	}
}

func (c *jpegCopy) end() (picture, error) {
	if !c.scan {
		return c.p, errPicture
	}
	_, _ = c.out.Write([]byte{0xff, mEOI})
	return c.p, c.out.Flush()
}

// marker reads to the next marker; what lies between two segments is dropped, as
// decoders do.
func (c *jpegCopy) marker() (byte, error) {
	for {
		b, err := c.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if b != 0xff {
			continue
		}
		for b == 0xff {
			if b, err = c.in.ReadByte(); err != nil {
				return 0, err
			}
		}
		if b != 0 && b != mTEM && b != mSOI && (b < mRST0 || b > mRST7) {
			return b, nil
		}
	}
}

// segment reads one segment and writes what is to stay of it.
func (c *jpegCopy) segment(m byte) error {
	var l [2]byte
	if _, err := io.ReadFull(c.in, l[:]); err != nil {
		return io.ErrUnexpectedEOF
	}
	n := int(binary.BigEndian.Uint16(l[:])) - 2
	if n < 0 {
		return errors.New("segment shorter than its own length")
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(c.in, data); err != nil {
		return io.ErrUnexpectedEOF
	}
	switch {
	case m == mAPP1:
		c.orientation(data)
	case m == mAPP0 && n >= 14 && bytes.HasPrefix(data, []byte("JFIF\x00")):
		data = append(data[:12:12], 0, 0) // its small copy of the image stays behind
		c.write(m, data)
	case m == mAPP14 && n >= 12 && bytes.HasPrefix(data, []byte("Adobe")):
		c.write(m, data[:12]) // says how colours are coded
	case m == mAPP2 && bytes.HasPrefix(data, []byte("ICC_PROFILE\x00")), m == mDQT, m == mDHT, m == mDAC, m == mDRI:
		c.write(m, data)
	case m >= mSOF0 && m <= mSOF15 && m != mJPG:
		return c.frame(m, data)
	case m == mSOS:
		if c.p.width == 0 {
			return errors.New("scan without a frame")
		}
		c.scan = true
		c.write(m, data)
		return c.entropy()
	}
	return nil
}

func (c *jpegCopy) write(m byte, data []byte) {
	_, _ = c.out.Write(binary.BigEndian.AppendUint16([]byte{0xff, m}, uint16(len(data)+2)))
	_, _ = c.out.Write(data)
}

func (c *jpegCopy) frame(m byte, data []byte) error {
	if len(data) < 6 || c.p.width != 0 {
		return errors.New("frame")
	}
	c.p.height, c.p.width = int(binary.BigEndian.Uint16(data[1:])), int(binary.BigEndian.Uint16(data[3:]))
	if c.p.width == 0 || c.p.height == 0 {
		return errors.New("frame without a size")
	}
	c.p.progressive = m != mSOF0 && m != mSOF0+1
	c.write(m, data)
	return nil
}

// entropy copies coded data up to the next marker.
func (c *jpegCopy) entropy() error {
	for {
		two, err := c.in.Peek(2)
		if err != nil {
			return err // a single last byte is no code
		}
		n := 1
		switch {
		case two[0] != 0xff:
			run, _ := c.in.Peek(c.in.Buffered())
			if n = bytes.IndexByte(run, 0xff); n < 0 {
				n = len(run)
			}
		case two[1] == 0 || two[1] >= mRST0 && two[1] <= mRST7:
			n = 2
		default:
			return nil
		}
		code, _ := c.in.Peek(n)
		if _, err := c.out.Write(code); err != nil {
			return err
		}
		if _, err := c.in.Discard(n); err != nil {
			return err
		}
	}
}

// orientation replaces the first EXIF by one that says only how to turn the image.
func (c *jpegCopy) orientation(data []byte) {
	tiff, ok := bytes.CutPrefix(data, []byte("Exif\x00\x00"))
	if !ok || c.exif {
		return
	}
	c.exif = true
	if c.p.orient = orientationOf(tiff); c.p.orient > 1 {
		c.write(mAPP1, append([]byte("Exif\x00\x00"), tiffOf(c.p.orient)...))
	}
}

// tagOrientation of EXIF (CIPA DC-008, table 4).
const tagOrientation = 0x0112

// orientationOf reads the orientation from a TIFF block, 1 where it is none.
func orientationOf(t []byte) int {
	if len(t) < 8 {
		return 1
	}
	var o binary.ByteOrder = binary.LittleEndian
	switch string(t[:4]) {
	case "II*\x00":
	case "MM\x00*":
		o = binary.BigEndian
	default:
		return 1
	}
	at := int64(o.Uint32(t[4:]))
	if at+2 > int64(len(t)) {
		return 1
	}
	entries := t[at+2:]
	for range o.Uint16(t[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if o.Uint16(entries) == tagOrientation && o.Uint16(entries[2:]) == 3 {
			if v := int(o.Uint16(entries[8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// tiffOf is a TIFF block with nothing but the orientation.
func tiffOf(orient int) []byte {
	return []byte{'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, tagOrientation >> 8, tagOrientation & 0xff, 0, 3, 0, 0, 0, 1, 0, byte(orient), 0, 0, 0, 0, 0, 0}
}
