#!/bin/sh
# The demo, as somebody runs it who has a checkout and no terminal.
. "$(dirname "$0")/../lib/sh.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
WEIR_STATE=$T/state WEIR_RUN=$T/run WEIR_HTTP=127.0.0.1:0 WEIR_RTMP=127.0.0.1:0
export WEIR_STATE WEIR_RUN WEIR_HTTP WEIR_RTMP
unset WEIR_CONF DEMO_SECONDS
# live: it says so; when it does not, what it says instead.
live() {
	soon grep -q '^demo is live: http://127.0.0.1:' "$1" ||
	    { sed 's/^/# /' "$1" >&2; return 1; }
}
alive() { kill -0 "$1" 2>/dev/null; }
gone() { ! alive "$1"; }
lock() { cat "$WEIR_RUN/$1.lock"; }

"$top/pipelines/demo" </dev/null >"$T/out" 2>&1 &
demo=$!; pids=$demo
ok 'the clip becomes playable' live "$T/out"
url=$(sed -n 's/^demo is live: \(http.*\)\/@demo$/\1/p' "$T/out")
ok 'the page is there' curl -sf -o "$T/page" "$url/@demo"
ok 'the channel is live' [ "$(curl -sf "$url/api/channels/demo" | jq .live)" = true ]
ok 'with picture and sound' [ "$(curl -sf "$url/api/channels/demo" | jq -c '[.tracks[].kind] | sort')" = '["audio","video"]' ]
ok 'weir-status finds all of it running' exits 0 "$BIN/weir-status"
ok 'and live' grep -q '^demo is live for ' "$T/exits.out"
ok 'the stream key is kept from others' [ "$(stat -c %a "$WEIR_STATE/demo.key")" = 600 ]
key=$(cat "$WEIR_STATE/demo.key")
logd=$(lock logd) rtmpd=$(lock rtmpd) edged=$(lock edged)
kill "$demo"
wait "$demo"
for p in $logd $rtmpd $edged; do ok "process $p ended with it" gone "$p"; done
ended() {
	[ "$("$BIN/weir-cat" --json --type BroadcastEnded | wc -l)" -eq 1 ] ||
	    { "$BIN/weir-cat" --json -s live/demo | cat - "$T/out" | sed 's/^/# /'; return 1; }
}
ok 'the broadcast has an end in the log' ended

ok 'the stream key was never printed' [ "$(grep -c -e "$key" "$T/out")" -eq 0 ]

DEMO_SECONDS=2 "$top/pipelines/demo" </dev/null >"$T/out2" 2>&1
got=$?
ok 'after DEMO_SECONDS it ends by itself' [ "$got" -eq 0 ]
[ "$got" -eq 0 ] || sed 's/^/# /' "$T/out2"
ok 'with the key it had' [ "$(cat "$WEIR_STATE/demo.key")" = "$key" ]

"$top/pipelines/demo" </dev/null >"$T/out3" 2>&1 &
demo=$!; pids=$demo
ok 'it comes up a third time' live "$T/out3"
url=$(sed -n 's/^demo is live: \(http.*\)\/@demo$/\1/p' "$T/out3")
WEIR_STATE=$T/state2 WEIR_RUN=$T/run2 WEIR_HTTP=${url#http://} "$top/pipelines/demo" </dev/null >"$T/out4" 2>&1
ok 'a second one finds the port taken' [ $? -eq 111 ]
ok 'and names the setting' grep -q "WEIR_HTTP=${url#http://}.*Address already in use" "$T/out4"
rtmpd=$(lock rtmpd) up=$(lock up)
kill -9 "$demo"
ok 'killed outright, it takes the daemons with it' soon gone "$rtmpd"
ok 'and weir-up' soon gone "$up"

WEIR_RTMP=127.0.0.1:x "$top/pipelines/demo" </dev/null >"$T/out5" 2>&1
ok 'a setting that cannot be ends it' [ $? -eq 100 ]
ok 'and is named' grep -q WEIR_RTMP=127.0.0.1:x "$T/out5"
