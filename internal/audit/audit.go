package audit

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
)

// OK is the outcome of what was done; a refusal's is Refusal(code).
const OK = "ok"

// Repeated is the outcome of an operation sent again: nothing was done, the first
// answer was given.
const Repeated = "repeated"

// Refusal is the outcome of what was refused, with the code the caller got.
func Refusal(code string) string { return "refused:" + code }

// Row says who did what to what. Fields are names only, never values.
type Row struct {
	Person    string // id, "" for the system
	Org       string // acting body, "" for none
	Verb      string // login, accept, reveal, …
	Subject   string // matter, account, org, attachment, …
	SubjectID string
	Outcome   string // OK (also when empty), Repeated or Refusal(code)
	Fields    []string
}

// Keys gives a county's data key.
type Keys func(county string) (*gm.DataKey, error)

// stored is a row as it lies in the table.
type stored struct {
	County    string `db:"county"`
	ID        string `db:"id"`
	At        int64  `db:"at"`
	Person    string `db:"person"`
	Org       string `db:"org"`
	Verb      string `db:"verb"`
	Subject   string `db:"subject"`
	SubjectID string `db:"subject_id"`
	Outcome   string `db:"outcome"`
	Fields    string `db:"fields"`
	Hash      string `db:"hash"`
	Block     int64  `db:"block"`
}

// sum is the keyed hash of everything but the block, which is not yet known when
// the row is written and is bound by the block's root.
func (s stored) sum(key *gm.DataKey) string {
	return key.Audit([]byte("row"), []byte(s.County), []byte(s.ID), []byte(strconv.FormatInt(s.At, 10)),
		[]byte(s.Person), []byte(s.Org), []byte(s.Verb), []byte(s.Subject), []byte(s.SubjectID),
		[]byte(s.Outcome), []byte(s.Fields))
}

// Record writes a row in the transaction it tells of.
func Record(ctx context.Context, tx *db.Tx, key *gm.DataKey, r Row) error {
	if r.Outcome == "" {
		r.Outcome = OK
	}
	s := stored{County: tx.County, ID: tx.NewID(), At: db.Micros(tx.Now), Person: r.Person, Org: r.Org, Verb: r.Verb,
		Subject: r.Subject, SubjectID: plainID(r.SubjectID), Outcome: r.Outcome, Fields: strings.Join(r.Fields, ",")}
	s.Hash = s.sum(key)
	return db.Insert(ctx, tx, "audit_row", s)
}

// plainID keeps an id as it is; what was only sent in the place of one could be
// anything, even what an engine does not take.
func plainID(id string) string {
	if len(id) > 64 || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == utf8.RuneError }) {
		return ""
	}
	return id
}

// Refused writes that something was refused, in a transaction of its own: to be
// called after the rollback, with the context from before the transaction.
func Refused(ctx context.Context, d *db.DB, key *gm.DataKey, county, code string, r Row) error {
	r.Outcome = Refusal(code)
	ctx = context.WithoutCancel(ctx) // who hangs up is refused all the same
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return d.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error { return Record(ctx, tx, key, r) })
}
