package workday

import "time"

// Unit of a clock.
type Unit string

// Side whom a holiday on the last day must not hurt.
type Side string

// Units and sides, as the rulebook writes them.
const (
	CalendarDay Unit = "day"
	WorkingDay  Unit = "workday"

	Body    Side = "body"    // a body's duty falls early
	Citizen Side = "citizen" // a citizen's right falls late
)

// Due is the instant (24:00 of the last day) at which a clock started at start
// has run out. The starting day is not counted; no working days at all means the
// starting day itself, or the next worked one. A last calendar day on a holiday
// moves as Settle says; working days never end on one. Provisional: a day it
// rests on lies in a year without a table.
func (c *Calendar) Due(start time.Time, days int, unit Unit, side Side) (due time.Time, provisional bool) {
	first := Date(start)
	if unit == WorkingDay && days == 0 { // the same working day
		last, provisional := c.NextWorkday(first)
		return EndOf(last), provisional
	}
	if unit == WorkingDay {
		last, provisional := c.addWorkdays(first, days)
		return EndOf(last), provisional
	}
	last, provisional := c.Settle(AddDays(first, days), first, side)
	return EndOf(last), provisional
}

// addWorkdays walks to the n-th working day after date.
func (c *Calendar) addWorkdays(date string, n int) (last string, provisional bool) {
	for n > 0 {
		date = AddDays(date, 1)
		works, guess := c.IsWorkday(date)
		provisional = provisional || guess
		if works {
			n--
		}
	}
	return date, provisional
}

// Settle moves a last day that is not worked: for a body to the last working day
// before, for a citizen to the next. Where early would leave a body nothing after
// the starting day, it is the next working day too.
func (c *Calendar) Settle(last, start string, side Side) (day string, provisional bool) {
	works, provisional := c.IsWorkday(last)
	if works {
		return last, provisional
	}
	if side == Body {
		early, guess := c.step(last, -1)
		if early > start {
			return early, provisional || guess
		}
	}
	late, guess := c.step(last, +1)
	return late, provisional || guess
}

// NextWorkday is the date itself when worked, else the next that is.
func (c *Calendar) NextWorkday(date string) (day string, provisional bool) {
	works, provisional := c.IsWorkday(date)
	if works {
		return date, provisional
	}
	day, guess := c.step(date, +1)
	return day, provisional || guess
}

// step walks by n days until a working day is met.
func (c *Calendar) step(date string, n int) (day string, provisional bool) {
	for {
		date = AddDays(date, n)
		works, guess := c.IsWorkday(date)
		provisional = provisional || guess
		if works {
			return date, provisional
		}
	}
}
