package rulebook

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func second(t *testing.T) *Rulebook {
	t.Helper()
	data, err := os.ReadFile("testdata/threelevel.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Parse("threelevel.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func eq[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestDefaultIsYuanmou(t *testing.T) {
	r := Default()
	eq(t, "county", r.County, County{"532328", "元谋县"})
	for level, days := range map[string]int{"group": 10, "village": 15, "township": 20, "county": 30} {
		c, ok := r.Clock(ClockHolder)
		eq(t, "holder days of "+level, c.DaysFor(level), days)
		eq(t, "holder clock", ok, true)
	}
	c, _ := r.Clock(ClockAcceptance)
	eq(t, "acceptance", c.DaysFor("group"), 3)
	eq(t, "acceptance unit", c.Unit, UnitWorkday)
	eq(t, "draft days", r.DraftDays, 3)
	eq(t, "watch days", r.RepeatWatch, 180)
	eq(t, "categories", len(r.Categories), 18)
	eq(t, "first category", r.Name("category", "marriage"), "婚姻家庭")
	eq(t, "last category", r.Categories[17].Code, "other")
	eq(t, "counted kinds", strings.Join(r.CountedKinds(), " "), "groupStation villageRoom townshipCentre departmentRoom petitionRoom")
	eq(t, "a petition is never 销号", r.StatusName("petition", "cleared"), "归档")
	eq(t, "a dispute is", r.StatusName("dispute", "cleared"), "清单销号")
	eq(t, "number", r.RegisterNumber("马街", 2026, 123), "马街调登〔2026〕000123号")
	eq(t, "dossier number", r.DossierNumber("马街", 2026, 12), "〔2026〕马街人调字第12号")
	joint, _ := r.Office(OfficeJoint)
	eq(t, "joint office", joint.Code, "jointOffice")
	n, ok := r.NormFor("townshipCentre", 35001)
	eq(t, "norm of a large township", n, 4)
	eq(t, "has a norm", ok, true)
	n, _ = r.NormFor("townshipCentre", 9000)
	eq(t, "norm of a small one", n, 3)
	for action, reasons := range r.Reasons {
		if len(reasons) < 6 || len(reasons) > 9 {
			t.Errorf("%s has %d reasons; a screen of taps holds 6 to 9", action, len(reasons))
		}
	}
}

func TestLevels(t *testing.T) {
	r := Default()
	up, ok := r.NextLevelUp("group")
	eq(t, "above the group", up, "village")
	eq(t, "there is one", ok, true)
	_, ok = r.NextLevelUp("county")
	eq(t, "above the county", ok, false)
	_, ok = r.NextLevelUp("province")
	eq(t, "above the unknown", ok, false)
	eq(t, "rank", r.Rank("township"), 2)
	eq(t, "unknown rank", r.Rank("province"), -1)
}

func TestSecondCountyIsOnlyAnotherFile(t *testing.T) {
	r := second(t)
	up, _ := r.NextLevelUp("village")
	eq(t, "levels", len(r.Levels), 3)
	eq(t, "above the village", up, "township")
	c, _ := r.Clock(ClockHolder)
	eq(t, "holder at a village", c.DaysFor("village"), 12)
	eq(t, "holder at the county", c.DaysFor("county"), 25)
	eq(t, "a list of its own", r.Name("list", "solve"), "能办快办")
	eq(t, "Yuanmou's is unknown", r.Has("list", "justified"), false)
	eq(t, "an unknown code shows as itself", r.Name("list", "justified"), "justified")
	eq(t, "transfer", r.Off("transfer"), true)
	eq(t, "escalate", r.Off("escalate"), false)
	eq(t, "number", r.RegisterNumber("清河", 2026, 7), "清河纠登〔2026〕0007号")
	eq(t, "reason", r.Name("reason.escalate", "noAgreement"), "没谈拢")
	eq(t, "a status has its own name", r.StatusName("petition", "cleared"), "已销账")
}

// A Verified mark is a promise to the reader; the figures the design calls
// county defaults must not carry it.
func TestOnlyCheckedLawIsMarkedVerified(t *testing.T) {
	for _, c := range Default().Clocks {
		want := c.Code == ClockConfirm || c.Code == ClockConfirmApply || c.Code == ClockForward
		eq(t, c.Code, c.Verified, want)
		if c.Verified == strings.Contains(c.Basis, "默认") {
			t.Errorf("%s: basis %q and verified %v contradict", c.Code, c.Basis, c.Verified)
		}
	}
}

func TestNoWordAgainstCitizens(t *testing.T) {
	for _, w := range []string{"稳控", "截访", "劝返", "拦访", "缠访", "闹访", "非访", "重点人员", "黑名单", "息诉罢访", "越级", "群体访"} {
		if strings.Contains(string(yuanmou), w) {
			t.Errorf("the rulebook says %s", w)
		}
	}
}

func TestBookChoosesByDate(t *testing.T) {
	old, young := *Default(), *Default()
	old.EffectiveFrom, old.ID = "2020-01-01", "old"
	young.EffectiveFrom, young.ID = "2026-07-01", "young"
	b, err := NewBook(&young, &old)
	if err != nil {
		t.Fatal(err)
	}
	for date, want := range map[string]string{"2019-05-01": "old", "2020-01-01": "old", "2026-06-30": "old", "2026-07-01": "young", "2030-01-01": "young"} {
		eq(t, date, b.At(date).ID, want)
	}
	if _, err := NewBook(); err == nil {
		t.Error("an empty book must be refused")
	}
	if _, err := NewBook(&old, &old); err == nil {
		t.Error("two versions of one day must be refused")
	}
	if _, err := NewBook(&old, second(t)); err == nil {
		t.Error("two counties must be refused")
	}
}

func TestPublicHasCodesAndNoSecrets(t *testing.T) {
	text, err := json.Marshal(Default().Public())
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Fields("id name county effectiveFrom levels kinds statuses lists categories sources concerns riskLevels partyRoles petitionTypes channels reasons remedies clocks") {
		if got[key] == nil {
			t.Errorf("no %s", key)
		}
	}
	for _, key := range []string{"password", "lockout", "session"} {
		if got[key] != nil {
			t.Errorf("%s is nobody's business", key)
		}
	}
}
