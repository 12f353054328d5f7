#!/bin/sh
# pipelines/to-redis into a Redis of its own.
. "$(dirname "$0")/../lib/sh.sh"
to=$(dirname "$0")/../../pipelines/to-redis

if ! command -v redis-server >/dev/null; then
	ok 'redis-server is not installed # skip' true
	exit
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
redis-server --port "$port" --bind 127.0.0.1 --dir "$T" --save '' >"$T/redis.log" &
pids="$pids $!"
redis() { redis-cli -p "$port" "$@"; }
export WEIR_REDIS="redis://127.0.0.1:$port"
soon redis ping

start weir-logd
for i in 1 2 3 4 5; do event NoteWritten note/1 "{\"text\":\"$i ä \\\"x\\\" \\\\\"}"; done | "$BIN/weir-append"
"$BIN/weir-cat" --json >"$T/want"
ok 'all go out' timeout 60 "$to" --once
redis --raw XRANGE weir - + | grep '^{' >"$T/got"
ok 'as they are in the log, in order' diff "$T/want" "$T/got"
ok 'under their seq' [ "$(redis --raw XRANGE weir 3-0 3-0 | jq -R 'fromjson? | objects | .seq')" -eq 3 ]
ok 'sent again' timeout 60 "$to" --name again --once
ok 'they are there once' [ "$(redis XLEN weir)" -eq 5 ]
event NoteWritten note/6 '{"text":"late"}' | "$BIN/weir-append"
redis SET other text >/dev/null
ok 'what Redis refuses is tried again' env WEIR_REDIS_STREAM=other timeout 60 "$to" --once --tries 2 --backoff 10 2>"$T/err"
ok 'and why is told' [ "$(grep -c 'event 6 is not stored: WRONGTYPE' "$T/err")" -eq 2 ]
redis XADD weir 9-0 event '{}' >/dev/null
ok 'what comes too late for its place' timeout 60 "$to" --name late --once 2>"$T/err"
ok 'is not taken for sent' [ "$("$BIN/weir-each" --name late --dead | jq .seq)" -eq 6 ]
