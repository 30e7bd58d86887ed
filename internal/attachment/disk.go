package attachment

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

type kept struct {
	hash, typ string
	size      int64
}

// keep writes the file beside its place, looks into it, flushes what is to be kept
// of it and puts that there by its hash. One that is there already is the same file: its time is renewed, so that
// no sweep takes it.
func (s *Service) keep(county string, body io.Reader) (k kept, err error) {
	limits := s.limits(county)
	dir := filepath.Join(s.Dir, county)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, errs.Disk(err)
	}
	tmp, err := os.CreateTemp(dir, "upload-*")
	if err != nil {
		return k, errs.Disk(err)
	}
	defer discard(tmp)
	size, err := io.Copy(tmp, io.LimitReader(body, limits.MaxBytes+1))
	switch {
	case err != nil:
		return k, onRead(err)
	case size > limits.MaxBytes:
		return k, tooLarge(limits)
	case size == 0:
		return k, errs.InvalidField("file", "这个文件是空的。")
	}
	k.typ = Sniff(tmp, size)
	if err := checkType(k.typ, limits); err != nil {
		return k, err
	}
	clean, err := cleanse(tmp, size, k.typ, limits)
	if err != nil {
		return k, err
	}
	if clean != tmp {
		defer discard(clean)
	}
	return k, s.place(county, clean, &k)
}

// discard removes a temporary file; it is gone already when it was renamed.
func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// place hashes a file and moves it to its place.
func (s *Service) place(county string, f *os.File, k *kept) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return errs.Disk(err)
	}
	h := sm3.New()
	var err error
	if k.size, err = io.Copy(h, f); err != nil {
		return errs.Disk(err)
	}
	k.hash = hex.EncodeToString(h.Sum(nil))
	return errs.Disk(settle(f, s.path(county, k.hash)))
}

func tooLarge(limits rulebook.Attachments) error {
	return errs.Newf(errs.TooLarge, "tooLarge", "文件太大，最多 %d MB，请压缩后再传。", limits.MaxBytes>>20)
}

func dirOf(f *os.File) string { return filepath.Dir(f.Name()) }

// settle flushes tmp and moves it to its place, with the folder flushed too.
func settle(tmp *os.File, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if _, err := os.Stat(to); err == nil {
		now := time.Now()
		return os.Chtimes(to, now, now)
	}
	if err := tmp.Sync(); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), to); err != nil {
		return err
	}
	for _, dir := range []string{filepath.Dir(to), filepath.Dir(filepath.Dir(to))} {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		err = d.Sync()
		_ = d.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) path(county, hash string) string {
	return filepath.Join(s.Dir, county, hash[:2], hash)
}

func onRead(err error) error {
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return errs.Disk(err)
	}
	if strings.Contains(err.Error(), "too large") {
		return errs.New(errs.TooLarge, "tooLarge", "文件太大，请压缩后再传。")
	}
	return &errs.Error{Kind: errs.Malformed, Code: "unreadable", Msg: "文件没有传完，请再试一次。", Err: err}
}
