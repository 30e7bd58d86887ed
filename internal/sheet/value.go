package sheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"tiaojietai/internal/errs"
)

// narrow makes full-width digits, letters and signs half-width.
func narrow(s string) string { return norm.NFKC.String(s) }

func badDate(format string, args ...any) error {
	return errs.Newf(errs.Invalid, "badDate", format, args...)
}

// The ways a date is written. Month and day may have one digit; a two-digit year
// is refused, as 21.3.4 has three readings.
var (
	fullDate   = regexp.MustCompile(`^([0-9]{4})\s*[年./\-]\s*([0-9]{1,2})\s*[月./\-]\s*([0-9]{1,2})\s*[日号]?$`)
	packedDate = regexp.MustCompile(`^([0-9]{4})([0-9]{2})([0-9]{2})$`)
	noYear     = regexp.MustCompile(`^([0-9]{1,2})\s*[月/\-]\s*([0-9]{1,2})\s*[日号]?$`)
	noDay      = regexp.MustCompile(`^[0-9]{4}\s*[年./\-]\s*[0-9]{1,2}\s*月?$`)
	shortYear  = regexp.MustCompile(`^[0-9]{2}\s*[年./\-]\s*[0-9]{1,2}\s*[月./\-]\s*[0-9]{1,2}\s*[日号]?$`)
	serial     = regexp.MustCompile(`^[0-9]{5}(\.[0-9]+)?$`)
	weekday    = regexp.MustCompile(`[(\[]?(星期|周|礼拜)[一二三四五六日天][)\]]?`)
	timeOfDay  = regexp.MustCompile(`(?:T|\s|[日号])\s*([0-9]{1,2})\s*[:时点]\s*([0-9]{1,2})\s*(?:[:分]\s*([0-9]{1,2})?(?:\.[0-9]+)?\s*秒?)?\s*(Z|[+\-][0-9]{2}:?[0-9]{2})?$`)
)

// ParseDate reads a date as people write it: a date cell, 44200 without a date
// style, 2021.1.11, 2021年1月14日, 2021/01/16, 2021-01-21, 1月26日 (in defaultYear;
// 0: there is none), 20210128; a time of day behind it is passed over. The result
// is 2006-01-02; "" for a blank cell. The error says in Chinese what is wrong and
// does not repeat the cell.
func ParseDate(cell Cell, defaultYear int) (day string, err error) {
	day, _, err = ParseDateTime(cell, defaultYear)
	return day, err
}

// ParseDateTime is ParseDate that keeps the time of day: 15:04:05, "" if none.
func ParseDateTime(cell Cell, defaultYear int) (day, clock string, err error) {
	if cell.IsDate {
		day, clock, _ = strings.Cut(cell.Date, " ")
		return inRange(day, clock)
	}
	text := tidy(weekday.ReplaceAllString(narrow(cell.Text), ""))
	if text == "" {
		return "", "", nil
	}
	if serial.MatchString(text) {
		v, _ := strconv.ParseFloat(text, 64)
		t, ok := serialTime(v, false)
		if !ok {
			return "", "", badDate("认不出这个日期，请写成 2021-01-31 这样。")
		}
		day, clock, _ = strings.Cut(dateText(t), " ")
		return inRange(day, clock)
	}
	if text, clock, err = cutTime(text); err != nil {
		return "", "", err
	}
	day, err = parseDay(text, defaultYear)
	if err != nil {
		return "", "", err
	}
	return inRange(day, clock)
}

func inRange(day, clock string) (string, string, error) {
	if day < "1900-01-01" || day > "2199-12-31" {
		return "", "", badDate("年份不对，应在 1900 年到 2199 年之间。")
	}
	return day, clock, nil
}

// cutTime takes the time of day off the end.
func cutTime(text string) (rest, clock string, err error) {
	m := timeOfDay.FindStringSubmatchIndex(text)
	if m == nil {
		return text, "", nil
	}
	part := func(i int) int {
		if m[2*i] < 0 {
			return 0
		}
		n, _ := strconv.Atoi(text[m[2*i]:m[2*i+1]])
		return n
	}
	hour, minute, second := part(1), part(2), part(3)
	if hour > 23 || minute > 59 || second > 59 {
		return "", "", badDate("没有 %d 时 %d 分 %d 秒这个时间。", hour, minute, second)
	}
	end := m[0] // 日 belongs to the day
	for _, mark := range []string{"日", "号"} {
		if strings.HasPrefix(text[m[0]:], mark) {
			end += len(mark)
		}
	}
	return tidy(text[:end]), fmt.Sprintf("%02d:%02d:%02d", hour, minute, second), nil
}

func parseDay(text string, defaultYear int) (string, error) {
	for _, form := range []*regexp.Regexp{fullDate, packedDate} {
		if m := form.FindStringSubmatch(text); m != nil {
			return calendarDay(m[1], m[2], m[3])
		}
	}
	switch m := noYear.FindStringSubmatch(text); {
	case m != nil && defaultYear == 0:
		return "", badDate("日期没有写年份，表的标题里也没有年份。")
	case m != nil:
		return calendarDay(strconv.Itoa(defaultYear), m[1], m[2])
	case noDay.MatchString(text):
		return "", badDate("日期没有写到日。")
	case shortYear.MatchString(text):
		return "", badDate("年份要写四位。")
	}
	return "", badDate("认不出这个日期，请写成 2021-01-31 这样。")
}

// calendarDay refuses a day that no calendar has.
func calendarDay(y, m, d string) (string, error) {
	year, _ := strconv.Atoi(y)
	month, _ := strconv.Atoi(m)
	day, _ := strconv.Atoi(d)
	if month < 1 || month > 12 {
		return "", badDate("没有 %d 月这个月份。", month)
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day || day == 0 {
		return "", badDate("%d 年 %d 月没有 %d 日。", year, month, day)
	}
	return t.Format(time.DateOnly), nil
}
