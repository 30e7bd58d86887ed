package db

import (
	"io/fs"
	"regexp"
	"slices"
	"testing"
)

var numbered = regexp.MustCompile(`^(\d{5})_\w+\.sql$`)

// A migration that only one engine has, or two of one number, would leave the
// engines apart.
func TestMigrationsAreOneSequenceOnBothEngines(t *testing.T) {
	names := map[Engine][]string{}
	for _, e := range []Engine{SQLite, Postgres} {
		files, err := migrationsOf(e)
		if err != nil {
			t.Fatal(err)
		}
		if names[e], err = fs.Glob(files, "*.sql"); err != nil {
			t.Fatal(err)
		}
		slices.Sort(names[e])
		seen := map[string]string{}
		for _, name := range names[e] {
			number := numbered.FindStringSubmatch(name)
			if number == nil {
				t.Fatalf("%s: %s has no number of five digits", e, name)
			}
			if seen[number[1]] != "" {
				t.Errorf("%s: %s has the number of %s", e, name, seen[number[1]])
			}
			seen[number[1]] = name
			if text, err := fs.ReadFile(files, name); err != nil || len(text) == 0 {
				t.Errorf("%s: %s cannot be read: %v", e, name, err)
			}
		}
	}
	if !slices.Equal(names[SQLite], names[Postgres]) {
		t.Errorf("SQLite has %v, PostgreSQL %v", names[SQLite], names[Postgres])
	}
	one, _ := migrationsOf(SQLite)
	two, _ := migrationsOf(Postgres)
	a, _ := fs.ReadFile(one, "00002_search.sql")
	b, _ := fs.ReadFile(two, "00002_search.sql")
	if string(a) == string(b) {
		t.Error("both engines get the same text index")
	}
}
