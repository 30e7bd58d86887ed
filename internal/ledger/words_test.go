package ledger

import (
	"strings"
	"testing"
)

func TestWordsOfStatusAndCategory(t *testing.T) {
	for word, want := range map[string]string{"已化解": "resolved", "调解成功": "resolved", "已化解（口头）": "resolved oral", "正在调解": "handling", "正在化解": "handling",
		"未化解": "handling", "上报镇级": "handling up", "移交法院": "ended lawsuit", "已移送法院处理": "ended lawsuit", "调解不成": "ended", "已受理": "accepted",
		"尚未调解成功": "handling", "随便": "none", "是": "resolved", "否": "handling"} {
		rule, ok := statusOf(word)
		got := strings.TrimSpace(rule.Status + " " + rule.How + rule.Remedy + map[bool]string{true: "up"}[rule.Up])
		if !ok {
			got = "none"
		}
		if got != want {
			t.Errorf("%s is %s, want %s", word, got, want)
		}
	}
	each(t, func(t *testing.T, f *fixture) {
		rb := f.s.rules(county)
		for word, want := range map[string]string{"邻里": "neighbourhood", "邻里纠纷": "neighbourhood", "宅基地": "homestead", "拖欠农民工工资": "migrantWages",
			"劳动争议": "labour", "征地拆迁": "expropriation", "道路交通事故": "traffic", "山林土地": "land", "土地": "land+", "水事": "land+", "其他": "other",
			"合同纠纷": "contract", "外星": "other+", "民间借贷纠纷": "contract", "婚姻家庭": "marriage"} {
			code, keep := categoryOf(rb, word)
			if keep {
				code += "+"
			}
			if code != want {
				t.Errorf("%s is %s, want %s", word, code, want)
			}
		}
	})
}
