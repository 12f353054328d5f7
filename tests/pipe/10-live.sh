#!/bin/sh
# The whole way: an encoder, the log, a browser's playlist, and what survives.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"

ok "three daemons start" instance
KEY=$(weir-channel add alice --title "Alice's garden")
ok "the channel waits" [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = false ]
publish "$KEY"
list=$HTTP/live/alice/video/index.m3u8
ok "it goes live" soon segments 1 "$list"
ok "the API says so" [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = true ]
ok "with both tracks" [ "$(curl -s "$HTTP/api/channels/alice" | jq -r '[.tracks[].kind] | join(" ")')" = "video audio" ]

# weir-logd dies under a live broadcast: nothing that was cut is lost.
before=$(weir-cat --json -t SegmentReady | wc -l)
kill -9 "$logd"
wait "$logd" 2>/dev/null
cut() { find "$WEIR_STATE/media" -name '*.m4s' | wc -l; }
grown() { [ "$(cut)" -gt "$((before + 2))" ]; }
ok "segments are cut while the log is away" soon grown
start weir-logd; logd=$pid
told() { [ "$(weir-cat --json -t SegmentReady | wc -l)" -ge "$(cut)" ]; }
ok "and are told when it is back" soon told
ok "it is one broadcast all the same" [ "$(weir-cat --json -t BroadcastStarted | wc -l)" -eq 1 ]
ok "the encoder noticed nothing" kill -0 "$encoder"

# weir-edged dies and comes back: everything is made again from the log.
# Parts it was told of before are not in the log: they come again as a segment.
excuse 'segment [0-9]+ had [0-9]+ parts, and has 0'
curl -s "$list" | grep -v '^#' >"$T/before"
kill -9 "$edged"
wait "$edged" 2>/dev/null
start weir-edged; edged=$pid
HTTP=http://$(cat "$WEIR_RUN/edged.addr")
list=$HTTP/live/alice/video/index.m3u8
curl -s "$list" | grep -v '^#' >"$T/after"
ok "a restart of the edge forgets no segment" \
    [ "$(head -n "$(wc -l <"$T/before")" "$T/after")" = "$(cat "$T/before")" ]
ok "and goes on" soon segments $(($(wc -l <"$T/after") + 1)) "$list"
ok "the playlists follow RFC 8216" \
    node "${0%/*}/../lib/hls-check.mjs" --watch 4 --late 60 "$HTTP/live/alice/index.m3u8"

kill -INT "$encoder"
closed() { curl -s "$1" | grep -qx '#EXT-X-ENDLIST'; }
ok "the end closes the playlist" soon closed "$list"
ok "the log says why" \
    [ -n "$(weir-cat --json -t BroadcastEnded | jq -r .data.reason)" ]
ok "after the last segment" \
    [ "$(weir-cat --json | tail -n 1 | jq -r .type)" = BroadcastEnded ]
id=$(broadcast alice)
ok "every video segment decodes" decodes "$WEIR_STATE/media/$id/video"
ok "every audio segment decodes" decodes "$WEIR_STATE/media/$id/audio"
hashes() {
	weir-cat --json -t SegmentReady |
	    jq -r '"\(.data.hash)  \(.data.broadcast)/\(.data.track)/\(.data.msn // 0).m4s"' |
	    (cd "$WEIR_STATE/media" && b2sum -l 256 --quiet -c -)
}
ok "every hash in the log is its file's" hashes
ok "the log verifies clean" exits 0 weir-verify
for d in "$rtmpd" "$edged" "$logd"; do
	ok "pid $d drains" exits 0 stop "$d"
done
