package sheet

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"tiaojietai/internal/errs"
)

// Unit is what a bare number in a column of amounts means, in fen.
type Unit int64

// The units a header names.
const (
	Yuan     Unit = 100
	Thousand      = 1000 * Yuan
	Wan           = 10_000 * Yuan
	Yi            = 10_000 * Wan
)

// UnitIn reads the unit a column's name gives, as in 涉及金额（万元）; Yuan if none.
func UnitIn(name string) Unit {
	switch name = squeeze(name); {
	case strings.Contains(name, "亿元"):
		return Yi
	case strings.Contains(name, "万元"), strings.HasSuffix(name, "（万）"), strings.HasSuffix(name, "(万)"):
		return Wan
	case strings.Contains(name, "千元"):
		return Thousand
	}
	return Yuan
}

var (
	none   = regexp.MustCompile(`^([-—–－―─/\\.、]*|无|暂无|没有|不详|不明|未知|不涉及|无金额)$`)
	minus  = regexp.MustCompile(`^[¥￥]?\s*([-−－—–]|负)\s*[0-9.]|^\([0-9.,]+\)$`)
	amount = regexp.MustCompile(`^(?:大约|约计|约|近|共计|合计|共|计|人民币|RMB|¥|￥|:)*` +
		`([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?[余多]?(亿|千万|百万|十万|万|千|百)?[余多]?(元|块钱|块|圆)?[整正]?(?:左右|上下|以内)?$`)
	count = regexp.MustCompile(`^(?:大约|约|共计|共|计)?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?[余多]?(?:人次|人|名|位|户|家|个|件|起|次|口|条|份|笔)?[余多]?(?:左右|上下)?$`)

	multiple = map[string]Unit{"亿": Yi, "千万": 1000 * Wan, "百万": 100 * Wan, "十万": 10 * Wan, "万": Wan, "千": Thousand, "百": 100 * Yuan}
)

// maxFen is 10,000 亿元: more is a slip.
const maxFen = 100_000_000_000_000

func badAmount(msg string) error { return errs.New(errs.Invalid, "badAmount", msg) }

// ParseAmountFen reads an amount as people write it; unit is what a bare number
// means: 0.3 in 万元 is 300,000 fen, but 0.5万 and 约3000元 say it themselves. ok is
// false when none is given (blank, —, 无). Decimal arithmetic, half a fen rounded up.
func ParseAmountFen(text string, unit Unit) (fen int64, ok bool, err error) {
	text = squeeze(narrow(text))
	if none.MatchString(text) {
		return 0, false, nil
	}
	if minus.MatchString(text) {
		return 0, false, badAmount("金额不能是负数。")
	}
	m := amount.FindStringSubmatch(text)
	if m == nil {
		return 0, false, badAmount("认不出这个金额，请只写数字，或写成 3000元、0.5万 这样。")
	}
	switch {
	case m[3] != "":
		unit = multiple[m[3]]
	case m[4] != "":
		unit = Yuan
	}
	if len(m[1]) > 20 || len(m[2]) > 40 {
		return 0, false, badAmount("金额的位数太多，请核对。")
	}
	n, _ := new(big.Int).SetString(strings.ReplaceAll(m[1], ",", "")+m[2], 10)
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(m[2]))), nil)
	n.Mul(n, big.NewInt(int64(unit)))
	n.Add(n, new(big.Int).Rsh(scale, 1)) // half up
	n.Div(n, scale)
	if !n.IsInt64() || n.Int64() > maxFen {
		return 0, false, badAmount("金额太大，请核对单位。")
	}
	return n.Int64(), true, nil
}

// maxCount is above any number of people or things in a row.
const maxCount = 10_000_000

// ParseCount reads a whole number of people or things: 5, 5人, 约12户. ok is false
// when none is given.
func ParseCount(text string) (n int, ok bool, err error) {
	text = squeeze(narrow(text))
	if none.MatchString(text) {
		return 0, false, nil
	}
	m := count.FindStringSubmatch(text)
	if m == nil {
		return 0, false, errs.New(errs.Invalid, "badCount", "认不出这个数，请写整数，如 5 或 5人。")
	}
	n, err = strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	if err != nil || n > maxCount {
		return 0, false, errs.New(errs.Invalid, "badCount", "数太大，请核对。")
	}
	return n, true, nil
}
