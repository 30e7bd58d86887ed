// Package bench makes the published load figures: it fills a county with many
// matters, starts the server on it as a process of its own, asks it over HTTP on
// loopback, and writes a table. With a PostgreSQL at hand both engines are
// measured in one run, so that they stand side by side.
//
// It works on throwaway databases only: a temporary data directory, and on
// PostgreSQL a database it creates and drops.
package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", to create and drop the database

	"tiaojietai/internal/app"
	"tiaojietai/internal/config"
)

// Options say what to measure.
type Options struct {
	DSN     string        // of a PostgreSQL where a database may be created; "" for SQLite alone
	Matters int           // how many there are before measuring
	Each    time.Duration // how long each call is measured at each number of connections
	Conns   []int         // numbers of connections, ascending
	Keep    bool          // fill only, leave the databases, say where they lie
	Filled  string        // a directory that Keep left: measure on what lies there, and leave it
	Only    []string      // only calls whose names begin with one of these; nil for all
	Command string        // for the report: how it was called
	Version string
	Show    func(what string, done, total int) // progress
}

// target is one engine's database.
type target struct {
	name string // as shown: SQLite, PostgreSQL
	cfg  config.Config
	drop func() error
	ids  []string // some of the filled matters
}

func stays() error { return nil }

// Run fills and measures, and gives the report in Markdown (or, with Keep, one
// line for each filled database: the engine and where it lies).
func Run(ctx context.Context, o Options) (report string, err error) {
	r := &results{o: o, began: time.Now(), calls: o.calls()}
	if len(r.calls) == 0 {
		return "", errors.New("--only: 没有这样的项目，如 register、list、search、similar、to-do、poll")
	}
	if o.Filled != "" {
		targets, err := r.readFilled(o.Filled)
		if err != nil {
			return "", err
		}
		return r.measureAll(ctx, targets)
	}
	dir, err := os.MkdirTemp("", "tjt-bench")
	if err != nil {
		return "", err
	}
	targets := []*target{{name: "SQLite", cfg: config.Config{Data: filepath.Join(dir, "sqlite")}, drop: stays}}
	if o.DSN != "" {
		t, err := createDatabase(ctx, o.DSN)
		if err != nil {
			return "", errors.Join(err, os.RemoveAll(dir))
		}
		t.cfg.Data = filepath.Join(dir, "postgres")
		targets = append(targets, t)
	}
	if !o.Keep {
		defer func() {
			for _, t := range targets {
				err = errors.Join(err, t.drop())
			}
			err = errors.Join(err, os.RemoveAll(dir))
		}()
	}
	for _, t := range targets {
		if err := r.fill(ctx, t); err != nil {
			return "", fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if o.Keep {
		return r.keep(dir, targets)
	}
	return r.measureAll(ctx, targets)
}

func (r *results) measureAll(ctx context.Context, targets []*target) (string, error) {
	for i, t := range targets {
		if err := r.measure(ctx, t, &r.engines[i]); err != nil {
			return "", fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return r.markdown(), nil
}

func (t *target) where() string {
	if t.cfg.DB != "" {
		return t.cfg.DB
	}
	return filepath.Join(t.cfg.Data, app.SQLiteFile)
}

// fill makes the county and its matters.
func (r *results) fill(ctx context.Context, t *target) error {
	began := time.Now()
	rows, err := fill(ctx, t, r.o)
	r.engines = append(r.engines, engine{name: t.name, fillTime: time.Since(began), rows: rows})
	return err
}

// createDatabase makes a database of its own on a server.
func createDatabase(ctx context.Context, dsn string) (*target, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, fmt.Errorf("--db: %w", err)
	}
	name := fmt.Sprintf("tjt_bench_%d", os.Getpid())
	exec := func(ctx context.Context, statement string) error {
		pool, err := sql.Open("pgx", dsn)
		if err != nil {
			return err
		}
		_, err = pool.ExecContext(ctx, statement)
		return errors.Join(err, pool.Close())
	}
	if err := exec(ctx, "CREATE DATABASE "+name); err != nil {
		return nil, fmt.Errorf("在这个 PostgreSQL 上建不了测试用的数据库：%w", err)
	}
	u.Path = "/" + name
	return &target{name: "PostgreSQL", cfg: config.Config{DB: u.String()}, drop: func() error {
		return exec(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}}, nil
}
