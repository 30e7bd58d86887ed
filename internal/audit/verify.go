package audit

import (
	"context"
	"fmt"

	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
)

// Broken names the first thing found wrong.
type Broken struct {
	County string `json:"county"`
	What   string `json:"what"` // row, block, timeline, …
	ID     string `json:"id"`
	Why    string `json:"why"` // a Chinese sentence
}

func (b Broken) String() string {
	return fmt.Sprintf("%s %s %s：%s", b.County, b.What, b.ID, b.Why)
}

// Report is what a check saw. Broken is nil when everything holds.
type Report struct {
	Counties int     `json:"counties"`
	Rows     int     `json:"rows"`
	Unsealed int     `json:"unsealed"` // rows too young to be in a block
	Blocks   int     `json:"blocks"`
	Chains   int     `json:"chains"` // timelines and the like
	Broken   *Broken `json:"broken"`
}

// Chain checks another kind of chain of a county (timelines), and says how many
// it checked. The app passes them in: audit knows no business word.
type Chain func(ctx context.Context, q db.Q, county string, key *gm.DataKey) (checked int, broken *Broken, err error)

// Verify checks every row's hash, every block and the chain of blocks of every
// county, then the other chains, and stops at the first that does not hold. An
// error means that it could not check, not that something is wrong.
func Verify(ctx context.Context, d *db.DB, keys Keys, chains ...Chain) (Report, error) {
	var rep Report
	var counties []string
	err := d.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		counties, err = countiesOf(ctx, q)
		return err
	})
	for _, county := range counties {
		if err != nil || rep.Broken != nil {
			break
		}
		var key *gm.DataKey
		if key, err = keys(county); err != nil {
			break
		}
		rep.Counties++
		err = d.Read(ctx, func(ctx context.Context, q db.Q) error {
			v := verifier{q: q, county: county, key: key, rep: &rep}
			return v.all(ctx, chains)
		})
	}
	if err != nil {
		return rep, fmt.Errorf("verify audit: %w", err)
	}
	return rep, nil
}

type verifier struct {
	q      db.Q
	county string
	key    *gm.DataKey
	rep    *Report
}

func (v *verifier) broken(what, id, why string) {
	v.rep.Broken = &Broken{County: v.county, What: what, ID: id, Why: why}
}

func (v *verifier) all(ctx context.Context, chains []Chain) error {
	blocks, err := blocksOf(ctx, v.q, v.county)
	if err != nil {
		return err
	}
	var prev block
	for _, b := range blocks {
		if err := v.block(ctx, prev, b); err != nil || v.rep.Broken != nil {
			return err
		}
		prev = b
	}
	if err := v.outside(ctx, prev.Seq); err != nil || v.rep.Broken != nil {
		return err
	}
	for _, c := range chains {
		n, broken, err := c(ctx, v.q, v.county, v.key)
		v.rep.Chains += n
		v.rep.Broken = broken
		if err != nil || broken != nil {
			return err
		}
	}
	return nil
}

// block checks the rows one by one first, so that a changed row is named itself
// and not only its block.
func (v *verifier) block(ctx context.Context, prev, b block) error {
	rows, err := rowsOf(ctx, v.q, v.county, b.Seq)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%d", b.Seq)
	hashes := make([]string, len(rows))
	for i, r := range rows {
		if !gm.SameHash(r.Hash, r.sum(v.key)) {
			v.broken("row", r.ID, "这条留痕被改动过。")
			return nil
		}
		hashes[i] = r.Hash
	}
	switch {
	case b.Seq != prev.Seq+1:
		v.broken("block", name, fmt.Sprintf("前面缺了第 %d 块。", prev.Seq+1))
	case b.Prev != prev.Hash:
		v.broken("block", name, "和前一块接不上。")
	case b.Hash != b.sum():
		v.broken("block", name, "这一块被改动过。")
	case int64(len(rows)) != b.Count:
		v.broken("block", name, fmt.Sprintf("应有 %d 条留痕，现有 %d 条。", b.Count, len(rows)))
	case rootOf(hashes) != b.Root:
		v.broken("block", name, "块里的留痕被换过。")
	default:
		v.rep.Blocks++
		v.rep.Rows += len(rows)
	}
	return nil
}

// outside checks rows that no block holds yet, and that none claims a block that
// is not there.
func (v *verifier) outside(ctx context.Context, last int64) error {
	lost, err := beyond(ctx, v.q, v.county, last)
	if err != nil {
		return err
	}
	if lost != "" {
		v.broken("row", lost, "它所在的块不见了。")
		return nil
	}
	rows, err := rowsOf(ctx, v.q, v.county, 0)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !gm.SameHash(r.Hash, r.sum(v.key)) {
			v.broken("row", r.ID, "这条留痕被改动过。")
			return nil
		}
	}
	v.rep.Rows += len(rows)
	v.rep.Unsealed += len(rows)
	return nil
}
