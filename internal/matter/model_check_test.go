package matter

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// The invariants of the model-based test.

func (mo *model) read(fn func(ctx context.Context, q db.Q) error) {
	if err := mo.d.Read(mo.ctx, fn); err != nil {
		mo.fail("read: %v", err)
	}
}

func (mo *model) load(id string) *snap {
	s := &snap{}
	mo.read(func(ctx context.Context, q db.Q) (err error) {
		if s.st, err = load(ctx, q, county, id); err != nil {
			return err
		}
		if s.rows, err = timelineOf(ctx, q, county, id); err != nil {
			return err
		}
		s.reach, err = reachOf(ctx, q, county, id)
		return err
	})
	return s
}

// count gives the number of rows of every table.
func (mo *model) count() map[string]int {
	var parts []string
	for _, t := range mo.tables {
		parts = append(parts, "SELECT '"+t+"' AS name, count(*) AS n FROM "+t)
	}
	var rows []struct {
		Name string `db:"name"`
		N    int    `db:"n"`
	}
	mo.read(func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &rows, strings.Join(parts, " UNION ALL "))
	})
	out := map[string]int{}
	for _, r := range rows {
		out[r.Name] = r.N
	}
	return out
}

func (mo *model) remember(id string) {
	if mo.history[id] == nil {
		mo.history[id] = map[int64]*State{}
	}
	s := mo.snaps[id].st
	mo.history[id][s.M.Seq] = s
}

// findMade takes up matters that a split has made.
func (mo *model) findMade() {
	var ids []string
	mo.read(func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &ids, `SELECT id FROM matter WHERE county = $1 ORDER BY id`, county)
	})
	for _, id := range ids {
		if mo.snaps[id] == nil {
			mo.snaps[id] = mo.load(id)
			mo.handed[id] = mo.snaps[id].st.M.HandOvers
			mo.ids = append(mo.ids, id)
			mo.remember(id)
			mo.checkAlways(mo.snaps[id])
		}
	}
}

// checkTold: a merger is told on the timeline of the matter merged into, and
// changes nothing else there.
func (mo *model) checkTold(id string) {
	b, a := mo.snaps[id], mo.load(id)
	was := b.st.clone()
	was.M.Seq, was.M.Chain, was.M.Version, was.M.UpdatedAt = a.st.M.Seq, a.st.M.Chain, a.st.M.Version, a.st.M.UpdatedAt
	last := a.rows[len(a.rows)-1]
	if len(a.rows) != len(b.rows)+1 || last.Action != "merge" || a.st.M.Version != b.st.M.Version+1 || !reflect.DeepEqual(was, a.st.clone()) {
		mo.fail("merged into %s: %+v", id, last)
	}
	mo.snaps[id] = a
	mo.remember(id)
	mo.checkAlways(a)
}

// wantRefusal: a refusal is of a known kind and says in Chinese what to do.
func (mo *model) wantRefusal(err error) {
	e := errs.As(err)
	if !slices.Contains([]errs.Kind{errs.Forbidden, errs.NotFound, errs.Conflict, errs.Invalid}, e.Kind) || e.Code == "" || !strings.HasSuffix(e.Msg, "。") {
		mo.fail("refused with %v", err)
	}
}

func (mo *model) wantNothingWritten() {
	counts := mo.count()
	for table, n := range counts {
		want := mo.counts[table]
		if table == "audit_row" {
			want++
		}
		if n != want {
			mo.fail("a refusal left %d rows in %s, want %d", n, table, want)
		}
	}
	mo.counts = counts
}

// checkDone: what one step may change, by its row of the table.
func (mo *model) checkDone(c account.Caller, action string, before, after *snap) {
	b, a := before.st, after.st
	row, _ := findRow(action, b.M.Kind, b.M.Status)
	if row == nil {
		mo.fail("%s is not done from %s", action, b.M.Status)
	}
	last := after.rows[len(after.rows)-1]
	switch {
	case len(after.rows) != len(before.rows)+1 || a.M.Version != b.M.Version+1:
		mo.fail("%d rows after %d, version %d after %d", len(after.rows), len(before.rows), a.M.Version, b.M.Version)
	case !reflect.DeepEqual(after.rows[:len(before.rows)], before.rows):
		mo.fail("a timeline row was rewritten")
	case last.Action != action || last.Person != c.Person || last.Org != c.Org || last.From != b.M.listStatus() || last.To != a.M.listStatus() || last.Text == "":
		mo.fail("the timeline says %+v", last)
	case last.At < before.rows[len(before.rows)-1].At:
		mo.fail("the timeline went back")
	case !mo.mayBecome(row, b, a):
		mo.fail("%s made %s out of %s, table: %s", action, a.M.Status, b.M.Status, row.To)
	case a.M.Holder != b.M.Holder && action != "sign" && !(action == "undo" && before.rows[last.Reverses-1].Action == "sign"):
		mo.fail("%s changed the holder", action)
	case a.M.Number != b.M.Number && action != "complete":
		mo.fail("%s changed the number", action)
	case b.M.PendingTo != "" && c.Org == b.M.Holder && action != "recall" && !(action == "helpDone" || action == "advise"):
		mo.fail("the sender did %s while pending", action)
	case b.M.MergedInto != "" && action != "split":
		mo.fail("%s on a merged matter", action)
	}
	if action == "undo" {
		mo.checkUndone(before, a, last, c)
	}
	if action == "clear" {
		mo.checkCleared(before, a, c)
	}
	if action == "confirmLists" {
		for i, d := range a.Demands {
			if d.ConfirmedBy == c.Person && b.Demands[i].ListProposed != "" && b.Demands[i].ProposedBy == c.Person {
				mo.fail("a list was confirmed by who proposed it")
			}
		}
	}
	if action == "confirmDecline" && b.M.ProposedBy == c.Person {
		mo.fail("a decline was confirmed by who proposed it")
	}
}

func (mo *model) mayBecome(row *Row, b, a *State) bool {
	from, to := b.M.Status, a.M.Status
	switch row.Action {
	case "undo":
		return true // checkUndone
	case "sendBack":
		return to == b.M.ClearedFrom
	case "consent":
		return to == from || to == Ended
	case "confirmDecline":
		return to == from || to == Declined
	}
	return to == row.To || to == from && !mo.rb.Has("status", row.To)
}

// checkUndone: everything but the timeline is as before the reversed step.
func (mo *model) checkUndone(before *snap, a *State, last Entry, c account.Caller) {
	rev := before.rows[last.Reverses-1]
	if was := mo.history[a.M.ID][last.Reverses-1]; was == nil { // a step within one save on the spot
		return
	}
	was := mo.history[a.M.ID][last.Reverses-1].clone()
	was.M.Seq, was.M.Chain, was.M.Version, was.M.UpdatedAt = a.M.Seq, a.M.Chain, a.M.Version, a.M.UpdatedAt
	if !reflect.DeepEqual(was, a.clone()) {
		mo.fail("undo of %s:\nwas %+v\n is %+v", rev.Action, was, a)
	}
	if rev.Person != c.Person || last.Reverses != last.Seq-1 || last.At-rev.At > int64(mo.rb.UndoMinutes)*60e6 ||
		slices.Contains([]string{"register", "complete", "withdraw", "undo", "merge", "split"}, rev.Action) {
		mo.fail("undone: %+v", rev)
	}
}

// checkCleared: evidence or notice, lists and follow-ups done, a second person.
func (mo *model) checkCleared(before *snap, a *State, c account.Caller) {
	b := before.st
	evidence := b.M.Status == Resolved && (b.M.ResolveNote != "" || b.M.Paper != "") || b.M.Status != Resolved && b.M.NoticeNote != ""
	switch {
	case !evidence || bool(b.M.AtCourt) || b.M.Status == Resolved && b.nextFollowUp() != nil || len(b.proposals()) > 0:
		mo.fail("cleared without evidence, outcome, follow-up or confirmed lists")
	case slices.Contains(b.handlers(), c.Person) || a.M.ClearedBy != c.Person:
		mo.fail("cleared by who handled it")
	case closedBy(before.rows) == c.Person:
		mo.fail("cleared by who closed it")
	case c.Org == b.M.Holder && (!b.simple(mo.rb) || b.M.Reopened > 0):
		mo.fail("cleared at home, though not simple")
	case c.Org != b.M.Holder && (mo.tree.Above(b.M.Holder) != c.Org || !c.Is("head") && !(b.simple(mo.rb) && mo.tree.SealsFor(c.Org, b.M.Holder))):
		mo.fail("cleared by %s", c.Name)
	}
}

// closedBy is who last resolved, ended or took down the withdrawal, or proposed to
// decline, read off the timeline.
func closedBy(rows []Entry) (person string) {
	undone := map[int64]bool{}
	for _, e := range rows {
		undone[e.Reverses] = true
	}
	for _, e := range rows {
		if !undone[e.Seq] && (e.Action == "decline" || e.From != e.To && slices.Contains([]string{Resolved, Ended, Withdrawn}, e.To) && e.Reverses == 0 && e.From != Cleared) {
			person = e.Person
		}
	}
	return person
}

// checkAlways: what holds of every matter at every time.
func (mo *model) checkAlways(s *snap) {
	m := &s.st.M
	holder, ok := mo.tree.Get(m.Holder)
	switch {
	case !ok || !holder.IsBody():
		mo.fail("held by %q", m.Holder)
	case verifyChain(s.rows, m.Seq, m.Chain) != "":
		mo.fail("timeline: %s", verifyChain(s.rows, m.Seq, m.Chain))
	case (s.st.open() || m.Status == Draft) && !s.st.clocked():
		mo.fail("open, and no clock runs: %+v", s.st.Deadlines)
	case (m.Pending == "") != (m.PendingTo == ""):
		mo.fail("pending %q to %q", m.Pending, m.PendingTo)
	case m.HandOvers != mo.handed[m.ID]+mo.handOversOf(s.rows):
		mo.fail("%d hand-overs, the timeline has %d", m.HandOvers, mo.handOversOf(s.rows))
	case (m.Number == "") != (m.Status == Draft):
		mo.fail("%s with number %q", m.Status, m.Number)
	case (s.st.openReferral() != nil) != (m.Status == Referred || bool(m.AtCourt)):
		mo.fail("%s, at court %v, referrals %+v", m.Status, m.AtCourt, s.st.Referrals)
	}
	mo.checkReach(s)
	mo.checkClocks(s.st)
	for _, a := range s.st.Appointments {
		if a.Ended == 0 && a.Org != m.Holder {
			mo.fail("appointed by %s, held by %s", a.Org, m.Holder)
		}
	}
}

// checkReach: what is kept equals what follows from the timeline and the state.
func (mo *model) checkReach(s *snap) {
	kept := map[string]string{}
	for _, r := range s.reach {
		kept[r.Org] = r.Mode
	}
	if want := standingOf(s.rows).modes(mo.tree, mo.rb); !reflect.DeepEqual(kept, want) {
		mo.fail("reach is %v, the timeline says %v", kept, want)
	}
	if want := s.st.reach(mo.tree, mo.rb); !slices.Equal(s.reach, want) {
		mo.fail("reach is %+v, the state says %+v", s.reach, want)
	}
	if to := s.st.M.SurfacedTo; to != "" && kept[to] == "" && s.st.M.Status != Draft {
		mo.fail("brought up to %s, which does not see it", to)
	}
}

// checkClocks: which clocks run in which standing.
func (mo *model) checkClocks(st *State) {
	running := map[string]int{}
	st.each(func(d *Deadline) { running[d.Clock]++ })
	m := &st.M
	over := slices.Contains([]string{Ended, Declined, Withdrawn, Cleared}, m.Status) || m.MergedInto != ""
	for clock, n := range running {
		switch {
		case over && clock != "watch":
			mo.fail("%s, and its clock %s goes on", m.Status, clock)
		case n > 1 && !slices.Contains([]string{"help", "supervision", "followUp"}, clock):
			mo.fail("%d clocks %s", n, clock)
		}
	}
	want := map[string]bool{"receipt": m.PendingTo != "", "watch": m.Status == Cleared, "draft": m.Status == Draft,
		"referral": m.Status == Referred, "confirm": bool(m.AtCourt), "followUp": m.Status == Resolved && st.nextFollowUp() != nil}
	if m.Kind == Dispute && !over {
		want["acceptance"] = m.Status == Registered
		want["holder"] = slices.Contains([]string{Accepted, Handling, Referred}, m.Status)
		want["matter"] = st.open()
	}
	for clock, w := range want {
		if w != (running[clock] > 0) {
			mo.fail("%s, clock %s: %v", m.Status, clock, running[clock])
		}
	}
}

// handOversOf counts transfers signed for and not undone, from the timeline; what
// a court entrusts is none.
func (mo *model) handOversOf(rows []Entry) (n int64) {
	undone := map[int64]bool{}
	for _, e := range rows {
		if e.Reverses > 0 {
			undone[e.Reverses] = true
		}
	}
	sent := false
	for _, e := range rows {
		o, _ := mo.tree.Get(e.Holder)
		kind, _ := mo.rb.Kind(o.Kind)
		switch {
		case undone[e.Seq] || e.Reverses > 0:
		case e.Action == "transfer":
			sent = kind.Office != rulebook.OfficeCourt
		case e.Action == "escalate" || e.Action == "forward":
			sent = false
		case e.Action == "sign" && sent:
			n, sent = n+1, false
		}
	}
	return n
}

// checkNumbers: without gaps within sealed body and year, each once.
func (mo *model) checkNumbers() {
	var series []struct {
		Org  string `db:"org"`
		Year int    `db:"year"`
		Last int    `db:"last"`
	}
	mo.read(func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &series, `SELECT org, year, last FROM number_series WHERE county = $1 AND series = 'register'`, county)
	})
	given := map[string]bool{}
	for _, id := range mo.ids {
		if n := mo.snaps[id].st.M.Number; n != "" {
			if given[n] {
				mo.fail("the number %s was given twice", n)
			}
			given[n] = true
		}
	}
	total := 0
	for _, s := range series {
		o, _ := mo.tree.Get(s.Org)
		word := o.NumberWord
		if word == "" {
			word = o.ShortName
		}
		for n := 1; n <= s.Last; n++ {
			if !given[mo.rb.RegisterNumber(word, s.Year, n)] {
				mo.fail("number %d of %s in %d is missing", n, o.ShortName, s.Year)
			}
		}
		total += s.Last
	}
	if total != len(given) {
		mo.fail("%d numbers given, the series say %d", len(given), total)
	}
}
