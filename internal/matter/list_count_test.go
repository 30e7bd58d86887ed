package matter

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestEqualTotalsAreCountedOnce(t *testing.T) {
	ctx, now := context.Background(), time.Unix(1e9, 0)
	c := &counts{}
	var made atomic.Int64
	hold := make(chan struct{})
	count := func(context.Context) (int64, error) { made.Add(1); <-hold; return 7, nil }
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if n, err := c.once(ctx, "a", 1, now, count); n != 7 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	}
	close(hold)
	all.Wait()
	if made.Load() != 1 {
		t.Fatalf("counted %d times", made.Load())
	}
	again := func(key string, writes int64, at time.Time, want int64) {
		t.Helper()
		if _, _ = c.once(ctx, key, writes, at, count); made.Load() != want {
			t.Fatalf("counted %d times, want %d", made.Load(), want)
		}
	}
	again("a", 1, now.Add(countedFor-1), 1)
	again("b", 1, now, 2)
	again("a", 1, now.Add(countedFor), 3) // another process may have written
	again("a", 1, now.Add(-time.Hour), 4) // the clock was set back
	again("a", 2, now.Add(-time.Hour), 5) // this one has written
	again("a", 2, now.Add(-time.Hour), 5) // and no more
	broken := errors.New("broken")
	if _, err := c.once(ctx, "c", 2, now, func(context.Context) (int64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	again("c", 2, now, 6) // a failure is not kept
	func() {
		defer func() { _ = recover() }()
		_, _ = c.once(ctx, "d", 2, now, func(context.Context) (int64, error) { panic("cut off") })
	}()
	again("d", 2, now, 7) // nor is one that was cut off
}

func TestOnesOwnWriteIsInTheTotal(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(vill1, "ann")
		for i := range 5 {
			if p := f.list(ann); p.Total != int64(i) {
				f.t.Fatalf("%d before the %d. registration", p.Total, i+1)
			}
			f.register(ann, quarrel("水沟"))
		}
	})
}
