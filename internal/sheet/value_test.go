package sheet

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "　": "",
		"44200": "2021-01-04", "44200.5063": "2021-01-04 12:09:04",
		"2021.1.11": "2021-01-11", "2021年1月14日": "2021-01-14", "2021/01/16": "2021-01-16", "2021-01-21": "2021-01-21",
		"1月26日": "2021-01-26", "20210128": "2021-01-28", "2020/1/6 12:09:38": "2020-01-06 12:09:38",
		"２０２１年１月１４日": "2021-01-14", "2021 年 1 月 14 号": "2021-01-14", "2021年1月14": "2021-01-14", "1/26": "2021-01-26", "1-26": "2021-01-26",
		"2021年1月14日（星期四）": "2021-01-14", "2021年1月14日 12:09": "2021-01-14 12:09:00", "2021年1月14日9时05分": "2021-01-14 09:05:00",
		"1月26日12:09:38": "2021-01-26 12:09:38", "20210128 23:59:59": "2021-01-28 23:59:59",
		"2021-01-14T00:00:00Z": "2021-01-14 00:00:00", "2021-01-14T08:00:00.000+08:00": "2021-01-14 08:00:00", "2024-02-29": "2024-02-29",
	} {
		day, clock, err := ParseDateTime(Cell{Text: text}, 2021)
		if got := strings.TrimSpace(day + " " + clock); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	day, clock, err := ParseDateTime(Cell{Text: "x", IsDate: true, Date: "2021-01-04 12:09:38"}, 0)
	if day != "2021-01-04" || clock != "12:09:38" || err != nil {
		t.Error(day, clock, err)
	}
	for text, why := range map[string]string{
		"2021年2月30日": "2021 年 2 月没有 30 日", "2月29日": "2021 年 2 月没有 29 日", "20211301": "没有 13 月", "2021.0.1": "没有 0 月",
		"2021-1-0": "没有 0 日", "2021年3月": "没有写到日", "21.1.11": "年份要写四位", "3021-1-1": "年份不对", "1.26": "认不出", "上周": "认不出",
		"2021.1.1-1.5": "认不出", "2021-01-01 25:00": "没有 25 时", "44200人": "认不出", "2021-01/16x": "认不出",
	} {
		if _, err := ParseDate(Cell{Text: text}, 2021); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %s", text, err, why)
		}
	}
	if _, err := ParseDate(Cell{Text: "1月26日"}, 0); err == nil || !strings.Contains(err.Error(), "没有写年份") {
		t.Error(err)
	}
}

func TestParseAmountFen(t *testing.T) {
	for _, c := range []struct {
		text string
		unit Unit
		want int64
	}{
		{"0.3", Wan, 300_000}, {"0.5万", Yuan, 500_000}, {"0.5万", Wan, 500_000}, {"约3000元", Wan, 300_000}, {"12", Wan, 12_000_000}, {"12", Yuan, 1200},
		{"1,200", Yuan, 120_000}, {"１，２００．５元", Yuan, 120_050}, {"￥3,000.00", Wan, 3_000_000_000}, {"人民币3000元整", Yuan, 300_000},
		{"3000余元", Yuan, 300_000}, {"3000多块", Yuan, 300_000}, {"3万余元", Yuan, 3_000_000}, {"约2.35万元左右", Yuan, 2_350_000}, {"2千元", Yuan, 200_000},
		{"1.2亿", Yuan, 12_000_000_000}, {"0", Yuan, 0}, {"0.1", Yuan, 10}, {"0.29", Yuan, 29}, {"1.005", Yuan, 101}, {"0.0000001", Wan, 0}, {"0.0000005", Wan, 1},
		{"0.1234567", Wan, 123_457}, {"2.675", Thousand, 267_500}, {"35.41", Yuan, 3541}, {"0.57", Wan, 570_000}, {"1000000000000", Yuan, maxFen},
	} {
		fen, ok, err := ParseAmountFen(c.text, c.unit)
		if fen != c.want || !ok || err != nil {
			t.Errorf("%q: %d, %v, %v, want %d", c.text, fen, ok, err, c.want)
		}
	}
	for _, text := range []string{"", "—", "－", "-", "/", "——", "无", "暂无", "不详", "　"} {
		if fen, ok, err := ParseAmountFen(text, Wan); ok || err != nil || fen != 0 {
			t.Errorf("%q: %d, %v, %v", text, fen, ok, err)
		}
	}
	for text, why := range map[string]string{
		"-3": "负数", "－0.5万": "负数", "负3": "负数", "(300)": "负数", "3000-5000": "认不出", "1,20": "认不出", "三千": "认不出", "12人": "认不出", "1.2.3": "认不出",
		"10000000000001": "太大", "99999999999999999999": "太大", "999999999999999999999": "位数太多", "=1+1": "认不出", "1e9": "认不出",
	} {
		if _, _, err := ParseAmountFen(text, Yuan); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %s", text, err, why)
		}
	}
	for name, want := range map[string]Unit{"涉及金额（万元）": Wan, "金额(万)": Wan, "金额（元）": Yuan, "金额": Yuan, "金额 千元": Thousand, "投资（亿元）": Yi} {
		if got := UnitIn(name); got != want {
			t.Errorf("%s: %d", name, got)
		}
	}
}

func TestParseCount(t *testing.T) {
	for text, want := range map[string]int{"5": 5, "5人": 5, "５人": 5, "约12户": 12, "1,200人次": 1200, "3.0": 3, "30余人": 30, "0": 0} {
		if n, ok, err := ParseCount(text); n != want || !ok || err != nil {
			t.Errorf("%q: %d, %v, %v", text, n, ok, err)
		}
	}
	for _, text := range []string{"", "—", "无"} {
		if _, ok, err := ParseCount(text); ok || err != nil {
			t.Errorf("%q: %v, %v", text, ok, err)
		}
	}
	for _, text := range []string{"-5", "2.5", "五人", "5人3户", "5万", "99999999999", "10000001", "2-3人"} {
		if n, _, err := ParseCount(text); err == nil {
			t.Errorf("%q: %d", text, n)
		}
	}
}

// Whatever stands in a cell: a day of the calendar in the range, or a reason.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"44200", "2021.1.11", "1月26日", "20210128", "2020/1/6 12:09:38", "2021年2月30日", "99999.99999", "\xff", "日日 1:1"} {
		f.Add(s, 2021)
	}
	f.Fuzz(func(t *testing.T, s string, year int) {
		day, clock, err := ParseDateTime(Cell{Text: s}, year)
		if err != nil {
			if day != "" || clock != "" {
				t.Errorf("%q: %q %q beside %v", s, day, clock, err)
			}
			return
		}
		if day == "" {
			if tidy(weekday.ReplaceAllString(narrow(s), "")) != "" {
				t.Errorf("%q is passed over", s)
			}
			return
		}
		d, err := time.Parse(time.DateOnly, day)
		if err != nil || d.Year() < 1900 || d.Year() > 2199 {
			t.Errorf("%q: %q", s, day)
		}
		if _, err := time.Parse(time.TimeOnly, clock); clock != "" && err != nil {
			t.Errorf("%q: %q", s, clock)
		}
	})
}

func FuzzParseAmountFen(f *testing.F) {
	for _, s := range []string{"0.3", "0.5万", "约3000元", "1,200", "—", "-3", "99999999999999999999", "0.00000000000000000001亿", "\xff"} {
		f.Add(s, int64(Wan))
	}
	f.Fuzz(func(t *testing.T, s string, unit int64) {
		unit = max(1, unit%math.MaxInt32)
		fen, ok, err := ParseAmountFen(s, Unit(unit))
		if fen < 0 || fen > maxFen || !ok && fen != 0 || err != nil && ok {
			t.Errorf("%q: %d, %v, %v", s, fen, ok, err)
		}
		if err == nil && ok && strings.IndexFunc(narrow(s), func(c rune) bool { return c >= '0' && c <= '9' }) < 0 {
			t.Errorf("%q has no digit and is %d", s, fen)
		}
	})
}
