#!/bin/sh
# Connections that say nothing do not keep others out.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
WEIR_HTTP_CONNECTIONS=16 WEIR_HTTP_PER_ADDRESS=6
export WEIR_HTTP_PER_ADDRESS
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")

logd
edged
# flood COUNT ADDRESS [SAME]: returns once all were opened.
flood() {
	rm -f "$T/flood"
	mkfifo "$T/flood"
	node "$here/../../lib/flood.mjs" "$url" "$@" >"$T/flood" &
	flood=$!; pids="$pids $flood"
	read -r _ <"$T/flood"
}
# served ADDRESS: twenty requests from there, one after the other, each of
# them answered at the first attempt.
served() {
	i=0
	while [ $((i += 1)) -le 20 ]; do
		curl -sS -m 60 --interface "$1" "$url/healthz" >"$T/served" &&
		    [ "$(cat "$T/served")" = ok ] || return 1
	done
}
figure() { body /metrics | sed -n "s/^$1 //p"; }
above() { [ "$(figure "$2")" -gt "$1" ]; }

ok 'answers' served 127.0.0.2
flood 60 127.0.1.1 same
ok 'others go on while one address holds all it can' served 127.0.0.2
ok 'what it has too much is refused' soon above 0 weir_edge_connections_refused_total
kill "$flood"; wait "$flood" 2>/dev/null
flood 60 127.0.2.1
ok 'others go on while sixty addresses hold one each' served 127.0.0.2
ok 'for threads are taken back' soon above 0 weir_edge_connections_reaped_total
kill "$flood"; wait "$flood" 2>/dev/null
few() { [ "$(figure weir_edge_connections)" -le 1 ]; }
ok 'all connections are given back' soon few
# Threads and descriptors are what they were.
descriptors() { find "/proc/$edged/fd" -type l | wc -l; }
before=$(descriptors)
flood 60 127.0.3.1
kill "$flood"; wait "$flood" 2>/dev/null
as_before() { [ "$(descriptors)" -le "$before" ]; }
ok 'and descriptors' soon as_before
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
