package rulebook

import (
	"slices"
	"strings"
)

func (c *checker) clocks() {
	items := make([]Coded, len(c.r.Clocks))
	for i, k := range c.r.Clocks {
		items[i] = Coded{Code: k.Code, Name: k.Name, Basis: k.Basis, Verified: k.Verified}
		c.clock(i, k)
	}
	c.codes("时限", p("clocks"), items)
	for _, code := range engineClocks {
		if !has(items, code) {
			c.at(p("clocks"), "缺少时限 %s", code)
		}
	}
}

func (c *checker) clock(i int, k Clock) {
	here := func(key ...any) []any { return append(p("clocks", i), key...) }
	if !slices.Contains(engineClocks, k.Code) {
		c.at(here("code"), "不认识的时限 %s", k.Code)
	}
	if k.Unit != UnitDay && k.Unit != UnitWorkday {
		c.at(here("unit"), "时限 %s 的单位只能是 day 或 workday，写的是“%s”", k.Code, k.Unit)
	}
	if k.Side != SideBody && k.Side != SideCitizen {
		c.at(here("side"), "时限 %s 的 side 只能是 body 或 citizen，写的是“%s”", k.Code, k.Side)
	}
	if strings.TrimSpace(k.Basis) == "" {
		c.at(here("basis"), "时限 %s 没有写依据", k.Code)
	}
	switch {
	case k.AsAsked && !slices.Contains(mayAsk, k.Code):
		c.at(here("asAsked"), "时限 %s 必须有天数，不能由提出的人写", k.Code)
	case k.AsAsked && (k.Days != 0 || len(k.ByLevel) > 0):
		c.at(here("asAsked"), "时限 %s 由提出的人写天数，就不能再写 days 或 byLevel", k.Code)
	case !k.AsAsked && len(k.ByLevel) == 0, k.Days < 0:
		c.between(here("days"), "时限 "+k.Code+" 的天数", int64(k.Days), fewest(k), maxDays)
	}
	c.byLevel(i, k)
}

// fewest days: what is written down for a citizen goes on the same working day
// (mechanism.md, petitions); every other clock runs at least one.
func fewest(k Clock) int64 {
	if k.Code == ClockHandOn && k.Unit == UnitWorkday {
		return 0
	}
	return 1
}

// maxDays keeps a slip of the finger from making a clock that never runs out.
const maxDays = 3660

func (c *checker) byLevel(i int, k Clock) {
	for level, days := range k.ByLevel {
		path := p("clocks", i, "byLevel", level)
		if c.r.Rank(level) < 0 {
			c.at(path, "时限 %s 写了不存在的层级 %s", k.Code, level)
		}
		c.between(path, "时限 "+k.Code+" 的天数", int64(days), 1, maxDays)
	}
	if k.Code != ClockHolder && len(k.ByLevel) == 0 || k.Days > 0 {
		return
	}
	for _, l := range c.r.Levels {
		if _, ok := k.ByLevel[l.Code]; !ok {
			c.at(p("clocks", i, "byLevel"), "时限 %s 没有层级 %s 的天数", k.Code, l.Code)
		}
	}
}

// handling checks follow-ups, clearance, limits and switched-off rows.
func (c *checker) handling() {
	r := c.r
	for by, days := range r.FollowUps {
		if !has(r.ResolveBy, by) {
			c.at(p("followUps", by), "化解方式 %s 不存在", by)
		}
		for i, d := range days {
			c.between(p("followUps", by, i), "回访天数", int64(d), 1, maxDays)
			if i > 0 && d <= days[i-1] {
				c.at(p("followUps", by, i), "回访天数应一次比一次晚")
			}
		}
	}
	for _, by := range r.ResolveBy {
		if _, ok := r.FollowUps[by.Code]; !ok {
			c.at(p("followUps"), "缺少化解方式 %s 的回访天数（不回访写 []）", by.Code)
		}
	}
	c.refs(p("clearance", "simpleBy"), "化解方式", r.Clearance.SimpleBy, r.ResolveBy)
	c.refs(p("clearance", "needsNoConcerns"), "注意事项", r.Clearance.NeedsNoConcerns, r.Concerns)
	c.refs(p("clearance", "needsRisk"), "风险等级", []string{r.Clearance.NeedsRisk}, r.RiskLevels)
	c.between(p("clearance", "simpleMaxAmountFen"), "简单事项的金额上限", r.Clearance.SimpleMaxAmountFen, 0, noLimit)
	c.between(p("clearance", "samplePercent"), "抽查比例", int64(r.Clearance.SamplePercent), 0, 100)
	c.between(p("handOverLimit"), "移交次数", int64(r.HandOverLimit), 1, 20)
	c.between(p("undoMinutes"), "撤销的分钟数", int64(r.UndoMinutes), 0, 60)
	c.between(p("riskMaxDays"), "风险等级的最长天数", int64(r.RiskMaxDays), 1, 30) // mechanism: at most 30 days, then renewed or gone
	c.between(p("extendMaxDays"), "一次延期的最长天数", int64(r.ExtendMaxDays), 1, 365)
	c.between(p("pauseMaxDays"), "一次暂停的最长天数", int64(r.PauseMaxDays), 1, 365)
	for i, a := range r.SwitchedOff {
		if !slices.Contains(switchable, a) {
			c.at(p("switchedOff", i), "动作 %s 不能关闭（或没有这个动作）", a)
		}
	}
}

func (c *checker) kindRefs(path []any, kinds []string) {
	if len(kinds) == 0 {
		c.at(path, "没有写机构类型")
	}
	for i, code := range kinds {
		if _, ok := c.r.Kind(code); !ok {
			c.at(append(slices.Clone(path), i), "机构类型 %s 不存在", code)
		}
	}
}

func (c *checker) duties() {
	cadences := []string{CadenceWeek, CadenceTenDays, CadenceHalfMonth, CadenceMonth}
	owed := map[string]bool{}
	for i, d := range c.r.Duties {
		if d.Duty != DutyScreen && d.Duty != DutyAnalyse {
			c.at(p("duties", i, "duty"), "任务只能是 screen 或 analyse，写的是“%s”", d.Duty)
		}
		if !slices.Contains(cadences, d.Cadence) {
			c.at(p("duties", i, "cadence"), "不认识的周期“%s”，只能是 week、tenDays、halfMonth、month", d.Cadence)
		}
		c.kindRefs(p("duties", i, "kinds"), d.Kinds)
		for j, k := range d.Kinds {
			if kind, ok := c.r.Kind(k); ok && !kind.Counted {
				c.at(p("duties", i, "kinds", j), "机构类型 %s 不计入调解组织，不承担排查研判", k)
			}
			if owed[d.Duty+k] {
				c.at(p("duties", i, "kinds", j), "机构类型 %s 的 %s 写了两次", k, d.Duty)
			}
			owed[d.Duty+k] = true
		}
	}
	for i, k := range c.r.Kinds {
		if k.Counted && (!owed[DutyScreen+k.Code] || !owed[DutyAnalyse+k.Code]) {
			c.at(p("kinds", i), "机构类型 %s 没有排查或研判的周期", k.Code)
		}
	}
	c.between(p("dutyLateDays"), "补报天数", int64(c.r.DutyLateDays), 0, 60)
	for i, s := range c.r.Staffing {
		c.kindRefs(p("staffing", i, "kinds"), s.Kinds)
		c.between(p("staffing", i, "min"), "最少人数", int64(s.Min), 0, 1000)
		c.between(p("staffing", i, "perResidents"), "每多少人一名", int64(s.PerResidents), 0, noLimit)
	}
}

func (c *checker) technical() {
	r := c.r
	c.between(p("password", "minLength"), "口令长度", int64(r.Password.MinLength), 8, 64)
	c.between(p("password", "classes"), "口令的字符种类", int64(r.Password.Classes), 1, 4)
	c.between(p("password", "expireDays"), "口令有效天数", int64(r.Password.ExpireDays), 0, maxDays)
	c.between(p("password", "history"), "不得重复的旧口令个数", int64(r.Password.History), 0, 24)
	c.between(p("lockout", "tries"), "口令错误次数", int64(r.Lockout.Tries), 1, 20)
	c.between(p("lockout", "minutes"), "锁定分钟数", int64(r.Lockout.Minutes), 1, 1440)
	c.between(p("session", "idleMinutes"), "空闲分钟数", int64(r.Session.IdleMinutes), 1, 30)
	c.between(p("session", "adminIdleMinutes"), "管理员空闲分钟数", int64(r.Session.AdminIdleMinutes), 1, 15)
	c.between(p("notices", "digestHour"), "每日提醒的钟点", int64(r.Notices.DigestHour), 5, 11)
	c.between(p("notices", "keepReadDays"), "读过的通知留几天", int64(r.Notices.KeepReadDays), 1, maxDays)
	c.between(p("notices", "keepDays"), "通知最多留几天", int64(r.Notices.KeepDays), int64(r.Notices.KeepReadDays), maxDays)
	c.between(p("attachments", "maxBytes"), "附件大小上限", r.Attachments.MaxBytes, 1, 1<<30)
	c.between(p("attachments", "maxPixels"), "图片像素上限", r.Attachments.MaxPixels, 1_000_000, 1_000_000_000)
	c.between(p("attachments", "maxUnfinished"), "每人没传完的文件个数上限", int64(r.Attachments.MaxUnfinished), 1, 1000)
	if len(r.Attachments.Types) == 0 {
		c.at(p("attachments", "types"), "没有写允许的附件类型")
	}
	for i, t := range r.Attachments.Types {
		if !strings.Contains(t, "/") {
			c.at(p("attachments", "types", i), "附件类型“%s”应写成 image/jpeg 的样子", t)
		}
	}
}
