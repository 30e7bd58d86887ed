#!/usr/bin/env bash
# One PostgreSQL for one run of the tests.
#
#   scripts/pg.sh run CMD…   makes a cluster in a temporary directory, with a port and a socket of its own,
#                            exports TIAOJIETAI_TEST_PG (a DSN), runs CMD, stops and removes the cluster
#   scripts/pg.sh find       prints the directory of the server binaries (15 or newer)
#
# Nothing of it survives: the data is worth nothing, so nothing is flushed to disk, unless PG_DURABLE=1 (make bench:
# figures of a database that loses what it acknowledged would be worth nothing). A system cluster is never touched.
set -euo pipefail

find_bin() {
  local dir major
  for dir in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V) \
             "$(dirname "$(command -v postgres 2>/dev/null || echo /nowhere/postgres)")"; do
    [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] || continue
    major=$("$dir/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    # The lowest that will do: what the least modern county has is what must work.
    if [ "$major" -ge 15 ]; then echo "$dir"; return 0; fi
  done
  echo "no PostgreSQL 15 or newer: scripts/install.sh test installs it" >&2
  return 1
}

# PostgreSQL refuses to run as root, so its own account does it there.
as_owner() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
}

free_port() {
  node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

start() { # until a free port is still free a moment later
  local try
  for try in 1 2 3 4 5; do
    port=$(free_port)
    if as_owner "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -s -w -t 60 start \
         -o "-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir"; then return 0; fi
  done
  cat "$dir/log" >&2
  return 1
}

stop() {
  # pg_ctl knows the postmaster by the pid file in our own directory: it can end no other server.
  if [ -f "$dir/data/postmaster.pid" ]; then as_owner "$bin/pg_ctl" -D "$dir/data" -s -m immediate -w stop || true; fi
  rm -rf "$dir"
}

run() {
  [ $# -gt 0 ] || { echo "usage: scripts/pg.sh run CMD…" >&2; exit 2; }
  bin=$(find_bin)
  # Under /tmp whatever TMPDIR says: a socket's path may have 107 bytes at most.
  dir=$(mktemp -d /tmp/tjt-pg.XXXXXX)
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  chmod 755 "$dir"
  if [ "$(id -u)" = 0 ]; then chown postgres: "$dir"; fi
  as_owner "$bin/initdb" -D "$dir/data" -U tiaojietai -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; exit 1; }
  local flush=off
  [ -z "${PG_DURABLE:-}" ] || flush=on
  as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
fsync = $flush
synchronous_commit = $flush
full_page_writes = $flush
max_connections = 200
shared_buffers = 128MB
autovacuum_naptime = 10s
CONF
  start
  export TIAOJIETAI_TEST_PG="postgres://tiaojietai@127.0.0.1:$port/postgres?sslmode=disable"
  "$@"
}

case ${1:-} in
  find) find_bin ;;
  run) shift; run "$@" ;;
  *) sed -n '2,9p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
