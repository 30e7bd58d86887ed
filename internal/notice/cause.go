package notice

import "strings"

// Causes: why somebody is told. The body a sentence names stands for {}.
const (
	ToSign           = "toSign"
	Returned         = "returned"
	Recalled         = "recalled"
	Signed           = "signed"
	HeldFor          = "heldFor"
	Appointed        = "appointed"
	DeclineProposed  = "declineProposed"
	DeclineRefused   = "declineRefused"
	ListsProposed    = "listsProposed"
	HelpAsked        = "helpAsked"
	HelpDone         = "helpDone"
	ReferralAsked    = "referralAsked"
	ReferralAnswered = "referralAnswered"
	Supervised       = "supervised"
	SuperviseReplied = "superviseReplied"
	Advised          = "advised"
	Overdue          = "overdue"
	RiskUrgent       = "riskUrgent"
	NotSolved        = "notSolved"
	Resolved         = "resolved"
	Concluded        = "concluded"
	Ended            = "ended"
	Declined         = "declined"
	Withdrawn        = "withdrawn"
	Cleared          = "cleared"
	Reopened         = "reopened"
	SentBack         = "sentBack"
	Merged           = "merged"
	Parted           = "parted"
	CalledOff        = "calledOff"
	Undone           = "undone"
	Digest           = "digest"
)

type cause struct{ name, text string }

var causes = map[string]cause{
	ToSign:           {"待签收", "{}送来一件，请签收。"},
	Returned:         {"退回", "{}没有签收，退回来了，请看退回的理由。"},
	Recalled:         {"收回", "{}把送出去的这件收回来了。"},
	Signed:           {"换了持有单位", "{}签收了，现在由它办理。"},
	HeldFor:          {"代登记", "{}替你们登记了一件，请办理。"},
	Appointed:        {"指定调解员", "{}指定您来调解这件事。"},
	DeclineProposed:  {"待复核", "{}提出不予受理，请复核。"},
	DeclineRefused:   {"继续办理", "{}没有同意不予受理，请继续办理。"},
	ListsProposed:    {"待复核", "有清单归类等着复核。"},
	HelpAsked:        {"请求协助", "{}请你们协助办一件事。"},
	HelpDone:         {"协助完成", "{}把请它协助的事办完了。"},
	ReferralAsked:    {"移送", "{}移送来一件，请办好以后反馈结果。"},
	ReferralAnswered: {"移送结果", "送{}的这件有了结果。"},
	Supervised:       {"督办", "{}督办这件事，请按时回复。"},
	SuperviseReplied: {"督办回复", "{}回复了督办。"},
	Advised:          {"专家意见", "{}提出了专家意见。"},
	Overdue:          {"超期", "{}持有的这件过了期限，请督促。"},
	RiskUrgent:       {"紧急", "这件事标为紧急，请马上看。"},
	NotSolved:        {"没有真的解决", "发现或者送出这件事的人说，问题没有真的解决，请看一看。"},
	Resolved:         {"化解", "这件事化解了。"},
	Concluded:        {"办结", "这件事办结了。"},
	Ended:            {"终止", "调解终止了，其他途径已经告知。"},
	Declined:         {"不予受理", "不予受理，复核同意了，其他途径已经告知。"},
	Withdrawn:        {"撤回", "当事人撤回了这件事。"},
	Cleared:          {"销号", "问题清单上的这一条了结了。"},
	Reopened:         {"重新办理", "这件事重新办理了。"},
	SentBack:         {"退回重办", "{}把销号退回来重办，请看退回的理由。"},
	Merged:           {"并案", "这件事并入了另一件。"},
	Parted:           {"分案", "这件事又单独办理了。"},
	CalledOff:        {"不用办了", "{}请办的一件不用办了。"},
	Undone:           {"已撤销", "{}撤销了前面通知的那一步。"},
	Digest:           {"每日提醒", ""},
}

// gone is what a notice says of a matter that the person no longer sees.
const gone = "这件事已经不在您能查看的范围里。"

// say gives the sentence of a cause. One whose matter is out of sight says no
// more than that, unless it is about just that.
func say(code, about string, outOfSight bool) string {
	if outOfSight && code != CalledOff && code != Undone {
		return gone
	}
	return strings.ReplaceAll(causes[code].text, "{}", about)
}
