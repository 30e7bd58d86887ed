package attachment

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// keepUpload is how long an upload may be resumed, and its answer be asked for.
const keepUpload = 24 * time.Hour

// upload is a row of upload: a file on its way.
type upload struct {
	County     string `db:"county"`
	ID         string `db:"id"`
	Matter     string `db:"matter"`
	Person     string `db:"person"`
	Org        string `db:"org"`
	Name       string `db:"name"`
	Size       int64  `db:"size"`
	At         int64  `db:"at"`
	Attachment string `db:"attachment"`
	Refusal    string `db:"refusal"` // an errs.Error as JSON
}

func (u upload) settled() bool { return u.Attachment != "" || u.Refusal != "" }

// Progress is how far an upload has come.
type Progress struct {
	ID           string
	Offset, Size int64 // bytes
	Until        time.Time
}

func (u upload) progress(offset int64) Progress {
	return Progress{u.ID, offset, u.Size, db.Instant(u.At).Add(keepUpload)}
}

// Begin opens a resumable upload of size bytes to a matter. Refusals: tooLarge,
// tooManyUploads, and what scope forbids; nothing is sent before they are known.
func (s *Service) Begin(ctx context.Context, c account.Caller, matter, name string, size int64) (p Progress, err error) {
	limits := s.limits(c.County)
	row := audit.Row{Person: c.Person, Org: c.Org, Verb: "attach", Subject: "matter", SubjectID: matter}
	err = s.DB.Write(ctx, c.County, func(ctx context.Context, tx *db.Tx) error {
		if err := s.mayAdd(ctx, tx, c, matter); err != nil {
			return err
		}
		if size > limits.MaxBytes {
			return tooLarge(limits)
		}
		if size <= 0 {
			return errs.InvalidField("file", "这个文件是空的。")
		}
		n, err := unfinished(ctx, tx, c.County, c.Person, db.Micros(tx.Now.Add(-keepUpload)))
		if err != nil {
			return err
		}
		if n >= limits.MaxUnfinished {
			return errs.Newf(errs.TooMany, "tooManyUploads", "您还有 %d 个文件没有传完。请先传完或者取消，再传新的。", n)
		}
		u := upload{County: c.County, ID: tx.NewID(), Matter: matter, Person: c.Person, Org: c.Org, Name: CleanName(name), Size: size, At: db.Micros(tx.Now)}
		p = u.progress(0)
		return db.Insert(ctx, tx, "upload", u)
	})
	return p, s.refused(ctx, c.County, row, err)
}

// Upload says how far the caller's own upload has come.
func (s *Service) Upload(ctx context.Context, c account.Caller, id string) (p Progress, err error) {
	u, leave, err := s.mine(ctx, c, id, nil)
	if err != nil {
		return p, err
	}
	defer leave()
	offset, err := s.offset(u)
	return u.progress(offset), err
}

// Append writes what follows at offset and, when the file is whole, makes the
// attachment; a file that is refused then is gone, and the refusal kept for
// Finish. Whatever of body arrives before it breaks off is kept. interrupt makes
// the reading of body fail: it is called when a later request wants the upload.
func (s *Service) Append(ctx context.Context, c account.Caller, id string, offset int64, body io.Reader, interrupt func()) (p Progress, err error) {
	u, leave, err := s.mine(ctx, c, id, interrupt)
	if err != nil {
		return p, err
	}
	defer leave()
	now, err := s.offset(u)
	if err != nil {
		return p, err
	}
	if offset != now {
		return p, errs.New(errs.Conflict, "offset", "这一段接不上前面的，请从断开的地方接着传。")
	}
	if !u.settled() {
		if err := s.mayStill(ctx, c, u); err != nil {
			return p, err
		}
		if now, err = s.write(u, offset, body); err != nil {
			return p, err
		}
	}
	if now == u.Size {
		_, err = s.finish(ctx, c, u)
	}
	return u.progress(now), err
}

// Finish gives the attachment a whole upload has become, or its refusal, as often
// as it is asked.
func (s *Service) Finish(ctx context.Context, c account.Caller, id string) (it Item, err error) {
	u, leave, err := s.mine(ctx, c, id, nil)
	if err != nil {
		return it, err
	}
	defer leave()
	now, err := s.offset(u)
	if err != nil {
		return it, err
	}
	if now < u.Size {
		return it, errs.New(errs.Conflict, "notWhole", "文件还没有传完，请接着传。")
	}
	return s.finish(ctx, c, u)
}

// finish makes the attachment through Add, with the upload as its operation: once,
// however often the last piece is sent. Caller has the upload taken.
func (s *Service) finish(ctx context.Context, c account.Caller, u upload) (it Item, err error) {
	if u.Refusal != "" {
		var e errs.Error
		if err := json.Unmarshal([]byte(u.Refusal), &e); err != nil {
			return it, errs.Wrap("read a refusal", err)
		}
		return it, &e
	}
	if u.Attachment != "" {
		err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
			f, err := s.seen(ctx, q, c, u.Attachment)
			it = item(f, c.Name)
			return err
		})
		return it, err
	}
	f, err := os.Open(s.piece(u))
	if err != nil {
		return it, errs.Wrap("open an upload", err)
	}
	defer func() { _ = f.Close() }()
	op := db.Operation{Person: c.Person, Key: "upload " + u.ID}
	it, err = s.addAnd(ctx, c, op, u.Matter, u.Name, f, func(ctx context.Context, tx *db.Tx, it Item) error {
		return settleUpload(ctx, tx, u.ID, it.ID, "")
	})
	if err != nil {
		return it, s.settleRefusal(ctx, u, err)
	}
	_ = os.Remove(s.piece(u)) // what stays is swept
	return it, nil
}

// settleRefusal remembers a refusal that will not change and drops the bytes; a
// fault of ours is none: the upload stays whole for the next Finish.
func (s *Service) settleRefusal(ctx context.Context, u upload, err error) error {
	e := errs.As(err)
	if e.Kind != errs.Invalid && e.Kind != errs.TooLarge {
		return err
	}
	kept := *e
	kept.Err, kept.Current = nil, nil
	text, err := json.Marshal(kept)
	if err != nil {
		return errs.Wrap("keep a refusal", err)
	}
	if err := s.DB.Write(ctx, u.County, func(ctx context.Context, tx *db.Tx) error {
		return settleUpload(ctx, tx, u.ID, "", string(text))
	}); err != nil {
		return err
	}
	_ = os.Remove(s.piece(u)) // what stays is swept
	return e
}

// Cancel ends the caller's own upload and drops its bytes.
func (s *Service) Cancel(ctx context.Context, c account.Caller, id string) error {
	u, leave, err := s.mine(ctx, c, id, nil)
	if err != nil {
		return err
	}
	defer leave()
	return s.drop(ctx, u)
}

// drop removes bytes and row, the bytes first: a row without bytes is an upload
// that has not begun, bytes without a row are swept.
func (s *Service) drop(ctx context.Context, u upload) error {
	if err := os.Remove(s.piece(u)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errs.Disk(err)
	}
	return s.DB.Write(ctx, u.County, func(ctx context.Context, tx *db.Tx) error { return removeUpload(ctx, tx, u.ID) })
}

// mine takes the caller's own upload for one request; leave lets go of it.
func (s *Service) mine(ctx context.Context, c account.Caller, id string, interrupt func()) (u upload, leave func(), err error) {
	if leave, err = s.desk.take(ctx, c.County+id, interrupt); err != nil {
		return u, nil, err
	}
	if u, err = s.ownUpload(ctx, c, id); err != nil {
		leave()
		return u, nil, err
	}
	return u, leave, nil
}

// ownUpload finds an upload of the caller that may still be resumed.
func (s *Service) ownUpload(ctx context.Context, c account.Caller, id string) (u upload, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		var found bool
		u, found, err = uploadOf(ctx, q, c.County, id)
		if err == nil && (!found || u.Person != c.Person || u.Org != c.Org || u.At < db.Micros(s.DB.Now().Add(-keepUpload))) {
			err = errs.New(errs.NotFound, "notFound", "没有找到这次上传，可能放得太久了。请重新传一次。")
		}
		return err
	})
	return u, err
}

// mayStill checks, before more bytes are taken, that the matter is still to be
// added to.
func (s *Service) mayStill(ctx context.Context, c account.Caller, u upload) error {
	row := audit.Row{Person: c.Person, Org: c.Org, Verb: "attach", Subject: "matter", SubjectID: u.Matter}
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) error { return s.mayAdd(ctx, q, c, u.Matter) })
	return s.refused(ctx, c.County, row, err)
}

func (s *Service) piece(u upload) string { return filepath.Join(s.Dir, u.County, "upload-"+u.ID) }

// offset is how many bytes lie there; of a settled one all had come.
func (s *Service) offset(u upload) (int64, error) {
	if u.settled() {
		return u.Size, nil
	}
	info, err := os.Stat(s.piece(u))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, errs.Disk(err)
	}
	return info.Size(), nil
}

// write appends what comes, at most up to the announced size, and flushes it
// before it is told: what the client was told is there stays there.
func (s *Service) write(u upload, offset int64, body io.Reader) (int64, error) {
	if err := os.MkdirAll(filepath.Join(s.Dir, u.County), 0o700); err != nil {
		return offset, errs.Disk(err)
	}
	f, err := os.OpenFile(s.piece(u), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return offset, errs.Disk(err)
	}
	n, copied := io.Copy(f, io.LimitReader(body, u.Size-offset))
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return offset, errs.Disk(err)
	}
	if copied != nil {
		return offset + n, onRead(copied)
	}
	return offset + n, nil
}

// desk gives each upload to one request at a time. A client whose line was cut
// comes back while the server still waits for the old line: the new one
// interrupts the old.
type desk struct {
	mu    sync.Mutex
	taken map[string]*turn
}

type turn struct {
	interrupt func()
	over      chan struct{}
}

// patience is how long a request waits for the one it interrupted.
const patience = 5 * time.Second

// take waits until nobody else has the upload.
func (d *desk) take(ctx context.Context, id string, interrupt func()) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	mine := &turn{interrupt, make(chan struct{})}
	for {
		d.mu.Lock()
		if d.taken == nil {
			d.taken = map[string]*turn{}
		}
		other := d.taken[id]
		if other == nil {
			d.taken[id] = mine
			d.mu.Unlock()
			return func() { d.give(id, mine) }, nil
		}
		d.mu.Unlock()
		if other.interrupt != nil {
			other.interrupt()
		}
		select {
		case <-other.over:
		case <-ctx.Done():
			return nil, locked()
		}
	}
}

func (d *desk) give(id string, t *turn) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.taken, id)
	close(t.over)
}
