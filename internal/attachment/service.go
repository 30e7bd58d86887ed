package attachment

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

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
	work  workshop
	desk  desk
	mu    sync.RWMutex // held for writing by the sweep: it must not take a file from under an upload
}

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{Deps: d, work: newWorkshop()} }

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
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Type      string    `json:"type"`
	Size      int64     `json:"size"`
	At        time.Time `json:"at"`
	By        By        `json:"by"`
	Thumbnail bool      `json:"thumbnail"`
	Preview   string    `json:"preview" enum:"image,pdf,audio,video,text,none"`
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
// tooLarge, wrongType, broken, active, tooManyPixels, empty, and what scope
// forbids; the caller's body is not read before scope is checked.
func (s *Service) Add(ctx context.Context, c account.Caller, op db.Operation, matter, name string, body io.Reader) (Item, error) {
	return s.addAnd(ctx, c, op, matter, name, body, func(context.Context, *db.Tx, Item) error { return nil })
}

// addAnd is Add with something else to be written in the same transaction.
func (s *Service) addAnd(ctx context.Context, c account.Caller, op db.Operation, matter, name string, body io.Reader, and alsoWrite) (Item, error) {
	row := audit.Row{Person: c.Person, Org: c.Org, Verb: "attach", Subject: "matter", SubjectID: matter}
	var it Item
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) error { return s.mayAdd(ctx, q, c, matter) })
	if err == nil {
		f := file{County: c.County, Matter: matter, Name: CleanName(name), Person: c.Person, Org: c.Org}
		it, err = s.enter(ctx, c, op, f, body, row, and)
	}
	return it, s.refused(ctx, c.County, row, err)
}

type alsoWrite func(ctx context.Context, tx *db.Tx, it Item) error

// enter keeps the bytes and writes the row that names them.
func (s *Service) enter(ctx context.Context, c account.Caller, op db.Operation, f file, body io.Reader, row audit.Row, and alsoWrite) (it Item, err error) {
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
	f.Hash, f.Type, f.Size = kept.hash, kept.typ, kept.size
	err = s.DB.Write(ctx, c.County, func(ctx context.Context, tx *db.Tx) error {
		if err := s.mayAdd(ctx, tx, c, f.Matter); err != nil {
			return err
		}
		return db.Once(ctx, tx, op, &it, func() error {
			f.ID, f.At = tx.NewID(), db.Micros(tx.Now)
			it = item(f, c.Name)
			if err := db.Insert(ctx, tx, "attachment", f); err != nil {
				return err
			}
			if err := and(ctx, tx, it); err != nil {
				return err
			}
			return audit.Record(ctx, tx, key, row)
		})
	})
	return it, err
}

func item(f file, by string) Item {
	return Item{ID: f.ID, Name: f.Name, Type: f.Type, Size: f.Size, At: db.Instant(f.At).In(workday.Zone), By: By{f.Person, by},
		Thumbnail: HasThumbnail(f.Type), Preview: PreviewOf(f.Type)}
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
