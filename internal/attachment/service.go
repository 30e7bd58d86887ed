package attachment

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Reach says in which mode a caller sees a matter, false for not at all. matter
// provides it; a helper, who sees only its task, is for this no reader.
type Reach func(ctx context.Context, q db.Q, c account.Caller, matter string) (mode string, ok bool)

// Modes of reach that may add: whoever holds the matter, or has it out.
const (
	modeHold  = "hold"
	modeRefer = "refer"
)

// Deps is what the service stands on. Dir is the attachments' directory.
type Deps struct {
	DB    *db.DB
	Dir   string
	Rules func(county string) *rulebook.Book
	Keys  audit.Keys
	Reach Reach
}

// Service keeps attachments of all counties.
type Service struct {
	Deps
	noted sights
	mu    sync.RWMutex // held for writing by the sweep: it must not take a file from under an upload
}

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{Deps: d} }

// file is a row of attachment.
type file struct {
	County string `db:"county"`
	ID     string `db:"id"`
	Matter string `db:"matter"`
	Hash   string `db:"hash"`
	Name   string `db:"name"`
	Type   string `db:"type"`
	Size   int64  `db:"size"`
	At     int64  `db:"at"`
	Person string `db:"person"`
	Org    string `db:"org"`
}

// Item is an attachment as the API shows it.
type Item struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	Type string    `json:"type"`
	Size int64     `json:"size"`
	At   time.Time `json:"at"`
	By   By        `json:"by"`
}

// By is the person who added it.
type By struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (s *Service) limits(county string) rulebook.Attachments {
	return s.Rules(county).At(workday.Date(s.DB.Now())).Attachments
}

func unseen() error {
	return errs.New(errs.NotFound, "notFound", "没有找到，或者您所在的机构看不到它。")
}

// mayAdd checks that the caller sees the matter and may add to it.
func (s *Service) mayAdd(ctx context.Context, q db.Q, c account.Caller, matter string) error {
	mode, ok := s.Reach(ctx, q, c, matter)
	switch {
	case !ok:
		return unseen()
	case mode != modeHold && mode != modeRefer:
		return errs.New(errs.Forbidden, "notHolder", "这件事项不在您的机构手上，不能添加附件。")
	}
	return nil
}

// Add reads a file to its end, keeps it and enters it with the matter. Refusals:
// tooLarge, wrongType, empty, and what scope forbids; the caller's body is not
// read before scope is checked.
func (s *Service) Add(ctx context.Context, c account.Caller, op db.Operation, matter, name string, body io.Reader) (Item, error) {
	row := audit.Row{Person: c.Person, Org: c.Org, Verb: "attach", Subject: "matter", SubjectID: matter}
	var it Item
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) error { return s.mayAdd(ctx, q, c, matter) })
	if err == nil {
		it, err = s.add(ctx, c, op, matter, name, body, row)
	}
	return it, s.refused(ctx, c.County, row, err)
}

func (s *Service) add(ctx context.Context, c account.Caller, op db.Operation, matter, name string, body io.Reader, row audit.Row) (it Item, err error) {
	key, err := s.Keys(c.County)
	if err != nil {
		return it, errs.Wrap("open the county's key", err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	kept, err := s.keep(c.County, body)
	if err != nil {
		return it, err
	}
	op.Request += kept.hash
	err = s.DB.Write(ctx, c.County, func(ctx context.Context, tx *db.Tx) error {
		if err := s.mayAdd(ctx, tx, c, matter); err != nil {
			return err
		}
		return db.Once(ctx, tx, op, &it, func() error {
			f := file{County: c.County, ID: tx.NewID(), Matter: matter, Hash: kept.hash, Name: CleanName(name), Type: kept.typ,
				Size: kept.size, At: db.Micros(tx.Now), Person: c.Person, Org: c.Org}
			it = item(f, c.Name)
			if err := db.Insert(ctx, tx, "attachment", f); err != nil {
				return err
			}
			return audit.Record(ctx, tx, key, row)
		})
	})
	return it, err
}

func item(f file, by string) Item {
	return Item{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, At: db.Instant(f.At).In(workday.Zone), By: By{f.Person, by}}
}

// refused audits a refusal and hands it on.
func (s *Service) refused(ctx context.Context, county string, row audit.Row, err error) error {
	if err == nil {
		return nil
	}
	e := errs.As(err)
	if e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		key, err := s.Keys(county)
		if err == nil {
			err = audit.Refused(ctx, s.DB, key, county, e.Code, row)
		}
		if err != nil {
			return errs.Wrap("audit a refusal", err)
		}
	}
	return e
}

type kept struct {
	hash, typ string
	size      int64
}

// keep writes the file beside its place, flushes it, and puts it there by its
// hash. One that is there already is the same file: its time is renewed, so that
// no sweep takes it.
func (s *Service) keep(county string, body io.Reader) (k kept, err error) {
	limits := s.limits(county)
	dir := filepath.Join(s.Dir, county)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return k, onDisk(err)
	}
	tmp, err := os.CreateTemp(dir, "upload-*")
	if err != nil {
		return k, onDisk(err)
	}
	defer func() {
		_ = tmp.Close()
		_ = os.Remove(tmp.Name()) // gone already when it was renamed
	}()
	h := sm3.New()
	k.size, err = io.Copy(io.MultiWriter(tmp, h), io.LimitReader(body, limits.MaxBytes+1))
	switch {
	case err != nil:
		return k, onRead(err)
	case k.size > limits.MaxBytes:
		return k, errs.Newf(errs.TooLarge, "tooLarge", "文件太大，最多 %d MB，请压缩后再传。", limits.MaxBytes>>20)
	case k.size == 0:
		return k, errs.InvalidField("file", "这个文件是空的。")
	}
	if k.typ = Sniff(tmp, k.size); !slices.Contains(limits.Types, k.typ) {
		return k, &errs.Error{Kind: errs.Invalid, Code: "wrongType", Msg: "不收这种文件。可以传：" + namesOf(limits.Types) + "。",
			Fields: []errs.Field{{Field: "file", Message: "不收这种文件。"}}}
	}
	k.hash = hex.EncodeToString(h.Sum(nil))
	return k, onDisk(settle(tmp, s.path(county, k.hash)))
}

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

func onDisk(err error) error {
	if err == nil {
		return nil
	}
	return &errs.Error{Kind: errs.Unavailable, Code: "diskFull", Err: err,
		Msg: "服务器存不下这个文件，没有保存。请通知管理员清理磁盘后再试。"}
}

func onRead(err error) error {
	var disk *fs.PathError
	if errors.As(err, &disk) {
		return onDisk(err)
	}
	if strings.Contains(err.Error(), "too large") {
		return errs.New(errs.TooLarge, "tooLarge", "文件太大，请压缩后再传。")
	}
	return &errs.Error{Kind: errs.Malformed, Code: "unreadable", Msg: "文件没有传完，请再试一次。", Err: err}
}

// Open gives a file the caller may see, and notes that it was opened: once for
// the many parts a browser asks of one film. The caller closes it.
func (s *Service) Open(ctx context.Context, c account.Caller, id string) (Item, *os.File, error) {
	row := audit.Row{Person: c.Person, Org: c.Org, Verb: "openAttachment", Subject: "attachment", SubjectID: id}
	var f file
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		f, err = s.seen(ctx, q, c, id)
		return err
	})
	if err != nil {
		return Item{}, nil, s.refused(ctx, c.County, row, err)
	}
	h, err := os.Open(s.path(c.County, f.Hash))
	if err != nil {
		return Item{}, nil, errs.Wrap("open an attachment", err)
	}
	if key, now := c.Person+c.Org+id, s.DB.Now(); !s.noted.lately(key, now) {
		if err := s.record(ctx, c.County, row); err != nil {
			_ = h.Close()
			return Item{}, nil, errs.Wrap("audit a sight", err)
		}
		s.noted.mark(key, now)
	}
	return item(f, ""), h, nil
}

// sights remembers what was opened in the last minutes.
type sights struct {
	mu sync.Mutex
	at map[string]time.Time
}

// oneSight is how long parts of a file count as one opening.
const oneSight = 5 * time.Minute

func (s *sights) lately(key string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.at[key]
	return ok && now.Sub(last).Abs() < oneSight
}

func (s *sights) mark(key string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil || len(s.at) > 10000 {
		s.at = map[string]time.Time{}
	}
	s.at[key] = now
}

func (s *Service) seen(ctx context.Context, q db.Q, c account.Caller, id string) (file, error) {
	f, found, err := fileOf(ctx, q, c.County, id)
	if err != nil {
		return f, err
	}
	if !found {
		return f, unseen()
	}
	if _, ok := s.Reach(ctx, q, c, f.Matter); !ok {
		return f, unseen()
	}
	return f, nil
}

func (s *Service) record(ctx context.Context, county string, row audit.Row) error {
	key, err := s.Keys(county)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error { return audit.Record(ctx, tx, key, row) })
}

var hashName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Sweep deletes a county's files older than a day that no row names: uploads that
// broke off, and those whose transaction failed. Returns how many went.
func (s *Service) Sweep(ctx context.Context, county string) (gone int, err error) {
	dir := filepath.Join(s.Dir, county)
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || ctx.Err() != nil {
			return err
		}
		went, err := s.sweepOne(ctx, county, p, d.Name())
		if went {
			gone++
		}
		return err
	})
	if err != nil {
		return gone, fmt.Errorf("sweep attachments of %s: %w", county, err)
	}
	return gone, nil
}

// sweepOne uses the wall clock: the age of a file is the disk's affair.
func (s *Service) sweepOne(ctx context.Context, county, p, name string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	info, err := os.Stat(p)
	if err != nil || time.Since(info.ModTime()) < 24*time.Hour {
		return false, nil
	}
	if hashName.MatchString(name) {
		used := false
		err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			used, err = hashUsed(ctx, q, county, name)
			return err
		})
		if err != nil || used {
			return false, err
		}
	} else if !strings.HasPrefix(name, "upload-") {
		return false, nil // not ours
	}
	return true, os.Remove(p)
}
