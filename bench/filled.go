package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tiaojietai/internal/config"
)

// Filling takes minutes, so what was filled once can be measured again and again:
// --fill-only leaves a note in its directory, that above SQLite's, of what lies where.

const filledNote = "filled.json"

type filled struct {
	Matters int
	Engines []filledEngine
}

type filledEngine struct {
	Name, Data, DB string
	IDs            []string // some of the matters
	Rows           int64
	Took           time.Duration
}

// keep writes the note, and says where the databases lie.
func (r *results) keep(dir string, targets []*target) (report string, err error) {
	f := filled{Matters: r.o.Matters}
	for i, t := range targets {
		f.Engines = append(f.Engines, filledEngine{t.name, t.cfg.Data, t.cfg.DB, t.ids, r.engines[i].rows, r.engines[i].fillTime})
		report += t.name + " " + t.where() + "\n"
	}
	text, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	return report, os.WriteFile(filepath.Join(dir, filledNote), text, 0o600)
}

func (r *results) readFilled(dir string) (targets []*target, err error) {
	text, err := os.ReadFile(filepath.Join(dir, filledNote))
	if err != nil {
		return nil, fmt.Errorf("--filled: %w", err)
	}
	var f filled
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("--filled: %s: %w", filledNote, err)
	}
	r.o.Matters = f.Matters
	for _, e := range f.Engines {
		targets = append(targets, &target{name: e.Name, cfg: config.Config{Data: e.Data, DB: e.DB}, drop: stays, ids: e.IDs})
		r.engines = append(r.engines, engine{name: e.Name, rows: e.Rows, fillTime: e.Took})
	}
	return targets, nil
}
