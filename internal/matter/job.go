package matter

import (
	"context"
	"errors"
	"slices"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/search"
	"tiaojietai/internal/workday"
)

// What the clock does by itself, called by app's periodic jobs.

// Tick brings clocks that are past due to the body above and ends pauses that are
// over, as system rows on the timelines. It returns how many matters it moved; one
// that fails does not keep the others waiting, its error comes at the end.
func (s *Service) Tick(ctx context.Context, county string) (moved int, failed error) {
	for {
		var ids []string
		err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			ids, err = dueMatters(ctx, q, county, db.Micros(s.DB.Now()), 200)
			return err
		})
		if err != nil || len(ids) == 0 {
			return moved, errors.Join(failed, err)
		}
		before := moved
		for _, id := range ids {
			did, err := s.tickOne(ctx, county, id)
			if errs.Is(err, "stale") { // somebody acted on it meanwhile: the next time
				continue
			}
			if ctx.Err() != nil {
				return moved, ctx.Err()
			}
			if err != nil {
				failed = err
			}
			if did {
				moved++
			}
		}
		if moved == before { // nothing more to be done for these now
			return moved, failed
		}
	}
}

func (s *Service) tickOne(ctx context.Context, county, id string) (did bool, err error) {
	for _, action := range []string{"resumeByClock", "surface"} {
		err := s.system(ctx, county, id, action)
		switch {
		case err == nil:
			did = true
		case !errors.Is(err, errNothing):
			return did, err
		}
	}
	return did, nil
}

// system does a row of the table that belongs to the clock.
func (s *Service) system(ctx context.Context, county, id, action string) error {
	w, err := s.world(ctx, county)
	if err != nil {
		return err
	}
	c := account.Caller{County: county}
	row := audit.Row{Verb: action, Subject: "matter", SubjectID: id}
	return s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
		st, err := s.prepare(ctx, tx, w, c, id)
		if err != nil {
			return err
		}
		before, r := st.s.clone(), systemRow(action)
		if action == "resumeByClock" && !st.pauseOver() {
			return errNothing
		}
		if err := r.do(st); err != nil {
			return err
		}
		return s.save(ctx, tx, st, r, before)
	})
}

func (st *step) pauseOver() bool {
	over := false
	st.s.each(func(d *Deadline) {
		over = over || d.State == paused && d.PauseUntil > 0 && d.PauseUntil <= db.Micros(st.now)
	})
	return over
}

// Recompute fixes the due times that rested on a year without a holiday table,
// once the table is loaded.
func (s *Service) Recompute(ctx context.Context, county string) (moved int, failed error) {
	w, err := s.world(ctx, county)
	if err != nil {
		return 0, err
	}
	var ids []string
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		ids, err = provisionalMatters(ctx, q, county)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		c := account.Caller{County: county}
		row := audit.Row{Verb: "recompute", Subject: "matter", SubjectID: id}
		err := s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
			st, err := s.prepare(ctx, tx, w, c, id)
			if err != nil {
				return err
			}
			before := st.s.clone()
			if !st.recompute() {
				return errNothing
			}
			st.text = "节假日安排已公布，按新的工作日重新计算期限"
			return s.save(ctx, tx, st, &Row{Action: "recompute", system: true}, before)
		})
		switch {
		case err == nil:
			moved++
		case errs.Is(err, "stale"): // somebody acted on it meanwhile: the others first, then say so
			failed = err
		case !errors.Is(err, errNothing):
			return moved, err
		}
	}
	return moved, failed
}

// recompute recalculates provisional clocks from their start and days, and moves
// them on as far as extensions and pauses had.
func (st *step) recompute() bool {
	changed := false
	st.s.each(func(d *Deadline) {
		if !bool(d.Provisional) || d.Days == 0 && d.Ref != "" {
			return
		}
		due, provisional := st.cal.Due(db.Instant(d.StartedAt), int(d.Days), workday.Unit(d.Unit), workday.Side(d.Side))
		if d.Moved > 0 {
			last := workday.LastDay(due)
			to, guess := st.cal.Settle(workday.AddDays(last, int(d.Moved)), last, workday.Side(d.Side))
			due, provisional = workday.EndOf(to), provisional || guess
		}
		if !provisional {
			d.DueAt, d.Provisional = db.Micros(due), false
			changed = true
		}
	})
	return changed
}

// RebuildReach recomputes who sees what and has to do what, and writes only what
// differs: after bodies were added or closed, or a new rulebook came into force.
// It returns how many matters were put right.
func (s *Service) RebuildReach(ctx context.Context, county string) (fixed int, err error) {
	w, err := s.world(ctx, county)
	if err != nil {
		return 0, err
	}
	for after := ""; ; {
		var heads []chainHead
		err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			heads, err = allMatters(ctx, q, county, after, 200)
			return err
		})
		if err != nil || len(heads) == 0 {
			return fixed, err
		}
		for _, h := range heads {
			did, err := s.rebuildOne(ctx, w, county, h.ID)
			if err != nil {
				return fixed, err
			}
			if did {
				fixed++
			}
		}
		after = heads[len(heads)-1].ID
	}
}

// rebuildOne reads first and writes only where something differs: the reach, or
// what the matter is found by.
func (s *Service) rebuildOne(ctx context.Context, w world, county, id string) (did bool, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		_, _, did, err = reachNow(ctx, q, w, county, id)
		return err
	})
	if err != nil || !did {
		return did, err
	}
	return did, s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		if err := lockMatters(ctx, tx, []string{id}); err != nil {
			return err
		}
		st, old, _, err := reachNow(ctx, tx, w, county, id)
		if err != nil {
			return err
		}
		return s.show(ctx, tx, &step{s: st, orgs: w.tree, rb: w.rb}, old)
	})
}

func reachNow(ctx context.Context, q db.Q, w world, county, id string) (st *State, old []Reach, differs bool, err error) {
	if st, err = load(ctx, q, county, id); err != nil {
		return nil, nil, false, err
	}
	if old, err = reachOf(ctx, q, county, id); err != nil {
		return nil, nil, false, err
	}
	now := st.reach(w.tree, w.rb)
	fresh, err := search.Fresh(ctx, q, searchDoc(st, now, w.tree))
	return st, old, !fresh || !slices.Equal(old, now), err
}
