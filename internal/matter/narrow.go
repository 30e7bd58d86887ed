package matter

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Narrow are the filters that figures lead to: every figure of the home page and
// of the statistics is the total of a list (internal/stats). Dates are inclusive.
type Narrow struct {
	Level                []string // of the body that holds it
	DueFrom, DueTo       string   // the day the next clock falls due
	ClosedFrom, ClosedTo string   // the day it was resolved or ended
	RegisteredUnder      string   // registered by this body or one below; merged ones are left out
	Reopened, ComeBack   bool
	ToCourt              bool   // was sent for judicial confirmation
	FollowedUp           bool   // somebody has asked how it went
	Performed            bool   // and heard each time that it is kept
	Batch                string // of the import it came in with
}

// NarrowInput is Narrow in a query; exported, since huma skips embedded fields that are not.
type NarrowInput struct {
	Level           []string `query:"level" doc:"持有单位的层级：group, village, township, county"`
	DueFrom         string   `query:"dueFrom" doc:"下一个时限到期日从"`
	DueTo           string   `query:"dueTo" doc:"下一个时限到期日到"`
	ClosedFrom      string   `query:"closedFrom" doc:"化解或终止的日期从"`
	ClosedTo        string   `query:"closedTo" doc:"化解或终止的日期到"`
	RegisteredUnder string   `query:"registeredUnder" doc:"机构代码：由它和它以下登记的，并案的不算"`
	Reopened        bool     `query:"reopened" doc:"重新办理过的"`
	ComeBack        bool     `query:"comeBack" doc:"回潮的"`
	ToCourt         bool     `query:"toCourt" doc:"送过司法确认的"`
	FollowedUp      bool     `query:"followedUp" doc:"回访过的"`
	Performed       bool     `query:"performed" doc:"回访过而且都已兑现的"`
	Batch           string   `query:"batch" maxLength:"50" doc:"随这一批台账导入的"`
}

func (n Narrow) check(w world) error {
	for _, d := range []struct{ name, value string }{{"dueFrom", n.DueFrom}, {"dueTo", n.DueTo}, {"closedFrom", n.ClosedFrom}, {"closedTo", n.ClosedTo}} {
		if _, ok := workday.ParseDate(d.value); d.value != "" && !ok {
			return errs.InvalidField(d.name, "日期应写成 2026-11-02 这样。")
		}
	}
	for _, l := range n.Level {
		if !slices.ContainsFunc(w.rb.Levels, func(x rulebook.Level) bool { return x.Code == l }) {
			return errs.InvalidField("level", "没有这个层级。")
		}
	}
	if !utf8.ValidString(n.Batch) || strings.ContainsRune(n.Batch, 0) {
		return errs.InvalidField("batch", "没有这个批次，请核对。")
	}
	if _, ok := w.tree.Get(n.RegisteredUnder); n.RegisteredUnder != "" && !ok {
		return errs.InvalidField("registeredUnder", "没有这个机构，请核对代码。")
	}
	return nil
}
