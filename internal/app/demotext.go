package app

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// demoPerson is an invented party. IDNumber, where given, never passes the
// check of GB 11643, and Phone uses a prefix no operator has, so that nothing
// shown in the demonstration county can belong to anybody.
type demoPerson struct{ Name, Phone, IDNumber, Address string }

// demoStory is one dispute of the demonstration county with everything that
// may be said about it on its way. AmountFen is 0 where no money is at stake.
type demoStory struct {
	Category, Title, Description, Place string
	Demands                             []string
	Applicant, Respondent               demoPerson
	ExtraRespondent                     *demoPerson
	AmountFen                           int64
	Headcount                           int
	Concerns                            []string
	List, Department                    string
	AttemptFailed, AttemptAdjourned     string
	AttemptAgreed, Settlement           string
	FollowUp1, FollowUp2                string
	EndNote, EscalateNote               string
}

// demoTexts writes the texts of the demonstration county. Stories, petitions,
// mediators and parties each draw from a stream of their own, so the names of
// the mediators do not depend on how many stories were asked for in between.
type demoTexts struct {
	rng        *rand.Rand
	petRng     *rand.Rand
	mediators  *demoNames
	parties    *demoNames
	cases      map[string][]demoCase
	caseUse    map[string]int
	titles     map[string]bool
	descs      map[string]bool
	petUse     []int
	petSeen    map[string]bool
	personSeen map[string]bool
	firms      map[string][]demoPerson
}

// newDemoTexts returns a writer whose answers depend only on the seed and the
// order of the calls.
func newDemoTexts(seed uint64) *demoTexts {
	return &demoTexts{
		rng:        rand.New(rand.NewPCG(seed, 0x5157)),
		petRng:     rand.New(rand.NewPCG(seed, 0x5158)),
		mediators:  newDemoNames(seed, 0, 0x5159),
		parties:    newDemoNames(seed, 1, 0x515a),
		cases:      demoCases(),
		caseUse:    map[string]int{},
		titles:     map[string]bool{},
		descs:      map[string]bool{},
		petUse:     make([]int, len(demoPetitionCases)),
		petSeen:    map[string]bool{},
		personSeen: map[string]bool{},
		firms:      map[string][]demoPerson{},
	}
}

func (d *demoTexts) mediatorName() string {
	return d.mediators.next(d.mediators.anySex(), '?', "")
}

// story writes one dispute found in the given month of the given year. level
// is group, village, township or county; it moves the weight of categories
// and of amounts. groupNo 0 leaves the group out.
func (d *demoTexts) story(year, month int, villageName string, groupNo int, level string) demoStory {
	var e *demoEnv
	var c demoCase
	var cat, title, desc string
	for try := 0; ; try++ {
		cat, c = d.pickCase(month, villageName, level)
		e = d.newEnv(cat, c, year, month, villageName, groupNo, level)
		e.fullFirm = true
		title = e.one(c.t)
		e.fullFirm = true
		desc = e.description(cat, c)
		n := len([]rune(title))
		if n < 6 || n > 30 || d.descs[desc] || (d.titles[title] && try < 40) {
			continue
		}
		break
	}
	d.titles[title], d.descs[desc] = true, true
	d.caseUse[c.t]++

	s := demoStory{
		Category: cat, Title: title, Description: desc,
		Place: e.place(c.p), Demands: e.demands(c.q),
		List: e.pick(strings.Fields(demoOr(c.l, "justified"))), Department: demoOr(c.dept, demoCategoryDept[cat]),
		Settlement: e.one(c.s),
	}
	if c.con != "" {
		s.Concerns = strings.Fields(c.con)
	}
	e.notes(cat, c, &s)
	// Parties come last: a text may have brought in a second respondent.
	s.Applicant, s.Respondent, s.ExtraRespondent = e.a, e.b, e.c
	if e.money {
		s.AmountFen = e.num["m"]
	}
	s.Headcount = e.headcount(level)
	return s
}

// pickCase chooses a category by level and then the less used of two
// situations that fit month, terrain and level, so no situation wears out.
func (d *demoTexts) pickCase(month int, village, level string) (string, demoCase) {
	terr := demoTerrain(village)
	for {
		cat := demoWeighted(d.rng, demoCategoryWeights[level])
		var fit []demoCase
		for _, c := range d.cases[cat] {
			if c.fits(month, terr, level, cat) {
				fit = append(fit, c)
			}
		}
		if len(fit) == 0 {
			continue
		}
		c := fit[d.rng.IntN(len(fit))]
		for range 2 {
			if o := fit[d.rng.IntN(len(fit))]; d.caseUse[o.t] < d.caseUse[c.t] {
				c = o
			}
		}
		return cat, c
	}
}

func demoOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

type demoWeight struct {
	code string
	w    int
}

func demoWeighted(r *rand.Rand, ws []demoWeight) string {
	sum := 0
	for _, w := range ws {
		sum += w.w
	}
	n := r.IntN(sum)
	for _, w := range ws {
		if n -= w.w; n < 0 {
			return w.code
		}
	}
	return ws[0].code
}

// demoTerrain tells valley (b), river and reservoir (r) and mountain (h)
// villages apart: they grow other things and quarrel about other things.
func demoTerrain(village string) byte {
	w := demoVillageWord(village)
	switch {
	case slices.Contains(demoHillVillages, w):
		return 'h'
	case slices.Contains(demoRiverVillages, w):
		return 'r'
	}
	return 'b'
}

// demoVillageWord turns 马街社区居民委员会 into 马街, the word of its number series.
func demoVillageWord(name string) string {
	n := strings.TrimSuffix(strings.TrimSuffix(name, "居民委员会"), "村民委员会")
	n = strings.TrimSuffix(n, "社区")
	if n != "大树村" && n != "中村" && n != "张二村" {
		n = strings.TrimSuffix(n, "村")
	}
	return n
}

// demoVillageShort turns 马街社区居民委员会 into 马街社区 and 点连村民委员会 into 点连村.
func demoVillageShort(name string) string {
	w := demoVillageWord(name)
	switch {
	case strings.Contains(name, "社区"):
		return w + "社区"
	case strings.HasSuffix(w, "村"):
		return w
	}
	return w + "村"
}

// demoGroupName turns 2 into 二组.
func demoGroupName(no int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case no <= 0:
		return ""
	case no < 10:
		return digits[no] + "组"
	case no < 20:
		return "十" + digits[no-10] + "组"
	}
	return digits[no/10%10] + "十" + digits[no%10] + "组"
}
