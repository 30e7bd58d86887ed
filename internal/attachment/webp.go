package attachment

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// webpKept are the chunks that show a WebP (RFC 9649); EXIF, XMP and unknown ones
// are not among them. An animation's frames hold chunks again.
const webpKept = " VP8X ICCP ANIM ANMF ALPH VP8  VP8L "

// Flags in the first byte of VP8X.
const (
	flagXMP  = 0x04
	flagEXIF = 0x08
)

// webpChunk is a chunk to be written: from data, or size bytes of the file.
type webpChunk struct {
	typ  string
	data []byte
	at   int64
	size int64
}

func (c webpChunk) padded() int64 { return 8 + c.size + c.size&1 }

// webpPlan gathers what is to be written; its length stands at the front.
type webpPlan struct {
	r    io.ReaderAt
	p    picture
	list []webpChunk
	seen bool // an image, not only its canvas
}

// stripWebP copies r to w without EXIF (but for the orientation), XMP and
// everything that is not the image.
func stripWebP(r io.ReaderAt, size int64, w io.Writer) (picture, error) {
	plan := &webpPlan{r: r, p: picture{orient: 1}}
	var h [12]byte
	if _, err := r.ReadAt(h[:], 0); err != nil || string(h[:4]) != "RIFF" || string(h[8:]) != "WEBP" {
		return plan.p, errPicture
	}
	end := 8 + int64(binary.LittleEndian.Uint32(h[4:]))
	if end > size+1 || end < 20 { // one byte of padding is often forgotten
		return plan.p, errPicture
	}
	if err := plan.read(12, min(end, size)); err != nil {
		return plan.p, errors.Join(errPicture, err)
	}
	if !plan.seen {
		return plan.p, errPicture
	}
	return plan.p, plan.write(w)
}

func (p *webpPlan) read(from, end int64) error {
	return riffChunks(p.r, from, end, func(c webpChunk) error {
		switch {
		case c.typ == "EXIF":
			return p.exif(c)
		case !strings.Contains(webpKept, " "+c.typ+" "):
			return nil
		case c.typ == "VP8X", c.typ == "VP8 ", c.typ == "VP8L":
			if err := p.size(&c); err != nil {
				return err
			}
		case c.typ == "ANMF":
			if err := p.onlyImage(c); err != nil {
				return err
			}
			p.seen = true
		}
		p.list = append(p.list, c)
		return nil
	})
}

// riffChunks calls visit for each chunk between two offsets.
func riffChunks(r io.ReaderAt, from, end int64, visit func(webpChunk) error) error {
	for from+8 <= end {
		var h [8]byte
		if _, err := r.ReadAt(h[:], from); err != nil {
			return err
		}
		c := webpChunk{typ: string(h[:4]), at: from + 8, size: int64(binary.LittleEndian.Uint32(h[4:]))}
		if c.at+c.size > end {
			return io.ErrUnexpectedEOF
		}
		if err := visit(c); err != nil {
			return err
		}
		from += c.padded()
	}
	return nil
}

// size reads the canvas or the frame, whichever is larger.
func (p *webpPlan) size(c *webpChunk) error {
	var b [10]byte
	if n, err := p.r.ReadAt(b[:min(int64(len(b)), c.size)], c.at); err != nil && err != io.EOF || n < 5 {
		return errors.New("frame")
	}
	var w, h int
	switch {
	case c.typ == "VP8X" && c.size >= 10 && len(p.list) == 0:
		w, h = 1+int24(b[4:]), 1+int24(b[7:])
		c.data = append([]byte{b[0] &^ (flagXMP | flagEXIF)}, b[1:]...)
		c.size = 10
	case c.typ == "VP8 " && c.size >= 10 && string(b[3:6]) == "\x9d\x01\x2a":
		w, h = int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff)
	case c.typ == "VP8L" && b[0] == 0x2f:
		bits := binary.LittleEndian.Uint32(b[1:])
		w, h = 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)
	default:
		return errors.New("frame")
	}
	p.seen = p.seen || c.typ != "VP8X"
	p.p.width, p.p.height = max(p.p.width, w), max(p.p.height, h)
	return nil
}

func int24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// frameHead is what stands before the chunks of an animation's frame.
const frameHead = 16

// onlyImage refuses a frame that carries anything besides its image.
func (p *webpPlan) onlyImage(c webpChunk) error {
	if c.size < frameHead {
		return errors.New("frame")
	}
	return riffChunks(p.r, c.at+frameHead, c.at+c.size, func(in webpChunk) error {
		if in.typ != "ALPH" && in.typ != "VP8 " && in.typ != "VP8L" {
			return errors.New("unknown chunk in a frame")
		}
		return nil
	})
}

func (p *webpPlan) exif(c webpChunk) error {
	if c.size > maxExif || p.p.orient > 1 {
		return nil
	}
	b := make([]byte, c.size)
	if _, err := p.r.ReadAt(b, c.at); err != nil && err != io.EOF {
		return err
	}
	p.p.orient = orientationOf([]byte(strings.TrimPrefix(string(b), "Exif\x00\x00")))
	return nil
}

func (p *webpPlan) write(w io.Writer) error {
	if x := p.list[0]; x.typ == "VP8X" && p.p.orient > 1 {
		x.data[0] |= flagEXIF
		data := tiffOf(p.p.orient)
		p.list = append(p.list, webpChunk{typ: "EXIF", data: data, size: int64(len(data))})
	} else {
		p.p.orient = 1 // the simple format has no place for it, nobody reads it there
	}
	total := int64(4)
	for _, c := range p.list {
		total += c.padded()
	}
	head := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(total)), "WEBP"...)
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, c := range p.list {
		if err := p.writeChunk(w, c); err != nil {
			return err
		}
	}
	return nil
}

func (p *webpPlan) writeChunk(w io.Writer, c webpChunk) error {
	if _, err := w.Write(binary.LittleEndian.AppendUint32([]byte(c.typ), uint32(c.size))); err != nil {
		return err
	}
	if c.data != nil {
		if _, err := w.Write(c.data); err != nil {
			return err
		}
	} else if n, err := io.Copy(w, io.NewSectionReader(p.r, c.at, c.size)); err != nil || n < c.size {
		return errors.Join(io.ErrUnexpectedEOF, err)
	}
	_, err := w.Write(make([]byte, c.size&1))
	return err
}
