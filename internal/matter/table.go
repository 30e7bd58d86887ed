package matter

import (
	"slices"
)

// Row is one row of the transition table: the single place that says who may do
// what, when, with which inputs. `GET /workflow`, the buttons, the permission
// check, the diagram in docs/flows/matter.md and the property test are made from
// it. The rulebook may switch a row off, not add one.
type Row struct {
	Action string
	Name   string // the button
	Kinds  []string
	From   []string // statuses
	To     string   // a status, "same", or in words
	Who    string   // in words
	Needs  string
	Clocks string
	Hint   string // one sentence above the form, where the form alone would not do
	Fields []Field

	AnyPending bool              // may be done while a hand-over is pending
	OnPending  []string          // is done only on these pending hand-overs
	may        func(*step) error // who: 403, no input read
	ready      func(*step) error // needs that do not depend on the input: 409
	do         func(*step) error // the rule
	system     bool              // never offered, done by the clock
	final      bool              // a party's own act or something that left the house: no undo
}

const (
	same = "same"
)

var (
	disputes  = []string{Dispute}
	petitions = []string{Petition}
	both      = []string{Dispute, Petition}
	working   = []string{Accepted, Handling}
	closing   = []string{Resolved, Ended, Declined, Withdrawn}
	anyOpen   = openStatuses
	notClear  = []string{Registered, Accepted, Handling, Referred, Resolved, Ended, Declined, Withdrawn, Concluded}
)

func reasonField(set string) Field {
	return Field{Name: "reason", Label: "理由", Type: "choice", Set: "reason." + set, Required: true}
}

func noteField(label string, required bool) Field {
	return Field{Name: "note", Label: label, Type: "longText", Required: required}
}

// Table is the transition table of disputes and, until petition/ brings the rest,
// the rows a petition shares with them.
var Table = buildTable()

func buildTable() []Row {
	return slices.Concat(startRows(), workRows(), ladderRows(), outsideRows(), closingRows(), oversightRows())
}

func startRows() []Row {
	return []Row{
		{Action: "complete", Name: "补全并登记", Kinds: both, From: []string{Draft}, To: Registered, Who: "草稿所在单位",
			Needs: "必填项齐全", Clocks: "受理、全程开始", Fields: []Field{{Name: "fields", Label: "登记内容", Type: "matterFields", Required: true}},
			may: mayHolder, do: doComplete, final: true},
		{Action: "accept", Name: "受理", Kinds: disputes, From: []string{Registered}, To: Accepted, Who: "持有单位",
			Clocks: "受理停，本级办理开始", may: mayHolder, ready: readyMediates, do: doAccept},
		{Action: "decline", Name: "提出不予受理", Hint: "提出以后由上一级复核；复核之前，受理的期限照走。", Kinds: disputes, From: []string{Registered}, To: same, Who: "持有单位",
			Needs: "理由和其他途径", Clocks: "受理照走",
			Fields: []Field{reasonField("decline"), {Name: "remedy", Label: "告知的其他途径", Type: "choice", Set: "remedy", Required: true}},
			may:    mayHolder, ready: readyNoProposal, do: doDecline},
		{Action: "confirmDecline", Name: "复核不予受理", Kinds: disputes, From: []string{Registered}, To: Declined, Who: "上一级",
			Needs: "别人提出的不予受理；书面告知", Clocks: "同意则全部停",
			Fields: []Field{{Name: "agree", Label: "同意不予受理", Type: "bool", Required: true}, noteField("意见", false)},
			may:    mayAbove, ready: readyConfirmDecline, do: doConfirmDecline},
		{Action: "amend", Name: "更正补充", Hint: "改前改后都会留在时间线上。", Kinds: both, From: notClear, To: same, Who: "持有单位", Needs: "旧值新值都留在时间线上",
			Fields: []Field{{Name: "fields", Label: "更正的内容", Type: "matterFields", Required: true}, reasonField("amend")},
			may:    mayHolder, do: doAmend},
		{Action: "unlink", Name: "解除回潮关联", Kinds: disputes, From: notClear, To: same, Who: "持有单位", Needs: "有回潮关联",
			Fields: []Field{reasonField("unlink")}, may: mayHolder, ready: readyUnlink, do: doUnlink},
		{Action: "merge", Name: "并案", Hint: "并入以后在那一件上办理；两个编号都保留，需要时可以分开。", Kinds: disputes, From: anyOpen, To: same, Who: "两件事的持有单位", Needs: "两个编号都保留",
			Clocks: "并入的停", Fields: []Field{{Name: "into", Label: "并入哪一件", Type: "matter", Required: true}},
			may: mayHolder, ready: readyRunning, do: doMerge, final: true},
		{Action: "split", Name: "分案", Kinds: disputes, From: anyOpen, To: same, Who: "持有单位", Needs: "原来的至少留一项诉求；当事人可以两边都在",
			Clocks: "分出的照原时限",
			Fields: []Field{{Name: "demands", Label: "分出的诉求", Type: "demands"}, {Name: "parties", Label: "分出的当事人", Type: "parties"}},
			may:    mayHolder, ready: readySplit, do: doSplit, final: true},
		{Action: "undo", Name: "撤销上一步", Kinds: both, From: append([]string{Cleared}, notClear...), To: "上一步之前", Who: "做上一步的人，十分钟内",
			Needs: "之后没有别人操作，没有送达；登记和当事人自己的行为不能撤销", Clocks: "恢复原样", AnyPending: true, may: mayUndo, do: doUndo, final: true},
	}
}

func workRows() []Row {
	return []Row{
		{Action: "appoint", Name: "指定调解员", Hint: "与当事人是亲属或有利害关系的，请另选一位。", Kinds: disputes, From: working, To: same, Who: "持有单位负责人；还没有人被指定时，调解员可以指定自己",
			Needs: "有利害关系的提醒", Fields: []Field{{Name: "mediators", Label: "调解员", Type: "persons", Required: true}},
			may: mayAppoint, do: doAppoint},
		{Action: "classify", Name: "提出清单归类", Kinds: both, From: []string{Accepted, Handling, Resolved}, To: same, Who: "持有单位提出",
			Fields: []Field{{Name: "demand", Label: "诉求", Type: "demand", Required: true},
				{Name: "list", Label: "清单", Type: "choice", Set: "list", Required: true}, reasonField("classify")},
			may: mayHolder, do: doClassify},
		{Action: "confirmLists", Name: "复核清单", Kinds: both, From: []string{Accepted, Handling, Resolved}, To: same, Who: "持有单位另一人，或上一级",
			Needs: "别人提出的归类",
			Fields: []Field{{Name: "agree", Label: "同意所提归类", Type: "bool", Default: true},
				{Name: "except", Label: "不同意的诉求", Type: "demands"}, noteField("意见", false)},
			may: mayHolderOrAbove, ready: readyConfirmLists, do: doConfirmLists},
		{Action: "consent", Name: "记录是否同意调解", Hint: "先把权利义务讲清楚：自愿、免费，随时可以不调、可以去法院。有人不同意，调解就终止。", Kinds: disputes, From: working, To: same, Who: "持有单位，或当事人本人在群众端",
			Needs: "已告知权利义务；不同意则终止并告知其他途径",
			Fields: []Field{{Name: "party", Label: "当事人", Type: "party", Required: true},
				{Name: "given", Label: "已告知权利义务，本人同意调解", Type: "bool", Required: true},
				{Name: "notice", Label: "已告知权利义务", Type: "tick", Default: true}},
			may: mayHolder, do: doConsent},
		{Action: "attempt", Name: "记录调解", Hint: "如实记：怎样谈的、谈到哪里。一次没谈成，可以约下次。", Kinds: disputes, From: working, To: Handling, Who: "持有单位被指定的调解员",
			Needs: "各方当事人都同意调解；已告知权利义务；是否佩戴徽章",
			Fields: []Field{{Name: "heldAt", Label: "调解时间", Type: "instant", Required: true},
				{Name: "outcome", Label: "结果", Type: "choice", Set: "outcome", Required: true},
				{Name: "notice", Label: "已告知权利义务", Type: "tick", Required: true},
				{Name: "badge", Label: "已佩戴徽章", Type: "bool", Required: true}, noteField("经过", true)},
			may: mayAttempt, ready: readyAttempt, do: doAttempt},
		{Action: "resolve", Name: "化解", Hint: "把谈定的内容写清楚：谁、做什么、什么时候、多少钱。", Kinds: disputes, From: []string{Handling}, To: Resolved, Who: "持有单位",
			Needs: "书面、口头协议要有谈成的调解；帮扶、裁判要写明文书", Clocks: "本级办理、全程停，回访开始",
			Fields: []Field{{Name: "by", Label: "怎样化解", Type: "choice", Set: "resolveBy", Required: true},
				noteField("协议或落实的内容", true),
				{Name: "paper", Label: "文书（单位、文号、日期）", Type: "paper", Required: true, When: &When{"by", []string{"relief", "ruling"}}}},
			may: mayHolder, do: doResolve},
		{Action: "end", Name: "终止调解", Hint: "告诉当事人还有哪些路可走。终止以后当事人愿意再谈，可以重新办理。", Kinds: disputes, From: working, To: Ended, Who: "持有单位", Needs: "调解过或有人不同意；告知其他途径",
			Clocks: "全部停",
			Fields: []Field{reasonField("end"), {Name: "remedies", Label: "告知的其他途径", Type: "choice", Set: "remedy", Multiple: true, Required: true}},
			may:    mayHolder, ready: readyEnd, do: doEnd},
		{Action: "extend", Name: "延长", Hint: "要各方当事人都同意。", Kinds: disputes, From: working, To: same, Who: "持有单位", Needs: "各方当事人都同意并有记录", Clocks: "到期日后移",
			Fields: []Field{{Name: "days", Label: "延长几天", Type: "integer", Required: true}, reasonField("extend"),
				{Name: "agreed", Label: "各方当事人都同意延长，已记录", Type: "tick", Required: true}},
			may: mayHolder, ready: readyAllConsent, do: doExtend},
		{Action: "pause", Name: "暂停计时", Hint: "到期自动恢复计时。", Kinds: disputes, From: working, To: same, Who: "持有单位负责人，或上一级", Needs: "规则册列明的事由；到时自动恢复",
			Clocks: "本级办理、全程暂停",
			Fields: []Field{reasonField("pause"), {Name: "until", Label: "暂停到", Type: "date", Required: true}},
			may:    mayPause, ready: readyPause, do: doPause},
		{Action: "resume", Name: "恢复计时", Kinds: disputes, From: working, To: same, Who: "持有单位", Clocks: "本级办理、全程继续",
			may: mayHolder, ready: readyResume, do: doResume},
	}
}

func ladderRows() []Row {
	return []Row{
		{Action: "escalate", Name: "上报上一级", Hint: "送出以后，对方签收之前可以收回。", Kinds: disputes, From: working, To: same, Who: "持有单位的调解员、负责人",
			Needs: "本单位调解过，写明理由；乡镇写明哪个部门；越过一级要写明理由", Clocks: "签收开始，本级办理照走",
			Fields: []Field{reasonField("escalate"), {Name: "to", Label: "报给", Type: "org"},
				{Name: "skipReason", Label: "越级的理由", Type: "choice", Set: "reason.skip"}, noteField("说明", false)},
			may: mayHolder, ready: readyEscalate, do: doEscalate},
		{Action: "sign", Name: "签收", Kinds: both, From: anyOpen, To: same, Who: "接收单位", Clocks: "签收停；接收单位成为持有单位，本级办理重新开始",
			OnPending: []string{"escalate", "transfer", "forward"}, may: mayReceiver, do: doSign},
		{Action: "return", Name: "退回", Kinds: both, From: anyOpen, To: same, Who: "接收单位", Needs: "理由", Clocks: "签收停，原单位照旧持有",
			OnPending: []string{"escalate", "transfer", "forward"}, Fields: []Field{reasonField("return"), noteField("说明", false)},
			may: mayReceiver, do: doReturn},
		{Action: "recall", Name: "收回", Kinds: both, From: anyOpen, To: same, Who: "送出的单位，签收之前", Needs: "理由", Clocks: "签收停",
			OnPending: []string{"escalate", "transfer", "forward"}, Fields: []Field{reasonField("recall")}, may: mayRecall, do: doRecall},
		{Action: "transfer", Name: "移交其他单位", Hint: "送出以后，对方签收之前可以收回。", Kinds: disputes, From: []string{Registered, Accepted, Handling}, To: same,
			Who: "持有单位负责人；第三次起、或持有单位已撤销的，只有上级负责人指定", Needs: "不需要先调解；平级或向下", Clocks: "签收开始，在走的照走",
			Fields: []Field{{Name: "to", Label: "移交给", Type: "org", Required: true}, reasonField("transfer"), noteField("说明", false)},
			may:    mayTransfer, ready: readyRunning, do: doTransfer},
		{Action: "forward", Name: "转送", Hint: "送出以后，对方签收之前可以收回。", Kinds: petitions, From: []string{Registered}, To: same, Who: "持有单位", Needs: "有权处理的机关、单位",
			Clocks: "签收开始，转送照走",
			Fields: []Field{{Name: "to", Label: "转送给", Type: "org", Required: true}, noteField("说明", false)},
			may:    mayHolder, do: doForward},
		{Action: "requestHelp", Name: "请求协助", Hint: "协助单位只看到标题、地点、诉求和您写的任务，看不到当事人的电话和住址。", Kinds: disputes, From: anyOpen, To: same, Who: "持有单位", Needs: "协助单位只看到办这件事需要的内容", Clocks: "协助",
			Fields: []Field{{Name: "bodies", Label: "协助单位", Type: "orgs", Required: true}, {Name: "task", Label: "请协助做什么", Type: "longText", Required: true},
				{Name: "due", Label: "最晚哪天", Type: "date", Required: true}},
			may: mayHolder, do: doRequestHelp},
		{Action: "helpDone", Name: "协助已完成", Kinds: disputes, From: anyOpen, To: same, Who: "协助单位", AnyPending: true,
			Fields: []Field{{Name: "result", Label: "做了什么、结果怎样", Type: "longText", Required: true}}, may: mayHelp, do: doHelpDone},
	}
}

func outsideRows() []Row {
	return []Row{
		{Action: "refer", Name: "移送司法局", Kinds: disputes, From: working, To: Referred, Who: "持有单位", Clocks: "本级办理暂停，移送开始；持有单位不变",
			Fields: []Field{{Name: "to", Label: "移送", Type: "choice", Options: []Option{{Code: "justice", Name: "司法局"}}, Required: true, Default: "justice"},
				{Name: "mode", Label: "请求", Type: "choice", Required: true, Options: []Option{{Code: "legalAid", Name: "法律援助"},
					{Code: "expertOpinion", Name: "专家意见"}, {Code: "adminRoute", Name: "引导行政途径"}}}, noteField("说明", false)},
			may: mayHolder, ready: readyRunning, do: doReferJustice, final: true},
		{Action: "refer", Name: "共同申请司法确认", Kinds: disputes, From: []string{Resolved}, To: "同前，在法院", Who: "持有单位",
			Needs: "各方当事人共同申请；协议生效三十日内", Clocks: "司法确认开始；结果出来之前不销号",
			Fields: []Field{{Name: "to", Label: "送往", Type: "choice", Options: []Option{{Code: "court", Name: "法院诉调对接中心"}}, Required: true, Default: "court"},
				{Name: "mode", Label: "事由", Type: "choice", Options: []Option{{Code: "confirm", Name: "共同申请司法确认"}}, Required: true, Default: "confirm"},
				{Name: "applicants", Label: "共同申请的当事人", Type: "parties", Required: true}, noteField("说明", false)},
			may: mayHolder, ready: readyConfirm, do: doReferCourt, final: true},
		{Action: "guideToCourt", Name: "引导起诉", Hint: "起诉是当事人的权利，给材料、讲清路径就好；案卷不移交。", Kinds: disputes, From: []string{Accepted, Handling, Ended}, To: same, Who: "持有单位",
			Needs: "当事人本人表示要起诉；给材料，不移交案卷", Fields: []Field{{Name: "party", Label: "要起诉的当事人", Type: "party", Required: true}, noteField("说明", false)},
			may: mayHolder, do: doGuideToCourt, final: true},
		{Action: "referralOutcome", Name: "反馈移送结果", Kinds: disputes, From: []string{Referred}, To: Handling, Who: "司法局；或持有单位附结果文书",
			Clocks: "移送停，本级办理继续", Fields: outcomeFields("aidGiven", "opinionGiven", "guided", "refused", "withdrawn"),
			may: mayAnswer, do: doReferralOutcome},
		{Action: "referralOutcome", Name: "反馈司法确认结果", Kinds: disputes, From: []string{Resolved}, To: same, Who: "法院；或持有单位附结果文书",
			Clocks: "司法确认停", Fields: outcomeFields("confirmed", "refused", "withdrawn"), may: mayAnswer, ready: readyAtCourt, do: doReferralOutcome},
	}
}

func closingRows() []Row {
	return []Row{
		{Action: "followUp", Name: "记录回访", Hint: "每次回访对应一次；提前做也可以。", Kinds: disputes, From: []string{Resolved}, To: same, Who: "持有单位，化解人以外的人（单位有别人时）",
			Needs: "不早于今天以后；对应下一次回访", Clocks: "下一次回访，或可销号",
			Fields: []Field{{Name: "at", Label: "回访时间", Type: "instant", Required: true}, {Name: "performed", Label: "协议已兑现", Type: "bool", Required: true},
				{Name: "satisfied", Label: "当事人满意", Type: "bool", Required: true}, noteField("回访情况", false)},
			may: mayFollowUp, ready: readyFollowUp, do: doFollowUp},
		{Action: "clear", Name: "清单销号", Hint: "销号是把问题清单上的这一条了结，不影响当事人的任何权利；以后可以重新办理。", Kinds: disputes, From: closing, To: Cleared,
			Who:   "简单事项：本单位另一人，或村（社区）对村民小组；其余：上一级负责人",
			Needs: "协议、口头登记、裁判或落实的凭据，或告知途径；清单已复核；回访都做了；不在法院", Clocks: "全部停，回潮观察开始",
			Fields: []Field{noteField("销号意见", false)}, may: mayClear, ready: readyClear, do: doClear},
		{Action: "sendBack", Name: "退回重办", Kinds: disputes, From: []string{Cleared}, To: "销号前的状态", Who: "销号单位的上一级", Needs: "理由；只对简单销号",
			Clocks: "恢复销号前", Fields: []Field{reasonField("sendBack"), noteField("说明", false)}, may: maySendBack, do: doSendBack},
		{Action: "reopen", Name: "重新办理", Kinds: disputes, From: []string{Resolved, Ended, Declined, Cleared}, To: Handling,
			Who: "持有单位、上一级；当事人要求的由持有单位记录", Clocks: "重新开始",
			Fields: []Field{reasonField("reopen"), {Name: "party", Label: "要求重办的当事人", Type: "party"}, noteField("说明", false)},
			may:    mayHolderOrAbove, ready: readyReopen, do: doReopen},
		{Action: "withdraw", Name: "当事人撤回", Hint: "要有本人签字的材料，在这里就能上传。", Kinds: both, From: anyOpen, To: Withdrawn, Who: "当事人本人：群众端，或附本人签字的书面材料",
			Needs: "本人签字的材料", Clocks: "全部停",
			Fields: []Field{reasonField("withdraw"), {Name: "attachment", Label: "本人签字的材料", Type: "attachment", Required: true}},
			may:    mayHolder, do: doWithdraw, final: true},
	}
}

func oversightRows() []Row {
	return []Row{
		{Action: "supervise", Name: "督办", Kinds: both, From: anyOpen, To: same, Who: "上级任何一级单位", Clocks: "督办回复", AnyPending: true,
			Fields: []Field{noteField("督办意见", true), {Name: "due", Label: "最晚哪天回复", Type: "date", Required: true}}, may: mayAnyAbove, do: doSupervise},
		{Action: "superviseReply", Name: "回复督办", Kinds: both, From: anyOpen, To: same, Who: "持有单位",
			Fields: []Field{noteField("回复", true)}, may: mayHolder, ready: readySuperviseReply, do: doSuperviseReply},
		{Action: "advise", Name: "提出专家意见", Kinds: disputes, From: anyOpen, To: same, Who: "受邀专家、司法局", AnyPending: true,
			Fields: []Field{{Name: "expert", Label: "专家", Type: "text", Required: true}, {Name: "opinion", Label: "意见", Type: "longText", Required: true}},
			may:    mayAdvise, do: doAdvise},
		{Action: "opinion", Name: "问题是否真的解决", Hint: "事情是您发现的或者送上去的，看看现在怎样，如实说一句。说“没有”不改变状态，会告诉持有单位和上一级。", Kinds: both, From: opined, To: same,
			Who: "发现或者送出这件事的人，每人一次", Needs: "事情已了结；重新办理以后可以再说一次",
			Fields: []Field{{Name: "solved", Label: "问题真的解决了", Type: "bool", Required: true}, noteField("说明", false)}, may: mayOpine, do: doOpine},
		{Action: "resumeByClock", Name: "到期自动恢复计时", Kinds: disputes, From: working, To: same, Who: "系统", Needs: "暂停到期", Clocks: "继续", system: true, AnyPending: true, do: doResume},
		{Action: "surface", Name: "超期提请上级督促", Kinds: both, From: append([]string{Draft, Resolved}, anyOpen...), To: same, Who: "系统", Needs: "时限已过", system: true, AnyPending: true, do: doSurface},
	}
}

func outcomeFields(outcomes ...string) []Field {
	f := Field{Name: "outcome", Label: "结果", Type: "choice", Required: true}
	for _, o := range outcomes {
		f.Options = append(f.Options, Option{Code: o})
	}
	return []Field{f, noteField("说明", false), {Name: "attachment", Label: "结果文书", Type: "attachment"}}
}

// find gives the row of an action for a matter's kind and status. ok is false for
// an action the table does not know at all.
func findRow(action, kind, status string) (row *Row, ok bool) {
	for i := range Table {
		r := &Table[i]
		if r.Action != action || r.system {
			continue
		}
		ok = true
		if slices.Contains(r.Kinds, kind) && slices.Contains(r.From, status) {
			return r, true
		}
	}
	return nil, ok
}

func systemRow(action string) *Row {
	i := slices.IndexFunc(Table, func(r Row) bool { return r.Action == action && r.system })
	return &Table[i]
}
