#!/bin/sh
# pipelines/to-postgres into a PostgreSQL of its own.
. "$(dirname "$0")/../lib/sh.sh"
to=$(dirname "$0")/../../pipelines/to-postgres

pg=
for d in /usr/lib/postgresql/*/bin; do [ ! -x "$d/initdb" ] || pg=$d; done
as=
[ "$(id -u)" -ne 0 ] || as='setpriv --reuid postgres --regid postgres --clear-groups'
# shellcheck disable=SC2086 # a list of words
if [ -z "$pg" ] || ! command -v psql >/dev/null || ! $as true 2>/dev/null; then
	ok 'PostgreSQL is not installed # skip' true
	exit
fi
mkdir "$T/pg"
[ -z "$as" ] || { chmod 711 "$T"; chown postgres: "$T/pg"; }
# shellcheck disable=SC2086 # a list of words
(cd "$T/pg" && $as "$pg/initdb" -D "$T/pg/db" -U weir -A trust -N) >"$T/initdb" 2>&1 ||
    sed 's/^/# /' "$T/initdb"
# shellcheck disable=SC2086 # a list of words
(cd "$T/pg" && exec $as "$pg/postgres" -D "$T/pg/db" -k "$T/pg" -c listen_addresses= \
    -c fsync=off -c shared_buffers=1MB -c timezone=UTC) >"$T/pg.log" 2>&1 &
pids="$pids $!"
export PGHOST="$T/pg" PGUSER=weir PGDATABASE=postgres
soon pg_isready

start weir-logd
{
	event NoteWritten note/1 '{"text":"ä \"x\" \\ \t\u0001 \\N \\."}'
	event NoteWritten note/2 '{"text":"second"}'
} | "$BIN/weir-append"
q() { psql -XAtc "$1"; }
has() { [ "$(q 'select count(*) from weir_events')" -eq "$1" ]; }
"$to" & one=$!; pids="$pids $one"
ok 'what is in the log arrives' soon has 2
ok 'text as it was' [ "$(q "select data->>'text' from weir_events where seq = 1" | od -c)" = \
    "$(printf 'ä "x" \\ \t\001 \\N \\.\n' | od -c)" ]
event NoteWritten note/3 '{"text":"third"}' | "$BIN/weir-append"
ok 'and what comes' soon has 3
ok 'time to the microsecond' [ "$(q "select to_char(time, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from weir_events order by seq" | tr '\n' ,)" = \
    "$("$BIN/weir-cat" --json | jq -r .time | tr '\n' ,)" ]
ok 'ids, types, subjects' [ "$(q 'select id, type, subject from weir_events order by seq')" = \
    "$("$BIN/weir-cat" --json | jq -r '"\(.id)|\(.type)|\(.subject)"')" ]
stop $one 2>/dev/null
for i in $(seq 200); do event NoteWritten note/4 "{\"text\":\"$i\"}"; done | "$BIN/weir-append"
# Two at once: whoever comes second finds the rows there.
"$to" & one=$!; pids="$pids $one"
"$to" & two=$!; pids="$pids $two"
ok 'a restart goes on where it was' soon has 203
event NoteWritten note/5 '{"text":"last"}' | "$BIN/weir-append"
ok 'with two of them nothing doubles' soon has 204
ok 'and both live' kill -0 $one $two
stop $one 2>/dev/null
stop $two 2>/dev/null
ok 'every seq is there once' [ "$(q 'select min(seq), max(seq), count(distinct id) from weir_events')" = '1|204|204' ]
ok 'no database is an end that says so' exits 2 env PGHOST="$T" timeout 60 "$to"
