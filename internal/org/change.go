package org

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/job"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Change is what may be changed of a body; nil leaves a field as it is. Code and
// kind never change: another body is opened, and this one closed.
type Change struct {
	Version        int64     `json:"version"`
	Name           *string   `json:"name,omitempty"`
	ShortName      *string   `json:"shortName,omitempty"`
	NumberWord     *string   `json:"numberWord,omitempty"`
	Parent         *string   `json:"parent,omitempty" doc:"移到另一个上级下面，下级一起过去"`
	SealBody       *string   `json:"sealBody,omitempty" doc:"用谁的章；空是用自己的"`
	Population     *int64    `json:"population,omitempty"`
	PopulationNote *string   `json:"populationNote,omitempty"`
	StatCode       *string   `json:"statCode,omitempty"`
	CivilCode      *string   `json:"civilCode,omitempty"`
	OpenedOn       *string   `json:"openedOn,omitempty"`
	ClosedOn       *string   `json:"closedOn,omitempty" doc:"撤销日期；撤销后不能再改回"`
	Aliases        *[]string `json:"aliases,omitempty"`
}

// apply writes the change into o and names the fields that differ.
func (c Change) apply(o *Org) (fields []string) {
	set := func(field string, to *string, v *string) {
		if v != nil && strings.TrimSpace(*v) != *to {
			*to = strings.TrimSpace(*v)
			fields = append(fields, field)
		}
	}
	set("name", &o.Name, c.Name)
	set("shortName", &o.ShortName, c.ShortName)
	set("numberWord", &o.NumberWord, c.NumberWord)
	set("sealBody", &o.SealBody, c.SealBody)
	set("populationNote", &o.PopulationNote, c.PopulationNote)
	set("statCode", &o.StatCode, c.StatCode)
	set("civilCode", &o.CivilCode, c.CivilCode)
	set("openedOn", &o.OpenedOn, c.OpenedOn)
	set("closedOn", &o.ClosedOn, c.ClosedOn)
	if c.Population != nil && *c.Population != o.Population {
		o.Population = *c.Population
		fields = append(fields, "population")
	}
	return fields
}

// Change changes what may change of a body. Setting ClosedOn is closing it, with
// all that Close asks; setting Parent moves it with all below it.
func (s *Service) Change(ctx context.Context, by account.Caller, county, code string, c Change) error {
	verb := "changeOrg"
	if c.ClosedOn != nil {
		verb = "closeOrg"
	}
	return s.write(ctx, by, county, audit.Row{Verb: verb, SubjectID: code}, func(ctx context.Context, tx *db.Tx, t *Tree, r *rulebook.Rulebook) ([]string, error) {
		old, ok := t.Get(code)
		if !ok {
			return nil, notFound()
		}
		if c.Version != 0 && c.Version != old.Version {
			return nil, stale()
		}
		o := old
		fields := c.apply(&o)
		if err := s.mayChange(ctx, tx, t, r, old, o, fields); err != nil {
			return nil, err
		}
		changed := []Org{o}
		if c.Parent != nil && *c.Parent != old.Parent {
			fields = append(fields, "parent")
			var err error
			if changed, err = move(t, r, o, *c.Parent, workday.Date(tx.Now)); err != nil {
				return nil, err
			}
			if err := job.Enqueue(ctx, tx, JobReach, fmt.Sprintf("%s.%d", code, old.Version), tx.Now.Add(settled), code); err != nil {
				return nil, err
			}
		}
		if c.Aliases != nil {
			fields = append(fields, "aliases")
			if err := replaceAliases(ctx, tx, code, *c.Aliases); err != nil {
				return nil, err
			}
		}
		return fields, s.updateAll(ctx, tx, changed)
	})
}

// settled is after how long every process has the new tree.
const settled = fresh + time.Second

// mayChange looks whether what has changed may.
func (s *Service) mayChange(ctx context.Context, tx *db.Tx, t *Tree, r *rulebook.Rulebook, old, o Org, fields []string) error {
	if err := checked(o); err != nil {
		return err
	}
	if slices.Contains(fields, "sealBody") {
		kind, _ := r.Kind(o.Kind)
		seal, ok := t.Get(o.SealBody)
		if o.SealBody != "" && (!ok || !holdsSeal(r, seal.Kind) || o.SealBody == o.Code) {
			return errs.InvalidField("sealBody", "盖章单位必须是有印章的调解委员会。")
		}
		if o.SealBody == "" && kind.SealUnder == rulebook.SealOfParent {
			return errs.InvalidField("sealBody", "这类机构自己没有印章，要写明用谁的章。")
		}
	}
	if o.word() != old.word() || o.prints() != old.prints() {
		if err := distinct(t, &o, workday.Date(tx.Now), true); err != nil {
			return err
		}
	}
	if slices.Contains(fields, "closedOn") {
		return s.mayClose(ctx, tx, t, old, o.ClosedOn)
	}
	return nil
}

// updateAll writes bodies, each guarded by the version it was read at.
func (s *Service) updateAll(ctx context.Context, tx *db.Tx, changed []Org) error {
	for _, o := range changed {
		was := o.Version
		o.Version++
		if ok, err := update(ctx, tx, o, was); err != nil || !ok {
			if err == nil {
				err = stale()
			}
			return err
		}
	}
	return nil
}
