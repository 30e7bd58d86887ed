package db

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/georgysavva/scany/v2/sqlscan"
)

// Select scans all rows into dst, a pointer to a slice of structs with db tags or
// of scalars.
func Select(ctx context.Context, q Q, dst any, query string, args ...any) error {
	if err := sqlscan.Select(ctx, q, dst, query, args...); err != nil {
		return fmt.Errorf("%w: %s", err, query)
	}
	return nil
}

// Get scans the one row, or says found=false.
func Get(ctx context.Context, q Q, dst any, query string, args ...any) (found bool, err error) {
	err = sqlscan.Get(ctx, q, dst, query, args...)
	if sqlscan.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%w: %s", err, query)
	}
	return true, nil
}

// shape is a struct type's columns, read once.
type shape struct {
	cols  []string
	index []int
	list  string
}

var shapes sync.Map // reflect.Type → *shape

func shapeOf(t reflect.Type) *shape {
	if s, ok := shapes.Load(t); ok {
		return s.(*shape)
	}
	s := &shape{}
	for i := range t.NumField() {
		if c := t.Field(i).Tag.Get("db"); c != "" && c != "-" {
			s.cols = append(s.cols, c)
			s.index = append(s.index, i)
		}
	}
	s.list = strings.Join(s.cols, ", ")
	shapes.Store(t, s)
	return s
}

func (s *shape) values(row any) []any {
	v := reflect.Indirect(reflect.ValueOf(row))
	out := make([]any, len(s.index))
	for i, f := range s.index {
		out[i] = v.Field(f).Interface()
	}
	return out
}

// Columns lists the db tags of T, for SELECT.
func Columns[T any]() string { return shapeOf(reflect.TypeFor[T]()).list }

// Insert writes rows of one struct type, as many as fit in one statement.
func Insert[T any](ctx context.Context, tx *Tx, table string, rows ...T) error {
	s := shapeOf(reflect.TypeFor[T]())
	for len(rows) > 0 {
		n := min(len(rows), 1+500/len(s.cols))
		if err := tx.insert(ctx, table, s, "", anys(s, rows[:n])); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// Upsert writes a row whether or not its key is there. keys are the columns of
// the primary key.
func Upsert[T any](ctx context.Context, tx *Tx, table string, keys []string, row T) error {
	s := shapeOf(reflect.TypeFor[T]())
	var set []string
	for _, c := range s.cols {
		if !contains(keys, c) {
			set = append(set, c+" = excluded."+c)
		}
	}
	then := " ON CONFLICT (" + strings.Join(keys, ", ") + ") DO "
	if len(set) == 0 {
		then += "NOTHING"
	} else {
		then += "UPDATE SET " + strings.Join(set, ", ")
	}
	return tx.insert(ctx, table, s, then, [][]any{s.values(row)})
}

func (t *Tx) insert(ctx context.Context, table string, s *shape, then string, rows [][]any) error {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", table, s.list)
	args := make([]any, 0, len(rows)*len(s.cols))
	for i, r := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j := range r {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "$%d", len(args)+j+1)
		}
		b.WriteByte(')')
		args = append(args, r...)
	}
	b.WriteString(then)
	if _, err := t.ExecContext(ctx, b.String(), args...); err != nil {
		return fmt.Errorf("insert into %s: %w", table, err)
	}
	return nil
}

// Sync makes the stored rows of one struct type equal to after, given that they
// are equal to before: it inserts, updates and deletes only what differs.
func Sync[T comparable](ctx context.Context, tx *Tx, table string, keys []string, before, after []T) error {
	s := shapeOf(reflect.TypeFor[T]())
	old := make(map[string]T, len(before))
	for _, r := range before {
		old[s.key(keys, r)] = r
	}
	var fresh []T
	for _, r := range after {
		k := s.key(keys, r)
		was, ok := old[k]
		delete(old, k)
		switch {
		case !ok:
			fresh = append(fresh, r)
		case was != r:
			if _, err := tx.update(ctx, table, s, keys, "", was, r); err != nil {
				return err
			}
		}
	}
	for _, r := range before {
		if _, gone := old[s.key(keys, r)]; gone {
			if err := tx.remove(ctx, table, s, keys, r); err != nil {
				return err
			}
		}
	}
	return Insert(ctx, tx, table, fresh...)
}

func (s *shape) key(keys []string, row any) string {
	var b strings.Builder
	for i, v := range s.values(row) {
		if contains(keys, s.cols[i]) {
			fmt.Fprintf(&b, "%v\x00", v)
		}
	}
	return b.String()
}

// Change writes what differs between two states of one row, where the stored
// column guard still holds what before has; ok=false means that somebody else was
// first. Like Sync it names only the columns that differ: an engine works on every
// index and foreign key of a column it is told to set, changed or not.
func Change[T comparable](ctx context.Context, tx *Tx, table string, keys []string, guard string, before, after T) (ok bool, err error) {
	return tx.update(ctx, table, shapeOf(reflect.TypeFor[T]()), keys, guard, before, after)
}

func (t *Tx) update(ctx context.Context, table string, s *shape, keys []string, guard string, before, after any) (bool, error) {
	var set, where []string
	var args []any
	bind := func(list *[]string, col string, v any) {
		args = append(args, v)
		*list = append(*list, fmt.Sprintf("%s = $%d", col, len(args)))
	}
	was, is := s.values(before), s.values(after)
	for i, c := range s.cols {
		if !contains(keys, c) && was[i] != is[i] {
			bind(&set, c, is[i])
		}
	}
	for i, c := range s.cols {
		if contains(keys, c) || c == guard {
			bind(&where, c, was[i])
		}
	}
	ok, err := t.ExecOne(ctx, "UPDATE "+table+" SET "+strings.Join(set, ", ")+" WHERE "+strings.Join(where, " AND "), args...)
	if err != nil {
		return false, fmt.Errorf("update %s: %w", table, err)
	}
	return ok, nil
}

func (t *Tx) remove(ctx context.Context, table string, s *shape, keys []string, row any) error {
	var where []string
	var args []any
	for i, v := range s.values(row) {
		if contains(keys, s.cols[i]) {
			args = append(args, v)
			where = append(where, fmt.Sprintf("%s = $%d", s.cols[i], len(args)))
		}
	}
	if _, err := t.ExecContext(ctx, "DELETE FROM "+table+" WHERE "+strings.Join(where, " AND "), args...); err != nil {
		return fmt.Errorf("delete from %s: %w", table, err)
	}
	return nil
}

func anys[T any](s *shape, rows []T) [][]any {
	out := make([][]any, len(rows))
	for i, r := range rows {
		out[i] = s.values(r)
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
