package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/workday"
)

// fields is the input of a step.
type fields = map[string]any

// demoRun is the life of one matter of the demonstration: each step is an action
// of the transition table, by somebody who may do it, some hours after the last.
// The first error stops it; so does the end of its time.
type demoRun struct {
	f       *demoFill
	ctx     context.Context
	at      time.Time
	quick   bool // hours, not days, between steps
	village string
	group   string
	story   demoStory
	v       matter.View
	err     error
}

func (f *demoFill) newRun(ctx context.Context, at time.Time, village string) *demoRun {
	g := f.groups[village]
	return &demoRun{f: f, ctx: ctx, at: at, village: village, group: g[f.rng.IntN(len(g))]}
}

// tell draws the story once it is known how high the matter will climb.
func (r *demoRun) tell(level string) {
	o, _ := r.f.tree.Get(r.village)
	no := slices.Index(r.f.groups[r.village], r.group) + 1
	t := r.at.In(workday.Zone)
	r.story = r.f.texts.story(t.Year(), int(t.Month()), o.Name, no, level)
}

// wait moves on, into the working hours of that or a later day.
func (r *demoRun) wait(least, most time.Duration) {
	if r.quick {
		least, most = least/4, most/4
	}
	next := r.at.Add(least + time.Duration(r.f.rng.Int64N(int64(most-least)+1)))
	if in := next.In(workday.Zone).Hour(); in < 8 || in >= 18 {
		next = r.f.office(next)
	}
	if !next.After(r.at) {
		next = r.at.Add(time.Duration(5+r.f.rng.IntN(40)) * time.Minute)
	}
	r.at = next
}

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

func (r *demoRun) staff(body string) []account.Caller { return r.f.staff[body] }

func (r *demoRun) holder() string { return r.v.Holder.Code }

func (r *demoRun) head() account.Caller { return r.staff(r.holder())[0] }

// worker is the mediator who works on the matter at its present holder.
func (r *demoRun) worker() account.Caller {
	s := r.staff(r.holder())
	return s[1+int(r.v.ID[len(r.v.ID)-1])%(len(s)-2)]
}

// other is a colleague who had no hand in the matter so far.
func (r *demoRun) other() account.Caller {
	s := r.staff(r.holder())
	for _, c := range s[1:] {
		mine := c.Person == r.worker().Person ||
			slices.ContainsFunc(r.v.Attempts, func(a matter.AttemptView) bool { return a.By.ID == c.Person })
		if !mine {
			return c
		}
	}
	return s[0]
}

// late tells that the run's time has come to its end.
func (r *demoRun) late() bool { return r.err != nil || r.at.After(r.f.now) }

func (r *demoRun) act(c account.Caller, action string, input fields) {
	if r.late() {
		return
	}
	if input == nil {
		input = fields{}
	}
	raw, _ := json.Marshal(input) // strings, numbers and booleans
	r.f.a.Clock.Stand(r.at)
	v, err := r.f.a.Matters.Act(r.ctx, c, r.v.ID, action, r.v.Version, raw, db.Operation{})
	if err != nil {
		r.err = fmt.Errorf("%s at %s by %s: %w", action, r.holder(), c.Name, err)
		return
	}
	r.v = v
}

func (r *demoRun) instant(back time.Duration) string {
	return r.at.Add(-back).In(workday.Zone).Format(time.RFC3339)
}

// body is the new matter of the run's story.
func (r *demoRun) body() fields {
	s := r.story
	demands := []fields{}
	for _, d := range s.Demands {
		demands = append(demands, fields{"text": d})
	}
	party := func(role string, p demoPerson) fields {
		return fields{"role": role, "name": p.Name, "phone": p.Phone, "idNumber": p.IDNumber, "address": p.Address}
	}
	parties := []fields{party("applicant", s.Applicant), party("respondent", s.Respondent)}
	if s.ExtraRespondent != nil {
		parties = append(parties, party("respondent", *s.ExtraRespondent))
	}
	n := fields{"title": s.Title, "description": s.Description, "category": s.Category, "place": fields{"text": s.Place},
		"headcount": s.Headcount, "amountFen": s.AmountFen, "demands": demands, "parties": parties,
		"source": []string{"screening", "screening", "application", "application", "application", "police", "hotline"}[r.f.rng.IntN(7)]}
	if len(s.Concerns) > 0 {
		n["concerns"] = s.Concerns
	}
	return n
}

// register writes the dispute down: at its group, or by the village itself.
func (r *demoRun) register(atVillage bool) {
	r.tell("group")
	body := r.group
	if atVillage {
		body = r.village
	}
	r.registerAt(body)
}

func (r *demoRun) registerAt(body string) {
	if r.late() {
		return
	}
	if r.story.Title == "" {
		r.tell(r.f.level(body))
	}
	s := r.staff(body)
	raw, _ := json.Marshal(r.body())
	r.f.a.Clock.Stand(r.at)
	r.v, r.err = r.f.a.Matters.Register(r.ctx, s[1+r.f.rng.IntN(len(s)-1)], raw, db.Operation{})
}

func (f *demoFill) level(body string) string {
	o, _ := f.tree.Get(body)
	return o.Level
}

// onTheSpot is a quarrel settled at once, in one save.
func (r *demoRun) onTheSpot() {
	r.tell("group")
	if r.late() {
		return
	}
	n := r.body()
	for _, p := range n["parties"].([]fields) {
		p["consent"] = true
	}
	n["badge"] = r.f.rng.IntN(12) > 0
	n["result"] = fields{"outcome": "agreed", "by": "oral", "note": r.story.Settlement}
	raw, _ := json.Marshal(n)
	s := r.staff(r.group)
	r.f.a.Clock.Stand(r.at)
	r.v, r.err = r.f.a.Matters.OnTheSpot(r.ctx, s[1+r.f.rng.IntN(len(s)-2)], raw, db.Operation{})
}

func (r *demoRun) accept() {
	r.wait(hour, 30*hour)
	r.act(r.worker(), "accept", nil)
}

func (r *demoRun) appoint() {
	r.wait(hour/4, 3*hour)
	w := r.worker()
	r.act(w, "appoint", fields{"mediators": []string{w.Person}})
}

func (r *demoRun) consents() {
	for _, p := range r.v.Parties {
		if p.Consent == nil {
			r.wait(hour/4, 20*hour)
			r.act(r.worker(), "consent", fields{"party": p.ID, "given": true, "notice": true})
		}
	}
}

func (r *demoRun) attempt(outcome, note string) {
	r.wait(4*hour, 3*day)
	r.act(r.worker(), "attempt", fields{"heldAt": r.instant(hour), "outcome": outcome, "notice": true, "badge": r.f.rng.IntN(20) > 0, "note": note})
}

// climb accepts, tries and sends up until the body of that level holds it:
// 0 group, 1 village, 2 township, 3 county. It ends with everybody's consent and
// a mediator appointed there.
func (r *demoRun) climb(level int) {
	if r.v.Status == matter.Registered {
		r.accept()
	}
	for {
		r.appoint()
		r.consents()
		if r.late() || r.rank() >= level {
			return
		}
		if r.f.rng.IntN(3) == 0 {
			r.attempt("adjourned", r.story.AttemptAdjourned)
		}
		r.attempt("failed", r.story.AttemptFailed)
		r.escalate()
		r.sign()
	}
}

func (r *demoRun) rank() int {
	return slices.Index([]string{"group", "village", "township", "county"}, r.f.level(r.holder()))
}

func (r *demoRun) escalate() {
	r.wait(2*hour, day)
	in := fields{"reason": []string{"noAgreement", "beyondUs", "partiesAsk", "needsDepartment"}[r.f.rng.IntN(4)], "note": r.story.EscalateNote}
	if r.rank() == 2 {
		in["reason"], in["to"] = "needsDepartment", r.f.dept(r.story.Department)
	}
	r.act(r.worker(), "escalate", in)
}

func (f *demoFill) dept(name string) string {
	if code, ok := f.depts[name]; ok && code < f.depts["信访局"] {
		return code
	}
	return f.depts["自然资源局"]
}

func (r *demoRun) sign() {
	r.wait(2*hour, 30*hour)
	if r.late() || r.v.Pending == nil {
		return
	}
	s := r.staff(r.v.Pending.Body.Code)
	r.act(s[1], "sign", nil)
}

// resolve comes to agreement and settles it.
func (r *demoRun) resolve() {
	r.attempt("agreed", r.story.AttemptAgreed)
	if r.f.rng.IntN(2) == 0 {
		r.classify(true)
	}
	r.wait(hour/4, 4*hour)
	by := "agreement"
	if r.rank() == 0 || r.rank() == 1 && r.f.rng.IntN(2) == 0 {
		by = "oral"
	}
	r.act(r.worker(), "resolve", fields{"by": by, "note": r.story.Settlement})
}

func (r *demoRun) classify(confirm bool) {
	if r.late() {
		return
	}
	reason := map[string]string{"justified": "entitled", "explain": "noBasis", "relief": "hardship", "byLaw": "legalRoute"}[r.story.List]
	r.wait(hour/4, hour)
	for _, d := range r.v.Demands {
		r.act(r.worker(), "classify", fields{"demand": d.ID, "list": r.story.List, "reason": reason})
	}
	if confirm {
		r.wait(hour, day)
		r.act(r.other(), "confirmLists", fields{"agree": true})
	}
}

// end names the remedies after a last failed attempt.
func (r *demoRun) end() {
	r.attempt("failed", r.story.AttemptFailed+r.story.EndNote)
	r.wait(hour, 2*day)
	r.act(r.worker(), "end", fields{"reason": "failed", "remedies": []string{"lawsuit", "legalAid"}})
}

func (r *demoRun) followUps() {
	for i := range r.v.FollowUps {
		if r.late() {
			return
		}
		r.wait(24*day, 34*day)
		note := r.story.FollowUp1
		if i > 0 {
			note = r.story.FollowUp2
		}
		r.act(r.other(), "followUp", fields{"at": r.instant(hour), "performed": i > 0 || r.f.rng.IntN(40) > 0, "satisfied": r.f.rng.IntN(15) > 0, "note": note})
	}
}

// clear: another person of the same body for a simple matter, else a head above.
func (r *demoRun) clear() {
	r.wait(day, 6*day)
	if r.late() {
		return
	}
	for _, c := range []account.Caller{r.head(), r.other(), r.staff(r.f.tree.Above(r.holder()))[0]} {
		r.f.a.Clock.Stand(r.at)
		v, err := r.f.a.Matters.View(r.ctx, c, r.v.ID)
		if err != nil {
			r.err = err
			return
		}
		if slices.ContainsFunc(v.Actions, func(a matter.ActionView) bool { return a.Action == "clear" }) {
			r.act(c, "clear", fields{"note": "协议、回访材料齐全，同意销号"})
			return
		}
	}
	r.err = fmt.Errorf("nobody can clear %s", r.v.Number)
}

// signedPaper attaches what a party signed: a picture made for the demonstration.
func (r *demoRun) signedPaper(name string) string {
	if r.late() {
		return ""
	}
	var buf bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 420, 300))
	for y := range 300 {
		for x := range 420 {
			c := color.Gray{Y: 250}
			if y%30 == 20 && x > 40 && x < 380-(y*7+len(r.v.ID)*y)%160 {
				c.Y = 90
			}
			img.SetGray(x, y, c)
		}
	}
	if r.err = png.Encode(&buf, img); r.err != nil {
		return ""
	}
	r.f.a.Clock.Stand(r.at)
	it, err := r.f.a.Attachments.Add(r.ctx, r.worker(), db.Operation{}, r.v.ID, name, &buf)
	r.err = err
	return it.ID
}
