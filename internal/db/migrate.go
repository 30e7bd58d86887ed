package db

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"
)

// migrations are one sequence of numbers. What needs an engine's own means stands
// under the engine's name, once for each, with the same number and name.
//
//go:embed migrations/*.sql migrations/sqlite/*.sql migrations/postgres/*.sql
var migrations embed.FS

// migrationsOf are the files of both engines and those of one, as one folder.
func migrationsOf(e Engine) (fs.FS, error) {
	shared, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	own, err := fs.Sub(migrations, "migrations/"+string(e))
	return both{shared, own}, err
}

// both is two folders as one; a name is in one of them only.
type both struct{ shared, own fs.FS }

// Open implements fs.FS.
func (b both) Open(name string) (fs.File, error) {
	if f, err := b.own.Open(name); name != "." && err == nil {
		return f, nil
	}
	return b.shared.Open(name)
}

// ReadDir implements fs.ReadDirFS.
func (b both) ReadDir(name string) ([]fs.DirEntry, error) {
	shared, err := fs.ReadDir(b.shared, name)
	if err != nil {
		return nil, err
	}
	own, err := fs.ReadDir(b.own, name)
	return append(shared, own...), err
}

// Migrate brings the schema up to date. A lease row keeps two processes from
// migrating at once.
func (d *DB) Migrate(ctx context.Context) error {
	release, err := d.migrationLease(ctx)
	if err != nil {
		return fmt.Errorf("migration lease: %w", err)
	}
	defer release()
	files, err := migrationsOf(d.Engine)
	if err != nil {
		return err
	}
	dialect := goose.DialectSQLite3
	if d.Engine == Postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, d.write, files)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func (d *DB) migrationLease(ctx context.Context) (release func(), err error) {
	const table = `CREATE TABLE IF NOT EXISTS migration_lease (id SMALLINT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)`
	if _, err := d.write.ExecContext(ctx, table); err != nil && !IsUnique(err) {
		return nil, err
	}
	me := uuid.NewString()
	for {
		now := time.Now()
		res, err := d.write.ExecContext(ctx, `INSERT INTO migration_lease (id, holder, until) VALUES (1, $1, $2)
			ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE migration_lease.until < $3`,
			me, now.Add(2*time.Minute).UnixMicro(), now.UnixMicro())
		if err != nil {
			return nil, err
		}
		if n, _ := res.RowsAffected(); n == 1 {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return func() {
		_, _ = d.write.ExecContext(context.WithoutCancel(ctx), `DELETE FROM migration_lease WHERE holder = $1`, me)
	}, nil
}
