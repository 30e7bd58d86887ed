package org

import (
	"context"

	"tiaojietai/internal/db"
)

type alias struct {
	County string `db:"county"`
	Alias  string `db:"alias"`
	Org    string `db:"org"`
}

func allOf(ctx context.Context, q db.Q, county string) (orgs []Org, err error) {
	err = db.Select(ctx, q, &orgs, `SELECT `+db.Columns[Org]()+` FROM org WHERE county = $1 AND void = 0 ORDER BY code`, county)
	return orgs, err
}

func aliasesOf(ctx context.Context, q db.Q, county string) (map[string][]string, error) {
	var rows []alias
	err := db.Select(ctx, q, &rows, `SELECT county, alias, org FROM org_alias WHERE county = $1 ORDER BY alias, org`, county)
	m := map[string][]string{}
	for _, r := range rows {
		m[r.Org] = append(m[r.Org], r.Alias)
	}
	return m, err
}

func replaceAliases(ctx context.Context, tx *db.Tx, code string, names []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM org_alias WHERE county = $1 AND org = $2`, tx.County, code); err != nil {
		return err
	}
	var rows []alias
	for _, n := range unique(names) {
		rows = append(rows, alias{tx.County, n, code})
	}
	return db.Insert(ctx, tx, "org_alias", rows...)
}

// update writes what may change, guarded by the version it was read at.
func update(ctx context.Context, tx *db.Tx, o Org, was int64) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE org SET name = $4, short_name = $5, number_word = $6, population = $7,
		population_note = $8, stat_code = $9, civil_code = $10, opened_on = $11, closed_on = $12, version = $13,
		parent = $14, path = $15, seal_body = $16
		WHERE county = $1 AND code = $2 AND version = $3`, o.County, o.Code, was, o.Name, o.ShortName, o.NumberWord,
		o.Population, o.PopulationNote, o.StatCode, o.CivilCode, o.OpenedOn, o.ClosedOn, o.Version,
		o.Parent, o.Path, o.SealBody)
}

// openMatters counts what a body holds and has not cleared, and what waits for it.
func openMatters(ctx context.Context, q db.Q, county, code string) (n int, err error) {
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM matter_reach WHERE county = $1 AND org = $2
		AND (mode = 'pending' OR mode = 'hold' AND status NOT IN ('cleared', 'merged', 'void'))`, county, code)
	return n, err
}
