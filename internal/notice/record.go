package notice

import (
	"context"

	"tiaojietai/internal/db"
)

// Record writes an event's notices in the transaction of its cause, and takes
// back what it makes untrue: a notice nobody has read yet goes, whoever has read
// it is told so. An event that says nothing costs no statement.
func Record(ctx context.Context, tx *db.Tx, e Event) error {
	var back []Word
	if len(e.Over) > 0 || e.Undone > 0 {
		there, err := ofMatter(ctx, tx, tx.County, e.Matter)
		if err != nil {
			return err
		}
		var drop []string
		if drop, back = e.takeBack(there); len(drop) > 0 {
			if err := dropUnread(ctx, tx, drop); err != nil {
				return err
			}
		}
	}
	orgs := e.bodies(back)
	if len(orgs) == 0 {
		return nil
	}
	acting, err := actingFor(ctx, tx, tx.County, orgs)
	if err != nil {
		return err
	}
	rows := e.rows(acting, back)
	for i := range rows {
		rows[i].County, rows[i].ID = tx.County, tx.NewID()
	}
	return db.Insert(ctx, tx, "notice", rows...)
}

// bodies are those the event tells something, each once.
func (e Event) bodies(back []Word) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, list := range [][]Word{e.Words, back} {
		for _, w := range list {
			if !seen[w.Org] {
				seen[w.Org] = true
				out = append(out, w.Org)
			}
		}
	}
	return out
}
