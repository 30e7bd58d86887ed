package matter

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// OnTheSpot is a quarrel settled on the spot: a new matter, every party's
// consent, badge, result, and who mediated (absent: who saves).
type OnTheSpot struct {
	NewMatter
	Badge    *bool       `json:"badge,omitempty"`
	Mediator *string     `json:"mediator,omitempty"`
	Result   *SpotResult `json:"result,omitempty"`
}

// SpotResult is how it ended.
type SpotResult struct {
	Outcome string `json:"outcome"`
	By      string `json:"by,omitempty"`
	Note    string `json:"note,omitempty"`
}

// one is one action of a row of actions done in one transaction.
type one struct {
	action string
	input  map[string]any
}

// OnTheSpot writes register, accept, appoint, consent, attempt and resolve in one
// transaction, through the same guards as the single steps.
func (s *Service) OnTheSpot(ctx context.Context, c account.Caller, raw json.RawMessage, op db.Operation) (View, error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return View{}, err
	}
	var view View
	row := audit.Row{Verb: "onTheSpot", Subject: "matter"}
	err = s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
		row.Outcome = audit.Repeated
		return db.Once(ctx, tx, op, &view, func() error {
			row.Outcome = audit.OK
			state, err := s.onTheSpot(ctx, tx, w, c, raw)
			if err != nil {
				return err
			}
			row.SubjectID = state.M.ID
			view, err = s.view(ctx, tx, w, c, state, tx.Now)
			return err
		})
	})
	return view, err
}

func (s *Service) onTheSpot(ctx context.Context, tx *db.Tx, w world, c account.Caller, raw json.RawMessage) (*State, error) {
	if w.rb.Off("onTheSpot") {
		return nil, forbidden("switchedOff", "本县的规则册没有开通当场调。")
	}
	spot, err := decodeSpot(raw)
	if err != nil {
		return nil, err
	}
	// What was only talked over on the spot and settled later is no simple matter.
	st, err := s.registerNew(ctx, tx, w, c, spot.NewMatter, spot.Result.Outcome == "agreed")
	if err != nil {
		return nil, err
	}
	for _, a := range spot.steps(st.s, c, tx.Now) {
		if st, err = s.spotStep(ctx, tx, w, c, st.s.M.ID, a, spot.Mediator); err != nil {
			return nil, err
		}
	}
	return st.s, nil
}

// spotStep is one of the steps, with the chosen mediator standing for the caller
// where the table asks for an appointed one.
func (s *Service) spotStep(ctx context.Context, tx *db.Tx, w world, c account.Caller, id string, a one, mediator *string) (*step, error) {
	input, err := json.Marshal(a.input)
	if err != nil {
		return nil, err
	}
	st, err := s.prepare(ctx, tx, w, c, id)
	if err != nil {
		return nil, err
	}
	if mediator != nil {
		st.mediator = *mediator
	}
	row, _ := findRow(a.action, st.s.M.Kind, st.s.M.Status)
	if row == nil {
		return nil, stale()
	}
	return st, s.perform(ctx, tx, st, row, input)
}

func decodeSpot(raw json.RawMessage) (OnTheSpot, error) {
	var o OnTheSpot
	if err := strict(raw, &o); err != nil {
		_, err = decodeError(o.NewMatter, err)
		return o, err
	}
	w := &wrong{}
	if o.Kind != nil && *o.Kind != Dispute || o.Draft != nil || o.To != nil {
		w.add("kind", "当场调只用于纠纷，一次存好。")
	}
	if o.Badge == nil {
		w.add("badge", "请选择是否佩戴徽章。")
	}
	if o.Result == nil || !slices.Contains([]string{"agreed", "failed", "adjourned"}, o.Result.Outcome) {
		w.add("result.outcome", "请选择结果。")
	} else if o.Result.Note == "" {
		w.add("result.note", "请写一句谈成了什么，或者谈到哪里。")
	}
	if o.Parties == nil || len(*o.Parties) < 2 {
		w.add("parties", "请填写双方当事人的姓名。")
	} else {
		for i, p := range *o.Parties {
			if p.Consent == nil || !*p.Consent {
				w.add("parties["+itoa(i)+"].consent", "每位当事人都要勾选“双方自愿、已告知权利义务”；有人不愿意，请改用登记。")
			}
		}
	}
	return o, w.err()
}

// steps are the single steps that one save stands for.
func (o OnTheSpot) steps(s *State, c account.Caller, now time.Time) []one {
	mediator := c.Person
	if o.Mediator != nil {
		mediator = *o.Mediator
	}
	steps := []one{{"accept", nil}, {"appoint", map[string]any{"mediators": []string{mediator}}}}
	for _, p := range s.Parties {
		steps = append(steps, one{"consent", map[string]any{"party": p.ID, "given": true, "notice": true}})
	}
	steps = append(steps, one{"attempt", map[string]any{"heldAt": now.In(workday.Zone).Format(time.RFC3339Nano), "outcome": o.Result.Outcome,
		"notice": true, "badge": *o.Badge, "note": o.Result.Note}})
	if o.Result.Outcome == "agreed" {
		by := o.Result.By
		if by == "" {
			by = "oral"
		}
		steps = append(steps, one{"resolve", map[string]any{"by": by, "note": o.Result.Note}})
	}
	return steps
}

// isUUID tells whether s has the form of a UUID in lower case.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, r := range s {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (r == '-') || !dash && (r < '0' || r > '9') && (r < 'a' || r > 'f') {
			return false
		}
	}
	return true
}
