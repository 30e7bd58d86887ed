package app

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Clock is the clock of a demonstration: it stands while the county is filled,
// and afterwards runs on from where it was set.
type Clock struct {
	mu      sync.Mutex
	at      time.Time
	since   time.Time // wall time from which it runs on; zero: it stands
	running bool
}

// Now is the time the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.running {
		return c.at
	}
	return c.at.Add(time.Since(c.since)) // monotonic: no jump of the machine's clock shows
}

// Stand puts the clock to t and stops it there.
func (c *Clock) Stand(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.running = t, false
}

// RunFrom lets the clock run on from t.
func (c *Clock) RunFrom(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.since, c.running = t, time.Now(), true
}

// IDs makes UUIDv7: random ones, or, for filling, always the same.
type IDs struct {
	mu   sync.Mutex
	seed *rand.Rand
	last int64 // milliseconds of the newest, seeded ones only
	n    uint16
}

// Seed makes the following ids depend on the seed and the times asked for alone.
func (i *IDs) Seed(seed uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seed = rand.New(rand.NewPCG(seed, seed))
}

// Random makes the following ids random again.
func (i *IDs) Random() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.seed = nil
}

// New gives an id for a time; it fits db.Options.NewID. The time in it is the
// injected clock's, so that ids sort as what they name happened.
func (i *IDs) New(now time.Time) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	var id uuid.UUID
	if i.seed == nil {
		id = uuid.Must(uuid.NewV7())
	} else {
		binary.BigEndian.PutUint64(id[0:], i.seed.Uint64())
		binary.BigEndian.PutUint64(id[8:], i.seed.Uint64())
	}
	ms := now.UnixMilli()
	if ms == i.last {
		i.n++
	} else {
		i.last, i.n = ms, 0
	}
	var t [8]byte
	binary.BigEndian.PutUint64(t[:], uint64(ms)<<16)
	copy(id[:6], t[:6])
	binary.BigEndian.PutUint16(id[6:], 0x7000|i.n&0x0fff)
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}
