package db

import (
	"context"
	"encoding/json"

	"tiaojietai/internal/errs"
)

// Operation is a client's operation id (Idempotency-Key) with a hash of the
// request it came with. The zero Operation is remembered nowhere.
type Operation struct {
	Person, Key, Request string
}

type operationRow struct {
	County  string `db:"county"`
	Person  string `db:"person"`
	Key     string `db:"key"`
	Request string `db:"request"`
	Answer  string `db:"answer"`
	At      int64  `db:"at"`
}

// Once runs do for a first operation and keeps its answer in the same
// transaction; a repeated one gets the first answer back in out and runs nothing.
// The same key with another request is refused.
func Once(ctx context.Context, tx *Tx, op Operation, out any, do func() error) error {
	if op.Key == "" {
		return do()
	}
	var kept operationRow
	found, err := Get(ctx, tx, &kept, `SELECT county, person, key, request, answer, at FROM operation
		WHERE county = $1 AND person = $2 AND key = $3`, tx.County, op.Person, op.Key)
	if err != nil {
		return err
	}
	if found {
		if kept.Request != op.Request {
			return errs.New(errs.Invalid, "operationReused", "这个操作编号已用于另一次提交，请刷新页面后重新提交。")
		}
		return json.Unmarshal([]byte(kept.Answer), out)
	}
	if err := do(); err != nil {
		return err
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return Insert(ctx, tx, "operation", operationRow{tx.County, op.Person, op.Key, op.Request, string(answer), Micros(tx.Now)})
}
