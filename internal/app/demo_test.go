package app

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/config"
)

func TestTheDemonstrationCounty(t *testing.T) {
	now, _ := time.Parse(time.RFC3339, "2026-11-02T09:00:00+08:00")
	start := time.Now()
	a, err := OpenDemo(context.Background(), &config.Config{Data: t.TempDir()}, Options{}, now, func(what string, done, total int) {
		t.Logf("%6.1fs %s %d/%d", time.Since(start).Seconds(), what, done, total)
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
}
