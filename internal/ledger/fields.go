package ledger

import "slices"

// Kinds of import.
const (
	Orgs    = "orgs"
	People  = "people"
	Matters = "matters"
)

var kindNames = map[string]string{Orgs: "机构", People: "人员", Matters: "事项台账"}

// FieldView is something a column can be.
type FieldView struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Help     string `json:"help"`
}

var serialField = FieldView{"serial", "序号", false, "说明是哪一行，写进时间线，不当编号"}

// matterFields are of disputes and petitions; what only one has is told by only.
var matterFields = []struct {
	FieldView
	only string
}{
	{serialField, ""},
	{FieldView{"foundAt", "排查（来访）日期", true, "像 2021-01-31、2021年1月31日；没写年份的，按标题里的年份"}, ""},
	{FieldView{"village", "所在村（社区）、组", false, "写全称、简称或别名；这件事由它持有，不写就由本单位持有"}, ""},
	{FieldView{"place", "地点", false, "发生在哪里；不写就用所在村（社区）"}, ""},
	{FieldView{"category", "类别", true, "十八类纠纷之一；别的说法归到最近的一类，原话保留"}, ""},
	{FieldView{"title", "标题", false, "不写就从简要情况里取开头"}, ""},
	{FieldView{"summary", "简要情况", true, "发生了什么"}, ""},
	{FieldView{"applicant", "申请人（信访人）", true, "几个人用顿号隔开"}, ""},
	{FieldView{"applicantPhone", "申请人电话", false, "11 位，或区号加 7 至 8 位"}, ""},
	{FieldView{"applicantId", "申请人身份证号", false, ""}, ""},
	{FieldView{"applicantAddress", "申请人住址", false, ""}, ""},
	{FieldView{"respondent", "被申请人", false, "几个人用顿号隔开"}, "dispute"},
	{FieldView{"respondentPhone", "被申请人电话", false, ""}, "dispute"},
	{FieldView{"respondentId", "被申请人身份证号", false, ""}, "dispute"},
	{FieldView{"headcount", "涉及人数", false, "像 5、5人、约12户"}, ""},
	{FieldView{"amount", "涉及金额", false, "像 3000元、0.5万、约3000元；单位看列名"}, ""},
	{FieldView{"status", "化解情况", false, "像 已化解、正在调解、上报镇级、移交法院；不写按“登记”"}, "dispute"},
	{FieldView{"how", "协议形式", false, "口头或书面"}, "dispute"},
	{FieldView{"acceptedAt", "受理日期", false, "不写按排查日期"}, "dispute"},
	{FieldView{"closedAt", "化解日期", false, "不写按导入这天"}, "dispute"},
	{FieldView{"source", "来源", false, "不写记为“台账导入”"}, "dispute"},
	{FieldView{"petitionType", "信访目的", false, "申诉求决或建议意见；检举控告不在这里导入"}, "petition"},
	{FieldView{"channel", "信访形式", false, "走访、书信、网络、电话；不写记为走访"}, "petition"},
	{FieldView{"externalNumber", "原系统编号", false, "记为外部编号，不能与别的事项重复"}, ""},
	{FieldView{"mediator", "调解员", false, "写进时间线的说明，不当作指定调解员"}, ""},
	{FieldView{"remark", "备注", false, "写进时间线的说明"}, ""},
}

var orgFields = []FieldView{
	serialField,
	{"code", "机构代码", true, "6 到 18 位数字，以后不能改"},
	{"name", "机构名称", true, "全称"},
	{"shortName", "简称", false, "列表里显示的名字"},
	{"numberWord", "编号用字", false, "事项编号开头的字，如“马街”"},
	{"orgKind", "机构类型", true, "规则册里的类型，如“调解工作室”"},
	{"parent", "上级机构", true, "上级的代码或名称；上级要写在前面的行，或已经建好"},
	{"sealBody", "盖章单位", false, "不写就按规则册"},
	{"population", "人口", false, ""},
	{"openedOn", "成立日期", false, "不写就是从来就有"},
	{"aliases", "别名", false, "几个用顿号隔开，台账里写别名也认得"},
	{"remark", "备注", false, "不导入"},
}

var peopleFields = []FieldView{
	serialField,
	{"name", "姓名", true, ""},
	{"phone", "电话", false, "11 位，或区号加 7 至 8 位"},
	{"org", "所在机构", true, "代码、全称、简称或别名；几个用顿号隔开"},
	{"role", "职务", false, "负责人或调解员；不写按调解员"},
	{"since", "任职日期", false, "不写从导入这天算"},
	{"externalNumber", "系统编号", false, "云南省司法行政系统等的编号"},
	{"remark", "备注", false, "不导入"},
}

// fieldsOf are the fields of a kind, for matters those of the kind of matter.
func fieldsOf(kind, matterKind string) []FieldView {
	switch kind {
	case Orgs:
		return orgFields
	case People:
		return peopleFields
	}
	out := []FieldView{}
	for _, f := range matterFields {
		if f.only == "" || f.only == matterKind {
			out = append(out, f.FieldView)
		}
	}
	return out
}

func hasField(list []FieldView, code string) bool {
	return slices.ContainsFunc(list, func(f FieldView) bool { return f.Code == code })
}
