package workday

import (
	"fmt"
	"time"
)

// Cadence of a duty, as the rulebook writes it.
type Cadence string

// The cadences.
const (
	Week      Cadence = "week"      // Monday to Sunday
	TenDays   Cadence = "tenDays"   // 旬: 1–10, 11–20, 21–last
	HalfMonth Cadence = "halfMonth" // 1–15, 16–last
	Month     Cadence = "month"
)

// Period is one turn of a cadence, both ends inclusive.
type Period struct {
	Cadence  Cadence
	From, To string
}

// WeekOf is the week, Monday to Sunday, a date lies in.
func WeekOf(date string) Period {
	t := Midnight(date)
	monday := AddDays(date, -((int(t.Weekday()) + 6) % 7))
	return Period{Week, monday, AddDays(monday, 6)}
}

// TenDaysOf is the 旬 a date lies in.
func TenDaysOf(date string) Period {
	switch day := Midnight(date).Day(); {
	case day <= 10:
		return Period{TenDays, on(date, 1), on(date, 10)}
	case day <= 20:
		return Period{TenDays, on(date, 11), on(date, 20)}
	default:
		return Period{TenDays, on(date, 21), monthEnd(date)}
	}
}

// HalfMonthOf is the half-month a date lies in.
func HalfMonthOf(date string) Period {
	if Midnight(date).Day() <= 15 {
		return Period{HalfMonth, on(date, 1), on(date, 15)}
	}
	return Period{HalfMonth, on(date, 16), monthEnd(date)}
}

// MonthOf is the month a date lies in.
func MonthOf(date string) Period { return Period{Month, on(date, 1), monthEnd(date)} }

func on(date string, day int) string { return fmt.Sprintf("%s%02d", date[:8], day) }

func monthEnd(date string) string {
	t := Midnight(date)
	return time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, Zone).Format(time.DateOnly)
}

// PeriodOf is the period of a cadence a date lies in; the month for an unknown one.
func PeriodOf(cadence Cadence, date string) Period {
	switch cadence {
	case Week:
		return WeekOf(date)
	case TenDays:
		return TenDaysOf(date)
	case HalfMonth:
		return HalfMonthOf(date)
	default:
		return MonthOf(date)
	}
}

// Next is the period after p.
func (p Period) Next() Period { return PeriodOf(p.Cadence, AddDays(p.To, 1)) }

// Month is the month p belongs to, YYYY-MM: a week to that of its Monday.
func (p Period) Month() string { return p.From[:7] }

// PeriodsOfMonth are the periods that belong to a month (YYYY-MM), in order.
func PeriodsOfMonth(cadence Cadence, month string) []Period {
	var out []Period
	p := PeriodOf(cadence, month+"-01")
	if p.Month() != month { // a week that began in the month before
		p = p.Next()
	}
	for ; p.Month() == month; p = p.Next() {
		out = append(out, p)
	}
	return out
}

// PeriodDue is when the duty of a period is due: a week's on its Monday (a
// holiday Monday: the next working day), the others' on their last day, holiday
// or not; always 24:00.
func (c *Calendar) PeriodDue(p Period) (due time.Time, provisional bool) {
	if p.Cadence != Week {
		return EndOf(p.To), false
	}
	day, provisional := c.NextWorkday(p.From)
	return EndOf(day), provisional
}
