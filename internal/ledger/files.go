package ledger

import (
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"

	"tiaojietai/internal/errs"
)

// Files of imports lie under the data directory, readable by the server only, for
// as long as rejected rows may be asked back.

// keepFiles is how long a file is kept after it was sent.
const keepFiles = 30 * 24 * time.Hour

type keptFile struct {
	path, name, hash string
	size             int64
}

func (s *Service) path(b batch) string { return filepath.Join(s.Dir, b.County, b.ID) }

// keep writes what is sent beside its place, at most as much as is ever read.
func (s *Service) keep(county, name string, body io.Reader) (k keptFile, err error) {
	limit := s.Limits.MaxBytes
	dir := filepath.Join(s.Dir, county)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, errs.Disk(err)
	}
	tmp, err := os.CreateTemp(dir, "upload-*")
	if err != nil {
		return k, errs.Disk(err)
	}
	k = keptFile{path: tmp.Name(), name: cleanName(name)}
	h := sm3.New()
	k.size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(body, limit+1))
	if cerr := errors.Join(tmp.Sync(), tmp.Close()); err == nil && cerr != nil {
		err = &fs.PathError{Op: "write", Path: k.path, Err: cerr}
	}
	k.hash = hex.EncodeToString(h.Sum(nil))
	switch {
	case err != nil:
		err = onRead(err)
	case k.size > limit:
		err = errs.Newf(errs.TooLarge, "sheetTooLarge", "文件超过 %d MB，没有读取。请拆成几个文件，或者删去图片后再传。", limit>>20)
	case k.size == 0:
		err = errs.InvalidField("file", "这个文件是空的。")
	}
	if err != nil {
		k.drop()
	}
	return k, err
}

// settle moves the file to its place; it may be there already, from a first try of
// the transaction.
func (k keptFile) settle(to string) error {
	err := os.Rename(k.path, to)
	if _, there := os.Stat(to); there == nil {
		return nil
	}
	return errs.Disk(err)
}

// drop removes what was not settled.
func (k keptFile) drop() { _ = os.Remove(k.path) }

func onRead(err error) error {
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return errs.Disk(err)
	}
	if strings.Contains(err.Error(), "too large") {
		return errs.New(errs.TooLarge, "sheetTooLarge", "文件太大，没有读取。请拆成几个文件再传。")
	}
	return &errs.Error{Kind: errs.Malformed, Code: "unreadable", Msg: "文件没有传完，没有读取任何一行，请再传一次。", Err: err}
}

// cleanName is the name a file is shown under: no folder, no control characters.
func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:])
	}
	if name == "" || name == "." || name == "/" {
		return "台账"
	}
	return name
}

// Sweep removes the files of imports sent long ago, and of uploads that broke off.
// It uses the wall clock: the age of a file is the disk's affair.
func (s *Service) Sweep(county string) error {
	files, err := filepath.Glob(filepath.Join(s.Dir, county, "*"))
	for _, p := range files {
		keep := keepFiles
		if strings.HasPrefix(filepath.Base(p), "upload-") {
			keep = 24 * time.Hour
		}
		if info, serr := os.Stat(p); serr == nil && time.Since(info.ModTime()) > keep {
			err = errors.Join(err, os.Remove(p))
		}
	}
	return err
}
