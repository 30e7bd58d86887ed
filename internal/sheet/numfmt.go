package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// numberFormat is what a cell style does to a number, as far as a reader needs it.
type numberFormat struct {
	kind formatKind
	pad  int // digits of a format of noughts only, as in 000000
}

type formatKind int

const (
	asNumber formatKind = iota
	asDate              // a day, with or without the time
	asClock             // a time of day or a length of time
	asPercent
)

// formatOf reads the format of a style; the numbers without a code are ECMA-376
// part 1, 18.8.30, with its East Asian dates (27–36, 50–58).
func formatOf(id int, code string) numberFormat {
	if code == "" {
		switch {
		case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
			return numberFormat{kind: asDate}
		case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
			return numberFormat{kind: asClock}
		case id == 9, id == 10:
			return numberFormat{kind: asPercent}
		}
		return numberFormat{}
	}
	return formatOfCode(code)
}

var (
	notFormat = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)
	halfDay   = regexp.MustCompile(`(?i)am/pm|a/p|上午/下午`)
)

func formatOfCode(code string) numberFormat {
	elapsed := regexpElapsed.MatchString(code)
	code, _, _ = strings.Cut(notFormat.ReplaceAllString(code, ""), ";")
	code = strings.ToLower(halfDay.ReplaceAllString(code, ""))
	switch {
	case strings.Contains(code, "general"):
	case elapsed:
		return numberFormat{kind: asClock}
	case strings.ContainsAny(code, "yd"), strings.Contains(code, "aaa"), strings.Contains(code, "m") && !strings.ContainsAny(code, "hs"):
		return numberFormat{kind: asDate}
	case strings.ContainsAny(code, "hs"):
		return numberFormat{kind: asClock}
	case strings.Contains(code, "%"):
		return numberFormat{kind: asPercent}
	case code != "" && strings.Trim(code, "0") == "":
		return numberFormat{pad: len(code)}
	}
	return numberFormat{}
}

var regexpElapsed = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)

// show gives the text of a number, and its date if it is one.
func (f numberFormat) show(v float64, date1904 bool) (text, day string) {
	switch {
	case f.kind == asDate && v >= 1:
		if t, ok := serialTime(v, date1904); ok {
			day = dateText(t)
			return day, day
		}
	case f.kind == asDate || f.kind == asClock:
		if v >= 0 && v < 1 {
			return time.Unix(int64(math.Round(v*86400)), 0).UTC().Format(time.TimeOnly), ""
		}
	case f.kind == asPercent:
		return numberText(v*100) + "%", ""
	case f.pad > 1 && v >= 0 && v == math.Trunc(v):
		s := numberText(v)
		return strings.Repeat("0", max(0, f.pad-len(s))) + s, ""
	}
	return numberText(v), ""
}

// numberText shows a number with the fifteen digits a spreadsheet keeps, and
// never in powers of ten: 0.30000000000000004 is 0.3, a telephone stays whole.
func numberText(v float64) string {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 14, 64), 64)
	if err != nil {
		r = v
	}
	if math.Abs(r) >= 1e21 || r != 0 && math.Abs(r) < 1e-12 {
		return strconv.FormatFloat(r, 'G', -1, 64)
	}
	if r == 0 {
		return "0" // not -0
	}
	return strconv.FormatFloat(r, 'f', -1, 64)
}

// lastSerial is 9999-12-31.
const lastSerial = 2_958_465

// serialTime turns a day number into a day, to the second. Day 60 is the 29th of
// February 1900, which never was: the days before it are counted one later.
func serialTime(v float64, date1904 bool) (time.Time, bool) {
	days := math.Floor(v)
	seconds := int(math.Round((v - days) * 86400))
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return time.Time{}, false
	case days < 60:
		first = first.AddDate(0, 0, 1)
	}
	if days < 0 || days > lastSerial {
		return time.Time{}, false
	}
	return first.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second), true
}

func dateText(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}
