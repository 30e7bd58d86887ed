package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/app"
	"tiaojietai/internal/db"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/org"
)

// The county: ten townships, 77 villages, eight groups in each, 27 departments,
// the joint office. In every village a few matters are lived through by the
// services; the others are copies of them (clone.go).

const (
	townships = 10
	villages  = 77
	groups    = 8
	depts     = 27
	root      = "532328000000"
	joint     = root + "099"
	password  = "bench"
	logins    = 16 // villages with a login; more connections share them
)

func townCode(i int) string     { return fmt.Sprintf("5323281%02d000", i%townships+1) }
func villageCode(i int) string  { return townCode(i)[:9] + fmt.Sprintf("%03d", i/townships+1) }
func groupCode(i, g int) string { return villageCode(i) + fmt.Sprintf("%03d", g+1) }
func deptCode(i int) string     { return root + fmt.Sprintf("%03d", i%depts+1) }

// loginOf is the login of a village's mediator.
func loginOf(i int) string { return fmt.Sprintf("village%d", i) }

func bodies() (all []org.New) {
	add := func(code, name, kind, parent string) {
		all = append(all, org.New{Code: code, Name: name, ShortName: name, NumberWord: name, Kind: kind, Parent: parent, OpenedOn: "2018-01-01"})
	}
	add(joint, "联席会议办公室", "jointOffice", root)
	for i := range depts {
		add(deptCode(i), fmt.Sprintf("县第%d部门", i+1), "departmentRoom", root)
	}
	for i := range townships {
		add(townCode(i), fmt.Sprintf("第%d镇", i+1), "townshipCentre", root)
	}
	for i := range villages {
		add(villageCode(i), fmt.Sprintf("第%d村", i+1), "villageRoom", townCode(i))
		for g := range groups {
			add(groupCode(i, g), fmt.Sprintf("第%d村%d组", i+1, g+1), "groupStation", villageCode(i))
		}
	}
	return all
}

// county is being filled.
type county struct {
	*app.App
	clock *app.Clock
	now   time.Time
	staff map[string][]account.Caller // head first
	lived []template
}

// template is a matter lived through, and how many copies are made of it for
// each of a hundred (of its sort).
type template struct {
	id   string
	open bool
}

// newCounty opens the target's database and makes bodies, people and logins.
func newCounty(ctx context.Context, t *target) (*county, error) {
	clock, ids := &app.Clock{}, &app.IDs{}
	now := time.Now().Truncate(time.Second)
	clock.Stand(now.AddDate(-6, 0, 0))
	a, err := app.Open(ctx, &t.cfg, app.Options{Log: slog.New(slog.DiscardHandler), Clock: clock.Now, NewID: ids.New})
	if err != nil {
		return nil, err
	}
	c := &county{App: a, clock: clock, now: now, staff: map[string][]account.Caller{}}
	if _, err := a.Found(ctx); err != nil {
		return c, err
	}
	all := bodies()
	if err := a.Orgs.AddAll(ctx, account.Caller{}, a.County(), all); err != nil {
		return c, err
	}
	if err := c.people(ctx, all); err != nil {
		return c, err
	}
	for i := range logins {
		if err := c.login(ctx, loginOf(i), c.staff[villageCode(i)][1]); err != nil {
			return c, err
		}
	}
	return c, c.login(ctx, "joint", c.staff[joint][0])
}

func (c *county) people(ctx context.Context, all []org.New) error {
	tree, err := c.Orgs.Tree(ctx, c.County())
	if err != nil {
		return err
	}
	var batch []account.NewPerson
	for _, b := range all {
		o, _ := tree.Get(b.Code)
		for i := range 3 {
			p := account.NewPerson{ID: c.DB.NewID(), Name: fmt.Sprintf("%s%d", o.ShortName, i)}
			roles := []string{account.Mediator}
			if i == 0 {
				roles = []string{account.Head, account.Mediator}
			}
			for _, r := range roles {
				p.Serves = append(p.Serves, account.ServeIn{Org: b.Code, Role: r, Since: "2018-01-01"})
			}
			batch = append(batch, p)
			c.staff[b.Code] = append(c.staff[b.Code], account.Caller{County: c.County(), Person: p.ID, Name: p.Name,
				Org: b.Code, OrgLevel: o.Level, OrgKind: o.Kind, Roles: roles})
		}
	}
	return c.Accounts.AddPeople(ctx, account.Caller{}, c.County(), batch)
}

func (c *county) login(ctx context.Context, name string, who account.Caller) error {
	_, err := c.Accounts.AddLogin(ctx, account.Caller{}, c.County(), account.NewLogin{Person: who.Person, Login: name, Password: password, Exempt: true})
	return err
}

// live lives through the matters of one village.
func (c *county) live(ctx context.Context, village int) error {
	past, recent := c.now.AddDate(0, 0, -200), c.now.Add(-30*time.Hour)
	g := groupCode(village, village%2)
	lives := []func(l *life){
		func(l *life) { l.onTheSpot(g); l.finish() },
		func(l *life) { l.register(g); l.climb(1, village); l.resolve(); l.finish() },
	}
	if village%7 == 0 { // fewer come so far
		lives = append(lives, func(l *life) { l.register(g); l.climb(2, village); l.resolve(); l.finish() },
			func(l *life) { l.register(g); l.climb(3, village); l.resolve(); l.finish() })
	}
	ended := len(lives)
	lives = append(lives, func(l *life) { l.register(g) }, func(l *life) { l.register(villageCode(village)); l.act(1, "accept", nil) },
		func(l *life) { l.register(g); l.climb(1, village); l.attempt("failed") },
		func(l *life) { l.register(g); l.climb(0, village); l.resolve() })
	for i, run := range lives {
		l := &life{c: c, ctx: ctx, at: past, no: village*10 + i}
		if i >= ended {
			l.at = recent
		}
		if run(l); l.err != nil {
			return l.err
		}
		c.lived = append(c.lived, template{l.v.ID, i >= ended})
	}
	return nil
}

// fields is the input of a step.
type fields = map[string]any

// life is one matter's; the first error ends it.
type life struct {
	c   *county
	ctx context.Context
	at  time.Time
	no  int
	v   matter.View
	err error
}

func (l *life) stamp() string {
	l.c.clock.Stand(l.at)
	return l.at.Format(time.RFC3339)
}

func (l *life) pass(d time.Duration) {
	if l.at = l.at.Add(d); l.at.After(l.c.now) {
		l.at = l.c.now
	}
}

func newMatter(no int) fields {
	return fields{"title": fmt.Sprintf("第%d户与邻居的水沟改道纠纷", no), "category": "neighbourhood", "amountFen": 120000, "source": "screening",
		"description": "去年冬天修机耕路时把老水沟往东挪了两尺，今年雨季水漫进菜地，泡坏了半亩豌豆。两家各说各的理，村民小组说过一次没有说通。",
		"place":       fields{"text": "村东老槐树旁"}, "demands": []fields{{"text": "恢复原水沟走向"}, {"text": "赔偿豌豆损失"}},
		"parties": []fields{{"role": "applicant", "name": fmt.Sprintf("李国%d", no), "phone": "10008780001", "idNumber": "532328196501010019"},
			{"role": "respondent", "name": fmt.Sprintf("普文%d", no), "phone": "10008780002"}}}
}

func (l *life) register(body string) {
	l.stamp()
	raw, _ := json.Marshal(newMatter(l.no)) // strings and numbers
	l.v, l.err = l.c.Matters.Register(l.ctx, l.c.staff[body][1], raw, db.Operation{})
}

func (l *life) onTheSpot(body string) {
	l.stamp()
	n := newMatter(l.no)
	for _, p := range n["parties"].([]fields) {
		p["consent"] = true
	}
	n["badge"], n["result"] = true, fields{"outcome": "agreed", "by": "oral", "note": "水沟恢复原来的走向，十天内修好，两家各出一半工。"}
	raw, _ := json.Marshal(n)
	l.v, l.err = l.c.Matters.OnTheSpot(l.ctx, l.c.staff[body][1], raw, db.Operation{})
}

// act is a step by somebody of the holder: 0 its head, 1 and 2 its mediators.
func (l *life) act(who int, action string, in fields) {
	if l.err == nil {
		l.actAs(l.c.staff[l.v.Holder.Code][who], action, in)
	}
}

func (l *life) actAs(who account.Caller, action string, in fields) {
	if l.err != nil {
		return
	}
	l.pass(20 * time.Minute)
	l.stamp()
	if in == nil {
		in = fields{}
	}
	raw, _ := json.Marshal(in)
	if l.v, l.err = l.c.Matters.Act(l.ctx, who, l.v.ID, action, l.v.Version, raw, db.Operation{}); l.err != nil {
		l.err = fmt.Errorf("%s: %w", action, l.err)
	}
}

// climb brings it up to a level (0 group … 3 county), consented and with a mediator.
func (l *life) climb(level, village int) {
	l.act(1, "accept", nil)
	for _, p := range l.v.Parties {
		l.act(1, "consent", fields{"party": p.ID, "given": true, "notice": true})
	}
	for i := range level + 1 {
		l.act(1, "appoint", fields{"mediators": []string{l.c.staff[l.v.Holder.Code][1].Person}})
		if i == level || l.err != nil {
			return
		}
		l.attempt("failed")
		in := fields{"reason": "noAgreement", "note": "说了两次没有说通"}
		if i == 2 {
			in["to"] = deptCode(village)
		}
		l.act(1, "escalate", in)
		if l.err == nil {
			l.actAs(l.c.staff[l.v.Pending.Body.Code][1], "sign", nil)
		}
	}
}

func (l *life) attempt(outcome string) {
	l.pass(time.Hour)
	l.act(1, "attempt", fields{"heldAt": l.stamp(), "outcome": outcome, "notice": true, "badge": true, "note": "两家当面说了，量了水沟。"})
}

func (l *life) resolve() {
	l.attempt("agreed")
	l.act(1, "resolve", fields{"by": "agreement", "note": "水沟恢复原来的走向，十天内修好，两家各出一半工。"})
}

// finish does the follow-ups and clears.
func (l *life) finish() {
	for range l.v.FollowUps {
		l.pass(40 * 24 * time.Hour)
		l.act(2, "followUp", fields{"at": l.stamp(), "performed": true, "satisfied": true, "note": "沟修好了，两家都没有意见。"})
	}
	if l.err != nil {
		return
	}
	tree, err := l.c.Orgs.Tree(l.ctx, l.c.County())
	if err != nil {
		l.err = err
		return
	}
	l.pass(24 * time.Hour)
	l.actAs(l.c.staff[tree.Above(l.v.Holder.Code)][0], "clear", fields{"note": "材料齐全，同意销号"})
}
