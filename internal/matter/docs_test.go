package matter

import (
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/rulebook"
)

// The documents say what the table says.

var update = flag.Bool("update", false, "rewrite what docs/ shows of the table")

const (
	apiDoc  = "../../docs/api.md"
	flowDoc = "../../docs/flows/matter.md"
	begin   = "<!-- table: begin; go test ./internal/matter -run TestFlow -update -->\n"
	end     = "<!-- table: end -->\n"
)

func TestFlowShowsTheDiagramOfTheTable(t *testing.T) {
	raw, err := os.ReadFile(flowDoc)
	check(t, err)
	head, rest, ok1 := strings.Cut(string(raw), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has lost its markers", flowDoc)
	}
	want := head + begin + "```mermaid\n" + Diagram(rulebook.Default(), Dispute) + "```\n" + end + tail
	if *update {
		check(t, os.WriteFile(flowDoc, []byte(want), 0o644))
	} else if want != string(raw) {
		t.Errorf("%s shows another table: go test ./internal/matter -run TestFlow -update", flowDoc)
	}
}

// documented reads the actions of the transition table in docs/api.md, with the
// inputs named there: `merge {into} · split {demands, parties}`.
func documented(t *testing.T) map[string][]string {
	raw, err := os.ReadFile(apiDoc)
	check(t, err)
	_, text, _ := strings.Cut(string(raw), "## The transition table of a dispute")
	_, text, _ = strings.Cut(text, "|---|---|---|---|---|\n")
	cell := regexp.MustCompile(`([a-zA-Z]+)(?: \{([^}]*)\})?`)
	word := regexp.MustCompile(`[a-zA-Z]+`)
	out := map[string][]string{}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| ") {
			break
		}
		first := strings.Split(line, "|")[1]
		for _, m := range cell.FindAllStringSubmatch(first, -1) {
			fields := []string{}
			for part := range strings.SplitSeq(m[2], ",") {
				if name := word.FindString(part); name != "" {
					fields = append(fields, name)
				}
			}
			out[m[1]] = append(out[m[1]], fields...)
		}
	}
	delete(out, "register") // not an action: POST /matters
	return out
}

func TestTheDocumentedTableIsTheTable(t *testing.T) {
	doc, code := documented(t), map[string][]string{}
	for _, r := range Table {
		if r.system {
			continue
		}
		names := code[r.Action]
		for _, f := range r.Fields {
			names = append(names, f.Name)
		}
		code[r.Action] = names
	}
	for action := range doc {
		if _, ok := code[action]; !ok {
			t.Errorf("docs/api.md has the action %s, the table has not", action)
		}
	}
	for action, fields := range code {
		known, ok := doc[action]
		if !ok {
			t.Errorf("the table has the action %s, docs/api.md has not", action)
		}
		for _, name := range known {
			if name != "or" && !slices.Contains(fields, name) {
				t.Errorf("docs/api.md gives %s the input %s, the table does not", action, name)
			}
		}
	}
	if len(doc) < 30 {
		t.Errorf("only %d actions read: %v", len(doc), slices.Sorted(maps.Keys(doc)))
	}
}

// Every row is whole: words for who reads it, a guard, a rule, known codes.
func TestEveryRowIsWhole(t *testing.T) {
	rb := rulebook.Default()
	types := []string{"text", "longText", "choice", "bool", "tick", "date", "instant", "integer", "money", "org", "orgs", "party", "parties", "persons", "demand", "demands", "matter", "attachment", "paper", "matterFields"}
	for _, r := range Table {
		if r.Name == "" || r.Who == "" || r.do == nil || len(r.From) == 0 || (r.may == nil) != r.system || len(r.Kinds) == 0 {
			t.Errorf("%s is not whole", r.Action)
		}
		for _, s := range r.From {
			if s != Draft && !rb.Has("status", s) {
				t.Errorf("%s: no status %s", r.Action, s)
			}
		}
		for _, f := range r.Fields {
			if f.Label == "" || !slices.Contains(types, f.Type) {
				t.Errorf("%s.%s is not whole", r.Action, f.Name)
			}
			if f.Set != "" && len(rb.Set(f.Set)) == 0 {
				t.Errorf("%s.%s: no codes %s", r.Action, f.Name, f.Set)
			}
		}
		for other := range Table {
			o := &Table[other]
			if o.Action == r.Action && o.To != r.To && slices.ContainsFunc(o.From, func(s string) bool { return slices.Contains(r.From, s) }) {
				t.Errorf("%s has two rows from one status", r.Action)
			}
		}
	}
}
