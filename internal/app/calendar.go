package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// calendars keeps each county's calendar: the one shipped with the program and,
// over it, the years loaded since. It is read anew after a minute, since another
// process may have loaded a year.
type calendars struct {
	db   *db.DB
	mu   sync.Mutex
	kept map[string]keptCalendar
}

type keptCalendar struct {
	cal *workday.Calendar
	at  time.Time
}

// of never fails: where the table cannot be read, the last known one holds.
func (c *calendars) of(county string) *workday.Calendar {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.kept[county]
	if ok && time.Since(k.at) < time.Minute {
		return k.cal
	}
	cal, err := c.read(county)
	if err != nil {
		slog.Error("read the holidays", "county", county, "err", err)
		if cal = k.cal; cal == nil {
			cal = workday.Embedded()
		}
	}
	if c.kept == nil {
		c.kept = map[string]keptCalendar{}
	}
	c.kept[county] = keptCalendar{cal, time.Now()}
	return cal
}

func (c *calendars) read(county string) (*workday.Calendar, error) {
	var rows []holiday
	err := c.db.Read(context.Background(), func(ctx context.Context, q db.Q) (err error) {
		rows, err = holidaysOf(ctx, q, county)
		return err
	})
	if err != nil || len(rows) == 0 {
		return workday.Embedded(), err
	}
	var b bytes.Buffer
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%s,%s\n", r.Date, r.Kind, r.Name)
	}
	table, err := workday.Load(&b)
	if err != nil {
		return nil, err
	}
	return workday.Embedded().With(table), nil
}

// LoadCalendar takes a year's (or several years') holidays in, in place of what
// was known of those years, and recomputes the deadlines that rested on a guess.
// It returns the years and how many matters' deadlines moved.
func (a *App) LoadCalendar(ctx context.Context, r io.Reader) (years []int, moved int, err error) {
	table, err := workday.Load(r)
	if err != nil {
		return nil, 0, err
	}
	all, err := account.Counties(ctx, a.DB)
	for _, c := range all {
		if err == nil {
			err = a.storeCalendar(ctx, c.County, table)
		}
		if err == nil {
			var n int
			n, err = a.Matters.Recompute(ctx, c.County)
			moved += n
		}
	}
	return table.Years(), moved, err
}

func (a *App) storeCalendar(ctx context.Context, county string, table *workday.Calendar) error {
	key, err := a.Keys.Of(county)
	if err != nil {
		return err
	}
	err = a.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		for _, y := range table.Years() {
			if err := dropHolidays(ctx, tx, y); err != nil {
				return err
			}
		}
		for _, d := range table.Days() {
			row := holiday{County: county, Date: d.Date, Kind: d.Kind, Name: d.Name}
			if err := db.Upsert(ctx, tx, "holiday", []string{"county", "date"}, row); err != nil {
				return err
			}
		}
		return audit.Record(ctx, tx, key, audit.Row{Verb: "loadCalendar", Subject: "county", SubjectID: county})
	})
	a.calendars.mu.Lock()
	defer a.calendars.mu.Unlock()
	delete(a.calendars.kept, county)
	return err
}
