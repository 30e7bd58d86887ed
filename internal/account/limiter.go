package account

import (
	"sync"
	"time"
)

// maxKeys bounds what a limiter remembers, against names tried at random.
const maxKeys = 10000

// limiter counts failures by key within a window. It lives in memory: what it
// guards is also guarded by the lock of the account.
type limiter struct {
	mu   sync.Mutex
	seen map[string]failures
}

type failures struct {
	n     int
	until time.Time // end of the window, or of the wait once n is reached
}

// wait is how many seconds a key has still to wait after limit failures.
func (l *limiter) wait(key string, limit int, _ time.Duration, now time.Time) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.seen[key]
	if f.n < limit || !now.Before(f.until) {
		return 0
	}
	return int((f.until.Sub(now) + time.Second - 1) / time.Second)
}

// fail counts one failure; each prolongs the window.
func (l *limiter) fail(key string, window time.Duration, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil || len(l.seen) >= maxKeys {
		l.forget(now)
	}
	f := l.seen[key]
	if !now.Before(f.until) {
		f.n = 0
	}
	l.seen[key] = failures{f.n + 1, now.Add(window)}
}

// forget drops what is over; when that frees nothing, everything.
func (l *limiter) forget(now time.Time) {
	kept := map[string]failures{}
	for k, f := range l.seen {
		if now.Before(f.until) {
			kept[k] = f
		}
	}
	if len(kept) >= maxKeys {
		kept = map[string]failures{}
	}
	l.seen = kept
}
