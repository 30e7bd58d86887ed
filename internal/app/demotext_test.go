package app

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var demoTestVillages = strings.Fields("马街社区居民委员会 张二村社区居民委员会 摩诃社区居民委员会 乐甫村民委员会 点连村民委员会 苴林村民委员会 " +
	"羊街村民委员会 已波龙村民委员会 那能村民委员会 芝麻村民委员会 龙街村民委员会 大树村村民委员会 中村村民委员会 新华村民委员会 班果村民委员会 把世者村民委员会 贡荼村民委员会")

// demoForbidden are the words of "Honesty and rights" 1.
var demoForbidden = strings.Fields("稳控 截访 劝返 拦访 缠访 闹访 非访 重点人员 黑名单 息诉罢访")

func demoTestStories(t *testing.T, seed uint64, n int) []demoStory {
	t.Helper()
	d := newDemoTexts(seed)
	r := rand.New(rand.NewPCG(seed, 99))
	var out []demoStory
	for i := range n {
		level := []string{"group", "group", "group", "village", "village", "township", "county"}[r.IntN(7)]
		out = append(out, d.story(2021, 1+i*12/n, demoTestVillages[r.IntN(len(demoTestVillages))], 1+r.IntN(9), level))
	}
	return out
}

// demoStrings walks every string of a value, so a new field is tested too.
func demoStrings(v reflect.Value, path string, f func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		f(path, v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			demoStrings(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			demoStrings(v.Index(i), path, f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			demoStrings(v.Elem(), path, f)
		}
	}
}

func demoCheckText(t *testing.T, v any) {
	t.Helper()
	demoStrings(reflect.ValueOf(v), "", func(path, s string) {
		if strings.ContainsAny(s, "{}[]|%") || strings.Contains(s, "//") {
			t.Errorf("%s: template left over: %s", path, s)
		}
		for _, w := range append(demoForbidden, "家家", "。。", "，，", "，。", "；。", "：。") {
			if strings.Contains(s, w) {
				t.Errorf("%s contains %s: %s", path, w, s)
			}
		}
	})
}

func TestDemoStories(t *testing.T) {
	stories := demoTestStories(t, 7, 2500)
	titles, descs, cats, wholes := map[string]int{}, map[string]bool{}, map[string]int{}, map[string]bool{}
	shorts := []string{}
	for _, d := range demoDepartments() {
		shorts = append(shorts, d.Short)
	}
	for _, s := range stories {
		demoCheckText(t, s)
		titles[s.Title]++
		cats[s.Category]++
		if descs[s.Description] {
			t.Errorf("description twice: %s", s.Description)
		}
		descs[s.Description] = true
		whole := s.Title + s.Place + s.Applicant.Name + s.Respondent.Name
		if wholes[whole] {
			t.Errorf("title, place and parties twice: %s", whole)
		}
		wholes[whole] = true
		if n := len([]rune(s.Title)); n < 6 || n > 30 {
			t.Errorf("title of %d runes: %s", n, s.Title)
		}
		if !slices.Contains(shorts, s.Department) {
			t.Errorf("unknown department %q of %s", s.Department, s.Title)
		}
		for _, need := range []string{s.Description, s.Place, s.AttemptFailed, s.AttemptAdjourned, s.AttemptAgreed, s.Settlement,
			s.FollowUp1, s.FollowUp2, s.EndNote, s.EscalateNote, s.Demands[0], s.Applicant.Name, s.Respondent.Name} {
			if len([]rune(need)) < 2 {
				t.Errorf("empty text in %+v", s)
			}
		}
		if !slices.Contains([]string{"justified", "explain", "relief", "byLaw"}, s.List) || s.Headcount < 2 || s.AmountFen < 0 {
			t.Errorf("list, headcount or amount of %+v", s)
		}
		for _, c := range s.Concerns {
			if !slices.Contains([]string{"violence", "minor", "threat"}, c) {
				t.Errorf("concern %q", c)
			}
		}
	}
	same := 0
	for _, n := range titles {
		same += n - 1
	}
	if same*100 >= len(stories) {
		t.Errorf("%d of %d titles are repeated", same, len(stories))
	}
	if len(cats) != 18 {
		t.Errorf("categories: %v", cats)
	}
	for _, c := range []string{"neighbourhood", "land", "homestead", "damage", "marriage"} {
		if cats[c] < len(stories)/20 {
			t.Errorf("only %d of %s", cats[c], c)
		}
	}
	if cats["neighbourhood"] < cats["medical"] || cats["land"] < cats["tourism"] {
		t.Errorf("implausible mix: %v", cats)
	}
}

func TestDemoStoriesAreDeterministic(t *testing.T) {
	a, b := demoTestStories(t, 11, 300), demoTestStories(t, 11, 300)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed gave other stories")
	}
	if c := demoTestStories(t, 12, 300); reflect.DeepEqual(a, c) {
		t.Error("another seed gave the same stories")
	}
}

func TestDemoPeopleAreInvented(t *testing.T) {
	seen, rare, ids := map[string]bool{}, false, map[string]bool{}
	check := func(p demoPerson) {
		if p.Phone != "" && (len(p.Phone) != 11 || !strings.HasPrefix(p.Phone, "1000878")) {
			t.Errorf("phone %s", p.Phone)
		}
		if p.IDNumber == "" {
			return
		}
		rare = rare || strings.Contains(p.Name, "𠮷")
		if seen[p.Name] || ids[p.IDNumber] {
			t.Errorf("person twice: %+v", p)
		}
		seen[p.Name], ids[p.IDNumber] = true, true
		if len(p.IDNumber) != 18 || !strings.HasPrefix(p.IDNumber, "532328") {
			t.Errorf("identity number %s", p.IDNumber)
		}
		if born, _ := strconv.Atoi(p.IDNumber[6:10]); born < 1940 || born > 2005 {
			t.Errorf("born %d", born)
		}
		if demoCheckDigit(p.IDNumber[:17]) == p.IDNumber[17] {
			t.Errorf("identity number %s passes its check", p.IDNumber)
		}
	}
	for _, s := range demoTestStories(t, 7, 2500) {
		check(s.Applicant)
		check(s.Respondent)
		if s.ExtraRespondent != nil {
			check(*s.ExtraRespondent)
		}
	}
	if !rare {
		t.Error("no party with a rare character")
	}
	d := newDemoTexts(7)
	for range 3700 {
		n := d.mediatorName()
		if seen[n] {
			t.Errorf("mediator %s is also a party or comes twice", n)
		}
		seen[n] = true
	}
	if len(seen) < 6000 {
		t.Errorf("only %d names", len(seen))
	}
	// GB 11643's own example has the check character X.
	if demoCheckDigit("11010519491231002") != 'X' {
		t.Error("the check digit is computed wrongly, so the test above proves nothing")
	}
}

func TestDemoPetitions(t *testing.T) {
	d := newDemoTexts(7)
	shorts := []string{"township"}
	for _, dep := range demoDepartments() {
		shorts = append(shorts, dep.Short)
	}
	descs, types := map[string]bool{}, map[string]int{}
	for i := range 150 {
		p := d.petition(demoTestVillages[i%len(demoTestVillages)], i%9)
		demoCheckText(t, p)
		if descs[p.Description] || strings.Count(p.Category, "/") != 2 || !slices.Contains(shorts, p.Organ) {
			t.Errorf("petition %+v", p)
		}
		descs[p.Description] = true
		types[p.Type]++
	}
	if types["claim"] <= types["suggestion"] || types["suggestion"] == 0 {
		t.Errorf("types %v", types)
	}
}

func TestDemoTables(t *testing.T) {
	deps := demoDepartments()
	words := map[string]bool{}
	for _, d := range deps {
		words[d.Word] = true
	}
	if len(deps) != 27 || len(words) != 27 || deps[1].Short != "自然资源局" {
		t.Errorf("departments %v", deps)
	}
	sum := int64(0)
	for _, n := range demoPopulations() {
		sum += n
	}
	if sum != 201510 || len(demoPopulations()) != 10 {
		t.Errorf("population %d", sum)
	}
	for in, want := range map[string]string{"马街社区居民委员会": "马街社区 马街", "点连村民委员会": "点连村 点连", "大树村村民委员会": "大树村 大树村",
		"中村村民委员会": "中村 中村", "张二村社区居民委员会": "张二村社区 张二村", "马街社区": "马街社区 马街", "点连村": "点连村 点连"} {
		if got := demoVillageShort(in) + " " + demoVillageWord(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// TestDemoSample prints stories to be read by a person: go test -v -run Sample.
func TestDemoSample(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("DEMO_SAMPLE"))
	if n == 0 {
		n = 10
	}
	d := newDemoTexts(uint64(n))
	r := rand.New(rand.NewPCG(uint64(n), 5))
	for i := range n {
		level := []string{"group", "village", "township", "county"}[i%4]
		s := d.story(2021, 1+r.IntN(12), demoTestVillages[r.IntN(len(demoTestVillages))], 1+r.IntN(8), level)
		t.Log(demoSampleText(level, s))
	}
	for range n / 5 {
		t.Logf("%+v", d.petition(demoTestVillages[r.IntN(len(demoTestVillages))], r.IntN(8)))
	}
}

func demoSampleText(level string, s demoStory) string {
	return fmt.Sprintf("\n[%s %s] %s｜%s｜%s｜%d分 %d人 %s %s %v\n  述 %s\n  诉 %s\n  败 %s\n  休 %s\n  成 %s\n  协 %s\n  访 %s ／ %s\n  终 %s\n  报 %s\n",
		level, s.Category, s.Title, s.Place, s.Applicant.Name+"诉"+s.Respondent.Name, s.AmountFen, s.Headcount, s.List, s.Department, s.Concerns,
		s.Description, strings.Join(s.Demands, "；"), s.AttemptFailed, s.AttemptAdjourned, s.AttemptAgreed, s.Settlement, s.FollowUp1, s.FollowUp2, s.EndNote, s.EscalateNote)
}
