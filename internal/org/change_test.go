package org_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/org"
	"tiaojietai/internal/testkit"
)

const (
	town2    = "532328103000"
	village2 = "532328103001"
)

func (w *world) field(t *testing.T, err error, field string) {
	t.Helper()
	if e := errs.As(err); e.Kind != errs.Invalid || e.Fields[0].Field != field {
		t.Fatalf("want %s, got %v", field, err)
	}
}

func TestNumberWord(t *testing.T) {
	w := setUp(t)
	add := func(n org.New) error { return w.Add(t.Context(), system, county, n) }
	must(t, add(org.New{Code: town2, Name: "黄瓜园镇调解工作中心", ShortName: "黄瓜园镇", Kind: "townshipCentre", Parent: root}))
	t.Run("a second body that would print the same numbers is refused", func(t *testing.T) {
		before := testkit.Count(t, w.d, "org")
		err := add(org.New{Code: village2, Name: "马街村调解工作室", NumberWord: "马街", Kind: "villageRoom", Parent: town2})
		w.field(t, err, "numberWord")
		if msg := errs.As(err).Msg; !strings.Contains(msg, "马街社区调解工作室") || testkit.Count(t, w.d, "org") != before {
			t.Error(msg)
		}
	})
	t.Run("who names no word gets the township's name in front", func(t *testing.T) {
		must(t, add(org.New{Code: village2, Name: "马街村调解工作室", ShortName: "马街", Kind: "villageRoom", Parent: town2}))
		if o, _ := w.tree(t).Get(village2); o.NumberWord != "黄瓜园镇马街" || o.ShortName != "马街" {
			t.Errorf("%+v", o)
		}
	})
	word := "马街"
	t.Run("a change to a word in use is refused, to a free one taken", func(t *testing.T) {
		w.field(t, w.Change(t.Context(), system, county, village2, org.Change{NumberWord: &word}), "numberWord")
		free := "黄马"
		must(t, w.Change(t.Context(), system, county, village2, org.Change{NumberWord: &free}))
	})
	t.Run("who acts under another's seal may have any", func(t *testing.T) {
		must(t, add(org.New{Code: "532328101001002", Name: "马街二组", NumberWord: "马街", Kind: "groupStation", Parent: village}))
	})
	t.Run("a word is free again the year after its body closed", func(t *testing.T) {
		must(t, w.Close(t.Context(), system, county, "532328101001002", "2026-12-01"))
		must(t, w.Close(t.Context(), system, county, group, "2026-12-01"))
		must(t, w.Close(t.Context(), system, county, village, "2026-12-01"))
		w.field(t, w.Change(t.Context(), system, county, village2, org.Change{NumberWord: &word}), "numberWord")
		w.clock.Advance(70 * 24 * 3600e9)
		must(t, w.Change(t.Context(), system, county, village2, org.Change{NumberWord: &word}))
	})
}

func TestMove(t *testing.T) {
	w := setUp(t)
	must(t, w.AddAll(t.Context(), system, county, []org.New{
		{Code: town2, Name: "黄瓜园镇调解工作中心", ShortName: "黄瓜园镇", Kind: "townshipCentre", Parent: root},
		{Code: village2, Name: "牛街村调解工作室", ShortName: "牛街", Kind: "villageRoom", Parent: town2},
	}))
	to := func(code, parent string) error {
		return w.Change(t.Context(), system, county, code, org.Change{Parent: &parent})
	}
	t.Run("under itself, what is not there, or a lower level is refused", func(t *testing.T) {
		for _, c := range [][2]string{{village, group}, {village, village}, {village, "532328199000"}, {village, ""}, {town, village2}, {root, town}} {
			w.field(t, to(c[0], c[1]), "parent")
		}
		if o, _ := w.tree(t).Get(village); o.Parent != town || testkit.Count(t, w.d, "job") != 0 {
			t.Errorf("%+v", o)
		}
	})
	t.Run("a village goes with its groups, keeps its seal, and the reach is put right by a job", func(t *testing.T) {
		must(t, to(village, town2))
		tree := w.tree(t)
		if a := tree.Ancestors(group); !slices.Equal(a, []string{village, town2}) || tree.IsUnder(group, town) {
			t.Error(a)
		}
		if o, _ := tree.Get(group); o.SealBody != village || o.Version != 2 {
			t.Errorf("%+v", o)
		}
		var args string
		must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			_, err := db.Get(ctx, q, &args, `SELECT args FROM job WHERE kind = $1`, org.JobReach)
			return err
		}))
		if args != village {
			t.Error(args)
		}
	})
	t.Run("a group under another village acts under that one's seal", func(t *testing.T) {
		must(t, to(group, village2))
		if s := w.tree(t).Sealed(group); s.Code != village2 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("a seal of one who holds none, or none where one is needed, is refused", func(t *testing.T) {
		for _, seal := range []string{"", gov, group} {
			w.field(t, w.Change(t.Context(), system, county, group, org.Change{SealBody: &seal}), "sealBody")
		}
	})
	t.Run("a closed body takes nobody in", func(t *testing.T) {
		must(t, to(village, town))
		must(t, to(group, village))
		must(t, w.Close(t.Context(), system, county, village2, "2026-11-02"))
		w.field(t, to(group, village2), "parent")
	})
}
