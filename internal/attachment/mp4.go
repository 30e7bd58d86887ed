package attachment

import (
	"encoding/binary"
	"errors"
	"io"
)

// mp4 is what a walk through the boxes of an MP4 (ISO 14496-12) finds.
type mp4 struct {
	video, audio bool
	told         []box    // boxes that tell of place, device and person
	inside       []string // the boxes the walk is in
}

type box struct {
	typ      string
	at, size int64 // of the whole box
	head     int64
}

// mp4Inside are the boxes that are looked into.
var mp4Inside = map[string]bool{"moov": true, "trak": true, "mdia": true}

// maxBoxes bounds a walk.
const maxBoxes = 10000

var errBoxes = errors.New("broken mp4")

// readMP4 walks the boxes; of one that is cut off it tells what it has.
func readMP4(r io.ReaderAt, size int64) (m mp4, err error) {
	left := maxBoxes
	return m, m.walk(r, 0, size, &left)
}

func (m *mp4) walk(r io.ReaderAt, from, end int64, left *int) error {
	for from+8 <= end {
		b, err := boxAt(r, from, end)
		if from > 0 && err != nil && (m.audio || m.video) && len(m.inside) == 0 {
			return nil // what some phones hang behind the end
		}
		if *left--; err != nil || *left < 0 {
			return errBoxes
		}
		switch {
		case b.typ == "udta", b.typ == "meta", b.typ == "uuid":
			m.told = append(m.told, b)
		case b.typ == "hdlr":
			m.handler(r, b)
		case mp4Inside[b.typ]:
			m.inside = append(m.inside, b.typ)
			if err := m.walk(r, from+b.head, from+b.size, left); err != nil {
				return err
			}
			m.inside = m.inside[:len(m.inside)-1]
		}
		from += b.size
	}
	return nil
}

func boxAt(r io.ReaderAt, at, end int64) (box, error) {
	var h [16]byte
	if n, err := r.ReadAt(h[:], at); n < 8 {
		return box{}, errors.Join(errBoxes, err)
	}
	b := box{typ: string(h[4:8]), at: at, size: int64(binary.BigEndian.Uint32(h[:])), head: 8}
	switch b.size {
	case 0:
		b.size = end - at // to the end of the file
	case 1:
		b.size, b.head = int64(binary.BigEndian.Uint64(h[8:])), 16
	}
	if b.size < b.head || b.size > end-at {
		return b, errBoxes
	}
	return b, nil
}

func (m *mp4) handler(r io.ReaderAt, b box) {
	var h [4]byte
	if _, err := r.ReadAt(h[:], b.at+b.head+8); err != nil {
		return
	}
	m.video = m.video || string(h[:]) == "vide"
	m.audio = m.audio || string(h[:]) == "soun"
}

// blankMP4 makes the boxes that tell of place and device free space of zeros, in
// place: nothing moves, so sound and picture are found where they were.
func blankMP4(f interface {
	io.ReaderAt
	io.WriterAt
}, size int64) error {
	m, err := readMP4(f, size)
	if err != nil {
		return err
	}
	zeros := make([]byte, 32<<10)
	for _, b := range m.told {
		if _, err := f.WriteAt([]byte("free"), b.at+4); err != nil {
			return err
		}
		for at := b.at + b.head; at < b.at+b.size; at += int64(len(zeros)) {
			if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), b.at+b.size-at)], at); err != nil {
				return err
			}
		}
	}
	return nil
}
