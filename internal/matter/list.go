package matter

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/search"
	"tiaojietai/internal/workday"
)

// Filter is the query of a list (api.md): comma lists, both dates inclusive. Q is
// what is searched for: words, all of which must be found.
type Filter struct {
	Kind, Status, List, Category, Holder []string
	Under, Q, Sort, Cursor               string
	From, To                             string
	Stands                               []string // status, or the one it was cleared from
	AcceptedFrom, AcceptedTo             string
	AcceptedUnder                        string
	Todo                                 string // key of a to-do group
	Overdue                              bool
	Limit                                int
	Narrow                               // what figures lead to (narrow.go)
}

// Page is one page of a list.
type Page struct {
	Items          []RowView `json:"items"`
	NextCursor     *string   `json:"nextCursor"`
	Total          int64     `json:"total"`
	TotalIsMinimum bool      `json:"totalIsMinimum,omitempty"`
}

// List gives the matters in the caller's scope, newest or most urgent first. The
// total is exact, but that hits of a search are counted to a thousand.
func (s *Service) List(ctx context.Context, c account.Caller, f Filter) (p Page, err error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return p, err
	}
	if err := f.check(w); err != nil {
		return p, err
	}
	words := search.Words(f.Q)
	if len(words) == 0 {
		if p.Total, err = s.total(ctx, c, f); err != nil {
			return p, err
		}
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		l, err := s.find(ctx, q, c, f, words)
		if err != nil {
			return err
		}
		if len(words) > 0 {
			whole, err := search.Built(ctx, q, c.County)
			if err != nil {
				return err
			}
			p.Total, p.TotalIsMinimum = l.total, l.more || !whole
		}
		p.NextCursor = textOrNil(l.next)
		p.Items, err = s.rows(ctx, q, w, c.Org, l.rows, s.DB.Now(), words...)
		return err
	})
	return p, err
}

// find reads a page: what has the words, where there are any.
func (s *Service) find(ctx context.Context, q db.Q, c account.Caller, f Filter, words []string) (l found, err error) {
	if len(words) > 0 {
		return s.search(ctx, q, c, f, words)
	}
	if l.rows, err = listMatters(ctx, q, c, f, s.DB.Now()); len(l.rows) == f.Limit {
		last := l.rows[f.Limit-1]
		l.next = encodeCursor(f.sortValue(last), last.Matter)
	}
	return l, err
}

func (f *Filter) check(w world) error {
	if f.Limit == 0 {
		f.Limit = 20
	}
	if f.Limit < 1 || f.Limit > 100 {
		return errs.InvalidField("limit", "每页应在 1 到 100 条之间。")
	}
	if f.Sort == "" {
		f.Sort = "-registeredAt"
	}
	if f.Sort != "due" && f.Sort != "-registeredAt" {
		return errs.InvalidField("sort", "排序只有 due 和 -registeredAt。")
	}
	for _, d := range []struct{ name, value string }{{"from", f.From}, {"to", f.To}, {"acceptedFrom", f.AcceptedFrom}, {"acceptedTo", f.AcceptedTo}} {
		if _, ok := workday.ParseDate(d.value); d.value != "" && !ok {
			return errs.InvalidField(d.name, "日期应写成 2026-11-02 这样。")
		}
	}
	if _, ok := w.tree.Get(f.Under); f.Under != "" && !ok {
		return errs.InvalidField("under", "没有这个机构，请核对代码。")
	}
	for _, text := range slices.Concat(f.Kind, f.Status, f.Stands, f.List, f.Category, f.Holder, []string{f.Q}) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return errs.InvalidField("q", "查询的文字读不出来，请重新输入。")
		}
	}
	if _, ok := w.tree.Get(f.AcceptedUnder); f.AcceptedUnder != "" && !ok {
		return errs.InvalidField("acceptedUnder", "没有这个机构，请核对代码。")
	}
	if err := f.Narrow.check(w); err != nil {
		return err
	}
	if f.Todo != "" && !slices.ContainsFunc(groupsOf(time.Time{}, account.Caller{}), func(g todoGroup) bool { return g.key == f.Todo }) {
		return errs.InvalidField("todo", "没有这一组待办。")
	}
	if _, _, err := decodeCursor(f.Cursor); err != nil {
		return errs.InvalidField("cursor", "翻页标记无效，请回到第一页。")
	}
	return nil
}

func (f Filter) sortValue(r reachRow) int64 {
	if f.Sort == "due" {
		return r.NextDue
	}
	return r.RegisteredAt
}

func encodeCursor(v int64, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(v, 10) + "|" + id))
}

func decodeCursor(s string) (v int64, id string, err error) {
	if s == "" {
		return 0, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, "", err
	}
	num, id, _ := strings.Cut(string(raw), "|")
	if !isUUID(id) {
		return 0, "", errors.New("no id in the cursor")
	}
	v, err = strconv.ParseInt(num, 10, 64)
	return v, id, err
}

// rows reads what the lines of a list show, for all of them at once, and where
// words are found in them.
func (s *Service) rows(ctx context.Context, q db.Q, w world, org string, found []reachRow, now time.Time, words ...string) ([]RowView, error) {
	out := make([]RowView, 0, len(found))
	if len(found) == 0 {
		return out, nil
	}
	ids := make([]string, len(found))
	for i, r := range found {
		ids[i] = r.Matter
	}
	states, err := loadRows(ctx, q, w.tree.County(), ids)
	if err != nil {
		return nil, err
	}
	if len(words) > 0 {
		if err := loadFound(ctx, q, w.tree.County(), states); err != nil {
			return nil, err
		}
	}
	for _, r := range found {
		if st := states[r.Matter]; st != nil {
			row := w.rowView(st, org, r.Mode, now)
			if len(words) > 0 {
				row.Hits = st.hits(r.Mode, words)
			}
			if row.MergedInto != nil {
				if err := s.showOther(ctx, q, w, &row); err != nil {
					return nil, err
				}
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// Group is one group of the to-do page.
type Group struct {
	Key   string    `json:"key" enum:"overdue,dueToday,toSign,toConfirm,toClear,mine"`
	Name  string    `json:"name"`
	Total int64     `json:"total"`
	Items []RowView `json:"items"`
}

// Todo is what the caller's body must do today, in the order of ui.md.
type Todo struct {
	Groups []Group   `json:"groups"`
	Now    time.Time `json:"now"`
}

// groupsOf says which reach rows make each group. Times are due bounds in
// microseconds, upper exclusive.
func groupsOf(now time.Time, c account.Caller) []todoGroup {
	us, tomorrow := db.Micros(now)+1, db.Micros(workday.EndOf(workday.Date(now)))+1
	work := []string{todoAct, todoLists, todoAnswer, todoHelp}
	clears := []string{todoClear}
	if c.Is("head") {
		clears = append(clears, todoHead)
	}
	return []todoGroup{
		{"overdue", "已超期", append([]string{todoSign, todoOverdue}, work...), 0, us, ""},
		{"dueToday", "今天到期", append([]string{todoSign}, work...), us, tomorrow, ""},
		{"toSign", "待签收", []string{todoSign}, 0, 0, ""},
		{"toConfirm", "待复核", []string{todoConfirm, todoLists}, 0, 0, c.Person},
		{"toClear", "待销号", clears, 0, 0, c.Person},
		{"mine", "在办", work, tomorrow, 0, ""},
	}
}

type todoGroup struct {
	key, name string
	todos     []string
	from, to  int64
	person    string // not what this person may not do; "" where that does not matter
}

// Todo reads the groups from one index.
func (s *Service) Todo(ctx context.Context, c account.Caller) (t Todo, err error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return t, err
	}
	now := s.DB.Now()
	t.Now, t.Groups = now.In(workday.Zone), []Group{}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		for _, g := range groupsOf(now, c) {
			found, total, err := todoMatters(ctx, q, c, g, 20)
			if err != nil {
				return err
			}
			items, err := s.rows(ctx, q, w, c.Org, found, now)
			if err != nil {
				return err
			}
			t.Groups = append(t.Groups, Group{g.key, g.name, total, items})
		}
		return nil
	})
	return t, err
}

// EntryView is a timeline row as shown.
type EntryView struct {
	Seq        int64     `json:"seq"`
	At         time.Time `json:"at"`
	Actor      *Ref      `json:"actor"`
	Org        *Ref      `json:"org"`
	Action     string    `json:"action"`
	ActionName string    `json:"actionName"`
	From       string    `json:"from"`
	To         string    `json:"to"`
	Text       string    `json:"text"`
	Note       string    `json:"note"`
	Changes    []Change  `json:"changes"`
	Reversed   bool      `json:"reversed"`
	Hash       string    `json:"hash"`
}

// Timeline gives a matter's timeline; a helper sees the rows of its own body.
func (s *Service) Timeline(ctx context.Context, c account.Caller, id string) (out []EntryView, err error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return nil, err
	}
	out = []EntryView{}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		mode, found, err := modeOf(ctx, q, c.County, c.Org, id)
		if err != nil || !found {
			return orNotFound(err)
		}
		rows, err := timelineOf(ctx, q, c.County, id)
		if err != nil {
			return err
		}
		for _, e := range rows {
			if mode == ModeHelp && e.Org != c.Org {
				continue
			}
			reversed := slices.ContainsFunc(rows, func(x Entry) bool { return x.Reverses == e.Seq })
			out = append(out, w.entryView(e, reversed))
		}
		return nil
	})
	return out, err
}

func (w world) entryView(e Entry, reversed bool) EntryView {
	v := EntryView{Seq: e.Seq, At: shown(e.At), Action: e.Action, ActionName: w.actionName(e.Action), From: e.From, To: e.To,
		Text: e.Text, Note: e.Note, Changes: decodeChanges(e), Reversed: reversed, Hash: e.Hash}
	if e.Action == "register" {
		v.ActionName = "登记"
	}
	if e.Person != "" {
		v.Actor = &Ref{ID: e.Person, Name: e.Name}
	}
	if e.Org != "" {
		r := w.body(e.Org)
		v.Org = &r
	}
	return v
}

// Revealed is a party's contact in clear.
type Revealed struct {
	Phone    string `json:"phone"`
	IDNumber string `json:"idNumber"`
	Address  string `json:"address"`
}

// Reveal shows a party's contact: to the holder of an open matter, elsewhere for
// a reason; both are logged (mechanism.md, Honesty and rights 6).
func (s *Service) Reveal(ctx context.Context, c account.Caller, id, party, reason string) (out Revealed, err error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return out, err
	}
	row := audit.Row{Verb: "reveal", Subject: "matter", SubjectID: id, Fields: []string{"phone", "idNumber", "address"}}
	err = s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
		mode, found, err := modeOf(ctx, tx, c.County, c.Org, id)
		if err != nil || !found || mode == ModeHelp {
			return orNotFound(err)
		}
		st, err := load(ctx, tx, c.County, id)
		if err != nil {
			return err
		}
		p := st.party(party)
		if p == nil {
			return errs.InvalidField("party", "这件事里没有这位当事人。")
		}
		if !(st.open() && mode == ModeHold) {
			if !w.rb.Has("reason.reveal", reason) {
				return errs.InvalidField("reason", "请选择查看联系方式的理由。")
			}
			row.Fields = append(row.Fields, "reason:"+reason)
		}
		return openParty(w, p, &out)
	})
	return out, err
}

func openParty(w world, p *Party, out *Revealed) (err error) {
	if out.Phone, err = w.key.Open(p.Phone); err != nil {
		return err
	}
	if out.IDNumber, err = w.key.Open(p.IDNumber); err != nil {
		return err
	}
	out.Address, err = w.key.Open(p.Address)
	return err
}

// Changes are the matters in the caller's scope that moved since a time.
type Changes struct {
	Now   time.Time    `json:"now"`
	Items []ChangeView `json:"items"`
}

// ChangeView is one matter that moved.
type ChangeView struct {
	ID      string    `json:"id"`
	Number  string    `json:"number"`
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
}

// Changes answers the desk's poll.
func (s *Service) Changes(ctx context.Context, c account.Caller, since time.Time) (out Changes, err error) {
	out = Changes{Now: s.DB.Now().In(workday.Zone), Items: []ChangeView{}}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		rows, err := changedSince(ctx, q, c.County, c.Org, db.Micros(since), 100)
		for _, r := range rows {
			out.Items = append(out.Items, ChangeView{r.ID, r.Number, r.Version, shown(r.UpdatedAt)})
		}
		return err
	})
	return out, err
}

// BulkItem is one matter of a bulk confirmation, with the version seen.
type BulkItem struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// BulkRefusal is one matter that was not confirmed, and why.
type BulkRefusal struct {
	ID     string `json:"id"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// BulkResult tells what was done and what not; each matter stands by itself.
type BulkResult struct {
	Done    []string      `json:"done"`
	Refused []BulkRefusal `json:"refused"`
}

// ConfirmLists confirms the proposed lists of many matters at once, but for the
// demands excepted.
func (s *Service) ConfirmLists(ctx context.Context, c account.Caller, items []BulkItem, agree bool, except []string, note string, op db.Operation) (out BulkResult, err error) {
	out = BulkResult{Done: []string{}, Refused: []BulkRefusal{}}
	for i, it := range items {
		v, err := s.View(ctx, c, it.ID)
		if err == nil {
			mine := []string{}
			for _, d := range v.Demands {
				if slices.Contains(except, d.ID) {
					mine = append(mine, d.ID)
				}
			}
			input, _ := json.Marshal(map[string]any{"agree": agree, "except": mine, "note": note})
			one := op
			if one.Key != "" {
				one.Key += "#" + itoa(i)
			}
			_, err = s.Act(ctx, c, it.ID, "confirmLists", it.Version, input, one)
		}
		if err == nil {
			out.Done = append(out.Done, it.ID)
			continue
		}
		e := errs.As(err)
		if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
			return out, err
		}
		out.Refused = append(out.Refused, BulkRefusal{it.ID, e.Code, e.Msg})
	}
	return out, nil
}
