#!/bin/sh
# Lists the Go packages whose tests use a database (db) or use none (unit).
# The rule: a test that wants a database gets it from internal/testkit, so who imports that uses one.
set -eu
cd "$(dirname "$0")/.."
case ${1:-} in db) keep='^+' ;; unit) keep='^-' ;; *) echo "usage: scripts/packages.sh unit|db" >&2; exit 2 ;; esac
list=$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{$db := "-"}}{{range .TestImports}}{{if eq . "tiaojietai/internal/testkit"}}{{$db = "+"}}{{end}}{{end}}{{range .XTestImports}}{{if eq . "tiaojietai/internal/testkit"}}{{$db = "+"}}{{end}}{{end}}{{if eq .ImportPath "tiaojietai/internal/testkit"}}{{$db = "+"}}{{end}}{{$db}}{{.ImportPath}}{{end}}' ./...)
printf '%s\n' "$list" | sed -n "s/$keep//p"
