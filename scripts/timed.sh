#!/usr/bin/env bash
# Runs make targets one after the other and prints how long each took, also when one fails.
#
#   scripts/timed.sh STEP…     each STEP a make target
#
# What a step prints is shown as it comes. The first failing step ends the run; its last lines are shown once more under
# the table, since the reason tends to have scrolled away by then.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
table= failed= begun=$SECONDS
for step in "$@"; do
  printf '\n==> %s\n' "$step"
  from=$SECONDS
  "${MAKE:-make}" --no-print-directory "$step" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  word=ok
  if [ "$code" -ne 0 ]; then word=FAILED failed=$step; fi
  table+=$(printf '%-12s %6d s  %s' "$step" $((SECONDS - from)) "$word")$'\n'
  [ -z "$failed" ] || break
done
printf '\n%s%-12s %6d s\n' "$table" total $((SECONDS - begun))
[ -z "$failed" ] && exit 0
printf '\nThe last lines of %s, which failed:\n' "$failed"
tail -n 60 "$log"
exit 1
