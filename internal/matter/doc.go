// Package matter is 事项: the register of disputes (矛盾纠纷) and petitions
// (信访事项), its transition table, the ladder, the four lists, clocks,
// clearance and timeline.
//
// A matter has one holder at a time. Everything it can do is one row of the
// table in table.go; API, buttons, permission check, diagram and property test
// come from it. The path of a step: http.go → Service.Act → the row's rule on a
// State in memory → store.go writes what differs, one timeline row, the reach.
//
// It never deletes, never scores or marks a person, never rewrites a timeline
// row, and never lets one person confirm, approve or clear their own doing.
package matter
