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

// Once runs do for a first operation and keeps its answer in the same
// transaction; a repeated one gets the first answer back in out and runs nothing.
// The same key with another request is refused.
//
// The key is taken before do runs: of the same operation sent twice at once the
// second waits here for the first to commit, and gets its answer.
func Once(ctx context.Context, tx *Tx, op Operation, out any, do func() error) error {
	if op.Key == "" {
		return do()
	}
	mine, err := tx.ExecOne(ctx, `INSERT INTO operation (county, person, key, request, answer, at) VALUES ($1, $2, $3, $4, '', $5)
		ON CONFLICT (county, person, key) DO NOTHING`, tx.County, op.Person, op.Key, op.Request, Micros(tx.Now))
	if err != nil {
		return err
	}
	if !mine {
		return repeated(ctx, tx, op, out)
	}
	if err := do(); err != nil {
		return err
	}
	answer, err := json.Marshal(out)
	if err != nil {
		return err
	}
	_, err = tx.ExecOne(ctx, `UPDATE operation SET answer = $4 WHERE county = $1 AND person = $2 AND key = $3`,
		tx.County, op.Person, op.Key, string(answer))
	return err
}

func repeated(ctx context.Context, tx *Tx, op Operation, out any) error {
	var kept struct {
		Request string `db:"request"`
		Answer  string `db:"answer"`
	}
	if _, err := Get(ctx, tx, &kept, `SELECT request, answer FROM operation
		WHERE county = $1 AND person = $2 AND key = $3`, tx.County, op.Person, op.Key); err != nil {
		return err
	}
	if kept.Request != op.Request {
		return errs.New(errs.Invalid, "operationReused", "这个操作编号已用于另一次提交，请刷新页面后重新提交。")
	}
	return json.Unmarshal([]byte(kept.Answer), out)
}
