package notice

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Deps is what the inbox stands on.
type Deps struct {
	DB    *db.DB
	Orgs  *org.Service
	Rules func(county string) *rulebook.Book
}

// Service is each person's inbox. Everything in it is the caller's own.
type Service struct{ Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d} }

// Body is a body by code and name.
type Body struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// About is the matter of a notice, as far as the person still sees it.
type About struct {
	ID     string `json:"id"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// BodyDigest is what waits in one body, by to-do group.
type BodyDigest struct {
	Org    Body    `json:"org"`
	Groups []Count `json:"groups" doc:"待办的各组，点开就是 GET /todo 或 GET /matters?todo= 的那一组"`
}

// DigestView is the part of a digest that leads to the to-do groups.
type DigestView struct {
	News   int64        `json:"news" doc:"上次每日提醒以后的新消息"`
	Bodies []BodyDigest `json:"bodies"`
}

// View is a notice as its person reads it.
type View struct {
	ID        string      `json:"id"`
	At        time.Time   `json:"at"`
	Cause     string      `json:"cause"`
	CauseName string      `json:"causeName"`
	Text      string      `json:"text"`
	Urgent    bool        `json:"urgent" doc:"要打断人的：今天到期、紧急、退回"`
	ReadAt    *time.Time  `json:"readAt"`
	Org       *Body       `json:"org" doc:"因为在这个单位任职才收到；每日提醒没有"`
	Matter    *About      `json:"matter" doc:"现在还看得到才有"`
	Digest    *DigestView `json:"digest" doc:"每日提醒才有"`
}

// Page is a page of an inbox, the newest first.
type Page struct {
	Items      []View  `json:"items"`
	NextCursor *string `json:"nextCursor"`
	Total      int64   `json:"total"`
	Unread     int64   `json:"unread"`
}

// Summary is what a page shows all the time.
type Summary struct {
	Unread int64  `json:"unread"`
	Urgent []View `json:"urgent" doc:"没读的、要打断人的，最多五条"`
}

// mostUrgent bounds what interrupts at once.
const mostUrgent = 5

// List gives a page of the caller's inbox.
func (s *Service) List(ctx context.Context, c account.Caller, unread bool, limit int, cursor string) (out Page, err error) {
	if limit < 1 || limit > 100 {
		return out, errs.InvalidField("limit", "每页应在 1 到 100 条之间。")
	}
	at, id, ok := decodeCursor(cursor)
	if !ok {
		return out, errs.InvalidField("cursor", "翻页标记无效，请回到第一页。")
	}
	tree, err := s.Orgs.Tree(ctx, c.County)
	if err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		rows, err := inbox(ctx, q, c.County, c.Person, page{unread: unread, at: at, id: id, limit: limit})
		if err != nil {
			return err
		}
		out.Items = views(tree, rows)
		if n := len(rows); n == limit {
			next := encodeCursor(rows[n-1].At, rows[n-1].ID)
			out.NextCursor = &next
		}
		t, err := countOf(ctx, q, c.County, c.Person)
		if out.Total, out.Unread = t.Total, t.Unread; unread {
			out.Total = t.Unread
		}
		return err
	})
	return out, err
}

// Read marks the caller's own notices as read and tells how many are left. Others'
// ids are passed over: nobody learns whether they exist.
func (s *Service) Read(ctx context.Context, c account.Caller, ids []string, all bool) (left int64, err error) {
	if all == (len(ids) > 0) || len(ids) > 100 {
		return 0, errs.InvalidField("ids", "请写明哪些通知，一次最多 100 条；或者全部。")
	}
	err = s.DB.Write(ctx, c.County, func(ctx context.Context, tx *db.Tx) error {
		if err := markRead(ctx, tx, c.Person, ids, all); err != nil {
			return err
		}
		left, err = unreadOf(ctx, tx, c.County, c.Person)
		return err
	})
	return left, err
}

// Summary answers the poll of every page.
func (s *Service) Summary(ctx context.Context, c account.Caller) (out Summary, err error) {
	tree, err := s.Orgs.Tree(ctx, c.County)
	if err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		if out.Unread, err = unreadOf(ctx, q, c.County, c.Person); err != nil {
			return err
		}
		rows, err := inbox(ctx, q, c.County, c.Person, page{unread: true, urgent: true, limit: mostUrgent})
		out.Urgent = views(tree, rows)
		return err
	})
	return out, err
}

// Sweep forgets what was read long ago, and what nobody has read for much longer
// (rulebook, notices).
func (s *Service) Sweep(ctx context.Context, county string) error {
	now := s.DB.Now()
	n := s.Rules(county).At(workday.Date(now)).Notices
	return s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		return sweep(ctx, tx, db.Micros(tx.Now.AddDate(0, 0, -n.KeepReadDays)), db.Micros(tx.Now.AddDate(0, 0, -n.KeepDays)))
	})
}

// ReadBefore marks everything older than a time as read when it came: what was
// filled or brought in from before.
func (s *Service) ReadBefore(ctx context.Context, county string, before time.Time) error {
	return s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error { return readBefore(ctx, tx, db.Micros(before)) })
}

func views(tree *org.Tree, rows []shown) []View {
	out := make([]View, len(rows))
	for i, r := range rows {
		out[i] = r.view(tree)
	}
	return out
}

func (r shown) view(tree *org.Tree) View {
	v := View{ID: r.ID, At: db.Instant(r.At).In(workday.Zone), Cause: r.Cause, CauseName: causes[r.Cause].name, Urgent: bool(r.Urgent),
		Text: say(r.Cause, tree.Name(r.About), r.Matter != "" && !r.Seen)}
	if r.ReadAt > 0 {
		at := db.Instant(r.ReadAt).In(workday.Zone)
		v.ReadAt = &at
	}
	if r.Org != "" {
		b := bodyOf(tree, r.Org)
		v.Org = &b
	}
	if r.Seen {
		v.Matter = &About{r.Matter, r.Number, r.Title}
	}
	if r.Cause == Digest {
		var m morning
		_ = json.Unmarshal([]byte(r.Counts), &m) // written by Digest
		v.Text, v.Digest = m.text(), &DigestView{News: m.News, Bodies: []BodyDigest{}}
		for _, b := range m.Bodies {
			v.Digest.Bodies = append(v.Digest.Bodies, BodyDigest{bodyOf(tree, b.Org), b.Groups})
		}
	}
	return v
}

func bodyOf(tree *org.Tree, code string) Body {
	if o, ok := tree.Get(code); ok {
		return Body{code, o.Name}
	}
	return Body{code, code}
}

func encodeCursor(at int64, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at, 10) + "|" + id))
}

func decodeCursor(s string) (at int64, id string, ok bool) {
	if s == "" {
		return 0, "", true
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	num, id, cut := strings.Cut(string(raw), "|")
	at, bad := strconv.ParseInt(num, 10, 64)
	return at, id, err == nil && cut && bad == nil && len(id) == 36
}
