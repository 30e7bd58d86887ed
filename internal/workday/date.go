package workday

import (
	"math"
	"time"
	_ "time/tzdata" // the binary must not depend on the machine's zone files
)

// Zone is Asia/Shanghai, the zone of every date in the system.
var Zone = func() *time.Location {
	z, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err) // embedded above
	}
	return z
}()

// Date is the day an instant falls on, YYYY-MM-DD.
func Date(t time.Time) string { return t.In(Zone).Format(time.DateOnly) }

// ParseDate tells whether s is a real day written YYYY-MM-DD.
func ParseDate(s string) (string, bool) {
	t, err := time.ParseInLocation(time.DateOnly, s, Zone)
	return s, err == nil && t.Format(time.DateOnly) == s
}

// Midnight is 00:00 of a date; the zero time for what is no date.
func Midnight(date string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, date, Zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// EndOf is 24:00 of a date, the instant at which a deadline on it has passed.
func EndOf(date string) time.Time { return Midnight(AddDays(date, 1)) }

// LastDay is the date a due instant stands for: 24:00 belongs to the day it ends.
func LastDay(due time.Time) string { return Date(due.Add(-time.Nanosecond)) }

// AddDays moves a date by n calendar days.
func AddDays(date string, n int) string { return Midnight(date).AddDate(0, 0, n).Format(time.DateOnly) }

// DaysBetween counts the calendar days from one date to another, negative when
// to is before from.
func DaysBetween(from, to string) int {
	return int(math.Round(Midnight(to).Sub(Midnight(from)).Hours() / 24)) // not all days of 1986–1991 had 24 hours
}
