package testkit

import (
	"sync"
	"time"
	_ "time/tzdata" // Asia/Shanghai, also where the machine has no zone files
)

// Shanghai is the zone of every date.
var Shanghai = mustZone("Asia/Shanghai")

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

// Clock is a clock that a test sets. It stands still until it is moved, and may
// be read and moved from several goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// At makes a clock standing at "2006-01-02 15:04" in Shanghai.
func At(local string) *Clock {
	t, err := time.ParseInLocation("2006-01-02 15:04", local, Shanghai)
	if err != nil {
		panic(err)
	}
	return &Clock{now: t}
}

// Now returns the time the clock shows; it fits db.Options.Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on and returns the new time.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// Set puts the clock to t, also backwards: clocks of real machines jump.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}
