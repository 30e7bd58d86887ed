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

func uploadOf(ctx context.Context, q db.Q, county, id string) (u upload, found bool, err error) {
	found, err = db.Get(ctx, q, &u, `SELECT `+db.Columns[upload]()+` FROM upload WHERE county = $1 AND id = $2`, county, id)
	return u, found, err
}

// unfinished counts a person's uploads begun since an instant (microseconds).
func unfinished(ctx context.Context, q db.Q, county, person string, since int64) (n int, err error) {
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM upload WHERE county = $1 AND person = $2 AND at >= $3
		AND attachment = '' AND refusal = ''`, county, person, since)
	return n, err
}

func oldUploads(ctx context.Context, q db.Q, county string, before int64) (list []upload, err error) {
	err = db.Select(ctx, q, &list, `SELECT `+db.Columns[upload]()+` FROM upload WHERE county = $1 AND at < $2`, county, before)
	return list, err
}

func settleUpload(ctx context.Context, tx *db.Tx, id, attachment, refusal string) error {
	_, err := tx.ExecOne(ctx, `UPDATE upload SET attachment = $3, refusal = $4 WHERE county = $1 AND id = $2`, tx.County, id, attachment, refusal)
	return err
}

func removeUpload(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.ExecOne(ctx, `DELETE FROM upload WHERE county = $1 AND id = $2`, tx.County, id)
	return err
}
