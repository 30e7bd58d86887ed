package testkit

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/db"
)

func TestEveryTestHasAMigratedDatabaseOfItsOwn(t *testing.T) {
	Each(t, func(t *testing.T, d *db.DB) {
		if n := Count(t, d, "county"); n != 0 {
			t.Fatalf("the database is not empty: %d counties", n)
		}
		addCounty(t.Context(), t, d)
	})
	Each(t, func(t *testing.T, d *db.DB) {
		if n := Count(t, d, "county"); n != 0 {
			t.Errorf("another test's row is seen: %d counties", n)
		}
	})
}

func TestATemplateIsFilledOnceAndCopied(t *testing.T) {
	filled := 0
	tp := Template{Fill: func(ctx context.Context, d *db.DB) error {
		filled++
		addCounty(ctx, t, d)
		return nil
	}}
	for range 2 {
		d := tp.Open(t)
		if n := Count(t, d, "county"); n != 1 {
			t.Errorf("a copy has %d counties, want 1", n)
		}
		if _, err := d.SQL().ExecContext(t.Context(), "DELETE FROM county"); err != nil {
			t.Fatal(err)
		}
	}
	if filled != 1 {
		t.Errorf("filled %d times", filled)
	}
}

func TestTheDatabaseRunsOnTheClockOfTheTest(t *testing.T) {
	clock := At("2026-11-02 09:00")
	d := Open(t, clock)
	clock.Advance(36 * time.Hour)
	if got := d.Now().In(Shanghai).Format("2006-01-02 15:04"); got != "2026-11-03 21:00" {
		t.Errorf("it is %s", got)
	}
}

func addCounty(ctx context.Context, t *testing.T, d *db.DB) {
	t.Helper()
	_, err := d.SQL().ExecContext(ctx, "INSERT INTO county (county, name, data_key) VALUES ('532328', '元谋县', '')")
	if err != nil {
		t.Fatal(err)
	}
}
