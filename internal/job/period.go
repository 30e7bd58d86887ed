package job

import "time"

// periodOf reads the due time that is the key of a periodic job.
func periodOf(key string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, key)
	return t, err == nil
}

// Daily comes due at a time of day of a zone, e.g. 00:05 in Shanghai.
func Daily(zone *time.Location, hour, minute int) Next {
	return func(after time.Time) time.Time {
		t := after.In(zone)
		due := time.Date(t.Year(), t.Month(), t.Day(), hour, minute, 0, 0, zone)
		if !due.After(after) {
			due = time.Date(t.Year(), t.Month(), t.Day()+1, hour, minute, 0, 0, zone)
		}
		return due
	}
}

// Each comes due at every whole multiple of a step since 1970, e.g. 15 minutes.
func Each(step time.Duration) Next {
	return func(after time.Time) time.Time { return after.UTC().Truncate(step).Add(step) }
}
