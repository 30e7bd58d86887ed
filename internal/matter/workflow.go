package matter

import (
	"fmt"
	"slices"
	"strings"

	"tiaojietai/internal/rulebook"
)

// WorkflowView is the transition table as `GET /workflow` prints it.
type WorkflowView struct {
	Kind     string        `json:"kind"`
	Statuses []Option      `json:"statuses"`
	Rows     []WorkflowRow `json:"rows"`
}

// WorkflowRow is one row of the table in words.
type WorkflowRow struct {
	Action string   `json:"action"`
	Name   string   `json:"name"`
	From   []string `json:"from"`
	To     string   `json:"to"`
	Who    string   `json:"who"`
	Input  []Field  `json:"input"`
	Needs  string   `json:"needs"`
	Clocks string   `json:"clocks"`
	System bool     `json:"system"`
}

// Workflow prints the table for a kind of matter under a rulebook.
func Workflow(rb *rulebook.Rulebook, kind string) WorkflowView {
	v := WorkflowView{Kind: kind, Statuses: []Option{}, Rows: []WorkflowRow{}}
	for _, s := range rb.Set("status") {
		v.Statuses = append(v.Statuses, Option{Code: s.Code, Name: rb.StatusName(kind, s.Code)})
	}
	w := world{rb: rb}
	for i := range Table {
		r := &Table[i]
		if slices.Contains(r.Kinds, kind) && !rb.Off(r.Action) {
			v.Rows = append(v.Rows, WorkflowRow{r.Action, r.Name, r.From, r.To, r.Who, w.fields(r.Fields), r.Needs, r.Clocks, r.system})
		}
	}
	return v
}

// Diagram draws the table's changes of status for docs/flows/matter.md (Mermaid).
func Diagram(rb *rulebook.Rulebook, kind string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> registered: 登记\n")
	for _, s := range rb.Set("status") {
		fmt.Fprintf(&b, "    state \"%s\" as %s\n", rb.StatusName(kind, s.Code), s.Code)
	}
	for i := range Table {
		r := &Table[i]
		if !slices.Contains(r.Kinds, kind) || !rb.Has("status", r.To) {
			continue
		}
		for _, from := range r.From {
			if from != r.To && rb.Has("status", from) {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, r.To, r.Name)
			}
		}
	}
	return b.String()
}
