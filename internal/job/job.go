package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tiaojietai/internal/db"
)

// States of a job.
const (
	Waiting   = "waiting"
	Done      = "done"
	Failed    = "failed" // given up after maxAttempts
	Cancelled = "cancelled"
)

const (
	leaseTime   = 30 * time.Second // a dead process's work is taken over after it
	maxAttempts = 12
	firstPause  = 5 * time.Second // doubled at each attempt, at most maxPause
	maxPause    = time.Hour
	keepDone    = 90 * 24 * time.Hour
	perTick     = 100 // jobs of one county in one go
)

// ErrCancelled is returned by Progress when somebody cancelled the job.
var ErrCancelled = errors.New("job: cancelled")

// Job is one piece of work.
type Job struct {
	County  string
	ID      string
	Kind    string
	Key     string // unique within the kind
	Args    string // JSON, as the kind likes
	Due     time.Time
	Attempt int // 1 at the first

	r *Runner
}

type row struct {
	County     string `db:"county"`
	ID         string `db:"id"`
	Kind       string `db:"kind"`
	Key        string `db:"key"`
	Due        int64  `db:"due"`
	Args       string `db:"args"`
	State      string `db:"state"`
	Attempts   int64  `db:"attempts"`
	LeaseBy    string `db:"lease_by"`
	LeaseUntil int64  `db:"lease_until"`
	Progress   string `db:"progress"`
	Error      string `db:"error"`
}

// Func does one job.
type Func func(ctx context.Context, j Job) error

// Enqueue writes a job in the transaction that causes it. One with this kind and
// key that is there already, done or not, stays as it is.
func Enqueue(ctx context.Context, tx *db.Tx, kind, key string, due time.Time, args string) error {
	there, err := exists(ctx, tx, tx.County, kind, key)
	if err != nil || there {
		return err
	}
	return db.Insert(ctx, tx, "job", row{County: tx.County, ID: tx.NewID(), Kind: kind, Key: key, Due: db.Micros(due), Args: args, State: Waiting})
}

// Next gives the first due time after an instant, e.g. every midnight.
type Next func(after time.Time) time.Time

type periodic struct {
	kind string
	next Next
}

// long is work that may take minutes: one at a time, beside the others.
type long struct {
	busy atomic.Bool
	wait sync.WaitGroup
}

type frequent struct {
	name  string
	every time.Duration
	run   func(ctx context.Context, county string) error
	last  map[string]time.Time
}

// Runner runs the jobs of all counties. Register everything before Run.
type Runner struct {
	db       *db.DB
	me       string // this process, in leases
	kinds    map[string]Func
	longs    map[string]*long // of the kinds that may take minutes
	periodic []periodic
	frequent []*frequent
	counties func(ctx context.Context) ([]string, error)
	log      *slog.Logger
	held     map[string]time.Time // county → end of the lease; only the polling goroutine touches it
}

// NewRunner makes a runner over the counties it is told.
func NewRunner(d *db.DB, counties func(ctx context.Context) ([]string, error), log *slog.Logger) *Runner {
	return &Runner{db: d, me: uuid.NewString(), kinds: map[string]Func{}, longs: map[string]*long{}, counties: counties, log: log, held: map[string]time.Time{}}
}

// Handle says how a kind is done.
func (r *Runner) Handle(kind string, f Func) { r.kinds[kind] = f }

// HandleLong is Handle for work that may take minutes: it runs beside the others,
// one of its kind at a time, and must call Progress within half the lease.
func (r *Runner) HandleLong(kind string, f Func) {
	r.Handle(kind, f)
	r.longs[kind] = &long{}
}

// Periodic makes a kind come due at each time next gives, once a county. Every
// missed time is made up for, the oldest first; a county seen for the first time
// starts with the next one.
func (r *Runner) Periodic(kind string, next Next, f Func) {
	r.Handle(kind, f)
	r.periodic = append(r.periodic, periodic{kind, next})
}

// Frequent runs f for each county about as often as every says, under the lease.
func (r *Runner) Frequent(name string, every time.Duration, f func(ctx context.Context, county string) error) {
	r.frequent = append(r.frequent, &frequent{name, every, f, map[string]time.Time{}})
}

// Run polls until ctx ends, every second or as told, then lets go of its leases.
func (r *Runner) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		counties, err := r.counties(ctx)
		for _, c := range counties {
			if err == nil && ctx.Err() == nil {
				err = r.Tick(ctx, c)
			}
		}
		if err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "jobs", "err", err)
		}
		select {
		case <-ctx.Done():
			r.Wait()
			r.letGo(context.WithoutCancel(ctx), counties)
			return
		case <-tick.C:
		}
	}
}

// Tick does what a county has due now, if this process has (or gets) its lease.
func (r *Runner) Tick(ctx context.Context, county string) error {
	mine, err := r.lease(ctx, county)
	if err != nil || !mine {
		return err
	}
	if err := r.plan(ctx, county); err != nil {
		return fmt.Errorf("plan jobs of %s: %w", county, err)
	}
	for _, f := range r.frequent {
		if now := r.db.Now(); now.Sub(f.last[county]).Abs() >= f.every {
			f.last[county] = now
			if err := f.run(ctx, county); err != nil {
				r.log.ErrorContext(ctx, "frequent job", "name", f.name, "county", county, "err", err)
			}
		}
	}
	return r.work(ctx, county)
}

// lease takes or keeps the county's job lease. One held for some time yet is not
// written again: that would be a commit a second for nothing.
func (r *Runner) lease(ctx context.Context, county string) (mine bool, err error) {
	if left := r.held[county].Sub(r.db.Now()); left > leaseTime/2 && left <= leaseTime {
		return true, nil
	}
	delete(r.held, county)
	var until time.Time
	err = r.db.Write(ctx, county, func(ctx context.Context, tx *db.Tx) (err error) {
		until = tx.Now.Add(leaseTime)
		mine, err = takeLease(ctx, tx, "jobs", r.me, db.Micros(tx.Now), db.Micros(until))
		return err
	})
	if db.IsUnique(err) {
		return false, nil // somebody else was first
	}
	if err == nil && mine {
		r.held[county] = until
	}
	return mine, err
}

func (r *Runner) letGo(ctx context.Context, counties []string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for _, c := range counties {
		_ = r.db.Write(ctx, c, func(ctx context.Context, tx *db.Tx) error { return dropLease(ctx, tx, "jobs", r.me) })
	}
}

// plan writes the periodic jobs that have come due since the newest of their kind.
func (r *Runner) plan(ctx context.Context, county string) error {
	now := r.db.Now()
	var newest map[string]int64
	err := r.db.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		newest, err = newestByKind(ctx, q, county)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range r.periodic {
		due := p.next(now)
		if last, ok := newest[p.kind]; ok {
			due = p.next(db.Instant(last))
		}
		if _, ok := newest[p.kind]; ok && due.After(now) {
			continue
		}
		err := r.db.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
			for ; ; due = p.next(due) {
				if err := Enqueue(ctx, tx, p.kind, due.UTC().Format(time.RFC3339), due, ""); err != nil || due.After(now) {
					return err
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// work runs what is due, the oldest first.
func (r *Runner) work(ctx context.Context, county string) error {
	var due []row
	err := r.db.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		due, err = dueJobs(ctx, q, county, db.Micros(r.db.Now()), perTick)
		return err
	})
	if err != nil {
		return err
	}
	for _, j := range due {
		if ctx.Err() != nil {
			return nil
		}
		if l := r.longs[j.Kind]; l != nil {
			r.beside(ctx, l, j)
			continue
		}
		if err := r.one(ctx, j); err != nil {
			return err
		}
		if mine, err := r.lease(ctx, county); err != nil || !mine {
			return err
		}
	}
	return nil
}

// beside runs a long job unless one of its kind is running; then it waits for a
// later tick.
func (r *Runner) beside(ctx context.Context, l *long, j row) {
	if !l.busy.CompareAndSwap(false, true) {
		return
	}
	l.wait.Go(func() {
		defer l.busy.Store(false)
		if err := r.one(ctx, j); err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "long job", "kind", j.Kind, "county", j.County, "err", err)
		}
	})
}

// Wait waits for the long jobs that are running.
func (r *Runner) Wait() {
	for _, l := range r.longs {
		l.wait.Wait()
	}
}

// Finish sees one job through to its end: it does it here, or waits where another
// process is at it. An error is that of the database; how the job ended its kind
// has written down itself.
func (r *Runner) Finish(ctx context.Context, county, kind, key string) error {
	for {
		var j row
		var found bool
		err := r.db.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			j, found, err = jobOf(ctx, q, county, kind, key)
			return err
		})
		if err != nil || !found || j.State != Waiting {
			return err
		}
		if now := db.Micros(r.db.Now()); j.Due <= now && j.LeaseUntil <= now {
			if err := r.one(ctx, j); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (r *Runner) one(ctx context.Context, j row) error {
	taken := false
	err := r.db.Write(ctx, j.County, func(ctx context.Context, tx *db.Tx) (err error) {
		taken, err = claim(ctx, tx, j.ID, r.me, db.Micros(tx.Now), db.Micros(tx.Now.Add(leaseTime)))
		return err
	})
	if err != nil || !taken {
		return err
	}
	failure := r.do(ctx, Job{County: j.County, ID: j.ID, Kind: j.Kind, Key: j.Key, Args: j.Args, Due: db.Instant(j.Due), Attempt: int(j.Attempts) + 1, r: r})
	if ctx.Err() != nil {
		return nil // stopped with the server: it is tried again when the lease is over
	}
	return r.db.Write(ctx, j.County, func(ctx context.Context, tx *db.Tx) error {
		state, due, msg := after(j, failure, tx.Now)
		return finish(ctx, tx, j.ID, r.me, state, due, msg)
	})
}

// do turns a panic into a failure: one bad job must not end the others.
func (r *Runner) do(ctx context.Context, j Job) (err error) {
	f, ok := r.kinds[j.Kind]
	if !ok {
		return fmt.Errorf("nobody does jobs of kind %s", j.Kind)
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	if err = f(ctx, j); err != nil && !errors.Is(err, ErrCancelled) {
		r.log.ErrorContext(ctx, "job", "kind", j.Kind, "county", j.County, "key", j.Key, "attempt", j.Attempt, "err", err)
	}
	return err
}

// after is how a job stands after an attempt.
func after(j row, failure error, now time.Time) (state string, due int64, msg string) {
	switch n := j.Attempts + 1; {
	case failure == nil:
		return Done, j.Due, ""
	case errors.Is(failure, ErrCancelled):
		return Cancelled, j.Due, ""
	case n >= maxAttempts:
		return Failed, j.Due, failure.Error()
	default:
		pause := min(firstPause<<(n-1), maxPause)
		return Waiting, db.Micros(now.Add(pause)), failure.Error()
	}
}

// Progress notes how far the job is, and tells it with ErrCancelled to stop.
func (j Job) Progress(ctx context.Context, text string) error {
	going := false
	err := j.r.db.Write(ctx, j.County, func(ctx context.Context, tx *db.Tx) (err error) {
		going, err = progress(ctx, tx, j.ID, text, db.Micros(tx.Now.Add(leaseTime)))
		return err
	})
	if err == nil && !going {
		err = ErrCancelled
	}
	return err
}

// Cancel ends a job that waits, or tells one that runs to stop at its next
// Progress. A finished one is left as it is.
func Cancel(ctx context.Context, tx *db.Tx, id string) error { return cancel(ctx, tx, id) }

// Sweep deletes what was finished long ago, but the newest of each kind, from
// which the next due time follows.
func (r *Runner) Sweep(ctx context.Context, county string) error {
	return r.db.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		return sweep(ctx, tx, db.Micros(tx.Now.Add(-keepDone)))
	})
}
