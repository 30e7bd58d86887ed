package app

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// demoCase is one hand-written situation. Alternatives of a field are parted
// by " // ", alternatives inside a sentence by [x|y], and {…} names a detail
// of the story: see demoEnv.detail.
type demoCase struct {
	kin bool   // both of one family name
	lv  string // levels g v t c; empty: the category's
	mo  string // months, "11-4" or "6,8"; empty: any
	te  string // terrains b r h; empty: any
	v   string // numbers and words of the story, see demoEnv.define
	sex string // of applicant and respondent: m, f or ?; empty: any
	age string // o, m, y or ?
	org string // the respondent is a firm of this kind

	t string // titles
	d string // descriptions
	p string // places, after village and group
	q string // demands
	// gap is what stands between them, a full sentence without its stop;
	// chk what the mediator would do about it, beginning with a verb.
	gap, chk string
	s        string // settlements
	f        string // what a follow-up finds, without its stop

	rem, dept, l, con string // remedy, department, lists, concerns
}

// fits tells whether the situation can happen then, there and at that level.
func (c demoCase) fits(month int, terrain byte, level, cat string) bool {
	lv := demoOr(c.lv, demoOr(demoCategoryLevels[cat], "gvt"))
	if !strings.Contains(lv, level[:1]) {
		return false
	}
	if c.te != "" && !strings.ContainsRune(c.te, rune(terrain)) {
		return false
	}
	return c.mo == "" || demoMonthIn(c.mo, month)
}

func demoMonthIn(spec string, month int) bool {
	for part := range strings.SplitSeq(spec, ",") {
		lo, hi, ranged := strings.Cut(part, "-")
		a, _ := strconv.Atoi(lo)
		b := a
		if ranged {
			b, _ = strconv.Atoi(hi)
		}
		if a <= b && month >= a && month <= b || a > b && (month >= a || month <= b) {
			return true
		}
	}
	return false
}

// demoEnv holds the details of one story, so that a sum, a plot or a name
// once mentioned stays the same in every text of it.
type demoEnv struct {
	d           *demoTexts
	r           *rand.Rand
	cs          demoCase
	cat         string
	year, month int
	village     string
	group       int
	level       string
	terrain     byte
	a, b        demoPerson
	c           *demoPerson
	str         map[string]string
	num         map[string]int64 // hundredths; money in fen
	bias        int
	fullFirm    bool // the next mention of a firm is its full name
	money       bool // a sum of m was mentioned
}

func (d *demoTexts) newEnv(cat string, c demoCase, year, month int, village string, group int, level string) *demoEnv {
	e := &demoEnv{d: d, r: d.rng, cs: c, cat: cat, year: year, month: month, village: village, group: group,
		level: level, terrain: demoTerrain(village), str: map[string]string{}, num: map[string]int64{}}
	e.bias = map[string]int{"group": 0, "village": 1, "township": 2, "county": 3}[level]
	sex, age := demoOr(c.sex, "??"), demoOr(c.age, "??")
	home := demoVillageShort(village) + demoGroupName(group)
	e.a = d.person(e.r, sex[0], age[0], "", year, home)
	if c.org != "" {
		e.b = d.firm(e.r, c.org, "元谋县")
	} else {
		family := ""
		if c.kin {
			family = string([]rune(e.a.Name)[:1])
		}
		e.b = d.person(e.r, sex[1], age[1], family, year, home)
		e.thin(&e.b)
	}
	for f := range strings.FieldsSeq(c.v) {
		e.define(f)
	}
	e.deriveMoney()
	return e
}

// thin leaves out what a real ledger often lacks about the other side.
func (e *demoEnv) thin(p *demoPerson) {
	if e.r.IntN(5) == 0 {
		p.Phone = ""
	}
	if e.r.IntN(2) == 0 {
		p.IDNumber = ""
	}
}

// define reads one entry of demoCase.v: x=3-8, x=100-900/50 (step),
// x=1.2-2.8/0.2, x=a*b, x=a+b, x=a-b or w=大哥|二哥.
func (e *demoEnv) define(f string) {
	k, v, ok := strings.Cut(f, "=")
	if !ok {
		panic("demotext: bad variable " + f)
	}
	if strings.ContainsAny(v[:1], "0123456789") {
		span, step, hasStep := strings.Cut(v, "/")
		lo, hi, _ := strings.Cut(span, "-")
		st := int64(100)
		if hasStep {
			st = demoHundredths(step)
		}
		a, b := demoHundredths(lo), demoHundredths(demoOr(hi, lo))
		steps := int((b-a)/st) + 1
		// Small places settle small things: the level pulls the draw.
		i := e.r.IntN(steps)
		if k == "m" || k == "u" {
			j := e.r.IntN(steps)
			if e.bias <= 1 {
				i = min(i, j)
			} else if e.bias == 3 {
				i = max(i, j)
			}
		}
		e.num[k] = a + int64(i)*st
		return
	}
	for _, op := range []string{"*", "+", "-"} {
		if x, y, ok := strings.Cut(v, op); ok {
			a, b := e.term(x), e.term(y)
			e.num[k] = map[string]int64{"*": a * b / 100, "+": a + b, "-": a - b}[op]
			return
		}
	}
	e.str[k] = e.pick(strings.Split(v, "|"))
}

func (e *demoEnv) term(s string) int64 {
	if n, ok := e.num[s]; ok {
		return n
	}
	return demoHundredths(strings.TrimPrefix(s, "#"))
}

func demoHundredths(s string) int64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("demotext: bad number " + s)
	}
	return int64(f*100 + 0.5)
}

// deriveMoney splits the claimed sum m: s settled and r = m − s given up, s1
// paid at once and s2 = s − s1 later, o the respondent's first offer.
func (e *demoEnv) deriveMoney() {
	m, ok := e.num["m"]
	if !ok {
		return
	}
	set := func(k string, v int64) {
		if _, has := e.num[k]; !has {
			e.num[k] = v
		}
	}
	share := int64(55 + e.r.IntN(35))
	if e.cat == "migrantWages" || e.cat == "labour" {
		share = int64(86 + e.r.IntN(12)) // wages are not haggled down like damage
	}
	set("s", demoRound(m*share/100))
	s := e.num["s"]
	set("r", m-s)
	set("s1", demoRound(s*int64(30+e.r.IntN(35))/100))
	set("s2", s-e.num["s1"])
	set("w1元", demoRound(m*int64(40+e.r.IntN(25))/100))
	set("w2元", m-e.num["w1元"])
	set("o", demoRound(m*int64(20+e.r.IntN(25))/100))
}

// demoRound rounds fen down to a sum people would agree on.
func demoRound(fen int64) int64 {
	step := int64(100000)
	switch {
	case fen < 5000:
		step = 500
	case fen < 50000:
		step = 1000
	case fen < 200000:
		step = 5000
	case fen < 1000000:
		step = 10000
	case fen < 5000000:
		step = 50000
	}
	return max(fen/step*step, 500)
}

func (e *demoEnv) pick(xs []string) string { return xs[e.r.IntN(len(xs))] }

// one picks an alternative of a field and fills it in.
func (e *demoEnv) one(field string) string {
	s := e.fill(strings.TrimSpace(e.pick(strings.Split(field, "//"))))
	return strings.ReplaceAll(s, "家家", "家") // {a} brings its own 家
}

// fill expands [x|y] and {detail}.
func (e *demoEnv) fill(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch s[i] {
		case '[':
			j := demoClose(s, i)
			b.WriteString(e.fill(e.pick(demoSplitTop(s[i+1 : j]))))
			i = j + 1
		case '{':
			j := i + strings.IndexByte(s[i:], '}')
			b.WriteString(e.detail(s[i+1 : j]))
			i = j + 1
		default:
			b.WriteByte(s[i])
			i++
		}
	}
	return b.String()
}

func demoClose(s string, i int) int {
	depth := 0
	for j := i; j < len(s); j++ {
		if s[j] == '[' {
			depth++
		} else if s[j] == ']' {
			if depth--; depth == 0 {
				return j
			}
		}
	}
	panic("demotext: unclosed [ in " + s)
}

func demoSplitTop(s string) []string {
	var parts []string
	depth, from := 0, 0
	for j := 0; j < len(s); j++ {
		switch s[j] {
		case '[':
			depth++
		case ']':
			depth--
		case '|':
			if depth == 0 {
				parts = append(parts, s[from:j])
				from = j + 1
			}
		}
	}
	return append(parts, s[from:])
}

// detail answers {k}. A, B, C are full names, a, b, c their households; 村,
// 组 and 乡里 the place; pool keys such as 地, 沟 or 菜 draw once and stay, a
// digit after them draws another; 年x is x years before the story; m, s, r,
// s1, s2, o, u and every key ending in 元 are money; the rest are numbers.
func (e *demoEnv) detail(k string) string {
	if v, ok := e.str[k]; ok {
		return v
	}
	var v string
	switch {
	case k == "A":
		return e.a.Name
	case k == "B":
		return e.respondent(e.b.Name)
	case k == "C":
		return e.third().Name
	case k == "a" || k == "b" || k == "c":
		return e.household(k)
	case k == "村":
		return demoVillageShort(e.village)
	case k == "组":
		return demoOr(demoGroupName(e.group), "本村")
	case k == "本级":
		return map[string]string{"group": "组里", "village": "村里", "township": "乡镇一级", "county": "调解室"}[e.level]
	case k == "when":
		return e.when()
	case k == "pm":
		v = e.prevMonth()
	case k == "dl":
		v = e.deadline()
	case strings.HasPrefix(k, "年"):
		n, err := strconv.Atoi(strings.TrimPrefix(k, "年"))
		if err != nil {
			n = int(e.mustNum(strings.TrimPrefix(k, "年")) / 100)
		}
		return fmt.Sprintf("%d年", e.year-n)
	case k == "菜" || k == "果":
		v = e.crop(k)
	default:
		if pool, ok := demoPools[strings.TrimRight(k, "23")]; ok {
			v = e.fromPool(pool)
			break
		}
		n := e.mustNum(k)
		if slices.Contains([]string{"m", "s", "r", "s1", "s2", "o", "u"}, k) || strings.HasSuffix(k, "元") {
			e.money = true
			return demoMoney(n)
		}
		return demoPlain(n)
	}
	e.str[k] = v
	return v
}

func (e *demoEnv) mustNum(k string) int64 {
	n, ok := e.num[k]
	if !ok {
		panic("demotext: unknown detail " + k + " in " + e.cs.t)
	}
	return n
}

// fromPool draws a word no other detail of the story has taken.
func (e *demoEnv) fromPool(pool []string) string {
	for {
		v := e.pick(pool)
		taken := false
		for _, o := range e.str {
			taken = taken || o == v
		}
		if !taken {
			return v
		}
	}
}

func (e *demoEnv) third() *demoPerson {
	if e.c == nil {
		p := e.d.person(e.r, '?', '?', "", e.year, e.b.Address)
		e.thin(&p)
		e.c = &p
	}
	return e.c
}

// respondent names a firm in full once in a title or description, and by what
// it is after that; a person is always named.
func (e *demoEnv) respondent(name string) string {
	if e.cs.org == "" {
		return name
	}
	if e.fullFirm {
		e.fullFirm = false
		return name
	}
	return demoFirmCall(name)
}

func (e *demoEnv) household(k string) string {
	p, q := e.a, e.b
	if k == "b" {
		p, q = q, p
	}
	if k == "c" {
		return e.third().Name + "家"
	}
	if e.cs.org != "" && k == "b" {
		return e.respondent(p.Name)
	}
	sur := string([]rune(p.Name)[:1])
	if e.cs.org == "" && strings.HasPrefix(q.Name, sur) {
		return p.Name + "家"
	}
	return sur + "家"
}

func demoPlain(n int64) string {
	if n%100 == 0 {
		return strconv.FormatInt(n/100, 10)
	}
	return strconv.FormatFloat(float64(n)/100, 'f', -1, 64)
}

// demoMoney writes fen the way a ledger does: 850元, 1.25万元, 12350元.
func demoMoney(fen int64) string {
	if fen >= 1_000_000 && fen%10_000 == 0 {
		return strconv.FormatFloat(float64(fen)/1_000_000, 'f', -1, 64) + "万元"
	}
	return demoPlain(fen) + "元"
}
