package rulebook

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Each case changes one place of the shipped file; the refusal must name the
// line of that place and say why. Where the key is gone, the line is that of
// the part it is missing from.
func TestBrokenFilesAreRefusedWithLineAndReason(t *testing.T) {
	for _, tc := range []struct{ name, old, new, at, reason string }{
		{"unknown key", "handOverLimit: 2", "handOverLimt: 2", "handOverLimt", "不认识的字段 handOverLimt"},
		{"unknown key inside", "days: 3, unit: workday", "day: 3, unit: workday", "day: 3", "不认识的字段 day"},
		{"key twice", "undoMinutes: 10", "undoMinutes: 10\nundoMinutes: 11", "undoMinutes: 11", "写了两次"},
		{"not YAML", "levels:\n", "levels: [\n", "", "YAML 写法有误"},
		{"word for a number", "riskMaxDays: 30", "riskMaxDays: 三十", "riskMaxDays", "应是整数"},
		{"word for a bool", "countySight: true, office: joint", "countySight: 是, office: joint", "jointOffice", "应是true 或 false"},
		{"no list", "switchedOff: []", "switchedOff: {a: b}", "switchedOff", "列表"},
		{"duplicate code", "{code: land, name: 山林土地", "{code: damage, name: 山林土地", "山林土地", "类别的代码 damage 重复了"},
		{"ill-formed code", "{code: land,", "{code: 山林,", "山林土地", "代码“山林”不合规"},
		{"no name", "name: 山林土地", `name: ""`, "code: land", "类别 land 缺少名称"},
		{"negative days", "byLevel: {group: 10,", "byLevel: {group: -1,", "code: holder", "时限 holder 的天数应是正数"},
		{"no days", "name: 移送办理, days: 15", "name: 移送办理", "移送办理", "时限 referral 的天数"},
		{"days beyond reason", "{group: 10,", "{group: 100000,", "code: holder", "时限 holder 的天数应在 1 到 3660 之间"},
		{"number missing", "handOverLimit: 2\n", "", "id: yuanmou", "缺少 handOverLimit"},
		{"a level without holder days", "village: 15, township: 20", "township: 20", "code: holder", "时限 holder 没有层级 village 的天数"},
		{"days of a level there is not", "{group: 10,", "{province: 1, group: 10,", "code: holder", "不存在的层级 province"},
		{"unknown unit", "days: 2, unit: workday", "days: 2, unit: hour", "code: receipt", "单位只能是 day 或 workday"},
		{"unknown side", "days: 180, unit: day, side: citizen", "days: 180, unit: day, side: both", "code: watch", "side 只能是 body 或 citizen"},
		{"clock without a basis", "days: 15, unit: day, side: body, basis: 规则册默认", "days: 15, unit: day, side: body", "code: referral", "没有写依据"},
		{"missing clock", "  - {code: watch,", "  - {code: watches,", "clocks:", "缺少时限 watch"},
		{"clock the engine does not know", "  - {code: watch,", "  - {code: watches,", "code: watches", "不认识的时限 watches"},
		{"a clock nobody may ask", "code: receipt, name: 签收, days: 2", "code: receipt, name: 签收, asAsked: true", "code: receipt", "必须有天数"},
		{"cadence unknown", "[groupStation, villageRoom], cadence: week", "[groupStation, villageRoom], cadence: weekly", "weekly", "不认识的周期“weekly”"},
		{"a counted kind without duty", "duty: analyse, kinds: [groupStation, villageRoom]", "duty: analyse, kinds: [groupStation]", "code: villageRoom", "没有排查或研判的周期"},
		{"dangling kind", "kinds: [townshipCentre], perResidents", "kinds: [townCentre], perResidents", "townCentre", "机构类型 townCentre 不存在"},
		{"dangling level", "level: village, counted", "level: hamlet, counted", "hamlet", "层级 hamlet 不存在"},
		{"dangling list", "listsAfterReply: [explain, byLaw]", "listsAfterReply: [explain, byLow]", "byLow", "清单 byLow 不存在"},
		{"dangling concern", "needsNoConcerns: [violence]", "needsNoConcerns: [injury]", "injury", "注意事项 injury 不存在"},
		{"status dropped", "  - {code: ended, name: 终止}\n", "", "statuses:", "状态缺少 ended"},
		{"status invented", "  - {code: ended,", "  - {code: watched, name: 观察}\n  - {code: ended,", "watched", "状态 watched 程序不认识"},
		{"protection dropped", "  - {code: minor,", "  - {code: child,", "concerns:", "注意事项缺少 minor"},
		{"reasons missing", "  sendBack:\n", "  sentBack:\n", "reasons:", "缺少 sendBack 的常用理由"},
		{"a right switched off", "switchedOff: []", "switchedOff: [withdraw]", "switchedOff", "动作 withdraw 不能关闭"},
		{"joint office missing", ", office: joint}", "}", "kinds:", "缺少承担职责 joint 的机构类型"},
		{"court twice", "office: police", "office: court", "code: police", "只能由一种机构承担"},
		{"holder without a seal", "holdsMatters: true, sealUnder: parent", "holdsMatters: true", "groupStation", "没有印章也不用上级的印章"},
		{"county code", `code: "532328"`, `code: "53232"`, "county:", "县代码应是六位数字"},
		{"effective date", `"2020-01-01"`, `"2020-02-30"`, "effectiveFrom", "生效日期"},
		{"follow-ups out of order", "agreement: [30, 90]", "agreement: [90, 30]", "agreement: [90", "一次比一次晚"},
		{"follow-ups missing", "  ruling: [30, 90]\n", "", "followUps:", "缺少化解方式 ruling"},
		{"risk for ever", "riskMaxDays: 30", "riskMaxDays: 365", "riskMaxDays", "应在 1 到 30 之间"},
		{"weak password", "minLength: 8", "minLength: 4", "password:", "口令长度应在 8 到 64 之间"},
		{"a digest at night", "digestHour: 8", "digestHour: 3", "notices:", "每日提醒的钟点应在 5 到 11 之间"},
		{"forgotten before it may be", "keepDays: 365", "keepDays: 30", "notices:", "通知最多留几天应在 90"},
		{"verified by nothing", "name: 涉及未成年人,", "name: 涉及未成年人, verified: true,", "涉及未成年人", "没有写依据"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !strings.Contains(string(yuanmou), tc.old) {
				t.Fatalf("the shipped file has no %q any more", tc.old)
			}
			text := strings.Replace(string(yuanmou), tc.old, tc.new, 1)
			r, err := Parse("yuanmou.yaml", []byte(text))
			var b *Broken
			if !errors.As(err, &b) || r != nil {
				t.Fatalf("accepted: %v", err)
			}
			for _, p := range b.Problems {
				lines := strings.Split(text, "\n")
				if strings.Contains(p.Msg, tc.reason) && p.Line <= len(lines) && strings.Contains(lines[p.Line-1], tc.at) {
					if want := fmt.Sprintf("yuanmou.yaml:%d: ", p.Line); !strings.Contains(err.Error(), want) {
						t.Errorf("the error does not begin %q", want)
					}
					return
				}
			}
			t.Errorf("refused, but not at %q for %q:\n%v", tc.at, tc.reason, err)
		})
	}
}

func TestWhatIsNoRulebookIsRefused(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "a word": "hello", "a list": "- 1\n", "two documents": "a: 1\n---\nb: 2\n", "null": "~"} {
		if r, err := Parse("x.yaml", []byte(text)); err == nil || r != nil || !strings.HasPrefix(err.Error(), "x.yaml:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file cut off in the middle of an edit, or with a line lost, is refused or
// sound, never a panic; every refusal names file and line.
func TestCutAndGappedFilesNeverPanic(t *testing.T) {
	lines := strings.SplitAfter(string(yuanmou), "\n")
	for i := 3; i < len(lines); i += 11 {
		cut := strings.Join(lines[:i], "") + lines[i][:len(lines[i])/2]
		if _, err := Parse("x.yaml", []byte(cut)); i < len(lines)-11 && (err == nil || !strings.HasPrefix(err.Error(), "x.yaml:")) {
			t.Errorf("cut in line %d: %v", i+1, err)
		}
		gap := strings.Join(append(append([]string(nil), lines[:i]...), lines[i+1:]...), "")
		if _, err := Parse("x.yaml", []byte(gap)); err != nil && !strings.HasPrefix(err.Error(), "x.yaml:") {
			t.Errorf("without line %d: %v", i+1, err)
		}
	}
}
