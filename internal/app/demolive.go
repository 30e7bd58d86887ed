package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/matter"
)

// The live part: 300 matters before now, at least ten in every status a matter
// can have so far, on every list, at every level, a share of them where the
// demonstration logins work.

// plan is a sort of live matter: how many, how old in days at most and least,
// and how it goes.
type plan struct {
	name        string
	n           int
	least, most int
	run         func(r *demoRun, i int)
}

func plans() []plan {
	return []plan{
		{"registered", 24, 0, 5, func(r *demoRun, i int) { r.register(i%3 == 0) }},
		{"accepted", 22, 1, 9, func(r *demoRun, i int) { r.quick = true; r.register(i%3 == 0); r.accept(); r.appoint() }},
		{"handling", 40, 5, 24, func(r *demoRun, i int) { r.working(i) }},
		{"pending", 24, 6, 16, func(r *demoRun, i int) { r.waiting(i) }},
		{"referred", 14, 8, 20, func(r *demoRun, i int) { r.referred(i) }},
		{"resolved", 34, 12, 50, func(r *demoRun, i int) { r.climb2(i); r.resolve() }},
		{"toClear", 14, 40, 80, func(r *demoRun, i int) { r.climb2(i); r.resolve(); r.visits() }},
		{"onTheSpot", 20, 0, 40, func(r *demoRun, _ int) { r.quick = true; r.onTheSpot() }},
		{"atCourt", 6, 15, 35, func(r *demoRun, i int) { r.atCourt(i) }},
		{"ended", 14, 12, 50, func(r *demoRun, i int) { r.climb2(i); r.end() }},
		{"declined", 12, 6, 40, func(r *demoRun, i int) { r.declined(i < 10) }},
		{"withdrawn", 12, 6, 50, func(r *demoRun, i int) { r.withdrawn() }},
		{"cleared", 34, 45, 89, func(r *demoRun, i int) { r.climb2(i); r.resolve(); r.visits(); r.clear() }},
		{"reopened", 6, 36, 60, func(r *demoRun, i int) { r.climb2(i); r.resolve(); r.visits(); r.clear(); r.reopen() }},
		{"petition", 24, 0, 20, func(r *demoRun, i int) { r.petition(i) }},
	}
}

// liveRun is one planned run with its start.
type liveRun struct {
	plan plan
	i    int
	at   time.Time
}

// live runs the plans in the order of their starts, so that numbers follow dates.
func (f *demoFill) live(ctx context.Context, progress Progress) error {
	var all []liveRun
	for _, p := range plans() {
		for i := range p.n {
			all = append(all, liveRun{p, i, f.liveStart(p)})
		}
	}
	slices.SortStableFunc(all, func(a, b liveRun) int { return a.at.Compare(b.at) })
	done := 0
	for part := range slices.Chunk(all, 50) {
		err := f.a.DB.Batch(ctx, func(ctx context.Context) error {
			for _, l := range part {
				r := f.newRun(ctx, l.at, f.liveVillage(l.i))
				if l.i%4 == 0 {
					r.group = f.groups[r.village][0]
				}
				l.plan.run(r, l.i)
				if r.err != nil {
					return fmt.Errorf("live %s %d: %w", l.plan.name, l.i, r.err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		done += len(part)
		progress("近期事项", done, len(all))
	}
	return nil
}

func (f *demoFill) liveStart(p plan) time.Time {
	days := p.least
	if p.most > p.least {
		days += f.rng.IntN(p.most - p.least)
	}
	at := f.office(f.now.Add(-time.Duration(days) * day))
	if !at.Before(f.now) {
		at = f.now.Add(-time.Duration(20+f.rng.IntN(300)) * time.Minute)
	}
	return at
}

// liveVillage puts a third into 马街社区 and its neighbours, where the logins are.
func (f *demoFill) liveVillage(i int) string {
	switch {
	case i%3 == 0:
		return f.order[0]
	case i%7 == 1:
		return f.order[1+f.rng.IntN(3)]
	}
	return f.anyVillage()
}

// climb2 registers and climbs to the level of its number: all levels in turn.
func (r *demoRun) climb2(i int) {
	r.quick = true
	level := []int{0, 1, 0, 2, 1, 3, 0, 1}[i%8]
	r.register(i%5 == 0 && level > 0)
	r.climb(level)
}

// working: accepted and tried, some to be confirmed, paused, extended, helped,
// supervised, advised.
func (r *demoRun) working(i int) {
	r.climb2(i)
	r.attempt("adjourned", r.story.AttemptAdjourned)
	switch i % 8 {
	case 0, 4:
		r.classify(false)
	case 1, 7:
		r.story.List = []string{"justified", "relief", "explain", "byLaw"}[(i/4)%4]
		r.classify(true)
	case 2:
		r.wait(hour, 4*hour)
		r.act(r.head(), "pause", fields{"reason": "survey", "until": r.date(20)})
	case 3:
		r.wait(hour, 4*hour)
		r.act(r.worker(), "requestHelp", fields{"bodies": []string{r.f.dept("自然资源局")}, "task": "请派人到现场看界址，出一张示意图。", "due": r.date(6)})
	case 5:
		r.wait(hour, 4*hour)
		above := r.staff(r.f.tree.Above(r.holder()))[0]
		r.act(above, "supervise", fields{"note": "这件事群众盼得急，请抓紧约双方再谈一次，把结果报上来。", "due": r.date(3)})
	case 6:
		r.wait(hour, 4*hour)
		r.act(r.worker(), "extend", fields{"days": 10, "reason": "busy", "agreed": true})
	}
}

func (r *demoRun) date(days int) string {
	return r.at.Add(time.Duration(days) * day).Format(time.DateOnly)
}

// waiting: sent up or over and not yet signed for.
func (r *demoRun) waiting(i int) {
	r.quick = true
	level := i % 3
	r.register(level > 0 && i%2 == 0)
	if i%6 == 5 {
		r.accept()
		r.wait(hour, 5*hour)
		r.act(r.head(), "transfer", fields{"to": r.neighbour(), "reason": "place", "note": "事情发生在对方地界上。"})
		return
	}
	r.climb(level)
	r.attempt("failed", r.story.AttemptFailed)
	r.escalate()
}

// neighbour is another body of the holder's level.
func (r *demoRun) neighbour() string {
	o, _ := r.f.tree.Get(r.holder())
	for _, s := range r.f.tree.Children(o.Parent) {
		if s.Code != o.Code && s.Kind == o.Kind {
			return s.Code
		}
	}
	return r.f.order[1]
}

func (r *demoRun) referred(i int) {
	r.climb2(i)
	r.attempt("failed", r.story.AttemptFailed)
	r.wait(hour, day)
	mode := []string{"legalAid", "expertOpinion", "adminRoute"}[i%3]
	r.act(r.worker(), "refer", fields{"to": "justice", "mode": mode, "note": "双方都愿意先听听专业意见。"})
	if i%5 == 4 {
		r.wait(day, 2*day)
		justice := r.staff(r.f.depts["司法局"])[0]
		r.act(justice, "advise", fields{"expert": "县法律顾问团", "opinion": "建议先固定证据，再按合同约定核算数额。"})
	}
}

func (r *demoRun) atCourt(i int) {
	r.climb2(i)
	r.resolve()
	r.wait(day, 3*day)
	var applicants []string
	for _, p := range r.v.Parties {
		applicants = append(applicants, p.ID)
	}
	r.act(r.worker(), "refer", fields{"to": "court", "mode": "confirm", "applicants": applicants})
	if i%2 == 0 {
		r.wait(3*day, 6*day)
		r.act(r.staff(r.f.depts["法院"])[1], "referralOutcome", fields{"outcome": "confirmed", "note": "裁定调解协议有效。"})
	}
}

func (r *demoRun) declined(confirmed bool) {
	r.quick = true
	r.register(true)
	r.wait(hour, 6*hour)
	r.act(r.worker(), "decline", fields{"reason": "inProgress", "remedy": "lawsuit"})
	if confirmed {
		r.wait(hour, day)
		r.act(r.staff(r.f.tree.Above(r.holder()))[0], "confirmDecline", fields{"agree": true, "note": "法院已经立案，书面告知当事人。"})
	}
}

func (r *demoRun) withdrawn() {
	r.quick = true
	r.register(false)
	r.accept()
	r.wait(hour, 3*day)
	paper := r.signedPaper("撤回申请（本人签字）.png")
	r.act(r.worker(), "withdraw", fields{"reason": "settledSelf", "attachment": paper})
}

// visits are both follow-ups, made early: a live matter is not three months old.
func (r *demoRun) visits() {
	for i := range r.v.FollowUps {
		r.wait(4*day, 12*day)
		note := []string{r.story.FollowUp1, r.story.FollowUp2}[min(i, 1)]
		if _, seen, ok := strings.Cut(note, "回访："); ok { // it is not the thirtieth or ninetieth day yet
			note = seen
		}
		r.act(r.other(), "followUp", fields{"at": r.instant(hour), "performed": true, "satisfied": true, "note": note})
	}
}

func (r *demoRun) reopen() {
	r.wait(2*day, 6*day)
	if r.late() {
		return
	}
	r.act(r.worker(), "reopen", fields{"reason": "notPerformed", "party": r.v.Parties[0].ID})
}

// petition: written down at a counter, a bureau or for a citizen in a village,
// and forwarded to the organ that must answer; some signed for.
func (r *demoRun) petition(i int) {
	o, _ := r.f.tree.Get(r.village)
	p := r.f.texts.petition(o.Name, 1+i%8)
	body := []string{r.f.depts["信访局"], r.f.depts["综治中心"], r.village}[i%3]
	n := fields{"kind": matter.Petition, "petitionType": p.Type, "channel": p.Channel, "title": p.Title, "description": p.Description,
		"category": p.Category, "place": fields{"text": p.Place}, "headcount": p.Headcount,
		"parties": []fields{{"role": "petitioner", "name": p.Petitioner.Name, "phone": p.Petitioner.Phone, "idNumber": p.Petitioner.IDNumber, "address": p.Petitioner.Address}}}
	demands := []fields{}
	for _, d := range p.Demands {
		demands = append(demands, fields{"text": d})
	}
	n["demands"] = demands
	raw, _ := json.Marshal(n)
	r.f.a.Clock.Stand(r.at)
	s := r.staff(body)
	if r.v, r.err = r.f.a.Matters.Register(r.ctx, s[1], raw, db.Operation{}); r.err != nil || i%2 == 0 {
		return
	}
	to := r.f.dept(p.Organ)
	if p.Organ == "township" {
		to = r.f.tree.Up(r.village, "township") + "900"
	}
	r.wait(hour, 8*hour)
	r.act(s[1], "forward", fields{"to": to})
	if i%4 == 3 {
		r.sign()
	}
}
