package matter

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
)

// The exact total of a list walks the body's part of one index: with a hundred
// thousand matters 10 to 30 ms of a processor, which with many at their desks
// would be seconds. So equal counts are made once for all who ask meanwhile, and
// kept until this process writes anything; what another process writes is seen
// after countedFor at the latest (docs/adr/0029-shared-totals.md).

// countedFor is how long a total holds that this process's writes left alone.
const countedFor = 2 * time.Second

// mostCounts bounds the totals kept between two writes.
const mostCounts = 1000

var errCut = errors.New("matter: a count was cut off")

type counts struct {
	mu     sync.Mutex
	writes int64 // of the database when the totals below were begun
	kept   map[string]*counted
}

// counted is a total, or is to become one.
type counted struct {
	ready chan struct{}
	at    time.Time
	n     int64
	err   error
}

// total counts a list. One's own writes are always in it.
func (s *Service) total(ctx context.Context, c account.Caller, f Filter) (n int64, err error) {
	count := func(ctx context.Context) (n int64, err error) {
		err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			n, err = countMatters(ctx, q, c, f, s.DB.Now())
			return err
		})
		return n, err
	}
	if f.Overdue || f.Todo != "" || db.Inside(ctx) { // these differ by the time and the person, or see what is not written yet
		return count(ctx)
	}
	f.Cursor, f.Limit, f.Sort = "", 0, ""
	key, err := json.Marshal([]any{c.County, c.Org, f})
	if err != nil {
		return 0, err
	}
	return s.counts.once(ctx, string(key), s.DB.Writes(), s.DB.Now(), count)
}

// once gives the total of a key, made now or not long ago.
func (c *counts) once(ctx context.Context, key string, writes int64, now time.Time, count func(context.Context) (int64, error)) (int64, error) {
	it, mine := c.take(key, writes, now)
	if !mine {
		select {
		case <-it.ready:
			return it.n, it.err
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	it.err = errCut // unless the count comes to its end
	defer func() {
		if it.err != nil { // who waits gets it, who comes next tries again
			c.drop(key, it)
		}
		close(it.ready)
	}()
	it.n, it.err = count(context.WithoutCancel(ctx))
	return it.n, it.err
}

// take finds a total or makes room for one, which is then the caller's to count.
func (c *counts) take(key string, writes int64, now time.Time) (it *counted, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil || c.writes != writes || len(c.kept) >= mostCounts {
		c.writes, c.kept = writes, map[string]*counted{}
	}
	if it := c.kept[key]; it != nil && now.Sub(it.at).Abs() < countedFor {
		return it, false
	}
	it = &counted{ready: make(chan struct{}), at: now}
	c.kept[key] = it
	return it, true
}

func (c *counts) drop(key string, it *counted) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[key] == it {
		delete(c.kept, key)
	}
}
