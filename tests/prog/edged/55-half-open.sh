#!/bin/sh
# Who is slow to ask, or never does, takes no thread and keeps nobody out.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
WEIR_HTTP_CONNECTIONS=3000 WEIR_HTTP_THREADS=4
export WEIR_HTTP_THREADS
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")

# 2,000 connections and as many files: the limit may be lower.
# shellcheck disable=SC3045
most=$(ulimit -Hn) && ulimit -n "$most"
logd
edged
figure() { body /metrics | sed -n "s/^$1 //p"; }
above() { [ "$(figure "$2")" -gt "$1" ]; }
descriptors() { find "/proc/$edged/fd" -type l | wc -l; }
threads() { find "/proc/$edged/task" -mindepth 1 -maxdepth 1 | wc -l; }
served() {
	i=0
	while [ $((i += 1)) -le 20 ]; do
		[ "$(curl -sS -m 10 --interface 127.0.0.2 "$url/healthz")" = ok ] || return 1
	done
}
had=$(threads)
ok 'answers' served
before=$(descriptors)
mkfifo "$T/flood"
node "$here/../../lib/flood.mjs" "$url" 1000 127.0.1.1 >"$T/flood" &
flood=$!; pids="$pids $flood"
read -r _ <"$T/flood"
ok 'a thousand have said half a head' soon above 900 weir_edge_connections
ok 'others are answered, with four threads' served
ok 'nobody was closed for want of room' is 0 figure weir_edge_connections_reaped_total
ok 'it has no more threads' is "$had" threads

# Descriptors run out: those who come wait, and nobody spins.
limit=$(($(descriptors) + 4))
prlimit --pid "$edged" --nofile="$limit:"
i=0
while [ $((i += 1)) -le 8 ]; do
	curl -s -m 60 "$url/healthz" -o "$T/late.$i" &
	pids="$pids $!" late=$!
done
spent() { awk '{ print $14 + $15 }' "/proc/$edged/stat"; }
used=$(spent)
kill "$flood"; wait "$flood" 2>/dev/null
ok 'without descriptors for them newcomers wait' wait "$late"
ok 'and are answered' soon grep -qx ok "$T/late.8"
ok 'which costs next to nothing' [ $(($(spent) - used)) -lt 300 ]
prlimit --pid "$edged" --nofile="$most:"
as_before() { [ "$(descriptors)" -le "$((before + 1))" ]; }
ok 'descriptors are given back' soon as_before
ok 'and it serves' served
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
