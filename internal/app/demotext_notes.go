package app

import "strings"

// Openings of an attempt by level: where they sat and who came.
var demoOpenings = map[string]string{
	"group": "[在小组活动室|在组长家堂屋|在大青树下|到现场边看边谈]，双方都来了 // 下晚收工后把双方请到[小组活动室|组长家]坐下来谈 // 组长和调解员到{地}现场，双方当面讲",
	"village": "在村调解工作室，双方到齐，宣读了权利义务 // 村调解员带双方到现场看过，再回工作室谈 // 上午在工作室调解，{组}的组长也来帮着说 // " +
		"双方到工作室，先分头谈，再坐到一处",
	"township": "在调解工作中心开调解会，双方到场，{村}派人参加 // 中心两名调解员主持，双方各讲了一遍经过 // 调解员先到{村}走访，下午双方在中心见面 // " +
		"在调解工作中心，双方和[家人|亲属]到场，村干部介绍了前面的情况",
	"county": "在调解室开调解会，双方到场，乡镇调解工作中心派人参加 // 调解员看过前面的材料，请双方补充后当面谈 // 双方[及代理人|和家人]到调解室，逐项说明诉求 // " +
		"调解室约双方到场，先核对材料，再谈方案",
}

const demoFailedClose = "劝了[几轮|一个多小时|大半个下午]，双方不让步，这次没有谈成 // [各讲各的理|谁也不肯松口]，没有谈拢 // 提了[折中的办法|两个方案]，一方不接受，本次未达成一致 // 气氛还算平和，但差距大，没有谈成"

const demoAdjournClose = "双方同意先{chk}，[三天后|下周一|这个星期内|隔两天]再谈 // 说好先{chk}，有了结果再坐到一起，期间各自不再争吵 // 还差一步没有弄清：要{chk}。双方愿意等，约了[后天下晚|下周二上午|周末]再谈 // 谈了一半，双方口气都软下来，约定{chk}之后接着谈"

const demoAgreedClose = "先{chk}，情况弄清了，双方各让一步，当场说定，调解员逐条念给双方听，都认可 // {chk}，弄清以后摆事实讲道理，[{A}|{B}]先松了口，另一方也让步，谈成了 // " +
	"按弄清的情况把理摆开讲，双方都点了头，愿意照协议办 // 调解员先分头劝、再合到一处谈，双方同意各退一步，协议当场签字 // 讲了[邻里情分|法律规定|以后还要打交道的道理]，双方冷静下来，逐条商量，最后都同意"

const demoEscalate = "{本级}[调解过，没有谈成|当面调了一次，没有谈拢]：{gap}。还要{chk}，{本级}[没有条件|做不了主]，[双方同意|申请人要求]报上一级继续调解。 // " +
	"{gap}，{本级}劝不下来。[需要|下一步要]{chk}，请上级调解组织接手，[双方都愿意|已向双方讲清楚，双方没有意见]。 // " +
	"{gap}。{本级}的调解员与双方都沾亲带故，[话不好说|怕一方多心]，双方希望由上一级来调；建议{chk}。"

// At the county there is no further rung, only advice and aid.
const demoEscalateCounty = "{gap}，调解室调过没有谈成。还要{chk}，请县司法局[安排法律援助|出专家意见]，[双方都同意|已征得双方同意]。"

const demoEnd = "[经两次调解|反复做工作|当面和分头都谈过]仍谈不成：{gap}。[双方不愿再调|一方明确表示不再调解]，调解终止。已当面告知：{rem}，并发给书面告知书。 // " +
	"{gap}，[多次调解无果|期限已到，一方不同意延长]，予以终止。向双方讲明：{rem}。告知书双方各收一份。"

const demoFollow1 = "[上门|电话]回访：{f}。[双方没有新的意见|申请人说满意]。 // 三十天回访：{f}。[协议已照办|没有反复]。 // 回访双方，都说照协议办了：{f}。 // {f}。[打电话问过双方|同双方都核实过]，[没有别的要求|没有新的问题]。"

// Violence at home is never talked over at one table unless she herself asks.
const (
	demoSafeTalk    = "经{A}单独同意，两名调解员分开同双方谈，没有安排见面，先问了{A}的安全和住处 // {A}由女调解员单独接待，另一名调解员到别处同{B}谈，双方不照面"
	demoSafeFailed  = "{gap}。{A}不愿再谈，尊重{A}的意思，不再劝，已告诉{A}怎样报警、怎样申请人身安全保护令"
	demoSafeAdjourn = "{chk}。{A}说想好了再答复，期间有危险马上报警，留了妇联和派出所的电话"
	demoSafeAgreed  = "{B}认了错，{A}单独表示愿意先照这几条办，分别签字，随时可以反悔"
	demoSafeFollow  = "{f}。已再次说明有情况随时报警。"
	demoSafeFollow2 = "九十天单独回访{A}，[没有再动手|平安]，[生活费没有断|孩子上学正常]，妇联继续联系。 // 单独打电话给{A}，她说[没有再挨打|现在不怕了]，需要时知道找谁。"
	demoSafeReport  = "{gap}。本级不宜再调，经{A}同意报上一级，并已告知派出所和妇联；下一步{chk}。"
	demoSafeEnd     = "{gap}。{A}明确表示不再调解，调解终止。已单独告知{A}：{rem}。告知书当面交给{A}本人。"
)

var demoFollow2 = map[string]string{
	"near":   "[九十天回访|三个月后再访]，双方[照常来往|没有再起争执|路上碰着能说话]，协议继续照办。 // 再次到[现场|家里]看，保持原样，[申请人没有别的要求|双方都说放心]。 // 电话问过两家，[没有再吵|平平安安]，办客、做活还互相帮忙。",
	"family": "[九十天回访|三个月后再访]，一家人[相处平稳|有事能商量]，答应的事都在做。 // 再访时[本人|亲属]说比以前好，[没有再吵|没有再找来]，约好有事随时联系。 // 电话和[本人|邻居]都问过，情况稳定，协议照着做。",
	"money":  "[九十天回访|三个月后再访]，钱款[已全部结清|按协议履行完毕]，双方没有别的纠葛。 // 再次核对[收条|转账记录]，协议上的款项都已履行，[申请人表示满意|双方无异议]。 // 电话回访，账已两清，[还继续有来往|往后做事都先写字据]。",
	"harm":   "[九十天回访|三个月后再访]，[恢复得不错|一切正常]，赔付和整改都已做到，没有新的要求。 // 再次回访，申请人[身体、生产已如常|没有再反映问题]，协议履行完毕。 // 到现场复看，整改的没有走样，[双方|申请人]没有意见。",
}

var demoFollowFamily = map[string]string{
	"neighbourhood": "near", "homestead": "near", "land": "near", "production": "near", "property": "near", "other": "near",
	"marriage": "family", "contract": "money", "migrantWages": "money", "labour": "money", "consumer": "money", "ecommerce": "money",
	"expropriation": "money", "tourism": "money", "damage": "harm", "traffic": "harm", "pollution": "harm", "medical": "harm",
}

// notes fills the texts of the story's way through mediation.
func (e *demoEnv) notes(cat string, c demoCase, s *demoStory) {
	gap, chk := e.one(c.gap), e.one(c.chk)
	e.str["gap"], e.str["chk"] = gap, chk
	e.str["f"] = e.one(c.f)
	e.str["rem"] = demoOr(c.rem, demoRemedies[cat])
	if cat == "migrantWages" && c.org == "" {
		e.str["rem"] = demoOr(c.rem, demoPrivateWages)
	}
	if cat == "marriage" && strings.Contains(c.con, "violence") {
		e.safeNotes(s)
		return
	}
	open := func() string { return e.one(demoOpenings[e.level]) }
	s.AttemptFailed = open() + "。" + gap + "。" + e.one(demoFailedClose) + "。"
	s.AttemptAdjourned = open() + "。" + e.one(demoAdjournClose) + "。"
	s.AttemptAgreed = open() + "。" + e.one(demoAgreedClose) + "。"
	s.EscalateNote = e.one(demoEscalate)
	if e.level == "county" {
		s.EscalateNote = e.one(demoEscalateCounty)
	}
	s.EndNote = e.one(demoEnd)
	s.FollowUp1 = e.one(demoFollow1)
	fam := demoFollowFamily[cat]
	if c.org != "" && fam == "near" {
		fam = "money"
	}
	s.FollowUp2 = e.one(demoFollow2[fam])
}

func (e *demoEnv) safeNotes(s *demoStory) {
	s.AttemptFailed = e.one(demoSafeTalk) + "。" + e.one(demoSafeFailed) + "。"
	s.AttemptAdjourned = e.one(demoSafeTalk) + "。" + e.one(demoSafeAdjourn) + "。"
	s.AttemptAgreed = e.one(demoSafeTalk) + "。" + e.one(demoSafeAgreed) + "。"
	s.FollowUp1, s.FollowUp2 = e.one(demoSafeFollow), e.one(demoSafeFollow2)
	s.EscalateNote, s.EndNote = e.one(demoSafeReport), e.one(demoSafeEnd)
}

// Openings and tails of descriptions; a third of the entries have neither.
var demoLeads = []string{"排查时了解到：", "入户走访时了解到：", "电话反映：", "来人反映：", "申请人到场讲述："}

var demoTails = map[string]string{
	"near": "[为这事吵过两回|两家半个月没有说话|邻居劝过没劝住|怕再吵下去伤和气]，[申请调解|想请人来断个理]。 // 双方都愿意调解。 // 目前没有动手，情绪[平稳|还算平稳]。 // 亲戚去说过一次，没有说拢。",
	"soft": "[家里人劝过|亲戚去说过|老人出面讲过]，没有说拢。 // 双方[愿意坐下来谈|同意先调解]。 // 组长上门劝过一次。",
	"cash": "催要过[多次|好几次]，[口头答应却没有兑现|一拖再拖]。 // 双方同意先调解，谈不成再走别的路。 // 有[收条|记账本|聊天记录]为证。 // 申请人说[家里等着用钱|急用]，希望早点解决。",
	"none": "双方同意先调解。 // 来时情绪有些激动，劝下来了。 // 已劝双方保持冷静。 // 申请人希望早点有个说法。",
}

var demoTailFamily = map[string]string{
	"neighbourhood": "near", "homestead": "near", "land": "near", "production": "near", "other": "near", "property": "near", "damage": "none",
	"marriage": "soft", "contract": "cash", "migrantWages": "cash", "labour": "none", "consumer": "none", "ecommerce": "none",
	"expropriation": "none", "tourism": "none", "traffic": "none", "pollution": "none", "medical": "none",
}

func (e *demoEnv) description(cat string, c demoCase) string {
	s := e.one(c.d)
	if e.r.IntN(4) == 0 {
		lead := e.pick(demoLeads)
		if e.bias <= 1 && e.r.IntN(3) == 0 {
			lead = "周一排查发现："
		}
		s = lead + s
	}
	if e.r.IntN(2) == 0 && c.con == "" {
		s += e.one(demoTails[demoTailFamily[cat]])
	}
	return s
}

// where puts village and group before a place.
func (e *demoEnv) where(p string) string {
	if strings.HasPrefix(p, "县城") || strings.HasPrefix(p, "镇上") {
		return p
	}
	return demoVillageShort(e.village) + demoGroupName(e.group) + p
}

// place names where it happened; a firm is named in full there.
func (e *demoEnv) place(p string) string {
	e.fullFirm = true
	defer func() { e.fullFirm = false }()
	return e.where(e.one(p))
}

// demands gives one of the situation's demands, or now and then two.
func (e *demoEnv) demands(q string) []string {
	all := strings.Split(q, "//")
	first := e.r.IntN(len(all))
	out := []string{e.fill(strings.TrimSpace(all[first]))}
	if len(all) > 1 && e.r.IntN(10) < 4 {
		out = append(out, e.fill(strings.TrimSpace(all[(first+1)%len(all)])))
	}
	return out
}

// headcount is how many people are touched: what the text says where it
// says it, else a household or two.
func (e *demoEnv) headcount(level string) int {
	if n, ok := e.num["n"]; ok {
		return int(n/100) + 1
	}
	base := 2 + e.r.IntN(3)
	if level == "county" || level == "township" {
		base += e.r.IntN(3)
	}
	return base
}
