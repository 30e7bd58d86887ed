package attachment

import (
	"context"

	"tiaojietai/internal/db"
)

func fileOf(ctx context.Context, q db.Q, county, id string) (f file, found bool, err error) {
	found, err = db.Get(ctx, q, &f, `SELECT `+db.Columns[file]()+` FROM attachment WHERE county = $1 AND id = $2`, county, id)
	return f, found, err
}

func hashUsed(ctx context.Context, q db.Q, county, hash string) (bool, error) {
	var n int
	_, err := db.Get(ctx, q, &n, `SELECT count(*) FROM attachment WHERE county = $1 AND hash = $2`, county, hash)
	return n > 0, err
}
