package matter

import (
	"context"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
)

// ExportRow is a matter of a list as a row of a table: what the list shows, and
// what belongs in a ledger. Telephones are masked; a helper sees only its task.
type ExportRow struct {
	RowView
	Registrant   string
	Description  string
	Place        string
	SourceName   string
	CategoryWord string
	Headcount    int64
	AmountFen    int64
	Applicants   string // with petitioners
	Phone        string // of the first, masked
	Respondents  string
	Mediators    string
	ListNames    string
	FoundAt      string // dates in Asia/Shanghai, "" for none
	AcceptedAt   string
	ResolvedAt   string
	EndedAt      string
	ClearedAt    string
	NextDue      string
	ResolvedHow  string
	Imported     string
}

// ExportPage gives a page of a list as rows of a table, with the cursor of the next
// and the total.
func (s *Service) ExportPage(ctx context.Context, c account.Caller, f Filter) (rows []ExportRow, next *string, total int64, err error) {
	page, err := s.List(ctx, c, f)
	if err != nil || len(page.Items) == 0 {
		return nil, nil, page.Total, err
	}
	w, err := s.world(ctx, c.County)
	if err != nil {
		return nil, nil, 0, err
	}
	ids := make([]string, len(page.Items))
	for i, it := range page.Items {
		ids[i] = it.ID
	}
	states := map[string]*State{}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		states, err = loadExport(ctx, q, c.County, ids)
		return err
	})
	for _, it := range page.Items {
		if st := states[it.ID]; st != nil {
			rows = append(rows, w.exportRow(it, st))
		}
	}
	return rows, page.NextCursor, page.Total, err
}

func (w world) exportRow(v RowView, s *State) ExportRow {
	m := s.M
	r := ExportRow{RowView: v, Place: m.Place}
	if v.Next != nil {
		r.NextDue = lastDay(v.Next.DueAt)
	}
	if v.Mode == ModeHelp {
		return r
	}
	r.Registrant, r.Description, r.SourceName = w.tree.Name(m.Registrant), m.Description, w.rb.Name("source", m.Source)
	r.CategoryWord, r.Headcount, r.AmountFen, r.Imported = m.CategoryWord, m.Headcount, m.AmountFen, m.Imported
	for _, p := range s.Parties {
		if p.Role == "respondent" {
			r.Respondents = joined(r.Respondents, p.Name)
			continue
		}
		r.Applicants = joined(r.Applicants, p.Name)
		r.Phone = orWord(r.Phone, p.PhoneMasked)
	}
	for _, a := range s.Appointments {
		if a.Ended == 0 {
			r.Mediators = joined(r.Mediators, a.Name)
		}
	}
	for _, l := range v.Lists {
		r.ListNames = joined(r.ListNames, w.listName(l))
	}
	r.FoundAt, r.AcceptedAt, r.ResolvedAt = dateOrNone(m.FoundAt), dateOrNone(m.AcceptedAt), dateOrNone(m.ResolvedAt)
	r.EndedAt, r.ClearedAt = dateOrNone(m.EndedAt), dateOrNone(m.ClearedAt)
	if m.ResolvedHow != "" {
		r.ResolvedHow = w.rb.Name("resolveBy", m.ResolvedHow)
	}
	return r
}

func joined(list, name string) string {
	if list == "" {
		return name
	}
	return list + "、" + name
}

func dateOrNone(us int64) string {
	if us == 0 {
		return ""
	}
	return shown(us).Format("2006-01-02")
}
