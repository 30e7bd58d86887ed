package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/stats"
	"tiaojietai/internal/workday"
)

// Deps is what imports and exports stand on. Dir is where files are kept.
type Deps struct {
	DB      *db.DB
	Dir     string
	Orgs    *org.Service
	People  *account.Service
	Matters *matter.Service
	Stats   *stats.Service
	Rules   func(county string) *rulebook.Book
	Keys    func(county string) (*gm.DataKey, error)
	Limits  sheet.Limits
}

// Service keeps the imports of all counties.
type Service struct {
	Deps
	settled func() // tests: called after each transaction of a run
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d, settled: func() {}} }

// JobKind is the kind of the jobs that check, enter and undo.
const JobKind = "import"

func itoa(n int) string { return strconv.Itoa(n) }

func (s *Service) rules(county string) *rulebook.Rulebook {
	return s.Rules(county).At(workday.Date(s.DB.Now()))
}

// may refuses who may not import this kind: matters are a registering body's,
// bodies and people the system administrator's.
func (s *Service) may(ctx context.Context, c account.Caller, kind string) error {
	switch kind {
	case Matters:
		_, err := s.Matters.Importer(ctx, c)
		return err
	case Orgs, People:
		if c.Person != "" && c.Admin != account.System {
			return errs.New(errs.Forbidden, "notSystemAdmin", "机构和人员由系统管理员导入，您不能导入。")
		}
		return nil
	}
	return errs.InvalidField("kind", "请选择导入机构、人员还是事项台账。")
}

// write runs fn in a transaction with its audit row; a refusal is audited after
// the rollback.
func (s *Service) write(ctx context.Context, c account.Caller, row audit.Row, fn func(ctx context.Context, tx *db.Tx) error) error {
	key, err := s.Keys(c.County)
	if err != nil {
		return errs.Wrap("open the county's key", err)
	}
	row.Person, row.Org, row.Subject = c.Person, c.Org, "import"
	err = s.DB.Write(ctx, c.County, func(ctx context.Context, tx *db.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, key, row)
	})
	return s.refused(ctx, c, row, err)
}

func (s *Service) refused(ctx context.Context, c account.Caller, row audit.Row, err error) error {
	if err == nil {
		return nil
	}
	e := errs.As(err)
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		return e
	}
	key, kerr := s.Keys(c.County)
	if kerr == nil {
		row.Person, row.Org, row.Subject = c.Person, c.Org, "import"
		kerr = audit.Refused(ctx, s.DB, key, c.County, e.Code, row)
	}
	if kerr != nil {
		return errs.Wrap("audit a refusal", kerr)
	}
	return e
}

// Start keeps a file, finds its table and proposes what each column is.
func (s *Service) Start(ctx context.Context, c account.Caller, kind, name string, body io.Reader, op db.Operation) (v Import, err error) {
	row := audit.Row{Verb: "importFile"}
	if err := s.may(ctx, c, kind); err != nil {
		return v, s.refused(ctx, c, row, err)
	}
	kept, err := s.keep(c.County, name, body)
	if err != nil {
		return v, s.refused(ctx, c, row, err)
	}
	defer kept.drop()
	b := batch{County: c.County, ID: s.DB.NewID(), Kind: kind, Org: c.Org, OrgName: s.orgName(ctx, c), OrgLevel: c.OrgLevel, OrgKind: c.OrgKind,
		Person: c.Person, PersonName: c.Name, Roles: strings.Join(c.Roles, ","), FileName: kept.name, Size: kept.size, Hash: kept.hash, State: Mapping, Version: 1}
	if kind == Matters {
		b.MatterKind = matter.Dispute
	} else {
		b.Org, b.OrgName = "", ""
	}
	if err := s.look(&b, kept.path, ""); err != nil {
		return v, s.refused(ctx, c, row, err)
	}
	op.Request += kept.hash
	err = s.write(ctx, c, row, func(ctx context.Context, tx *db.Tx) error {
		return db.Once(ctx, tx, op, &b, func() error {
			n, err := nextBatch(ctx, tx, tx.Now.In(workday.Zone).Year())
			if err != nil {
				return err
			}
			b.At = db.Micros(tx.Now)
			b.Batch = fmt.Sprintf("%d-%04d", tx.Now.In(workday.Zone).Year(), n)
			if err := s.remembered(ctx, tx, &b); err != nil {
				return err
			}
			if err := db.Insert(ctx, tx, "ledger_import", b); err != nil {
				return err
			}
			return kept.settle(s.path(b))
		})
	})
	if err != nil {
		return v, err
	}
	return s.Get(ctx, c, b.ID)
}

func (s *Service) orgName(ctx context.Context, c account.Caller) string {
	tree, err := s.Orgs.Tree(ctx, c.County)
	if err != nil || c.Org == "" {
		return ""
	}
	o, _ := tree.Get(c.Org)
	return o.Name
}

// look reads the table of a file into the batch and guesses its columns.
func (s *Service) look(b *batch, path, sheetName string) error {
	book, err := sheet.OpenAs(path, b.FileName, s.Limits)
	if err != nil {
		return err
	}
	defer func() { _ = book.Close() }()
	t, err := book.Table(sheetName)
	if err != nil {
		return err
	}
	sh := shape{Sheets: book.Sheets(), Sheet: t.Sheet, Titles: t.Titles, Rows: t.Data, Blank: t.Blank, Totals: t.Totals, Notes: len(t.Notes)}
	samples, err := samplesOf(book, t, b.Kind != Orgs)
	if err != nil {
		return err
	}
	names := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		names[i] = col.Name
		sh.Columns = append(sh.Columns, shapeColumn{col.Index, col.Letter, col.Name, samples[i]})
	}
	b.Shape, b.Year, b.Total = asJSON(sh), int64(t.Year), int64(t.Data)
	m := guess(b.Kind, names)
	if b.Kind == Matters && petitionLike(names) {
		b.MatterKind = matter.Petition
	}
	b.Mapped = asJSON(fitting(m, fieldsOf(b.Kind, b.MatterKind)))
	return nil
}

// petitionLike tells by its headers that a table is of petitions.
func petitionLike(names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		n = plain(n)
		return strings.Contains(n, "信访人") || strings.Contains(n, "留言") || strings.Contains(n, "来访人") || strings.Contains(n, "信访件")
	})
}

func fitting(m map[int]string, fields []FieldView) map[int]string {
	out := map[int]string{}
	for column, f := range m {
		if hasField(fields, f) {
			out[column] = f
		}
	}
	return out
}

var longNumber = regexp.MustCompile(`[0-9]{4}[0-9Xx]*([0-9Xx]{3})`)

// samplesOf are up to three values of each column. Long numbers are masked: they
// are kept in the database until the file is gone.
func samplesOf(book *sheet.Book, t sheet.Table, mask bool) ([][]string, error) {
	out := make([][]string, len(t.Columns))
	n := 0
	for row, err := range book.Data(t) {
		if err != nil {
			return nil, err
		}
		for i := range t.Columns {
			text := row.Cell(i).Text
			if mask {
				text = longNumber.ReplaceAllString(text, "****$1")
			}
			if r := []rune(text); len(r) > 30 {
				text = string(r[:30]) + "…"
			}
			if text != "" && len(out[i]) < 3 && !slices.Contains(out[i], text) {
				out[i] = append(out[i], text)
			}
		}
		if n++; n == 20 {
			break
		}
	}
	return out, nil
}

// remembered puts in the mapping of the body's last file with the same headers.
func (s *Service) remembered(ctx context.Context, q db.Q, b *batch) error {
	m, found, err := mappingOf(ctx, q, b.County, b.Org, b.Kind, b.headers())
	if err != nil || !found {
		return err
	}
	var kept keptMapping
	if json.Unmarshal([]byte(m.Mapping), &kept) == nil {
		b.MatterKind, b.Mapped = kept.MatterKind, asJSON(kept.Columns)
	}
	return nil
}

type keptMapping struct {
	MatterKind string         `json:"matterKind"`
	Columns    map[int]string `json:"columns"`
}

// headers is what files with the same columns have in common.
func (b batch) headers() string {
	var names [][]byte
	for _, c := range b.shape().Columns {
		names = append(names, []byte(c.Name))
	}
	return gm.SM3(names...)
}

func notThere() error {
	return errs.New(errs.NotFound, "notFound", "没有找到这次导入，可能编号不对，或者是别的单位导入的。")
}

// mine reads an import of the caller's body; another's is not found.
func mine(ctx context.Context, q db.Q, c account.Caller, id string) (batch, error) {
	b, found, err := importOf(ctx, q, c.County, id)
	if err != nil {
		return b, err
	}
	seen := b.Kind == Matters && b.Org == c.Org && c.Org != "" || b.Kind != Matters && (c.Admin == account.System || c.Person == "")
	if !found || !seen {
		return b, notThere()
	}
	return b, nil
}

// Get shows one import.
func (s *Service) Get(ctx context.Context, c account.Caller, id string) (v Import, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		b, err := mine(ctx, q, c, id)
		if err != nil {
			return err
		}
		v, err = s.shown(ctx, q, b)
		return err
	})
	return v, err
}

// shown is a view with what stands in other rows.
func (s *Service) shown(ctx context.Context, q db.Q, b batch) (Import, error) {
	v := b.view()
	list, err := refusalsOf(ctx, q, b, maxShown)
	if err != nil {
		return v, err
	}
	sh := b.shape()
	for _, r := range list {
		letter, name := sh.columnName(r.Column)
		v.Rejected = append(v.Rejected, RejectedView{sh.Sheet, r.Row, letter, name, r.Reason})
	}
	if v.Undo, err = s.undoable(ctx, q, b); err != nil {
		return v, err
	}
	number, err := sameFile(ctx, q, b)
	if number != "" && b.State != Undone {
		text := "这个文件已经导入过（批次 " + number + "），相同的行不会再导入。"
		v.Warning = &text
	}
	return v, err
}

// Page is one page of imports.
type Page struct {
	Items      []Import `json:"items"`
	NextCursor *string  `json:"nextCursor"`
	Total      int64    `json:"total"`
}

// List gives the imports of the caller's body, the newest first.
func (s *Service) List(ctx context.Context, c account.Caller, limit int, cursor string) (p Page, err error) {
	if limit == 0 {
		limit = 20
	}
	if limit < 1 || limit > 100 {
		return p, errs.InvalidField("limit", "每页应在 1 到 100 条之间。")
	}
	at, id, ok := readCursor(cursor)
	if !ok {
		return p, errs.InvalidField("cursor", "翻页标记无效，请回到第一页。")
	}
	p.Items = []Import{}
	if c.Org == "" && c.Admin != account.System {
		return p, nil
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		list, total, err := importsOf(ctx, q, c.County, c.Org, at, id, limit)
		if err != nil {
			return err
		}
		p.Total = total
		for _, b := range list {
			v, err := s.shown(ctx, q, b)
			if err != nil {
				return err
			}
			p.Items = append(p.Items, v)
		}
		if len(list) == limit {
			last := list[limit-1]
			next := strconv.FormatInt(last.At, 10) + "_" + last.ID
			p.NextCursor = &next
		}
		return nil
	})
	return p, err
}

func readCursor(s string) (at int64, id string, ok bool) {
	if s == "" {
		return 0, "", true
	}
	num, id, ok := strings.Cut(s, "_")
	at, err := strconv.ParseInt(num, 10, 64)
	return at, id, ok && err == nil && len(id) == 36 && utf8.ValidString(id)
}

// errStopped ends a job whose import was cancelled meanwhile.
var errStopped = errors.New("ledger: stopped")
