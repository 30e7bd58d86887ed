package audit

import (
	"context"
	"encoding/base64"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// Query says which rows are read; what is empty does not narrow. From and To are
// microseconds, To exclusive.
type Query struct {
	Subject, SubjectID, Person, Verb string
	Refused                          bool
	From, To                         int64
	Cursor                           string
	Limit                            int
}

// Found is a row with the names of who did it and for which body.
type Found struct {
	ID        string `db:"id"`
	At        int64  `db:"at"`
	Person    string `db:"person"`
	Name      string `db:"name"`
	Org       string `db:"org"`
	OrgName   string `db:"org_name"`
	Verb      string `db:"verb"`
	Subject   string `db:"subject"`
	SubjectID string `db:"subject_id"`
	Outcome   string `db:"outcome"`
	Fields    string `db:"fields"`
	Block     int64  `db:"block"`
}

// Names are the names of the fields that were touched; never nil.
func (f Found) Names() []string {
	if f.Fields == "" {
		return []string{}
	}
	return strings.Split(f.Fields, ",")
}

// Find reads one page, the newest first; cursor is "" at the end.
func Find(ctx context.Context, d *db.DB, county string, q Query) (rows []Found, cursor string, err error) {
	at, id, err := decodeCursor(q.Cursor)
	if err != nil {
		return nil, "", err
	}
	err = d.Read(ctx, func(ctx context.Context, dq db.Q) error {
		rows, err = find(ctx, dq, county, q, at, id)
		return err
	})
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[q.Limit-1]
		cursor = base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(last.At, 10) + "|" + last.ID))
	}
	return rows, cursor, err
}

func decodeCursor(s string) (at int64, id string, err error) {
	if s == "" {
		return 0, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	num, id, ok := strings.Cut(string(raw), "|")
	at, numErr := strconv.ParseInt(num, 10, 64)
	if err != nil || numErr != nil || !ok || id == "" {
		return 0, "", errs.InvalidField("cursor", "翻页标记无效，请回到第一页。")
	}
	return at, id, nil
}
