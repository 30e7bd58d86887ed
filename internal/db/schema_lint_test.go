package db_test

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/db"
	"tiaojietai/internal/testkit"
)

// schemaLint asks PostgreSQL's catalogue what would keep the tables from being
// distributed by county. It must return no row.
//
//go:embed schema_lint.sql
var schemaLint string

// lint returns "table: problem" for each violation.
func lint(t *testing.T, d *db.DB) []string {
	t.Helper()
	query := schemaLint
	if d.Engine == db.SQLite {
		query = schemaLintSQLite
	}
	rows, err := d.SQL().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var found []string
	for rows.Next() {
		var table, problem string
		if err := rows.Scan(&table, &problem); err != nil {
			t.Fatal(err)
		}
		found = append(found, table+": "+problem)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// schemaLintSQLite finds the commonest violations without a PostgreSQL at hand,
// and one more that both engines must keep: county is the first column of the
// primary key. But for search_doc, which SQLite alone has in this shape: FTS5 wants
// a whole number for a key, and a file is not distributed.
const schemaLintSQLite = `
WITH dist AS (SELECT m.name AS tbl FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'county' WHERE m.type = 'table')
SELECT d.tbl, 'unique/pk without county: ' || i.name AS problem FROM dist d JOIN pragma_index_list(d.tbl) i
 WHERE i."unique" = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_info(i.name) x WHERE x.name = 'county')
UNION ALL
SELECT d.tbl, 'county is not first in the primary key' FROM dist d JOIN pragma_table_info(d.tbl) c ON c.name = 'county' WHERE c.pk <> 1 AND d.tbl <> 'search_doc'
UNION ALL
SELECT d.tbl, 'fk not county=county: ' || f."table" FROM dist d JOIN pragma_foreign_key_list(d.tbl) f
 WHERE f."table" IN (SELECT tbl FROM dist) GROUP BY d.tbl, f.id
HAVING sum(f."from" = 'county' AND coalesce(f."to", 'county') = 'county') = 0
UNION ALL
SELECT d.tbl, 'county is nullable' FROM dist d JOIN pragma_table_info(d.tbl) c ON c.name = 'county' WHERE c."notnull" = 0
UNION ALL
SELECT d.tbl, 'trigger: ' || t.name FROM dist d JOIN sqlite_schema t ON t.type = 'trigger' AND t.tbl_name = d.tbl
ORDER BY 1, 2`

func TestSchemaLint(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		if found := lint(t, d); len(found) > 0 {
			t.Errorf("the schema cannot be distributed by county:\n%s", strings.Join(found, "\n"))
		}
	})
}

// A rule that finds nothing may simply be broken, so each is shown a table that
// breaks it.
func TestSchemaLintFinds(t *testing.T) {
	const base = `CREATE TABLE lint_base (county TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (county, id));`
	cases := []struct {
		rule, want string
		ddl        string
		only       db.Engine // empty: both
	}{
		{"a primary key without county", "lint_bad: unique/pk without county",
			`CREATE TABLE lint_bad (county TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (id))`, ""},
		{"a unique index without county", "lint_base: unique/pk without county",
			`CREATE UNIQUE INDEX lint_bad ON lint_base (id)`, ""},
		{"a foreign key that does not pair county", "lint_bad: fk not county=county", `
			CREATE UNIQUE INDEX lint_other ON lint_base (id, county);
			CREATE TABLE lint_bad (county TEXT NOT NULL, id TEXT NOT NULL, base TEXT NOT NULL, base_county TEXT NOT NULL,
				PRIMARY KEY (county, id), FOREIGN KEY (base_county, base) REFERENCES lint_base (county, id))`, ""},
		{"a reference table that points at a distributed one", "lint_bad: reference table points at a distributed table",
			`CREATE TABLE lint_bad (id TEXT NOT NULL PRIMARY KEY, home TEXT NOT NULL, FOREIGN KEY (home, id) REFERENCES lint_base (county, id))`, db.Postgres},
		{"a serial column", "lint_bad: serial/identity column: n",
			`CREATE TABLE lint_bad (county TEXT NOT NULL, id TEXT NOT NULL, n BIGSERIAL, PRIMARY KEY (county, id))`, db.Postgres},
		{"an identity column", "lint_bad: serial/identity column: n",
			`CREATE TABLE lint_bad (county TEXT NOT NULL, id TEXT NOT NULL, n BIGINT GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (county, id))`, db.Postgres},
		{"a nullable county", "lint_bad: county is nullable",
			`CREATE TABLE lint_bad (county TEXT, id TEXT NOT NULL)`, ""},
		{"county not first in the primary key", "lint_bad: county is not first in the primary key",
			`CREATE TABLE lint_bad (county TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (id, county))`, db.SQLite},
		{"a trigger (SQLite)", "lint_base: trigger: lint_bad",
			`CREATE TRIGGER lint_bad AFTER INSERT ON lint_base BEGIN SELECT 1; END`, db.SQLite},
		{"a trigger (PostgreSQL)", "lint_base: trigger: lint_bad", `
			CREATE FUNCTION lint_fn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
			CREATE TRIGGER lint_bad AFTER INSERT ON lint_base FOR EACH ROW EXECUTE FUNCTION lint_fn()`, db.Postgres},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			testkit.Each(t, func(t *testing.T, d *db.DB) {
				if c.only != "" && c.only != d.Engine {
					return
				}
				if _, err := d.SQL().ExecContext(t.Context(), base+c.ddl); err != nil {
					t.Fatalf("make the breaking table: %v", err)
				}
				found := lint(t, d)
				if !slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, c.want) }) {
					t.Errorf("the lint found %q, want %q", found, c.want)
				}
			})
		})
	}
}
