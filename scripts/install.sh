#!/usr/bin/env bash
# Installs what a step needs and is not yet there. make calls it; it may be run any number of times.
#
#   scripts/install.sh            for `make run` and `make build`: checks Go and Node, installs the npm packages
#   scripts/install.sh test       also what the tests need: PostgreSQL's server binaries, Chromium, Chinese fonts
#
# Debian packages come by apt (through sudo where not root). No PostgreSQL cluster of the system is made or started.
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}

fail() { echo "install: $*" >&2; exit 1; }

# at_least MAJOR.MINOR MAJOR.MINOR: whether the first is the second or newer.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$2" ]; }

# Go and Node come from the user, at a version that Debian may not have; everything else we can bring.
need_tool() { # name, version wanted, version found
  [ -n "$3" ] && at_least "$3" "$2" && return 0
  fail "needs $1 $2 or newer (found ${3:-none}); install it and run the same command again. 需要 $1 $2 或更新版本。"
}
need_tool Go 1.26 "$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)"
need_tool Node 20.19 "$(node --version 2>/dev/null | sed 's/^v//' || true)"
command -v npm >/dev/null || fail "needs npm, which comes with Node. 需要 npm（随 Node 安装）。"

# ---- Debian packages -------------------------------------------------------

root() { if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
  fail "must be root, or have sudo, to install: $*"; fi; }

apt=(apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -y -q)
apt_updated=
# Another apt holds the lock of the lists for a moment only, which DPkg::Lock::Timeout does not cover: hence the tries.
apt_update() {
  command -v apt-get >/dev/null || fail "no apt-get here; please install PostgreSQL 15, Chromium and Chinese fonts by hand"
  local try
  for try in 1 2 3; do
    [ -z "$apt_updated" ] || return 0
    if root "${apt[@]}" update; then apt_updated=yes; else sleep $((try * 5)); fi
  done
}
apt_install() {
  local try
  for try in 1 2 3; do
    apt_update
    root env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install --no-install-recommends "$@" && return 0
    apt_updated= # the lists may be older than what the mirror has
    sleep $((try * 5))
  done
  fail "apt could not install: $*"
}

# The packages would make and start a cluster of their own; a drop-in tells them not to, for the time of the install.
install_postgres() {
  local dir=/etc/postgresql-common/createcluster.d conf pkg=postgresql ok=yes
  apt_update
  conf=$dir/tiaojietai.conf
  root mkdir -p "$dir"
  echo 'create_main_cluster = false' | root tee "$conf" >/dev/null
  apt-cache show postgresql-15 >/dev/null 2>&1 && pkg=postgresql-15
  (apt_install "$pkg") || ok=
  root rm -f "$conf"
  [ -n "$ok" ] || exit 1
}

if [ "$what" = test ]; then
  missing=()
  scripts/chromium.sh >/dev/null 2>&1 || missing+=(chromium)
  [ -n "$(fc-list :lang=zh family 2>/dev/null)" ] || missing+=(fonts-noto-cjk fontconfig)
  if [ ${#missing[@]} -gt 0 ]; then apt_install "${missing[@]}"; fi
  scripts/pg.sh find >/dev/null 2>&1 || install_postgres
fi

# ---- npm packages ----------------------------------------------------------

# npm_ci DIR: only where the lock file is another than at the last install.
npm_ci() {
  [ -f "$1/package-lock.json" ] || return 0
  local stamp="$1/node_modules/.installed-lock" try
  cmp -s "$1/package-lock.json" "$stamp" && return 0
  for try in 1 2 3; do
    if (cd "$1" && npm ci --no-audit --no-fund --loglevel=error); then cp "$1/package-lock.json" "$stamp"; return 0; fi
    sleep 5
  done
  fail "npm ci failed in $1"
}
npm_ci ui
if [ "$what" = test ]; then npm_ci e2e; fi
