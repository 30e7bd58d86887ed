package app

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/org"
	"tiaojietai/internal/workday"
)

// The demonstration county (api.md): the 795 bodies and 3,602 mediators of 元谋县,
// the disputes of 2021, and a live part before "now". Everything goes through the
// services; who is invented is marked so.

//go:embed data/yuanmou-divisions.csv
var divisions string

// Groups: nine in each of the first 64 villages in code order, eight in the
// other 13: 680. Mediators by kind of body.
const (
	villagesOfNine   = 64
	groupsMany       = 9
	groupsFew        = 8
	groupMediators   = 4
	villageMediators = 8
	otherMediators   = 7
)

// served is since when the invented people serve: before the first matter.
const served = "2020-01-01"

// firstNow is the earliest "now": the disputes of 2021 must lie behind it.
const firstNow = "2022-06-01"

// demoFill is the filling of one county.
type demoFill struct {
	a      *App
	texts  *demoTexts
	rng    *rand.Rand
	now    time.Time
	tree   *org.Tree
	staff  map[string][]account.Caller // the first is the head
	groups map[string][]string         // village → its groups
	order  []string                    // villages in code order
	depts  map[string]string           // short name → code
}

// FillDemo fills an empty county: bodies, people, logins, the disputes of 2021,
// the live part. The same seed and now give the same county.
func FillDemo(ctx context.Context, a *App, progress Progress) error {
	f := &demoFill{a: a, texts: newDemoTexts(demoSeed), rng: rand.New(rand.NewPCG(demoSeed, 1)), now: a.Clock.Now(),
		staff: map[string][]account.Caller{}, groups: map[string][]string{}, depts: map[string]string{}}
	if f.now.Before(workday.Midnight(firstNow)) {
		return fmt.Errorf("演示的时间不能早于 %s，因为要有 2021 年的数据", firstNow)
	}
	progress("机构", 0, 1)
	bodies, err := f.bodies()
	if err != nil {
		return err
	}
	a.Clock.Stand(workday.Midnight(served))
	if err := a.Orgs.AddAll(ctx, account.Caller{}, a.County(), bodies); err != nil {
		return err
	}
	if f.tree, err = a.Orgs.Tree(ctx, a.County()); err != nil {
		return err
	}
	progress("机构", 1, 1)
	if err := f.people(ctx, bodies, progress); err != nil {
		return err
	}
	if err := f.logins(ctx); err != nil {
		return err
	}
	if err := f.year2021(ctx, progress); err != nil {
		return err
	}
	if err := f.live(ctx, progress); err != nil {
		return err
	}
	a.Clock.Stand(f.now)
	_, err = a.Matters.Tick(ctx, a.County())
	return err
}

// bodies lists the 795 and the others, parents first.
func (f *demoFill) bodies() ([]org.New, error) {
	rows, err := csv.NewReader(strings.NewReader(divisions)).ReadAll()
	if err != nil {
		return nil, err
	}
	root := f.root()
	people := demoPopulations()
	var towns, villages []org.New
	for _, r := range rows[1:] {
		code, name := r[0], r[1]
		n := org.New{Code: code, Name: name, Parent: r[3], StatCode: code, OpenedOn: served}
		switch r[2] {
		case "town", "township":
			n.Kind, n.Population, n.PopulationNote = "townshipCentre", people[code], "虚构，仅供演示"
			n.ShortName, n.NumberWord = name, name
			towns = append(towns, n, org.New{Code: code + "900", Name: name + "人民政府", ShortName: name + "政府", NumberWord: name + "政府",
				Kind: "townshipGovernment", Parent: root, OpenedOn: served})
		case "village", "community":
			short := demoVillageShort(name)
			n.Name, n.ShortName, n.NumberWord = short, short, demoVillageWord(name)
			n.Kind, n.Aliases = "villageRoom", []string{demoVillageWord(name)}
			villages = append(villages, n)
		}
	}
	slices.SortFunc(villages, func(a, b org.New) int { return strings.Compare(a.Code, b.Code) })
	all := append(towns, villages...)
	for i, v := range villages {
		f.order = append(f.order, v.Code)
		n := groupsMany
		if i >= villagesOfNine {
			n = groupsFew
		}
		for g := 1; g <= n; g++ {
			code := fmt.Sprintf("%s%03d", v.Code, g)
			f.groups[v.Code] = append(f.groups[v.Code], code)
			all = append(all, org.New{Code: code, Name: v.ShortName + demoGroupName(g), ShortName: v.NumberWord + demoGroupName(g),
				Kind: "groupStation", Parent: v.Code, OpenedOn: served})
		}
	}
	return append(all, f.countyBodies(root)...), nil
}

func (f *demoFill) root() string { return f.a.County() + "000000" }

// countyBodies: 27 departments and the petition bureau, which count, and the
// offices, which do not.
func (f *demoFill) countyBodies(root string) []org.New {
	var all []org.New
	add := func(name, short, word, kind string) {
		code := fmt.Sprintf("%s%03d", root, len(all)+1)
		f.depts[short] = code
		all = append(all, org.New{Code: code, Name: name, ShortName: short, NumberWord: word, Kind: kind, Parent: root, OpenedOn: served})
	}
	for _, d := range demoDepartments() {
		add(d.Name, d.Short, d.Word, "departmentRoom")
	}
	add("县信访局", "信访局", "信访", "petitionRoom")
	add("县信访工作联席会议办公室", "联席办", "联席", "jointOffice")
	add("县司法局", "司法局", "司法", "justiceBureau")
	add("县人民法院诉调对接中心", "法院", "法院", "courtCentre")
	add("县综治中心", "综治中心", "综治", "counter")
	add("县纪委监委", "纪委监委", "纪检", "discipline")
	add("县公安局", "公安局", "公安", "police")
	return all
}

// people: mediators by the numbers of the seed, the first of each body its head
// too; in the offices outside the count, two heads' assistants and a head.
func (f *demoFill) people(ctx context.Context, bodies []org.New, progress Progress) error {
	var batch []account.NewPerson
	for i, b := range bodies {
		n, counted := map[string]int{"groupStation": groupMediators, "villageRoom": villageMediators, "townshipCentre": otherMediators,
			"departmentRoom": otherMediators, "petitionRoom": otherMediators}[b.Kind]
		if !counted {
			n = 3
		}
		o, _ := f.tree.Get(b.Code)
		for j := range n {
			p := account.NewPerson{ID: f.a.DB.NewID(), Name: f.texts.mediatorName()}
			roles := []string{account.Mediator}
			if j == 0 {
				roles = []string{account.Head, account.Mediator}
			}
			for _, r := range roles {
				p.Serves = append(p.Serves, account.ServeIn{Org: b.Code, Role: r, Since: served})
			}
			f.staff[b.Code] = append(f.staff[b.Code], account.Caller{County: f.a.County(), Person: p.ID, Name: p.Name,
				Org: b.Code, OrgLevel: o.Level, OrgKind: o.Kind, Roles: roles})
			batch = append(batch, p)
		}
		if len(batch) > 500 || i == len(bodies)-1 {
			if err := f.a.Accounts.AddPeople(ctx, account.Caller{}, f.a.County(), batch); err != nil {
				return err
			}
			batch = nil
			progress("人员", i+1, len(bodies))
		}
	}
	return nil
}

// logins gives the people of api.md's table their logins.
func (f *demoFill) logins(ctx context.Context) error {
	village := f.order[0]
	town, town2 := f.tree.Up(village, "township"), f.a.County()+"103000"
	village2 := f.order[slices.IndexFunc(f.order, func(c string) bool { return f.tree.IsUnder(c, town2) })]
	dept := f.depts["自然资源局"]
	people := map[string]account.Caller{
		"group": f.staff[f.groups[village][0]][1], "village": f.staff[village][1], "village-lead": f.staff[village][0],
		"town": f.staff[town][1], "town-lead": f.staff[town][0], "village2": f.staff[village2][0], "town2": f.staff[town2][0],
		"dept": f.staff[dept][1], "dept-lead": f.staff[dept][0], "gov": f.staff[town+"900"][0],
		"petition": f.staff[f.depts["信访局"]][0], "justice": f.staff[f.depts["司法局"]][0], "court": f.staff[f.depts["法院"]][0],
		"joint": f.staff[f.depts["联席办"]][0], "counter": f.staff[f.depts["综治中心"]][0], "discipline": f.staff[f.depts["纪委监委"]][0]}
	admins := map[string]string{"admin": account.System, "security": account.Security, "auditor": account.Auditor}
	for _, l := range DemoLogins {
		n := account.NewLogin{Person: people[l.Login].Person, Login: l.Login, Password: DemoPassword, Exempt: true, Admin: admins[l.Login]}
		if n.Admin != "" {
			id, err := f.a.Accounts.AddPerson(ctx, account.Caller{}, f.a.County(), account.NewPerson{ID: f.a.DB.NewID(), Name: f.texts.mediatorName()})
			if err != nil {
				return err
			}
			n.Person = id
		}
		if _, err := f.a.Accounts.AddLogin(ctx, account.Caller{}, f.a.County(), n); err != nil {
			return fmt.Errorf("login %s: %w", l.Login, err)
		}
	}
	return nil
}

// year2021: 2,141 disputes first accepted in 2021, 2,132 of them resolved and 9
// ended unsuccessfully with their notice of remedies (seed, part three).
const (
	accepted2021 = 2141
	ended2021    = 9
)

func (f *demoFill) year2021(ctx context.Context, progress Progress) error {
	starts := make([]time.Time, accepted2021)
	first := workday.Midnight("2021-01-01")
	for i := range starts {
		starts[i] = f.office(first.Add(time.Duration(f.rng.Int64N(int64(361 * 24 * time.Hour)))))
	}
	slices.SortFunc(starts, time.Time.Compare)
	ends := map[int]bool{}
	for len(ends) < ended2021 {
		ends[f.rng.IntN(accepted2021)] = true
	}
	const chunk = 100
	for from := 0; from < accepted2021; from += chunk {
		to := min(from+chunk, accepted2021)
		err := f.a.DB.Batch(ctx, func(ctx context.Context) error {
			for i := from; i < to; i++ {
				if err := f.past(ctx, starts[i], ends[i]); err != nil {
					return fmt.Errorf("dispute %d of 2021: %w", i, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		progress("2021 年的纠纷", to, accepted2021)
	}
	return nil
}

// past is one dispute of 2021, from registration to clearance.
func (f *demoFill) past(ctx context.Context, at time.Time, ends bool) error {
	r := f.newRun(ctx, at, f.anyVillage())
	level := f.pick([]int{60, 26, 10, 4})
	if !ends && level == 0 && f.rng.IntN(3) == 0 {
		r.onTheSpot()
	} else {
		r.register(f.rng.IntN(4) == 0 && level > 0)
		r.climb(level)
		if ends {
			r.end()
		} else {
			r.resolve()
		}
	}
	r.followUps()
	r.clear()
	return r.err
}

// pick draws an index by weights.
func (f *demoFill) pick(weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := f.rng.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return 0
}

func (f *demoFill) anyVillage() string { return f.order[f.rng.IntN(len(f.order))] }

// office moves a time into a day's working hours.
func (f *demoFill) office(t time.Time) time.Time {
	day := workday.Midnight(workday.Date(t))
	return day.Add(8*time.Hour + time.Duration(f.rng.IntN(10*3600))*time.Second)
}
