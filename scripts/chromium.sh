#!/bin/sh
# Prints the path of the browser for the tests: $CHROMIUM, or Debian's. Fails where there is none.
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" && exit 0
done
echo "no Chromium: scripts/install.sh test installs it" >&2
exit 1
