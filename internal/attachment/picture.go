package attachment

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"tiaojietai/internal/errs"
)

// A view is a smaller copy of an image, made at the first look and kept beside
// the image, under its hash and the view's name.
type view struct {
	name    string
	side    int // the longer side, in pixels
	quality int // of the JPEG
}

var (
	small  = view{"small", 240, 78}   // too small to read an identity card
	screen = view{"screen", 2048, 85} // fills a desk's screen
)

// maxDecode bounds the memory an image may take while it is decoded, in bytes;
// slots is how many are decoded at once, and queue how many may wait.
const (
	maxDecode = 400 << 20
	slots     = 2
	queue     = 64
)

// noView is said of an image of which no smaller copy can be made: the page shows
// it as it is, or lets it be saved.
func noView() error {
	return errs.New(errs.NotFound, "noPreview", "这个文件没有预览，请直接打开或者存下来看。")
}

// workshop makes the views, a few at a time.
type workshop struct{ slot, wait chan struct{} }

func newWorkshop() workshop {
	return workshop{make(chan struct{}, slots), make(chan struct{}, queue)}
}

// enter waits for a turn; leave must be called unless it returns an error.
func (w workshop) enter(ctx context.Context) error {
	select {
	case w.wait <- struct{}{}:
	default:
		return errs.New(errs.Unavailable, "busy", "这会儿看图片的人多，请过一会儿再打开。")
	}
	defer func() { <-w.wait }()
	select {
	case w.slot <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w workshop) leave() { <-w.slot }

// view opens a view of a stored image, making both of them at the first look. Of
// an image that cannot be decoded an empty file remembers that.
func (s *Service) view(ctx context.Context, county, hash, typ string, v view) (*os.File, error) {
	at := s.path(county, hash)
	if f, err := openView(at, v); !errors.Is(err, os.ErrNotExist) {
		return f, err
	}
	if err := s.work.enter(ctx); err != nil {
		return nil, err
	}
	defer s.work.leave()
	if f, err := openView(at, v); !errors.Is(err, os.ErrNotExist) {
		return f, err // another made it meanwhile
	}
	if err := makeViews(at, typ); err != nil {
		return nil, errs.Disk(err)
	}
	return openView(at, v)
}

func openView(at string, v view) (*os.File, error) {
	f, err := os.Open(at + "." + v.name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || info.Size() == 0 {
		_ = f.Close()
		return nil, errors.Join(noView(), err)
	}
	return f, nil
}

// makeViews decodes an image once and writes both views; the error is the disk's.
func makeViews(at, typ string) error {
	img, turn, err := decode(at, typ)
	if err != nil {
		return errors.Join(writeView(at, small, nil), writeView(at, screen, nil))
	}
	large := turned(shrunk(img, screen.side), turn)
	if err := writeView(at, screen, large); err != nil {
		return err
	}
	return writeView(at, small, shrunk(large, small.side))
}

// decode reads an image that fits into memory, and how it is to be turned. The
// decoders are fed strangers' bytes: a panic of theirs is an image that cannot be
// shown.
func decode(at, typ string) (img image.Image, turn int, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("decoder: %v", v)
		}
	}()
	f, err := os.Open(at)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	p, err := stripTo(io.Discard, f, info.Size(), typ)
	if err != nil {
		return nil, 0, err
	}
	if int64(p.width)*int64(p.height)*p.perPixel(f, typ) > maxDecode {
		return nil, 0, errors.New("too large to decode")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, 0, err
	}
	switch typ {
	case typeJPEG:
		img, err = jpeg.Decode(f)
	case typePNG:
		img, err = png.Decode(f)
	default:
		img, err = webp.Decode(f)
	}
	return img, p.orient, err
}

// perPixel is how many bytes a pixel takes at most while it is decoded. A
// progressive JPEG is held as coefficients of 32 bits first.
func (p picture) perPixel(f io.ReadSeeker, typ string) int64 {
	switch {
	case typ == typeJPEG && p.progressive:
		return 15
	case typ == typeJPEG:
		return 3
	case typ == typePNG:
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return maxDecode
		}
		c, err := png.DecodeConfig(f)
		if err != nil {
			return maxDecode
		}
		switch c.ColorModel {
		case color.RGBA64Model, color.NRGBA64Model:
			return 8
		}
	}
	return 4
}

// shrunk scales an image so that its longer side is at most side, on white.
func shrunk(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if long := max(w, h); long > side {
		w, h = max(1, w*side/long), max(1, h*side/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}

// turned turns an image as its EXIF orientation says.
func turned(img *image.RGBA, orient int) *image.RGBA {
	if orient < 2 || orient > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	ow, oh := w, h
	if orient > 4 {
		ow, oh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, ow, oh))
	for y := range h {
		for x := range w {
			ox, oy := turnedPoint(x, y, w, h, orient)
			copy(out.Pix[out.PixOffset(ox, oy):][:4], img.Pix[img.PixOffset(x, y):][:4])
		}
	}
	return out
}

func turnedPoint(x, y, w, h, orient int) (int, int) {
	switch orient {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	}
	return y, w - 1 - x // 8
}

// writeView puts a view, or the empty file, beside its image, whole or not at all.
func writeView(at string, v view, img image.Image) error {
	tmp, err := os.CreateTemp(filepath.Dir(at), "upload-*")
	if err != nil {
		return err
	}
	defer discard(tmp)
	if img != nil {
		if err := jpeg.Encode(tmp, img, &jpeg.Options{Quality: v.quality}); err != nil {
			return err
		}
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), at+"."+v.name)
}
