package notice

import (
	"slices"
	"time"

	"tiaojietai/internal/db"
)

// Notice is one row: one person told of one step, or of a morning.
type Notice struct {
	County string  `db:"county"`
	ID     string  `db:"id"`
	Person string  `db:"person"`
	Org    string  `db:"org"` // for which body they are told; "" for a digest
	At     int64   `db:"at"`
	Cause  string  `db:"cause"`
	Urgent db.Bool `db:"urgent"`
	Matter string  `db:"matter"`
	Seq    int64   `db:"seq"`    // the timeline row
	About  string  `db:"about"`  // the body the sentence names
	Counts string  `db:"counts"` // of a digest: JSON
	ReadAt int64   `db:"read_at"`
}

// Word is one thing to be told: to everybody who acts for a body, or to some.
type Word struct {
	Cause   string
	Org     string
	Persons []string // only these of the body; nil: all
	Not     string   // a person of the body it is not for
	Urgent  bool
	About   string
}

// Over is something a body was asked, perhaps several times, that it is no longer
// asked at all.
type Over struct {
	Cause, Org string
	Since      int64 // when it was asked last, microseconds: who has read of an earlier time heard of that
	Silent     bool  // the body did it itself: who has read of it need not hear more
}

// Event is what one step of a matter makes known. Words come in order of weight:
// a person hears of a step once, by the first that reaches them; the actor never.
type Event struct {
	Matter string
	Seq    int64
	At     time.Time
	Actor  string // person, "" for the clock
	By     string // the body acted for
	Words  []Word
	Over   []Over
	Undone int64 // the timeline row that the step reverses, 0 for none
}

// rows are the notices of an event, given who acts for which body and who has
// read what is being taken back.
func (e Event) rows(acting map[string][]string, back []Word) []Notice {
	var out []Notice
	told := []string{e.Actor}
	for _, w := range slices.Concat(e.Words, back) {
		for _, p := range acting[w.Org] {
			if p == w.Not || slices.Contains(told, p) || w.Persons != nil && !slices.Contains(w.Persons, p) {
				continue
			}
			told = append(told, p)
			out = append(out, Notice{Person: p, Org: w.Org, At: db.Micros(e.At), Cause: w.Cause, Urgent: db.Bool(w.Urgent),
				Matter: e.Matter, Seq: e.Seq, About: w.About})
		}
	}
	return out
}

// takeBack sorts the notices of a matter: which unread ones go, and what those
// who have read one are told instead.
func (e Event) takeBack(there []Notice) (drop []string, back []Word) {
	for _, n := range there {
		cause, silent := "", false
		if e.Undone > 0 && n.Seq == e.Undone {
			cause = Undone
		}
		for _, o := range e.Over {
			if n.Cause == o.Cause && n.Org == o.Org && (n.ReadAt == 0 || n.At >= o.Since) {
				cause, silent = CalledOff, o.Silent
			}
		}
		switch {
		case cause == "":
		case n.ReadAt == 0:
			drop = append(drop, n.ID)
		case !silent && n.Cause != CalledOff && n.Cause != Undone:
			back = append(back, Word{Cause: cause, Org: n.Org, Persons: []string{n.Person}, About: e.By})
		}
	}
	return drop, back
}
