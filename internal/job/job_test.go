package job_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/job"
	"tiaojietai/internal/testkit"
)

const county = "532328"

type world struct {
	d     *db.DB
	clock *testkit.Clock
}

func setUp(t *testing.T) world {
	t.Helper()
	clock := testkit.At("2026-11-02 09:00")
	return world{testkit.Open(t, clock), clock}
}

func (w world) runner() *job.Runner {
	return job.NewRunner(w.d, func(context.Context) ([]string, error) { return []string{county}, nil }, slog.New(slog.DiscardHandler))
}

func (w world) enqueue(t *testing.T, kind, key string, due time.Time) {
	t.Helper()
	must(t, w.d.Write(t.Context(), county, func(ctx context.Context, tx *db.Tx) error {
		return job.Enqueue(ctx, tx, kind, key, due, `{"a":1}`)
	}))
}

func (w world) state(t *testing.T, key string) (state string, attempts int64) {
	t.Helper()
	var r struct {
		State    string `db:"state"`
		Attempts int64  `db:"attempts"`
	}
	must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
		_, err := db.Get(ctx, q, &r, `SELECT state, attempts FROM job WHERE county = $1 AND key = $2`, county, key)
		return err
	}))
	return r.State, r.Attempts
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTick(t *testing.T) {
	w := setUp(t)
	r := w.runner()
	var ran []string
	fail := true
	r.Handle("good", func(_ context.Context, j job.Job) error { ran = append(ran, j.Key+j.Args); return nil })
	r.Handle("flaky", func(context.Context, job.Job) error {
		if fail {
			return errors.New("not yet")
		}
		return nil
	})
	r.Handle("bad", func(context.Context, job.Job) error { panic("boom") })
	now := w.clock.Now()
	t.Run("what is due runs once, in order of due time", func(t *testing.T) {
		w.enqueue(t, "good", "b", now.Add(-time.Minute))
		w.enqueue(t, "good", "a", now.Add(-time.Hour))
		w.enqueue(t, "good", "later", now.Add(time.Hour))
		w.enqueue(t, "good", "a", now) // the same again is one
		must(t, r.Tick(t.Context(), county))
		must(t, r.Tick(t.Context(), county))
		if !slices.Equal(ran, []string{`a{"a":1}`, `b{"a":1}`}) {
			t.Error(ran)
		}
	})
	t.Run("a failure is tried again after growing pauses", func(t *testing.T) {
		w.enqueue(t, "flaky", "f", now)
		must(t, r.Tick(t.Context(), county))
		must(t, r.Tick(t.Context(), county))
		if s, n := w.state(t, "f"); s != job.Waiting || n != 1 {
			t.Errorf("%s after %d", s, n)
		}
		w.clock.Advance(6 * time.Second)
		must(t, r.Tick(t.Context(), county))
		w.clock.Advance(6 * time.Second)
		must(t, r.Tick(t.Context(), county))
		if _, n := w.state(t, "f"); n != 2 {
			t.Errorf("%d attempts: the second pause is no longer", n)
		}
		fail = false
		w.clock.Advance(5 * time.Second)
		must(t, r.Tick(t.Context(), county))
		if s, n := w.state(t, "f"); s != job.Done || n != 3 {
			t.Errorf("%s after %d", s, n)
		}
	})
	t.Run("one that always fails is given up and ends no other", func(t *testing.T) {
		w.enqueue(t, "bad", "p", now)
		w.enqueue(t, "unknown", "u", now)
		w.enqueue(t, "good", "after", now)
		for range 20 {
			w.clock.Advance(2 * time.Hour)
			must(t, r.Tick(t.Context(), county))
		}
		for _, key := range []string{"p", "u"} {
			if s, n := w.state(t, key); s != job.Failed || n != 12 {
				t.Errorf("%s: %s after %d", key, s, n)
			}
		}
		if s, _ := w.state(t, "after"); s != job.Done {
			t.Error(s)
		}
	})
}

func TestPeriodic(t *testing.T) {
	days := func(t *testing.T, steps ...time.Duration) (ran []string) {
		w := setUp(t)
		r := w.runner()
		r.Periodic("daily", job.Daily(testkit.Shanghai, 3, 10), func(_ context.Context, j job.Job) error {
			ran = append(ran, j.Due.In(testkit.Shanghai).Format("01-02 15:04"))
			return nil
		})
		must(t, r.Tick(t.Context(), county))
		for _, s := range steps {
			w.clock.Advance(s)
			must(t, r.Tick(t.Context(), county))
		}
		return ran
	}
	t.Run("starting after a gap does what never stopping would have done", func(t *testing.T) {
		steps := make([]time.Duration, 96)
		for i := range steps {
			steps[i] = time.Hour
		}
		through, gap := days(t, steps...), days(t, 96*time.Hour)
		if want := []string{"11-03 03:10", "11-04 03:10", "11-05 03:10", "11-06 03:10"}; !slices.Equal(through, want) || !slices.Equal(gap, want) {
			t.Error(through, gap)
		}
	})
	t.Run("a step counts from whole multiples", func(t *testing.T) {
		next := job.Each(15 * time.Minute)
		at := time.Date(2026, 11, 2, 9, 7, 0, 0, testkit.Shanghai)
		if got := next(at); got.In(testkit.Shanghai).Format("15:04") != "09:15" || !next(got).Equal(got.Add(15*time.Minute)) {
			t.Error(got)
		}
	})
}

func TestLease(t *testing.T) {
	w := setUp(t)
	a, b := w.runner(), w.runner() // two processes
	var ranA, ranB int
	a.Frequent("f", time.Second, func(context.Context, string) error { ranA++; return nil })
	b.Frequent("f", time.Second, func(context.Context, string) error { ranB++; return nil })
	tick := func(r *job.Runner) {
		w.clock.Advance(2 * time.Second)
		must(t, r.Tick(t.Context(), county))
	}
	t.Run("one process has the county", func(t *testing.T) {
		for range 20 {
			tick(a)
			tick(b)
		}
		if ranA != 20 || ranB != 0 {
			t.Error(ranA, ranB)
		}
	})
	t.Run("another takes over when it is gone", func(t *testing.T) {
		w.clock.Advance(31 * time.Second)
		tick(b)
		tick(a)
		if ranA != 20 || ranB != 1 {
			t.Error(ranA, ranB)
		}
	})
	t.Run("a clock set back does not hold the lease for ever", func(t *testing.T) {
		w.clock.Advance(-time.Hour)
		tick(a)
		if ranA != 21 {
			t.Error(ranA)
		}
	})
}

func TestCancel(t *testing.T) {
	w := setUp(t)
	r := w.runner()
	var id string
	r.Handle("long", func(ctx context.Context, j job.Job) error {
		if err := j.Progress(ctx, "1/2"); err != nil {
			return err
		}
		err := w.d.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error { return job.Cancel(ctx, tx, j.ID) })
		if err != nil {
			return err
		}
		id = j.ID
		return j.Progress(ctx, "2/2")
	})
	w.enqueue(t, "long", "l", w.clock.Now())
	must(t, r.Tick(t.Context(), county))
	if s, _ := w.state(t, "l"); s != job.Cancelled || id == "" {
		t.Error(s)
	}
}

func TestSweep(t *testing.T) {
	w := setUp(t)
	r := w.runner()
	r.Periodic("daily", job.Daily(testkit.Shanghai, 3, 10), func(context.Context, job.Job) error { return nil })
	must(t, r.Tick(t.Context(), county))
	w.clock.Advance(200 * 24 * time.Hour)
	for range 3 { // a tick does at most a hundred
		must(t, r.Tick(t.Context(), county))
	}
	before := testkit.Count(t, w.d, "job")
	must(t, r.Sweep(t.Context(), county))
	after := testkit.Count(t, w.d, "job")
	if after >= before || after < 85 || after > 95 {
		t.Errorf("%d of %d left", after, before)
	}
	must(t, r.Tick(t.Context(), county))
	if n := testkit.Count(t, w.d, "job"); n != after {
		t.Error("swept jobs came back")
	}
}
