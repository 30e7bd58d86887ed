package workday

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// The embedded table must say the same as lunar-go for every day it knows, and
// lunar-go must know every day of ours (it marks plain weekends in a holiday too).
func TestEmbeddedAgreesWithLunarGo(t *testing.T) {
	c := Embedded()
	for date := "2020-01-01"; date <= "2026-12-31"; date = AddDays(date, 1) {
		works, provisional := c.IsWorkday(date)
		if provisional {
			t.Fatalf("%s is provisional", date)
		}
		want := !weekend(date)
		if h := HolidayUtil.GetHoliday(date); h != nil {
			want = h.IsWork()
		}
		if works != want {
			t.Errorf("%s: worked %v, lunar-go says %v", date, works, want)
		}
	}
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, Zone)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDue(t *testing.T) {
	for _, tc := range []struct {
		name, start string
		days        int
		unit        Unit
		side        Side
		last        string
		provisional bool
	}{
		{"the starting day is not counted", "2026-11-02 09:00", 3, WorkingDay, Body, "2026-11-05", false},
		{"a minute before midnight still belongs to the day", "2026-11-02 23:59", 3, WorkingDay, Body, "2026-11-05", false},
		{"working days skip the weekend", "2026-11-05 09:00", 3, WorkingDay, Body, "2026-11-10", false},
		{"working days skip National Day and count the make-up Saturday", "2026-09-29 09:00", 3, WorkingDay, Body, "2026-10-09", false},
		{"the make-up Saturday after it is worked", "2026-09-30 09:00", 3, WorkingDay, Body, "2026-10-10", false},
		{"working days across Spring Festival count 14 February", "2026-02-13 09:00", 2, WorkingDay, Body, "2026-02-24", false},
		{"calendar days count every day", "2026-11-02 09:00", 10, CalendarDay, Body, "2026-11-12", false},
		{"a body's last day in National Day week falls early", "2026-09-23 09:00", 10, CalendarDay, Body, "2026-09-30", false},
		{"a citizen's falls late", "2026-09-23 09:00", 10, CalendarDay, Citizen, "2026-10-08", false},
		{"a body's last day on a weekend falls on Friday", "2026-11-04 09:00", 10, CalendarDay, Body, "2026-11-13", false},
		{"a citizen's on the Monday", "2026-11-04 09:00", 10, CalendarDay, Citizen, "2026-11-16", false},
		{"a body's last day in Spring Festival falls on the make-up Saturday before it", "2026-02-10 09:00", 10, CalendarDay, Body, "2026-02-14", false},
		{"early never falls on the starting day", "2026-11-06 09:00", 1, CalendarDay, Body, "2026-11-09", false},
		{"nor before it", "2026-10-01 09:00", 3, CalendarDay, Body, "2026-10-08", false},
		{"the year end is an ordinary Thursday", "2026-12-21 09:00", 10, CalendarDay, Body, "2026-12-31", false},
		{"a day in a year without a table is provisional", "2026-12-25 09:00", 10, CalendarDay, Body, "2027-01-04", true},
		{"working days into such a year too", "2026-12-30 09:00", 3, WorkingDay, Body, "2027-01-04", true},
		{"a known last day is not, whatever lies between", "2020-12-02 09:00", 30, CalendarDay, Body, "2020-12-31", false},
		{"no days at all end with the day", "2026-11-02 09:00", 0, CalendarDay, Body, "2026-11-02", false},
		{"no working days end with the working day", "2026-11-02 23:00", 0, WorkingDay, Body, "2026-11-02", false},
		{"and on a holiday with the next", "2026-10-03 09:00", 0, WorkingDay, Body, "2026-10-08", false},
		{"no days on a Sunday end with the next working day", "2026-11-01 09:00", 0, CalendarDay, Body, "2026-11-02", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			due, provisional := Embedded().Due(at(tc.start), tc.days, tc.unit, tc.side)
			if got := LastDay(due); got != tc.last || provisional != tc.provisional {
				t.Errorf("last day %s provisional %v, want %s %v", got, provisional, tc.last, tc.provisional)
			}
			if !due.Equal(EndOf(tc.last)) || due.In(Zone).Format("15:04") != "00:00" {
				t.Errorf("due %v is not 24:00 of %s", due, tc.last)
			}
		})
	}
}

// The day is Shanghai's, whatever zone the instant was written in.
func TestDateIsShanghai(t *testing.T) {
	if got := Date(time.Date(2026, 11, 1, 16, 30, 0, 0, time.UTC)); got != "2026-11-02" {
		t.Error(got)
	}
	if got := Midnight("2026-11-02").UTC().Format(time.RFC3339); got != "2026-11-01T16:00:00Z" {
		t.Error(got)
	}
	if got := DaysBetween("2026-12-30", "2027-01-02"); got != 3 {
		t.Error(got)
	}
	if got := DaysBetween("2027-01-02", "2026-12-30"); got != -3 {
		t.Error(got)
	}
}

func TestPeriods(t *testing.T) {
	for _, tc := range []struct {
		cadence        Cadence
		date, from, to string
		month          string
	}{
		{Week, "2026-10-01", "2026-09-28", "2026-10-04", "2026-09"},
		{Week, "2027-01-03", "2026-12-28", "2027-01-03", "2026-12"},
		{Week, "2026-11-02", "2026-11-02", "2026-11-08", "2026-11"},
		{TenDays, "2026-02-28", "2026-02-21", "2026-02-28", "2026-02"},
		{TenDays, "2026-10-31", "2026-10-21", "2026-10-31", "2026-10"},
		{TenDays, "2026-10-20", "2026-10-11", "2026-10-20", "2026-10"},
		{HalfMonth, "2026-10-15", "2026-10-01", "2026-10-15", "2026-10"},
		{HalfMonth, "2024-02-16", "2024-02-16", "2024-02-29", "2024-02"},
		{Month, "2026-12-31", "2026-12-01", "2026-12-31", "2026-12"},
	} {
		p := PeriodOf(tc.cadence, tc.date)
		if p.From != tc.from || p.To != tc.to || p.Month() != tc.month {
			t.Errorf("%s of %s: %+v of %s, want %s to %s of %s", tc.cadence, tc.date, p, p.Month(), tc.from, tc.to, tc.month)
		}
		if next := p.Next(); next.From != AddDays(p.To, 1) {
			t.Errorf("after %+v comes %+v", p, next)
		}
	}
}

// November 2026 expects 757 × 5 weekly screenings: five weeks belong to it.
func TestPeriodsOfMonth(t *testing.T) {
	for cadence, want := range map[Cadence]int{Week: 5, TenDays: 3, HalfMonth: 2, Month: 1} {
		if got := PeriodsOfMonth(cadence, "2026-11"); len(got) != want {
			t.Errorf("%s: %v", cadence, got)
		}
	}
	if got := PeriodsOfMonth(Week, "2026-10"); len(got) != 4 || got[0].From != "2026-10-05" {
		t.Errorf("October's weeks: %v", got)
	}
}

func TestPeriodDue(t *testing.T) {
	for date, want := range map[string]string{
		"2026-11-02": "2026-11-02", // a plain Monday
		"2026-10-05": "2026-10-08", // Monday in National Day week
		"2026-02-16": "2026-02-24", // the whole week off: the first working day after it
		"2026-04-06": "2026-04-07", // 清明 Monday
	} {
		due, provisional := Embedded().PeriodDue(WeekOf(date))
		if LastDay(due) != want || provisional {
			t.Errorf("week of %s due %s %v, want %s", date, LastDay(due), provisional, want)
		}
	}
	if due, provisional := Embedded().PeriodDue(HalfMonthOf("2026-02-10")); LastDay(due) != "2026-02-15" || provisional {
		t.Errorf("a half-month is due on its last day, holiday or not: %s", LastDay(due))
	}
	if _, provisional := Embedded().PeriodDue(WeekOf("2027-10-04")); !provisional {
		t.Error("a Monday of a year without a table must be provisional")
	}
}

const y2027 = "date,kind,name\n2026-12-31,holiday,元旦\n2027-01-01,holiday,元旦\n2027-01-02,workday,元旦\n2027-10-01,holiday,国庆节\n"

func TestLoadedYearEndsTheGuess(t *testing.T) {
	table, err := Load(strings.NewReader("\uFEFF" + y2027))
	if err != nil {
		t.Fatal(err)
	}
	c := Embedded().With(table)
	if works, provisional := c.IsWorkday("2027-01-02"); !works || provisional {
		t.Error("2027-01-02 must be a known make-up day")
	}
	if works, _ := c.IsWorkday("2026-12-31"); works {
		t.Error("the December day of the new notice must be off")
	}
	if works, _ := c.IsWorkday("2026-10-01"); works {
		t.Error("the old years must stay")
	}
	if _, provisional := Embedded().IsWorkday("2027-01-02"); !provisional {
		t.Error("the embedded calendar must not change")
	}
	again, err := Load(bytes.NewReader(c.CSV()))
	if err != nil || !bytes.Equal(again.CSV(), c.CSV()) {
		t.Errorf("what is written is not what is read: %v", err)
	}
	back := c.With(Embedded())
	if works, _ := back.IsWorkday("2026-12-31"); works {
		t.Error("loading 2026 again must not undo what 2027's notice gave")
	}
}

func TestBrokenTablesAreRefused(t *testing.T) {
	for name, tc := range map[string][2]string{
		"no date":      {"2027-13-01,holiday,元旦\n", "第 1 行"},
		"unknown kind": {"date,kind,name\n2027-01-01,off,元旦\n", "第 2 行"},
		"twice":        {"2027-01-01,holiday,元旦\n2027-01-01,holiday,元旦\n", "写了两次"},
		"weekday made": {"2027-01-04,workday,元旦\n", "不是周末"},
		"half a year":  {"2027-01-01,holiday,元旦\n", "不全"},
		"columns":      {"2027-01-01,holiday\n", "三列"},
		"no name":      {"2027-01-01,holiday,\n", "名称"},
		"nothing":      {"date,kind,name\n", "没有一个完整的年份"},
	} {
		if c, err := Load(strings.NewReader(tc[0])); err == nil || c != nil || !strings.Contains(err.Error(), tc[1]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
