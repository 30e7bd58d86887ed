package attachment

import (
	"sync"
	"time"
)

// sights remembers what was opened in the last minutes.
type sights struct {
	mu sync.Mutex
	at map[string]time.Time
}

// oneSight is how long parts of a file count as one opening.
const oneSight = 5 * time.Minute

func (s *sights) lately(key string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, ok := s.at[key]
	return ok && now.Sub(last).Abs() < oneSight
}

func (s *sights) mark(key string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == nil || len(s.at) > 10000 {
		s.at = map[string]time.Time{}
	}
	s.at[key] = now
}
