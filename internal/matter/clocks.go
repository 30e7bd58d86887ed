package matter

import (
	"math"
	"slices"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Clock states. Overdue is not stored: it is a running clock past its due time.
const (
	running = "running"
	paused  = "paused"
	stopped = "stopped"
)

// Deadline is one clock of a matter. Due is the instant of 24:00 of its last day.
type Deadline struct {
	County      string  `db:"county"`
	Matter      string  `db:"matter"`
	ID          string  `db:"id"`
	No          int64   `db:"no"`
	Clock       string  `db:"clock"`
	Org         string  `db:"org"` // whose duty it is
	StartedAt   int64   `db:"started_at"`
	DueAt       int64   `db:"due_at"`
	Days        int64   `db:"days"`
	Unit        string  `db:"unit"`
	Side        string  `db:"side"`
	Basis       string  `db:"basis"`
	Verified    db.Bool `db:"verified"`
	Provisional db.Bool `db:"provisional"`
	State       string  `db:"state"`
	StoppedAt   int64   `db:"stopped_at"`
	PausedAt    int64   `db:"paused_at"`
	PauseUntil  int64   `db:"pause_until"`
	PauseReason string  `db:"pause_reason"`
	PauseBy     string  `db:"pause_by"`
	SurfacedAt  int64   `db:"surfaced_at"`
	Moved       int64   `db:"moved"` // days it was moved on by extensions and pauses
	Ref         string  `db:"ref"`   // the help, supervision or follow-up it belongs to
}

// noDue sorts matters without a running clock last.
const noDue = math.MaxInt64

// start starts a clock for a body by the rulebook's days for its level.
func (st *step) start(clock, org string) *Deadline {
	c, ok := st.rb.Clock(clock)
	if !ok {
		c = rulebook.Clock{Code: clock, Unit: rulebook.UnitDay, Side: rulebook.SideBody, Basis: "规则册默认"}
	}
	body, _ := st.orgs.Get(org)
	days := c.DaysFor(body.Level)
	due, provisional := st.cal.Due(st.now, days, workday.Unit(c.Unit), workday.Side(c.Side))
	return st.addDeadline(c, org, days, due, provisional)
}

// startAt starts a clock whose due time somebody wrote: help, supervision.
func (st *step) startAt(clock, org, ref string, due time.Time) {
	c, _ := st.rb.Clock(clock)
	c.Code = clock
	d := st.addDeadline(c, org, 0, due, false)
	d.Ref = ref
}

func (st *step) addDeadline(c rulebook.Clock, org string, days int, due time.Time, provisional bool) *Deadline {
	s := st.s
	if due.Before(st.now) {
		due = st.now
	}
	s.Deadlines = append(s.Deadlines, Deadline{County: s.M.County, Matter: s.M.ID, ID: st.newID(),
		No: int64(len(s.Deadlines) + 1), Clock: c.Code, Org: org, StartedAt: db.Micros(st.now), DueAt: db.Micros(due),
		Days: int64(days), Unit: c.Unit, Side: c.Side, Basis: c.Basis, Verified: db.Bool(c.Verified),
		Provisional: db.Bool(provisional), State: running})
	return &s.Deadlines[len(s.Deadlines)-1]
}

// each calls fn for every clock of these codes that has not stopped; no codes
// means all.
func (s *State) each(fn func(*Deadline), clocks ...string) {
	for i := range s.Deadlines {
		d := &s.Deadlines[i]
		if d.State != stopped && (len(clocks) == 0 || slices.Contains(clocks, d.Clock)) {
			fn(d)
		}
	}
}

func (st *step) stop(clocks ...string) {
	st.s.each(func(d *Deadline) { d.State, d.StoppedAt = stopped, db.Micros(st.now) }, clocks...)
}

// stopRef stops the clock of one help, supervision or follow-up.
func (st *step) stopRef(ref string) {
	st.s.each(func(d *Deadline) {
		if d.Ref == ref {
			d.State, d.StoppedAt = stopped, db.Micros(st.now)
		}
	})
}

// pauseClocks pauses; until zero means until resumed by what paused it.
func (st *step) pauseClocks(reason string, until time.Time, clocks ...string) {
	st.s.each(func(d *Deadline) {
		if d.State == running {
			d.State, d.PausedAt, d.PauseUntil = paused, db.Micros(st.now), db.Micros(until)
			d.PauseReason, d.PauseBy = reason, st.c.Person
		}
	}, clocks...)
}

// resumeClocks moves each due time on by as long as the pause lasted, in whole
// days begun, so that the last day again ends at 24:00.
func (st *step) resumeClocks(clocks ...string) {
	st.s.each(func(d *Deadline) {
		if d.State != paused {
			return
		}
		end := st.now
		if until := db.Instant(d.PauseUntil); d.PauseUntil > 0 && until.Before(end) {
			end = until
		}
		days := int(math.Ceil(end.Sub(db.Instant(d.PausedAt)).Hours() / 24))
		st.move(d, days)
		d.State, d.PausedAt, d.PauseUntil, d.PauseReason, d.PauseBy = running, 0, 0, "", ""
	}, clocks...)
}

// move puts the due time on by whole days; it may be brought up anew. A new last
// day on a holiday settles as any other does, but not back to the old one.
func (st *step) move(d *Deadline, days int) {
	d.SurfacedAt = 0
	if days < 1 {
		return
	}
	last := workday.LastDay(db.Instant(d.DueAt))
	to, provisional := st.cal.Settle(workday.AddDays(last, days), last, workday.Side(d.Side))
	d.DueAt = db.Micros(workday.EndOf(to))
	d.Moved += int64(workday.DaysBetween(last, to))
	d.Provisional = d.Provisional || db.Bool(provisional)
}

// restartHolder stops the holder's clock and starts it anew for the present holder.
func (st *step) restartHolder() {
	st.stop("holder")
	st.start("holder", st.s.M.Holder)
}

func (d *Deadline) duty() bool { return slices.Contains(rulebook.DutyClocks, d.Clock) }

// nextDeadline is the running clock that asks for something to be done first, of
// one body's ("" for any) and of these codes; nil when there is none.
func (s *State) nextDeadline(body string, clocks ...string) *Deadline {
	var next *Deadline
	s.each(func(d *Deadline) {
		if d.State == running && d.duty() && (body == "" || d.Org == body) && (next == nil || d.DueAt < next.DueAt) {
			next = d
		}
	}, clocks...)
	return next
}

// clocked is the invariant of every open matter: a running clock, or a pause
// with its reason and who ordered it.
func (s *State) clocked() bool {
	ok := false
	s.each(func(d *Deadline) { ok = ok || d.State == running || d.PauseReason != "" && d.PauseBy != "" })
	return ok
}
