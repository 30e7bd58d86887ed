package ledger

import (
	"context"
	"io"
	"iter"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/org"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/stats"
	"tiaojietai/internal/workday"
)

// What is exported besides matters, bodies and people.
const (
	Ledger     = "ledger" // matters laid out as a ledger
	Statistics = "statistics"
)

// Export says what goes out: a list with its filters, and the format.
type Export struct {
	What, Format                     string
	Matters                          matter.Filter // matters, ledger
	Under, Org, Level, Kind, Role, Q string
	From, To                         string // statistics
	Closed                           bool
	Progress                         func(done, total int64) // nil: nobody is told
}

// exportPage is how many rows are read at once.
const exportPage = 100

// Export gives a list within the caller's scope as a file. Its first page is read
// before anything is written, so that a refusal is told as such; it is audited
// before the first byte. Sensitive fields go out masked, as lists show them.
func (s *Service) Export(ctx context.Context, c account.Caller, e Export) (name string, write func(io.Writer) error, err error) {
	row := audit.Row{Verb: "export", Subject: "export", Fields: []string{e.What, e.Format}}
	t, err := s.tableOf(ctx, c, e)
	if err == nil && e.Format != "xlsx" && e.Format != "csv" {
		err = errs.InvalidField("format", "格式只有 xlsx 和 csv。")
	}
	if err != nil {
		return "", nil, s.refused(ctx, c, row, err)
	}
	if err := s.write(ctx, c, row, func(context.Context, *db.Tx) error { return nil }); err != nil {
		return "", nil, err
	}
	today := strings.ReplaceAll(workday.Date(s.DB.Now()), "-", "")
	write = func(w io.Writer) error { return sheet.WriteXLSX(w, t) }
	if e.Format == "csv" {
		write = func(w io.Writer) error { return sheet.WriteCSV(w, t) }
	}
	return t.Sheet + today + "." + e.Format, write, nil
}

func (s *Service) tableOf(ctx context.Context, c account.Caller, e Export) (sheet.Export, error) {
	switch e.What {
	case Matters, Ledger:
		return s.matterTable(ctx, c, e)
	case Orgs:
		return s.orgTable(ctx, c, e)
	case People:
		return s.peopleTable(ctx, c, e)
	case Statistics:
		return s.statsTable(ctx, c, e)
	}
	return sheet.Export{}, errs.InvalidField("what", "可以导出的有 matters、ledger、orgs、people、statistics。")
}

// column is a column of an export with how a row fills it.
type column[T any] struct {
	name  string
	width float64
	value func(n int, row T) any
}

func laid[T any](sheetName string, columns []column[T], rows iter.Seq2[T, error]) sheet.Export {
	e := sheet.Export{Sheet: sheetName}
	for _, c := range columns {
		e.Columns = append(e.Columns, sheet.OutColumn{Name: c.name, Width: c.width})
	}
	e.Rows = func(yield func([]any, error) bool) {
		n := 0
		for row, err := range rows {
			n++
			cells := make([]any, len(columns))
			for i, c := range columns {
				if err == nil {
					cells[i] = c.value(n, row)
				}
			}
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
	return e
}

type row = matter.ExportRow

func kindName(kind string) string {
	if kind == matter.Petition {
		return "信访事项"
	}
	return "矛盾纠纷"
}

func day(s string) any {
	if s == "" {
		return nil
	}
	return sheet.Date(s)
}

func money(fen int64) any {
	if fen == 0 {
		return nil
	}
	return sheet.Fen(fen)
}

func people(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func category(r row) string {
	if r.CategoryWord != "" {
		return r.CategoryName + "（原台账：" + r.CategoryWord + "）"
	}
	return r.CategoryName
}

var matterColumnsOut = []column[row]{
	{"编号", 26, func(_ int, r row) any { return r.Number }},
	{"种类", 10, func(_ int, r row) any { return kindName(r.Kind) }},
	{"什么事", 36, func(_ int, r row) any { return r.Title }},
	{"类别", 18, func(_ int, r row) any { return category(r) }},
	{"状态", 10, func(_ int, r row) any { return r.StatusName }},
	{"持有单位", 28, func(_ int, r row) any { return r.Holder.Name }},
	{"登记单位", 18, func(_ int, r row) any { return r.Registrant }},
	{"在哪里", 24, func(_ int, r row) any { return r.Place }},
	{"申请人", 16, func(_ int, r row) any { return r.Applicants }},
	{"被申请人", 16, func(_ int, r row) any { return r.Respondents }},
	{"涉及人数", 10, func(_ int, r row) any { return people(r.Headcount) }},
	{"金额（元）", 14, func(_ int, r row) any { return money(r.AmountFen) }},
	{"来源", 14, func(_ int, r row) any { return r.SourceName }},
	{"清单", 16, func(_ int, r row) any { return r.ListNames }},
	{"调解员", 16, func(_ int, r row) any { return r.Mediators }},
	{"移交次数", 10, func(_ int, r row) any { return r.HandOvers }},
	{"发现", 12, func(_ int, r row) any { return day(r.FoundAt) }},
	{"登记", 12, func(_ int, r row) any { return day(registeredOn(r)) }},
	{"受理", 12, func(_ int, r row) any { return day(r.AcceptedAt) }},
	{"化解", 12, func(_ int, r row) any { return day(r.ResolvedAt) }},
	{"怎样化解", 12, func(_ int, r row) any { return r.ResolvedHow }},
	{"终止", 12, func(_ int, r row) any { return day(r.EndedAt) }},
	{"销号", 12, func(_ int, r row) any { return day(r.ClearedAt) }},
	{"下一个期限", 12, func(_ int, r row) any { return day(r.NextDue) }},
	{"导入批次", 12, func(_ int, r row) any { return r.Imported }},
}

func registeredOn(r row) string {
	if r.RegisteredAt == nil {
		return ""
	}
	return workday.Date(*r.RegisteredAt)
}

var ledgerColumns = []column[row]{
	{"序号", 6, func(n int, _ row) any { return n }},
	{"编号", 26, func(_ int, r row) any { return r.Number }},
	{"排查时间", 12, func(_ int, r row) any { return day(r.FoundAt) }},
	{"所在村（社区）", 22, func(_ int, r row) any { return r.Holder.Name }},
	{"地点", 22, func(_ int, r row) any { return r.Place }},
	{"纠纷类型", 18, func(_ int, r row) any { return category(r) }},
	{"申请人", 14, func(_ int, r row) any { return r.Applicants }},
	{"电话", 16, func(_ int, r row) any { return r.Phone }},
	{"被申请人", 14, func(_ int, r row) any { return r.Respondents }},
	{"纠纷简要情况", 48, func(_ int, r row) any { return or(r.Description, r.Title) }},
	{"涉及人数", 10, func(_ int, r row) any { return people(r.Headcount) }},
	{"涉及金额（元）", 14, func(_ int, r row) any { return money(r.AmountFen) }},
	{"调解员", 16, func(_ int, r row) any { return r.Mediators }},
	{"化解情况", 12, func(_ int, r row) any { return r.StatusName }},
	{"化解时间", 12, func(_ int, r row) any { return day(r.ResolvedAt) }},
	{"备注", 20, func(_ int, r row) any { return r.ResolvedHow }},
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// matterTable pages through a list; the first page is read now.
func (s *Service) matterTable(ctx context.Context, c account.Caller, e Export) (sheet.Export, error) {
	f := e.Matters
	f.Limit, f.Cursor = exportPage, ""
	if c.Org == "" {
		return sheet.Export{}, errs.New(errs.Forbidden, "noBody", "请先选择代表哪个单位办事，再导出事项。")
	}
	if e.What == Ledger && len(f.Kind) == 0 {
		f.Kind = []string{matter.Dispute}
	}
	all, err := paged(e.Progress, func(cursor string) ([]row, *string, int64, error) {
		f.Cursor = cursor
		return s.Matters.ExportPage(ctx, c, f)
	})
	if err != nil {
		return sheet.Export{}, err
	}
	if e.What == Ledger {
		return laid("矛盾纠纷台账", ledgerColumns, all), nil
	}
	return laid("事项", matterColumnsOut, all), nil
}

// paged pages through a list; the first page is read now, so that a refusal comes
// before the first byte of the file.
func paged[T any](progress func(done, total int64), read func(cursor string) ([]T, *string, int64, error)) (iter.Seq2[T, error], error) {
	page, next, total, err := read("")
	if err != nil {
		return nil, err
	}
	return func(yield func(T, error) bool) {
		page, next, done := page, next, int64(0)
		for {
			for _, v := range page {
				if !yield(v, nil) {
					return
				}
			}
			if done += int64(len(page)); progress != nil {
				progress(done, total)
			}
			if next == nil {
				return
			}
			var err error
			if page, next, _, err = read(*next); err != nil {
				var none T
				yield(none, err)
				return
			}
		}
	}, nil
}

func values[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

func text(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

// orgColumnsOut can be imported again.
var orgColumnsOut = []column[org.Item]{
	{"机构代码", 20, func(_ int, o org.Item) any { return o.Code }},
	{"机构名称", 36, func(_ int, o org.Item) any { return o.Name }},
	{"简称", 18, func(_ int, o org.Item) any { return o.ShortName }},
	{"编号用字", 12, func(_ int, o org.Item) any { return o.NumberWord }},
	{"层级", 10, func(_ int, o org.Item) any { return o.LevelName }},
	{"机构类型", 26, func(_ int, o org.Item) any { return o.KindName }},
	{"上级代码", 20, func(_ int, o org.Item) any { return text(o.Parent) }},
	{"盖章单位", 20, func(_ int, o org.Item) any { return text(o.SealBody) }},
	{"人口", 10, func(_ int, o org.Item) any {
		if o.Population == nil {
			return nil
		}
		return *o.Population
	}},
	{"成立日期", 12, func(_ int, o org.Item) any { return day(orNone(o.OpenedOn)) }},
	{"撤销日期", 12, func(_ int, o org.Item) any { return day(orNone(o.ClosedOn)) }},
	{"别名", 24, func(_ int, o org.Item) any { return strings.Join(o.Aliases, "、") }},
	{"负责人数", 10, func(_ int, o org.Item) any { return o.Heads }},
	{"调解员数", 10, func(_ int, o org.Item) any { return o.Mediators }},
}

func orNone(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (s *Service) orgTable(ctx context.Context, c account.Caller, e Export) (sheet.Export, error) {
	items, err := s.Orgs.Listed(ctx, c.County, e.Under, e.Level, e.Kind, strings.TrimSpace(e.Q), e.Closed)
	return laid("机构", orgColumnsOut, values(items)), err
}

// peopleColumns: a login is no business of a table.
var peopleColumns = []column[account.PersonItem]{
	{"姓名", 14, func(_ int, p account.PersonItem) any { return p.Name }},
	{"电话", 16, func(_ int, p account.PersonItem) any { return p.Phone }},
	{"所在机构", 40, func(_ int, p account.PersonItem) any { return inBodies(p) }},
	{"职务", 16, func(_ int, p account.PersonItem) any { return inRoles(p) }},
	{"任职日期", 12, func(_ int, p account.PersonItem) any {
		if len(p.Services) == 0 {
			return nil
		}
		return day(p.Services[0].Since)
	}},
	{"系统编号", 18, func(_ int, p account.PersonItem) any { return p.ExternalID }},
}

func inBodies(p account.PersonItem) string {
	var names []string
	for _, s := range p.Services {
		names = addNew(names, s.Org.Name)
	}
	return strings.Join(names, "、")
}

func inRoles(p account.PersonItem) string {
	var names []string
	for _, s := range p.Services {
		names = addNew(names, s.RoleName)
	}
	return strings.Join(names, "、")
}

func addNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

func (s *Service) peopleTable(ctx context.Context, c account.Caller, e Export) (sheet.Export, error) {
	f := account.PeopleFilter{Under: e.Under, Org: e.Org, Role: e.Role, Q: strings.TrimSpace(e.Q), Limit: exportPage}
	all, err := paged(e.Progress, func(cursor string) ([]account.PersonItem, *string, int64, error) {
		f.Cursor = cursor
		return s.People.People(ctx, c, f)
	})
	if err != nil {
		return sheet.Export{}, err
	}
	return laid("人员", peopleColumns, all), nil
}

// statRow is one body's cohort.
type statRow struct {
	name string
	stats.Summary
}

var statColumns = []column[statRow]{
	{"单位", 30, func(_ int, r statRow) any { return r.name }},
	{"从", 12, func(_ int, r statRow) any { return day(r.From) }},
	{"到", 12, func(_ int, r statRow) any { return day(r.To) }},
	{"登记", 10, func(_ int, r statRow) any { return r.Registered }},
	{"受理", 10, func(_ int, r statRow) any { return r.Accepted }},
	{"化解", 10, func(_ int, r statRow) any { return r.Resolved }},
	{"终止", 10, func(_ int, r statRow) any { return r.Ended }},
	{"在办", 10, func(_ int, r statRow) any { return r.Open }},
	{"成功率（%）", 12, func(_ int, r statRow) any { return text(r.SuccessRate.Percent) }},
	{"回访过", 10, func(_ int, r statRow) any { return r.FollowedUp.Numerator }},
	{"已兑现", 10, func(_ int, r statRow) any { return r.Performed.Numerator }},
	{"重新办理", 10, func(_ int, r statRow) any { return r.Reopened }},
	{"回潮", 10, func(_ int, r statRow) any { return r.ComeBack }},
	{"送司法确认", 12, func(_ int, r statRow) any { return r.ToCourt }},
	{"调解组织", 10, func(_ int, r statRow) any { return r.Bodies }},
	{"调解员", 10, func(_ int, r statRow) any { return r.Mediators }},
}

// statsTable is the body asked for and, below it, those directly under it, in code
// order: never by any figure.
func (s *Service) statsTable(ctx context.Context, c account.Caller, e Export) (sheet.Export, error) {
	top, err := s.Stats.Summary(ctx, c, e.Under, e.From, e.To, e.Kind)
	if err != nil {
		return sheet.Export{}, err
	}
	tree, err := s.Orgs.Tree(ctx, c.County)
	if err != nil {
		return sheet.Export{}, err
	}
	rows := func(yield func(statRow, error) bool) {
		o, _ := tree.Get(top.Under)
		if !yield(statRow{o.Name, top}, nil) {
			return
		}
		for _, child := range tree.Children(top.Under) {
			sum, err := s.Stats.Summary(ctx, c, child.Code, top.From, top.To, top.Kind)
			if !yield(statRow{child.Name, sum}, err) {
				return
			}
		}
	}
	return laid("统计", statColumns, rows), nil
}
