package ledger

import (
	"context"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/job"
	"tiaojietai/internal/matter"
)

// change loads an import of the caller's, lets fn change it and writes it back,
// audited; a job that was at it in between makes it stale.
func (s *Service) change(ctx context.Context, c account.Caller, id, verb string, fn func(ctx context.Context, tx *db.Tx, b *batch) error) (Import, error) {
	err := s.write(ctx, c, audit.Row{Verb: verb, SubjectID: id}, func(ctx context.Context, tx *db.Tx) error {
		b, err := mine(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if err := s.may(ctx, c, b.Kind); err != nil {
			return err
		}
		before := b
		if err := fn(ctx, tx, &b); err != nil {
			return err
		}
		b.Version++
		ok, err := db.Change(ctx, tx, "ledger_import", keyImport, "version", before, b)
		if err == nil && !ok {
			err = errs.New(errs.Conflict, "stale", "这次导入刚有了变化，请看看新的情况再办。")
		}
		return err
	})
	if err != nil {
		return Import{}, err
	}
	return s.Get(ctx, c, id)
}

func wrongState(b batch) error {
	return errs.Newf(errs.Conflict, "wrongState", "这次导入现在是“%s”，不能做这一步。", stateNames[b.State])
}

// NewMapping says which column is what.
type NewMapping struct {
	Sheet      *string        `json:"sheet,omitempty"`
	Year       *int64         `json:"year,omitempty"`
	MatterKind *string        `json:"matterKind,omitempty" enum:"dispute,petition"`
	Columns    map[int]string `json:"columns,omitempty" doc:"不写：原来的对应，合得上的留着"`
}

// Map puts the columns right; it is kept for the next file with the same headers.
func (s *Service) Map(ctx context.Context, c account.Caller, id string, n NewMapping) (Import, error) {
	return s.change(ctx, c, id, "importMapping", func(ctx context.Context, tx *db.Tx, b *batch) error {
		if b.busy() || b.Entered > 0 || b.State == Undone {
			return wrongState(*b)
		}
		if n.Sheet != nil && *n.Sheet != b.shape().Sheet {
			if err := s.look(b, s.path(*b), *n.Sheet); err != nil {
				return err
			}
			if err := s.remembered(ctx, tx, b); err != nil {
				return err
			}
		}
		if err := n.apply(b); err != nil {
			return err
		}
		b.State, b.Error, b.Done, b.OK, b.Rejected, b.LastRow = Mapping, "", 0, 0, 0, 0
		if err := dropRefusals(ctx, tx, *b); err != nil {
			return err
		}
		kept := mapRow{b.County, b.Org, b.Kind, b.headers(), asJSON(keptMapping{b.MatterKind, b.mapping()}), db.Micros(tx.Now)}
		return db.Upsert(ctx, tx, "ledger_mapping", keyMapping, kept)
	})
}

func (n NewMapping) apply(b *batch) error {
	if n.Year != nil {
		if *n.Year != 0 && (*n.Year < 1950 || *n.Year > 2199) {
			return errs.InvalidField("year", "年份请写四位，如 2021。")
		}
		b.Year = *n.Year
	}
	if n.MatterKind != nil && b.Kind == Matters {
		if *n.MatterKind != matter.Dispute && *n.MatterKind != matter.Petition {
			return errs.InvalidField("matterKind", "请选择是纠纷还是信访事项。")
		}
		b.become(*n.MatterKind)
	}
	fields := fieldsOf(b.Kind, b.MatterKind)
	if n.Columns == nil {
		b.Mapped = asJSON(fitting(b.mapping(), fields))
		return nil
	}
	columns, taken := map[int]string{}, map[string]bool{}
	for column, field := range n.Columns {
		switch {
		case field == "":
			continue
		case column < 0 || column >= len(b.shape().Columns):
			return errs.InvalidField("columns", "表里没有这一列。")
		case !hasField(fields, field):
			return errs.InvalidField("columns", "没有这一项可以对应，请重新选择。")
		case taken[field]:
			return errs.InvalidField("columns", "有两列对应到同一项，请只留一列。")
		}
		columns[column], taken[field] = field, true
	}
	b.Mapped = asJSON(columns)
	return nil
}

// become changes the kind of matter. Fields that the former kind did not have are
// guessed from the headers again: whoever changes there and back loses none.
func (b *batch) become(kind string) {
	former, m, taken := fieldsOf(b.Kind, b.MatterKind), b.mapping(), map[string]bool{}
	for _, f := range m {
		taken[f] = true
	}
	var names []string
	for _, c := range b.shape().Columns {
		names = append(names, c.Name)
	}
	for column, f := range guess(b.Kind, names) {
		if m[column] == "" && !taken[f] && !hasField(former, f) {
			m[column] = f
		}
	}
	b.MatterKind, b.Mapped = kind, asJSON(m)
}

// complete names the required fields that no column is mapped to.
func (b batch) complete() error {
	has := map[string]bool{}
	for _, f := range b.mapping() {
		has[f] = true
	}
	var missing []string
	for _, f := range fieldsOf(b.Kind, b.MatterKind) {
		if f.Required && !has[f.Code] && !(f.Code == "summary" && has["title"]) {
			missing = append(missing, "“"+f.Name+"”")
		}
	}
	if len(missing) > 0 {
		return errs.InvalidField("columns", "还没有哪一列对应"+strings.Join(missing, "、")+"，请先对应好。")
	}
	return nil
}

// Check starts a dry run; Run enters what can be entered, or goes on where an
// earlier run was stopped.
func (s *Service) Check(ctx context.Context, c account.Caller, id string) (Import, error) {
	return s.change(ctx, c, id, "importCheck", func(ctx context.Context, tx *db.Tx, b *batch) error {
		if b.busy() || b.Entered > 0 || b.State == Undone {
			return wrongState(*b)
		}
		return s.begin(ctx, tx, c, b, Checking)
	})
}

// Run implements what Check only tries.
func (s *Service) Run(ctx context.Context, c account.Caller, id string) (Import, error) {
	return s.change(ctx, c, id, "importRun", func(ctx context.Context, tx *db.Tx, b *batch) error {
		if b.busy() || b.State == Done || b.State == Undone {
			return wrongState(*b)
		}
		return s.begin(ctx, tx, c, b, Running)
	})
}

// begin writes the job in the same transaction. A run that was stopped keeps what
// it had settled.
func (s *Service) begin(ctx context.Context, tx *db.Tx, c account.Caller, b *batch, state string) error {
	if err := b.complete(); err != nil {
		return err
	}
	if goesOn := state == Running && b.Entered > 0; !goesOn {
		b.Done, b.OK, b.Rejected, b.LastRow = 0, 0, 0, 0
		if err := dropRefusals(ctx, tx, *b); err != nil {
			return err
		}
	}
	b.State, b.Error, b.Total = state, "", int64(b.shape().Rows)
	b.Person, b.PersonName, b.Roles = c.Person, c.Name, strings.Join(c.Roles, ",")
	b.Attempt++
	return job.Enqueue(ctx, tx, JobKind, b.jobKey(), tx.Now, b.ID)
}

func (b batch) jobKey() string { return b.ID + "#" + itoa(int(b.Attempt)) }

// Cancel stops a check or a run at its next rows. What is in stays in.
func (s *Service) Cancel(ctx context.Context, c account.Caller, id string) (Import, error) {
	return s.change(ctx, c, id, "importCancel", func(_ context.Context, _ *db.Tx, b *batch) error {
		switch b.State {
		case Checking:
			b.State = Mapping
		case Running:
			b.State = Cancelled
		default:
			return wrongState(*b)
		}
		return nil
	})
}

// Key is the key of the newest job of an import, for whoever waits for it.
func (s *Service) Key(ctx context.Context, c account.Caller, id string) (key string, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		b, err := mine(ctx, q, c, id)
		key = b.jobKey()
		return err
	})
	return key, err
}

// ByBatch finds an import by the number of its batch.
func (s *Service) ByBatch(ctx context.Context, county, number string) (id, orgCode, kind string, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		b, found, err := importByBatch(ctx, q, county, number)
		if err == nil && !found {
			err = errs.Newf(errs.NotFound, "notFound", "没有批次 %s，请核对。", number)
		}
		id, orgCode, kind = b.ID, b.Org, b.Kind
		return err
	})
	return id, orgCode, kind, err
}
