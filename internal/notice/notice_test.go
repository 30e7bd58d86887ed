package notice

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestEachIsToldOnceAndTheActorNever(t *testing.T) {
	acting := map[string][]string{"village": {"ann", "ben", "pat"}, "town": {"lee", "pat", "tom"}}
	e := Event{Matter: "m", Seq: 7, At: time.Unix(0, 0), Actor: "ann", Words: []Word{
		{Cause: Returned, Org: "village", Urgent: true},
		{Cause: ToSign, Org: "town", Not: "tom"},
		{Cause: Signed, Org: "village", Persons: []string{"ann", "ben"}},
		{Cause: Signed, Org: "nowhere"},
	}}
	var got []string
	for _, n := range e.rows(acting, []Word{{Cause: Undone, Org: "town", Persons: []string{"tom", "lee"}}}) {
		got = append(got, fmt.Sprint(n.Person, " ", n.Org, " ", n.Cause, " ", n.Urgent, " ", n.Seq))
	}
	want := []string{"ben village returned true 7", "pat village returned true 7", "lee town toSign false 7", "tom town undone false 7"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTakeBack(t *testing.T) {
	there := []Notice{
		{ID: "old", Person: "ann", Org: "b", Cause: ToSign, At: 1, Seq: 2, ReadAt: 2},
		{ID: "read", Person: "ann", Org: "b", Cause: ToSign, At: 5, Seq: 5, ReadAt: 6},
		{ID: "earlier", Person: "ben", Org: "b", Cause: ToSign, At: 1, Seq: 2},
		{ID: "unread", Person: "ben", Org: "b", Cause: ToSign, At: 5, Seq: 5},
		{ID: "other", Person: "ben", Org: "c", Cause: ToSign, At: 5, Seq: 5},
		{ID: "step", Person: "tom", Org: "d", Cause: Signed, At: 7, Seq: 6, ReadAt: 8},
		{ID: "back", Person: "lee", Org: "d", Cause: CalledOff, At: 7, Seq: 6, ReadAt: 8},
	}
	for _, c := range []struct {
		name string
		e    Event
		drop []string
		back []string
	}{
		{"what was asked", Event{By: "a", Over: []Over{{Cause: ToSign, Org: "b", Since: 5}}}, []string{"earlier", "unread"}, []string{"calledOff b [ann] a"}},
		{"by those who did it", Event{By: "b", Over: []Over{{Cause: ToSign, Org: "b", Since: 5, Silent: true}}}, []string{"earlier", "unread"}, nil},
		{"a step undone", Event{By: "a", Undone: 6}, nil, []string{"undone d [tom] a"}},
		{"nothing", Event{By: "a"}, nil, nil},
	} {
		drop, words := c.e.takeBack(there)
		var back []string
		for _, w := range words {
			back = append(back, fmt.Sprint(w.Cause, " ", w.Org, " ", w.Persons, " ", w.About))
		}
		if !slices.Equal(drop, c.drop) || !slices.Equal(back, c.back) {
			t.Errorf("%s: %v %q, want %v %q", c.name, drop, back, c.drop, c.back)
		}
	}
}

func TestMorningSumsOverTheBodies(t *testing.T) {
	m := morning{News: 4, Bodies: []bodyCounts{
		{"a", []Count{{"toSign", "待签收", 2}, {"toClear", "待销号", 1}}},
		{"b", []Count{{DueToday, "今天到期", 3}, {"toSign", "待签收", 5}}}}}
	if got := m.text(); got != "今天到期 3 件，待签收 7 件，待销号 1 件，新消息 4 条。" || !m.urgent() {
		t.Error(got, m.urgent())
	}
	if m.Bodies = m.Bodies[:1]; m.urgent() || m.empty() || !(morning{}).empty() {
		t.Error("what is not due today interrupts, or nothing is something")
	}
}

// Every cause has a name and a sentence, and one out of sight says nothing of it.
func TestCauses(t *testing.T) {
	for code, c := range causes {
		if c.name == "" || c.text == "" && code != Digest {
			t.Errorf("%s is not whole", code)
		}
		if text := say(code, "马街", true); text != gone && code != CalledOff && code != Undone {
			t.Errorf("%s: %s", code, text)
		}
	}
	if got := say(ToSign, "马街", false); got != "马街送来一件，请签收。" {
		t.Error(got)
	}
}
