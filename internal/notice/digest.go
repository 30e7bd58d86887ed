package notice

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/job"
	"tiaojietai/internal/workday"
)

// The digest: one notice each morning, of what waits and what is new.

// Count is how much of one kind waits, by the key of its to-do group.
type Count struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// DueToday is the group that makes a digest interrupt.
const DueToday = "dueToday"

// Counter counts what waits in a body for each of these people who act for it.
type Counter func(ctx context.Context, q db.Q, org string, people []account.Caller, now time.Time) ([][]Count, error)

// bodyCounts is what waits for a person in one body.
type bodyCounts struct {
	Org    string  `json:"org"`
	Groups []Count `json:"groups"`
}

// morning is what a digest keeps.
type morning struct {
	News   int64        `json:"news"`
	Bodies []bodyCounts `json:"bodies"`
}

func (m morning) empty() bool { return m.News == 0 && len(m.Bodies) == 0 }

func (m morning) urgent() bool {
	return slices.ContainsFunc(m.Bodies, func(b bodyCounts) bool {
		return slices.ContainsFunc(b.Groups, func(c Count) bool { return c.Key == DueToday })
	})
}

// said is the order in which groups are said, as the to-do page shows them; what
// later slices count comes after.
var said = []string{"overdue", DueToday, "toSign", "toConfirm", "toClear"}

// text sums a morning over the bodies.
func (m morning) text() string {
	var groups []Count
	for _, b := range m.Bodies {
		for _, c := range b.Groups {
			i := slices.IndexFunc(groups, func(g Count) bool { return g.Key == c.Key })
			if i < 0 {
				groups = append(groups, c)
			} else {
				groups[i].Count += c.Count
			}
		}
	}
	place := func(c Count) int {
		if i := slices.Index(said, c.Key); i >= 0 {
			return i
		}
		return len(said)
	}
	slices.SortStableFunc(groups, func(a, b Count) int { return place(a) - place(b) })
	var parts []string
	for _, c := range groups {
		parts = append(parts, fmt.Sprintf("%s %d 件", c.Name, c.Count))
	}
	if m.News > 0 {
		parts = append(parts, fmt.Sprintf("新消息 %d 条", m.News))
	}
	return strings.Join(parts, "，") + "。"
}

// Mornings gives the times at which digests come due: the rulebook's hour of each day.
func (s *Service) Mornings(county string) job.Next {
	return func(after time.Time) time.Time {
		for day := workday.Date(after); ; day = workday.AddDays(day, 1) {
			hour := s.Rules(county).At(day).Notices.DigestHour
			if due := workday.Midnight(day).Add(time.Duration(hour) * time.Hour); due.After(after) {
				return due
			}
		}
	}
}

// Digest writes the morning of a day, unless the day is over: after a gap only
// today's is worth reading. Done twice, it writes one.
func (s *Service) Digest(ctx context.Context, county string, due time.Time, count Counter) (written int, err error) {
	now := s.DB.Now()
	today := workday.Date(now)
	if workday.Date(due) != today {
		return 0, nil
	}
	mornings, err := s.mornings(ctx, county, now, count)
	if err != nil {
		return 0, err
	}
	return written, s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		midnight := db.Micros(workday.Midnight(today))
		had, err := digested(ctx, tx, county, midnight)
		if err != nil {
			return err
		}
		var rows []Notice
		for _, m := range mornings {
			if !slices.Contains(had, m.person) {
				rows = append(rows, m.notice(county, today, tx.Now))
			}
		}
		written = len(rows)
		if err := dropDigests(ctx, tx, midnight); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "notice", rows...)
	})
}

// personal is one person's morning.
type personal struct {
	person string
	morning
}

// notice has an id made of person and day: two at once cannot both be written.
func (p personal) notice(county, day string, now time.Time) Notice {
	raw, err := json.Marshal(p.morning)
	if err != nil {
		panic(err) // numbers and strings always marshal
	}
	id := uuid.NewSHA1(uuid.NameSpaceOID, []byte("digest|"+county+"|"+p.person+"|"+day)).String()
	return Notice{County: county, ID: id, Person: p.person, At: db.Micros(now), Cause: Digest, Urgent: db.Bool(p.urgent()), Counts: string(raw)}
}

// mornings reads what waits for everybody, a body at a time; who has nothing to
// hear is left out.
func (s *Service) mornings(ctx context.Context, county string, now time.Time, count Counter) (out []personal, err error) {
	tree, err := s.Orgs.Tree(ctx, county)
	if err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		rows, err := acting(ctx, q, county)
		if err != nil {
			return err
		}
		news, err := newsOf(ctx, q, county)
		if err != nil {
			return err
		}
		by := map[string]*morning{}
		var order []string
		for _, people := range byBody(county, rows) {
			org := people[0].Org
			if !tree.OpenOn(org, workday.Date(now)) {
				continue
			}
			counts, err := count(ctx, q, org, people, now)
			if err != nil {
				return err
			}
			for i, c := range people {
				if by[c.Person] == nil {
					by[c.Person] = &morning{News: news[c.Person]}
					order = append(order, c.Person)
				}
				if groups := some(counts[i]); len(groups) > 0 {
					by[c.Person].Bodies = append(by[c.Person].Bodies, bodyCounts{org, groups})
				}
			}
		}
		for _, p := range order {
			if !by[p].empty() {
				out = append(out, personal{p, *by[p]})
			}
		}
		return nil
	})
	return out, err
}

// byBody gathers the people of each body with their roles there.
func byBody(county string, rows []actor) (out [][]account.Caller) {
	for _, r := range rows {
		n := len(out)
		if n == 0 || out[n-1][0].Org != r.Org {
			out = append(out, nil)
			n++
		}
		people := out[n-1]
		if k := len(people); k == 0 || people[k-1].Person != r.Person {
			people = append(people, account.Caller{County: county, Person: r.Person, Org: r.Org})
		}
		last := &people[len(people)-1]
		last.Roles = append(last.Roles, r.Role)
		out[n-1] = people
	}
	return out
}

func some(counts []Count) []Count {
	return slices.DeleteFunc(slices.Clone(counts), func(c Count) bool { return c.Count == 0 })
}
