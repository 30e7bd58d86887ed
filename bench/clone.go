package bench

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tiaojietai/internal/db"
	"tiaojietai/internal/matter"
)

// A hundred thousand matters through the services would take an hour. So a few
// are lived through, and the rest are copies made by the database: every row of
// the matter with another id, moved in time. Timeline hashes and sealed fields
// are copied as they are: such a county does not verify, and nobody asks it to.

// openShare is one in so many matters that is not cleared yet.
const openShare = 33

// fill makes the county and fills it up to o.Matters; it returns the number of
// rows written, in all tables of the register.
func fill(ctx context.Context, t *target, o Options) (rows int64, err error) {
	o.Show(t.name+" 样本", 0, villages)
	c, err := newCounty(ctx, t)
	if c != nil {
		defer func() { err = joinErr(err, c.Close()) }()
	}
	if err != nil {
		return 0, err
	}
	for v := range villages {
		if err := c.DB.Batch(ctx, func(ctx context.Context) error { return c.live(ctx, v) }); err != nil {
			return 0, fmt.Errorf("village %d: %w", v, err)
		}
		o.Show(t.name+" 样本", v+1, villages)
	}
	if rows, err = c.clone(ctx, t, o); err != nil {
		return rows, err
	}
	if err := c.index(ctx, t, o); err != nil {
		return rows, err
	}
	c.clock.Stand(time.Now())
	_, err = c.Matters.Tick(ctx, c.County()) // what is overdue is brought up now, not while measuring
	return rows, err
}

func joinErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// part is a table of the register: T has the columns, id is the one that holds
// the matter's id.
type part struct {
	table, id string
	row       reflect.Type
}

var parts = []part{
	{"matter", "id", reflect.TypeFor[matter.Matter]()},
	{"matter_demand", "matter", reflect.TypeFor[matter.Demand]()},
	{"matter_party", "matter", reflect.TypeFor[matter.Party]()},
	{"matter_appointment", "matter", reflect.TypeFor[matter.Appointment]()},
	{"matter_attempt", "matter", reflect.TypeFor[matter.Attempt]()},
	{"matter_follow_up", "matter", reflect.TypeFor[matter.FollowUp]()},
	{"matter_deadline", "matter", reflect.TypeFor[matter.Deadline]()},
	{"timeline", "matter", reflect.TypeFor[matter.Entry]()},
	{"matter_reach", "matter", reflect.TypeFor[matter.Reach]()},
}

// copySQL copies the rows of all templates in bench_clone; instants move with it.
func (p part) copySQL() string {
	var columns, values []string
	for i := range p.row.NumField() {
		f := p.row.Field(i)
		col := f.Tag.Get("db")
		v := "x." + col
		switch {
		case col == p.id:
			v = "c.id"
		case p.table == "matter" && col == "number":
			v = "x.number || c.suffix"
		case f.Type.Kind() == reflect.Int64 && instant(col): // 0 is none, and one past all time no due
			v = fmt.Sprintf("CASE WHEN x.%[1]s > 0 AND x.%[1]s < 4000000000000000000 THEN x.%[1]s + c.shift ELSE x.%[1]s END", col)
		}
		columns, values = append(columns, col), append(values, v)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM bench_clone c JOIN %s x ON x.county = c.county AND x.%s = c.template ORDER BY c.county, c.id",
		p.table, strings.Join(columns, ", "), strings.Join(values, ", "), p.table, p.id)
}

func instant(col string) bool {
	return strings.HasSuffix(col, "_at") || slices.Contains([]string{"at", "ended", "next_due", "pending_since", "pause_until"}, col)
}

// clone fills up by copies, in one transaction of its own.
func (c *county) clone(ctx context.Context, t *target, o Options) (total int64, err error) {
	conn, err := c.DB.SQL().Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = joinErr(err, conn.Close()) }()
	exec := func(query string, args ...any) int64 {
		if err != nil {
			return 0
		}
		var res sql.Result
		if res, err = conn.ExecContext(ctx, query, args...); err != nil {
			return 0
		}
		n, _ := res.RowsAffected()
		return n
	}
	lite := c.DB.Engine == db.SQLite
	// Of this connection only: the copies are worth no waiting for the disk, and
	// refer to each other as what they are copied from does.
	if lite {
		exec(`PRAGMA synchronous = OFF`)
		exec(`PRAGMA cache_size = -400000`)
		exec(`PRAGMA foreign_keys = 0`)
		defer func() { exec(`PRAGMA foreign_keys = 1`) }()
	} else {
		exec(`SET synchronous_commit = off`)
		_, _ = conn.ExecContext(ctx, `SET session_replication_role = replica`) // where one may
		defer func() { exec(`RESET ALL`) }()
	}
	exec(`CREATE TABLE bench_clone (county TEXT NOT NULL, id TEXT NOT NULL, template TEXT NOT NULL, suffix TEXT NOT NULL, shift BIGINT NOT NULL, PRIMARY KEY (county, id))`)
	exec(`BEGIN`)
	t.ids = c.plan(exec, max(0, o.Matters-len(c.lived)))
	for i, p := range parts {
		o.Show(t.name+" 复制", i, len(parts))
		total += exec(p.copySQL())
	}
	exec(`COMMIT`)
	exec(`DROP TABLE bench_clone`)
	o.Show(t.name+" 复制", len(parts), len(parts))
	if lite {
		exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
	} else {
		exec(`VACUUM ANALYZE`) // as autovacuum would have, had the matters come one by one
	}
	return total, err
}

// index builds the text index of the copies, as after a migration: each is put in
// by itself.
func (c *county) index(ctx context.Context, t *target, o Options) error {
	for done := 0; ; done += 1000 {
		o.Show(t.name+" 检索", min(done, o.Matters), o.Matters)
		if whole, err := c.Matters.BuildIndex(ctx, c.County()); err != nil || whole {
			return err
		}
	}
}

// plan writes down which copies are to be made, oldest first, and returns some ids.
func (c *county) plan(exec func(string, ...any) int64, n int) (some []string) {
	var open, cleared []template
	for _, t := range c.lived {
		some = append(some, t.id)
		if t.open {
			open = append(open, t)
		} else {
			cleared = append(cleared, t)
		}
	}
	var args []any
	flush := func() {
		rows := make([]string, len(args)/5)
		for i := range rows {
			rows[i] = fmt.Sprintf("($%d,$%d,$%d,$%d,$%d)", 5*i+1, 5*i+2, 5*i+3, 5*i+4, 5*i+5)
		}
		if len(rows) > 0 {
			exec(`INSERT INTO bench_clone (county, id, template, suffix, shift) VALUES `+strings.Join(rows, ","), args...)
		}
		args = args[:0]
	}
	past := c.now.AddDate(-5, 0, 0)
	recent := c.now.AddDate(0, 0, -8)
	nOpen := n / openShare
	for i := range n {
		var t template
		var at, from time.Time
		if k := i - (n - nOpen); k < 0 { // cleared ones, over five years, the last 200 days ago
			t, from = cleared[(i*31)%len(cleared)], c.now.AddDate(0, 0, -200)
			at = past.Add(time.Duration(float64(from.Sub(past)) * float64(i) / float64(n-nOpen)))
		} else { // open ones, of the last eight days
			t, from = open[(k*31)%len(open)], c.now.Add(-30*time.Hour)
			at = recent.Add(time.Duration(float64(from.Sub(recent)) * float64(k) / float64(nOpen)))
		}
		id := newID(at)
		if i%(1+n/5000) == 0 {
			some = append(some, id)
		}
		if args = append(args, c.County(), id, t.id, fmt.Sprintf("-%d", i), at.Sub(from).Microseconds()); len(args) >= 500 {
			flush()
		}
	}
	flush()
	return some
}

// newID is a UUIDv7 of a time, so that ids sort as in a real county.
func newID(at time.Time) string {
	var id uuid.UUID
	_, _ = rand.Read(id[:]) // never fails
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli())<<16)
	copy(id[:6], ms[:6])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id.String()
}
