#!/usr/bin/env bash
# Writes docs/plans.md: fills a county on both engines and asks how each answers the everyday statements.
#
#   scripts/pg.sh run scripts/plans.sh      make plans
set -euo pipefail
cd "$(dirname "$0")/.."
: "${TIAOJIETAI_TEST_PG:?use: make plans}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
filled=$(TMPDIR=$work "${TIAOJIETAI_BIN:-bin/tiaojietai}" bench --fill-only --db "$TIAOJIETAI_TEST_PG")
TIAOJIETAI_PLANS=$filled TIAOJIETAI_PLANS_OUT=$PWD/docs/plans.md go test -vet=off -count=1 -run '^TestPlansAtScale$' ./internal/matter
