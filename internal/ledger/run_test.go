package ledger

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/testkit"
)

func TestAfterACrashTheJobGoesOnWithoutEnteringARowTwice(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, f.many(130))
		_, err := f.s.Run(t.Context(), lee, v.ID)
		check(t, err)
		key, err := f.s.Key(t.Context(), lee, v.ID)
		check(t, err)
		ctx, crash := context.WithCancel(t.Context())
		n := 0
		f.s.settled = func() {
			if n++; n == 2 {
				crash()
			}
		}
		_ = f.jobs.Finish(ctx, county, JobKind, key) // it is gone, and so is its error
		f.s.settled = func() {}
		half, err := f.s.Get(t.Context(), lee, v.ID)
		check(t, err)
		if half.State != Running || half.Counts.Entered != 80 {
			t.Fatalf("%s %+v", half.State, half.Counts)
		}
		f.now.Advance(31e9) // its lease is over
		v = f.waited(lee, v.ID)
		if v.State != Done || v.Counts.Entered != 130 || v.Counts.Rejected != 0 || testkit.Count(t, f.s.DB, "matter") != 130 || testkit.Count(t, f.s.DB, "ledger_entry") != 130 {
			t.Errorf("%s %+v", v.State, v.Counts)
		}
	})
}

func TestCancellingLeavesWhatIsInAndItCanBeTakenBackOrGoneOnWith(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, f.many(130))
		id := v.ID
		f.s.settled = func() {
			f.s.settled = func() {}
			_, err := f.s.Cancel(t.Context(), lee, id)
			check(t, err)
		}
		v = f.done(lee, id, f.s.Run)
		if v.State != Cancelled || v.Counts.Entered != 40 || !strings.Contains(v.Progress.Text, "40 行") || !v.Undo.Possible {
			t.Fatalf("%s %+v %s", v.State, v.Counts, v.Progress.Text)
		}
		_, err := f.s.Cancel(t.Context(), lee, id)
		refused(t, err, errs.Conflict, "wrongState")
		if v = f.done(lee, id, f.s.Run); v.State != Done || v.Counts.Entered != 130 || testkit.Count(t, f.s.DB, "matter") != 130 {
			t.Errorf("%s %+v", v.State, v.Counts)
		}
		if v = f.undone(lee, id); v.State != Undone || len(f.list(lee, matter.Filter{})) != 0 {
			t.Errorf("%s", v.State)
		}
	})
}

func TestAFileThatIsGoneIsSaidSo(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lee := f.as(township, "lee")
		v := f.started(lee, Matters, yuanma)
		v = f.done(lee, v.ID, f.s.Check)
		check(t, os.Remove(filepath.Join(f.s.Dir, county, v.ID)))
		_, _, err := f.s.Rejected(t.Context(), lee, v.ID)
		refused(t, err, errs.NotFound, "fileGone")
		if v = f.done(lee, v.ID, f.s.Run); v.State != Failed || v.Error == nil || !strings.Contains(*v.Error, "三十天") || testkit.Count(t, f.s.DB, "matter") != 0 {
			t.Errorf("%s %v", v.State, v.Error)
		}
	})
}
