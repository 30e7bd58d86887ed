package matter

import (
	"slices"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// Who may: each returns a 403 with one sentence, reads no input, changes nothing.

func mayHolder(st *step) error {
	if !st.isHolder() {
		return forbidden("notHolder", "这件事现在由"+st.name(st.s.M.Holder)+"持有，只有持有单位能做这一步。")
	}
	return nil
}

// mayRecall: who sent it. What a head above has ordered (the third transfer and
// later, or of a body that is no more) the holder does not call back.
func mayRecall(st *step) error {
	if st.closed(st.s.M.Holder) || st.s.M.Pending == "transfer" && int(st.s.M.HandOvers) >= st.rb.HandOverLimit {
		return mayAbove(st)
	}
	return mayHolder(st)
}

func mayReceiver(st *step) error {
	if st.s.M.PendingTo != st.c.Org {
		return forbidden("notReceiver", "这件事不是送给本单位签收的。")
	}
	return nil
}

func mayAbove(st *step) error {
	if !st.isAbove(st.s.M.Holder) {
		return forbidden("notAbove", "这一步由"+st.name(st.orgs.Above(st.s.M.Holder))+"来做。")
	}
	return nil
}

func mayAnyAbove(st *step) error {
	if !st.isAnyAbove(st.s.M.Holder) {
		return forbidden("notAbove", "只有持有单位的上级单位能督办。")
	}
	return nil
}

func mayHolderOrAbove(st *step) error {
	if st.isHolder() || st.isAbove(st.s.M.Holder) {
		return nil
	}
	return forbidden("notHolder", "这一步由持有单位或它的上一级来做。")
}

func mayAppoint(st *step) error {
	if err := mayHolder(st); err != nil {
		return err
	}
	if st.isHead() || st.c.Is("mediator") && !st.s.anyAppointed() {
		return nil
	}
	return forbidden("notHead", "已经指定了调解员，要换人请本单位负责人来做。")
}

func mayAttempt(st *step) error {
	if err := mayHolder(st); err != nil {
		return err
	}
	if id, _ := st.mediates(); !st.s.appointed(id) {
		return forbidden("notAppointed", "只有被指定的调解员能记录调解，请先指定调解员。")
	}
	return nil
}

// mediates is who held the attempt: the caller, or, in one save on the spot, the
// mediator a head chose.
func (st *step) mediates() (id, name string) {
	if st.mediator == "" {
		return st.c.Person, st.c.Name
	}
	for _, p := range st.staff {
		if p.ID == st.mediator {
			name = p.Name
		}
	}
	return st.mediator, name
}

func mayPause(st *step) error {
	if st.isHolder() && st.isHead() || st.isAbove(st.s.M.Holder) {
		return nil
	}
	return forbidden("notHead", "暂停计时由持有单位负责人或上一级决定。")
}

// mayTransfer: the third transfer and later only by a head above, who names the
// holder (rulebook handOverLimit); so too what a body that is no more still holds.
func mayTransfer(st *step) error {
	if int(st.s.M.HandOvers) < st.rb.HandOverLimit && !st.closed(st.s.M.Holder) {
		if st.isHolder() && st.isHead() {
			return nil
		}
		return forbidden("notHead", "移交由持有单位负责人来做。")
	}
	if st.isAbove(st.s.M.Holder) && st.isHead() {
		return nil
	}
	return forbidden("handOverLimit", "持有单位已经撤销，或这件事已经移交过多次，再移交要由"+st.name(st.orgs.Above(st.s.M.Holder))+"的负责人指定单位。")
}

func mayHelp(st *step) error {
	if st.openHelp() == nil {
		return forbidden("notHelper", "没有请本单位协助的事。")
	}
	return nil
}

func (st *step) openHelp() *Help {
	for i := range st.s.Helps {
		if h := &st.s.Helps[i]; h.Org == st.c.Org && h.DoneAt == 0 {
			return h
		}
	}
	return nil
}

// mayAnswer: the body it was referred to, or the holder with the paper attached.
func mayAnswer(st *step) error {
	ref := st.s.openReferral()
	if ref != nil && (ref.Target == st.c.Org || st.isHolder()) {
		return nil
	}
	return forbidden("notReferred", "这件事没有移送本单位，不能反馈结果。")
}

func mayAdvise(st *step) error {
	if st.office() == rulebook.OfficeJustice {
		return nil
	}
	return forbidden("notExpert", "专家意见由受邀专家或司法局提出。")
}

// mayFollowUp: another person than who resolved it, where the body has one.
func mayFollowUp(st *step) error {
	if err := mayHolder(st); err != nil {
		return err
	}
	if st.s.M.ResolvedBy == st.c.Person && st.another(st.c.Person) {
		return forbidden("ownResolution", "回访要由化解人以外的人来做，请本单位另一位同志记录。")
	}
	return nil
}

// mayClear: nobody clears their own. Simple matters: another person of the same
// body, or the village for its groups (who act under its seal); all others: a head
// above the holder.
func mayClear(st *step) error {
	own := slices.Contains(st.s.handlers(), st.c.Person)
	switch above := st.isAbove(st.s.M.Holder); {
	case own && (st.isHolder() || above):
		return forbidden("ownClearance", "自己调解、化解的事不能自己销号，请另一位同志来做。")
	case above && (st.isHead() || st.s.simple(st.rb) && st.orgs.SealsFor(st.c.Org, st.s.M.Holder)):
		return nil
	case above:
		return forbidden("notHead", "销号由上一级负责人来做。")
	case st.isHolder() && st.s.simple(st.rb):
		return nil
	}
	return forbidden("notAbove", "这件事由"+st.name(st.orgs.Above(st.s.M.Holder))+"的负责人销号。")
}

func maySendBack(st *step) error {
	if !st.s.M.ClearedSimply {
		return forbidden("notSimple", "只有就地简单销号的事项能退回重办；其他事项请用“重新办理”。")
	}
	if !st.isAbove(st.s.M.ClearedOrg) {
		return forbidden("notAbove", "退回重办由销号单位的上一级来做。")
	}
	if st.s.M.ClearedBy == st.c.Person { // the joint office is above itself: another person of its own
		return forbidden("ownClearance", "自己销号的事不能自己退回，请另一位同志来做。")
	}
	return nil
}

func mayUndo(st *step) error {
	if st.undo == nil || st.undo.Person != st.c.Person || st.undo.Org != st.c.Org || st.undo.Seq != st.s.M.Seq {
		return forbidden("notYours", "只能在十分钟内撤销自己刚做的、之后没有别人操作过的一步。")
	}
	if st.s.M.PendingTo != "" && st.isHolder() {
		return errs.New(errs.Conflict, "pending", "已经送出等待签收，请用“收回”。")
	}
	return nil
}
