package matter

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
)

// Entry is one row of a timeline: only ever added, chained by SM3 under the
// matter's version guard.
type Entry struct {
	County   string `db:"county"`
	Matter   string `db:"matter"`
	Seq      int64  `db:"seq"`
	At       int64  `db:"at"`
	Person   string `db:"person"` // "" for the system
	Name     string `db:"name"`
	Org      string `db:"org"`
	Action   string `db:"action"`
	From     string `db:"from_status"`
	To       string `db:"to_status"`
	Holder   string `db:"holder"` // after the step
	Bodies   string `db:"bodies"` // pending, out and helpers after the step
	Text     string `db:"text"`
	Note     string `db:"note"`
	Changes  string `db:"changes"` // JSON
	Reverses int64  `db:"reverses"`
	Prev     string `db:"prev"`
	Hash     string `db:"hash"`
}

func (e Entry) sum() string {
	n := func(i int64) []byte { return []byte(strconv.FormatInt(i, 10)) }
	return gm.SM3([]byte(e.County), []byte(e.Matter), n(e.Seq), n(e.At), []byte(e.Person), []byte(e.Name), []byte(e.Org),
		[]byte(e.Action), []byte(e.From), []byte(e.To), []byte(e.Holder), []byte(e.Bodies), []byte(e.Text),
		[]byte(e.Note), []byte(e.Changes), n(e.Reverses), []byte(e.Prev))
}

// entry makes the row of a step and moves the chain on.
func (st *step) entry(action, from string) Entry {
	m := &st.s.M
	b := st.s.standing()
	e := Entry{County: m.County, Matter: m.ID, Seq: m.Seq + 1, At: db.Micros(st.now), Person: st.c.Person, Name: st.c.Name,
		Org: st.c.Org, Action: action, From: from, To: m.listStatus(), Holder: m.Holder, Text: st.text, Note: st.note,
		Bodies:   strings.Join([]string{b.Registrant, b.Pending, b.Out, strings.Join(b.Helpers, ",")}, "|"),
		Reverses: st.reverses, Prev: m.Chain}
	if len(st.changes) > 0 {
		raw, _ := json.Marshal(st.changes) // strings only: cannot fail
		e.Changes = string(raw)
	}
	e.Hash = e.sum()
	m.Seq, m.Chain = e.Seq, e.Hash
	return e
}

// verifyChain says what is wrong with a matter's timeline, "" for nothing.
func verifyChain(rows []Entry, seq int64, chain string) string {
	prev := ""
	for i, e := range rows {
		switch {
		case e.Seq != int64(i+1):
			return "第 " + itoa(i+1) + " 行缺失"
		case e.Prev != prev:
			return "第 " + itoa(i+1) + " 行与上一行接不上"
		case e.sum() != e.Hash:
			return "第 " + itoa(i+1) + " 行被改过"
		}
		prev = e.Hash
	}
	if int64(len(rows)) != seq || prev != chain {
		return "末行缺失"
	}
	return ""
}

// standingOf recomputes from a timeline alone where a matter stands and has
// stood: the check of what reach is kept.
func standingOf(rows []Entry) bodies {
	var reversed []int64
	for _, e := range rows {
		if e.Reverses > 0 {
			reversed = append(reversed, e.Reverses)
		}
	}
	var b bodies
	out := ""
	for i, e := range rows {
		if slices.Contains(reversed, e.Seq) && i < len(rows)-1 {
			continue
		}
		part := strings.Split(e.Bodies, "|")
		b.Registrant, b.Pending, b.Draft, b.Holder = part[0], part[1], e.To == Draft, e.Holder
		b.Helpers = codes(part[3])
		if e.To != Draft {
			b.Held = append(b.Held, e.Holder)
		}
		if out != "" && part[2] != out {
			b.Answered = append(b.Answered, out)
		}
		out = part[2]
	}
	b.Out = out
	return b
}
