package account

import (
	"context"
	"fmt"
	"sync"

	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
)

// County is a county as stored: its name, and its data key wrapped by the master
// key.
type County struct {
	County  string `db:"county"` // six digits
	Name    string `db:"name"`
	DataKey string `db:"data_key"`
	Demo    int64  `db:"demo"` // 1: filled with invented people
	Note    string `db:"note"`
}

// Keys opens counties' data keys and keeps them in memory. Safe for concurrent
// use.
type Keys struct {
	db     *db.DB
	master *gm.Master
	mu     sync.Mutex
	open   map[string]*gm.DataKey
}

// NewKeys makes an empty cache over a master key.
func NewKeys(d *db.DB, master *gm.Master) *Keys {
	return &Keys{db: d, master: master, open: map[string]*gm.DataKey{}}
}

// Of gives a county's data key. The first time it reads the county's row, so it
// must not be called first inside a transaction.
func (k *Keys) Of(county string) (*gm.DataKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key, ok := k.open[county]; ok {
		return key, nil
	}
	var c County
	var found bool
	err := k.db.Read(context.Background(), func(ctx context.Context, q db.Q) (err error) {
		c, found, err = countyOf(ctx, q, county)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("county %s is not in this database", county)
	}
	key, err := k.master.Unwrap(c.DataKey)
	if err != nil {
		return nil, err
	}
	k.open[county] = key
	return key, nil
}

// CreateCounty founds a county with a fresh data key; one that is there already
// is left as it is.
func CreateCounty(ctx context.Context, d *db.DB, k *Keys, county, name string, demo bool) error {
	wrapped, err := k.master.NewDataKey()
	if err != nil {
		return err
	}
	row := County{County: county, Name: name, DataKey: wrapped}
	if demo {
		row.Demo = 1
	}
	err = d.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		_, found, err := countyOf(ctx, tx, county)
		if err != nil || found {
			return err
		}
		return db.Insert(ctx, tx, "county", row)
	})
	if err != nil {
		return fmt.Errorf("create county %s: %w", county, err)
	}
	return nil
}

// Counties lists the counties of a database in code order.
func Counties(ctx context.Context, d *db.DB) (all []County, err error) {
	err = d.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		all, err = countiesOf(ctx, q)
		return err
	})
	return all, err
}
