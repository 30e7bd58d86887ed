package account

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/workday"
)

type auditInput struct {
	Subject   string `query:"subject" maxLength:"40" doc:"matter, account, person, org, attachment"`
	SubjectID string `query:"subjectId" maxLength:"64"`
	Person    string `query:"person" maxLength:"64" doc:"谁做的：人的 id"`
	Verb      string `query:"verb" maxLength:"40"`
	Refused   bool   `query:"refused" doc:"只看被拒绝的"`
	From      string `query:"from" doc:"日期从"`
	To        string `query:"to" doc:"日期到"`
	Limit     int    `query:"limit" default:"50" minimum:"1" maximum:"100"`
	Cursor    string `query:"cursor" maxLength:"200"`
}

// AuditItem is what was done or refused: the names of fields, never their values.
type AuditItem struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Person    *Named    `json:"person" doc:"空：系统自己"`
	Body      *Coded    `json:"body"`
	Verb      string    `json:"verb"`
	Subject   string    `json:"subject"`
	SubjectID string    `json:"subjectId"`
	Outcome   string    `json:"outcome" doc:"ok、repeated，或 refused: 加上原因代码"`
	Fields    []string  `json:"fields" nullable:"false"`
	Sealed    bool      `json:"sealed" doc:"已封进留痕块"`
}

type auditOutput struct {
	Body struct {
		Items      []AuditItem `json:"items" nullable:"false"`
		NextCursor *string     `json:"nextCursor"`
	}
}

func (s *Service) auditRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "readAudit", Method: http.MethodGet, Path: "/audit", Summary: "留痕（审计管理员）", Tags: []string{"留痕"}}, s.getAudit)
}

func (s *Service) getAudit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	c, _ := CallerFrom(ctx)
	items, next, err := s.Audit(ctx, c, *in)
	out := &auditOutput{}
	out.Body.Items, out.Body.NextCursor = items, next
	return out, err
}

// Audit reads the audit rows, the newest first, for the auditor alone: who looks
// after accounts must not know what is seen of him.
func (s *Service) Audit(ctx context.Context, c Caller, in auditInput) (items []AuditItem, next *string, err error) {
	if c.Admin != Auditor {
		return nil, nil, s.refused(ctx, c.County, audit.Row{Person: c.Person, Org: c.Org, Verb: "readAudit", Subject: "audit"},
			errs.New(errs.Forbidden, "notAuditor", "留痕由审计管理员查看。"))
	}
	if err := readable(in.Subject, in.SubjectID, in.Person, in.Verb); err != nil {
		return nil, nil, err
	}
	q := audit.Query{Subject: in.Subject, SubjectID: in.SubjectID, Person: in.Person, Verb: in.Verb, Refused: in.Refused, Cursor: in.Cursor, Limit: in.Limit}
	for _, d := range []struct {
		name, value string
		to          *int64
		end         bool
	}{{"from", in.From, &q.From, false}, {"to", in.To, &q.To, true}} {
		if d.value == "" {
			continue
		}
		if _, ok := workday.ParseDate(d.value); !ok {
			return nil, nil, errs.InvalidField(d.name, "日期应写成 2026-11-02 这样。")
		}
		if *d.to = db.Micros(workday.Midnight(d.value)); d.end {
			*d.to = db.Micros(workday.EndOf(d.value))
		}
	}
	rows, cursor, err := audit.Find(ctx, s.DB, c.County, q)
	if err != nil {
		return nil, nil, errs.Wrap("read the audit", err)
	}
	if cursor != "" {
		next = &cursor
	}
	items = []AuditItem{}
	for _, r := range rows {
		items = append(items, auditItem(r))
	}
	return items, next, nil
}

func auditItem(r audit.Found) AuditItem {
	it := AuditItem{ID: r.ID, At: db.Instant(r.At).In(workday.Zone), Verb: r.Verb, Subject: r.Subject, SubjectID: r.SubjectID,
		Outcome: r.Outcome, Fields: r.Names(), Sealed: r.Block > 0}
	if r.Person != "" {
		it.Person = &Named{r.Person, r.Name}
	}
	if r.Org != "" {
		it.Body = &Coded{r.Org, r.OrgName}
	}
	return it
}
