package audit

import (
	"context"
	"fmt"
	"strconv"

	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
)

// perBlock bounds a block, and with it the sealing transaction.
const perBlock = 2000

// block seals rows: root is the hash of their hashes in id order, hash chains it
// to the block before. The chain has no key: a backup can be checked without
// one, while the rows' own hashes can only be made with it.
type block struct {
	County string `db:"county"`
	Seq    int64  `db:"seq"`
	At     int64  `db:"at"`
	Count  int64  `db:"count"`
	Root   string `db:"root"`
	Prev   string `db:"prev"`
	Hash   string `db:"hash"`
}

func (b block) sum() string {
	return gm.SM3([]byte("block"), []byte(b.County), []byte(b.Prev), []byte(strconv.FormatInt(b.Seq, 10)),
		[]byte(strconv.FormatInt(b.At, 10)), []byte(strconv.FormatInt(b.Count, 10)), []byte(b.Root))
}

func rootOf(hashes []string) string {
	parts := make([][]byte, len(hashes))
	for i, h := range hashes {
		parts[i] = []byte(h)
	}
	return gm.SM3(parts...)
}

// Seal puts the rows of a county that no block holds yet into blocks and returns
// how many it sealed. To be run under a lease: two sealers would only get in
// each other's way, the later one fails whole.
func Seal(ctx context.Context, d *db.DB, county string) (int, error) {
	total := 0
	for {
		n, err := sealOne(ctx, d, county)
		total += n
		if err != nil || n < perBlock {
			return total, err
		}
	}
}

func sealOne(ctx context.Context, d *db.DB, county string) (n int, err error) {
	err = d.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		rows, err := unsealed(ctx, tx, county, perBlock)
		if n = len(rows); err != nil || n == 0 {
			return err
		}
		last, _, err := lastBlock(ctx, tx, county)
		if err != nil {
			return err
		}
		ids, hashes := make([]string, n), make([]string, n)
		for i, r := range rows {
			ids[i], hashes[i] = r.ID, r.Hash
		}
		b := block{County: county, Seq: last.Seq + 1, At: db.Micros(tx.Now), Count: int64(n), Root: rootOf(hashes), Prev: last.Hash}
		b.Hash = b.sum()
		if err := db.Insert(ctx, tx, "audit_block", b); err != nil {
			return err
		}
		return assign(ctx, tx, b.Seq, ids)
	})
	if err != nil {
		return 0, fmt.Errorf("seal audit rows of %s: %w", county, err)
	}
	return n, nil
}
