package rulebook

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// checker collects everything wrong with a rulebook, each with its line.
type checker struct {
	r        *Rulebook
	file     string
	root     ast.Node
	problems []Problem
}

// at notes a problem at a path of keys and indexes.
func (c *checker) at(path []any, format string, args ...any) {
	line, _ := locate(c.root, path)
	c.problems = append(c.problems, Problem{c.file, line, fmt.Sprintf(format, args...)})
}

func p(steps ...any) []any { return steps }

var (
	codeForm   = regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)
	countyForm = regexp.MustCompile(`^[1-9][0-9]{5}$`)
)

func (c *checker) all() {
	c.head()
	c.levels()
	c.kinds()
	c.sets()
	c.reasons()
	c.clocks()
	c.handling()
	c.duties()
	c.technical()
}

func (c *checker) head() {
	r := c.r
	for key, v := range map[string]string{"id": r.ID, "name": r.Title} {
		if strings.TrimSpace(v) == "" {
			c.at(p(key), "缺少 %s", key)
		}
	}
	if !countyForm.MatchString(r.County.Code) {
		c.at(p("county", "code"), "县代码应是六位数字，写的是“%s”", r.County.Code)
	}
	if strings.TrimSpace(r.County.Name) == "" {
		c.at(p("county", "name"), "缺少县名")
	}
	if _, err := time.Parse(time.DateOnly, r.EffectiveFrom); err != nil {
		c.at(p("effectiveFrom"), "生效日期应写成 2026-01-01 的样子，写的是“%s”", r.EffectiveFrom)
	}
	if r.Numbers.Register == "" || r.Numbers.Dossier == "" {
		c.at(p("numbers"), "编号用字 register、dossier 都要写")
	}
	if r.Numbers.Register != "" && r.Numbers.Register == r.Numbers.Dossier {
		c.at(p("numbers", "dossier"), "登记编号和卷宗编号不能用同样的字")
	}
	c.between(p("numbers", "digits"), "登记编号的位数", int64(r.Numbers.Digits), 1, 10)
}

// between checks a number; one that is not written at all is told as missing.
func (c *checker) between(path []any, what string, n, low, high int64) {
	_, written := locate(c.root, path)
	switch {
	case n >= low && n <= high:
	case !written:
		c.at(path, "缺少 %v（%s）", path[len(path)-1], what)
	case n < low && low == 1:
		c.at(path, "%s应是正数", what)
	case high >= noLimit:
		c.at(path, "%s不能小于 %d", what, low)
	default:
		c.at(path, "%s应在 %d 到 %d 之间，写的是 %d", what, low, high, n)
	}
}

const noLimit = int64(1) << 40

// codes checks form and uniqueness of one list of codes and names.
func (c *checker) codes(what string, path []any, items []Coded) {
	seen := map[string]bool{}
	for i, it := range items {
		here := append(slices.Clone(path), i)
		switch {
		case !codeForm.MatchString(it.Code):
			c.at(append(here, "code"), "%s的代码“%s”不合规：小写字母开头，只用字母和数字", what, it.Code)
		case seen[it.Code]:
			c.at(append(here, "code"), "%s的代码 %s 重复了", what, it.Code)
		}
		seen[it.Code] = true
		if strings.TrimSpace(it.Name) == "" {
			c.at(append(here, "name"), "%s %s 缺少名称", what, it.Code)
		}
		if it.Verified && it.Basis == "" && what != setLabels["category"] {
			c.at(append(here, "verified"), "%s %s 标了已核对，却没有写依据", what, it.Code)
		}
	}
}

func (c *checker) levels() {
	if len(c.r.Levels) == 0 {
		c.at(p("levels"), "一个层级也没有")
	}
	items := make([]Coded, len(c.r.Levels))
	for i, l := range c.r.Levels {
		items[i] = Coded{Code: l.Code, Name: l.Name}
	}
	c.codes("层级", p("levels"), items)
}

func (c *checker) kinds() {
	items := make([]Coded, len(c.r.Kinds))
	filled := map[string]bool{}
	onLadder := map[string]bool{}
	for i, k := range c.r.Kinds {
		items[i] = Coded{Code: k.Code, Name: k.Name}
		c.kind(i, k)
		if k.Office != "" && filled[k.Office] {
			c.at(p("kinds", i, "office"), "职责 %s 只能由一种机构承担", k.Office)
		}
		filled[k.Office] = true
		if k.HoldsMatters {
			onLadder[k.Level] = true
		}
	}
	c.codes("机构类型", p("kinds"), items)
	for _, o := range neededOffices {
		if !filled[o] {
			c.at(p("kinds"), "缺少承担职责 %s 的机构类型", o)
		}
	}
	for i, l := range c.r.Levels {
		if !onLadder[l.Code] {
			c.at(p("levels", i), "层级 %s 没有能承办纠纷的机构类型", l.Code)
		}
	}
}

func (c *checker) kind(i int, k BodyKind) {
	here := func(key string) []any { return p("kinds", i, key) }
	if c.r.Rank(k.Level) < 0 {
		c.at(here("level"), "机构类型 %s 的层级 %s 不存在", k.Code, k.Level)
	}
	if k.Office != "" && !slices.Contains(offices, k.Office) {
		c.at(here("office"), "不认识的职责 %s", k.Office)
	}
	if k.SealUnder != "" && k.SealUnder != SealOfParent {
		c.at(here("sealUnder"), "sealUnder 只能写 parent，写的是“%s”", k.SealUnder)
	}
	if k.SealHolder && k.SealUnder != "" {
		c.at(here("sealUnder"), "机构类型 %s 自己有印章，就不能再用上级的", k.Code)
	}
	if k.HoldsMatters && !k.SealHolder && k.SealUnder == "" {
		c.at(here("holdsMatters"), "机构类型 %s 承办纠纷，却没有印章也不用上级的印章", k.Code)
	}
	if k.SealUnder == SealOfParent && c.r.Rank(k.Level) == len(c.r.Levels)-1 {
		c.at(here("sealUnder"), "机构类型 %s 在最高一级，没有上级的印章可用", k.Code)
	}
	if (k.HoldsMatters || k.HoldsPetitions) && !k.Registers {
		c.at(here("registers"), "机构类型 %s 能承办，也就应当能登记", k.Code)
	}
	if k.Counted && !k.HoldsMatters {
		c.at(here("counted"), "机构类型 %s 计入调解组织，却不承办纠纷", k.Code)
	}
}

var setLabels = map[string]string{
	"status": "状态", "list": "清单", "category": "类别", "source": "来源", "concern": "注意事项", "riskLevel": "风险等级",
	"partyRole": "当事人身份", "petitionType": "信访类型", "channel": "渠道", "outcome": "调解结果", "resolveBy": "化解方式",
	"referralMode": "移送方式", "courtMode": "法院委托方式", "referralOutcome": "移送结果", "remedy": "救济途径",
}

// setKeys are the keys of the code lists in the file.
var setKeys = map[string]string{
	"status": "statuses", "list": "lists", "category": "categories", "source": "sources", "concern": "concerns",
	"riskLevel": "riskLevels", "partyRole": "partyRoles", "petitionType": "petitionTypes", "channel": "channels",
	"outcome": "outcomes", "resolveBy": "resolveBy", "referralMode": "referralModes", "courtMode": "courtModes",
	"referralOutcome": "referralOutcomes", "remedy": "remedies",
}

func (c *checker) sets() {
	for set, items := range c.r.codedSets() {
		path, what := p(setKeys[set]), setLabels[set]
		if len(items) == 0 {
			c.at(path, "%s（%s）一个也没有", what, setKeys[set])
			continue
		}
		c.codes(what, path, items)
		for _, code := range append(slices.Clone(fixedSets[set]), leastSets[set]...) {
			if !has(items, code) {
				c.at(path, "%s缺少 %s", what, code)
			}
		}
		fixed, isFixed := fixedSets[set]
		for i, it := range items {
			if isFixed && !slices.Contains(fixed, it.Code) {
				c.at(append(path, i, "code"), "%s %s 程序不认识，不能自己增加", what, it.Code)
			}
		}
	}
	if rl := c.r.RiskLevels; len(rl) > 0 && rl[0].Code != "normal" {
		c.at(p("riskLevels", 0, "code"), "风险等级的第一个应是 normal")
	}
	c.refs(p("listsAfterReply"), "清单", c.r.ListsAfterReply, c.r.Lists)
	for kind, names := range c.r.StatusNames {
		if kind != "dispute" && kind != "petition" {
			c.at(p("statusNames", kind), "事项种类只有 dispute 和 petition，写的是 %s", kind)
		}
		for code, name := range names {
			if !has(c.r.Statuses, code) || name == "" {
				c.at(p("statusNames", kind, code), "状态 %s 不存在或没有名称", code)
			}
		}
	}
}

func has(items []Coded, code string) bool {
	return slices.ContainsFunc(items, func(it Coded) bool { return it.Code == code })
}

// refs checks a list of references to codes.
func (c *checker) refs(path []any, what string, codes []string, in []Coded) {
	for i, code := range codes {
		if !has(in, code) {
			c.at(append(slices.Clone(path), i), "%s %s 不存在", what, code)
		}
		if slices.Contains(codes[:i], code) {
			c.at(append(slices.Clone(path), i), "%s %s 写了两次", what, code)
		}
	}
}

func (c *checker) reasons() {
	for _, g := range reasonGroups {
		if len(c.r.Reasons[g]) == 0 {
			c.at(p("reasons", g), "缺少 %s 的常用理由", g)
		}
	}
	groups := make([]string, 0, len(c.r.Reasons))
	for g := range c.r.Reasons {
		groups = append(groups, g)
	}
	sort.Strings(groups)
	for _, g := range groups {
		if !slices.Contains(reasonGroups, g) {
			c.at(p("reasons", g), "不认识的理由分组 %s", g)
		}
		c.codes("理由", p("reasons", g), c.r.Reasons[g])
	}
}
