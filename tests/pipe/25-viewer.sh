#!/bin/sh
# What a viewer can do with a real instance: live, back, a clip, the recording;
# and what their player tells meanwhile.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"

WEIR_PART=200ms
export WEIR_PART
browser=${0%/*}/../browser
ok "three daemons start" instance
KEY=$(weir-channel add alice)
weir-cat --json --follow -t PlaybackMeasured >"$T/heard" &
pids="$pids $!"
publish "$KEY"
ok "alice is on the air" soon segments 8 "$HTTP/live/alice/video/index.m3u8"
ID=$(broadcast alice)

tour() { node "$browser/tour.mjs" "$HTTP" alice >"$T/tour"; }
ok "a viewer rewinds, makes a clip, watches it and the recording" tour
sed 's/^/# /' "$T/tour"
# The player opens each of these anew, under a new session.
three() {
	[ "$(jq -s "map(select(.data.broadcast == \"$ID\").data.session) | unique | length" \
	    "$T/heard")" -ge 3 ]
}
ok "three players told how it went" soon three
told() {
	jq -e -s 'map(.data) | any(.stream == "ll" and .throughput_kbps > 0 and .requests > 0)' \
	    "$T/heard" >"$T/body"
}
ok "and one of them with low latency" told
kill -INT "$encoder"
over() { [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = false ]; }
ok "it ends" soon over
watch() { node "$browser/watch.mjs" "$HTTP/vod/$ID" >"$T/watch"; }
ok "and can be watched" watch
