#!/bin/sh
# What was published is a recording at once, while it is live and when it is
# over: FFmpeg decodes all of it.
# shellcheck source=../lib/sh.sh
. "$(dirname "$0")/../lib/sh.sh"
# shellcheck source=../lib/live.sh
. "$(dirname "$0")/../lib/live.sh"
is() { want=$1; shift; got=$("$@"); [ "$got" = "$want" ] || { echo "# got '$got', want '$want'" >&2; return 1; }; }

instance
key=$(weir-channel add alice)
weir-channel grace alice 0
publish "$key"
live=$HTTP/live/alice/video/index.m3u8
ok 'it is live' soon segments 8 "$live"
id=$(broadcast alice)
vod=$HTTP/vod/$id
ok 'and a recording already' soon segments 8 "$vod/video/index.m3u8?form=event"
ok 'told of' is "[true,\"$id\"]" sh -c "curl -s $HTTP/api/channels/alice/broadcasts | jq -c '[.broadcasts[0].live, .broadcasts[0].broadcast]'"
first() { curl -s "$1" | grep -m1 '\.m4s$'; }
ok 'the live playlist begins where it did' is "$(first "$vod/video/index.m3u8?form=event")" first "$live"
kill -INT "$encoder"
wait "$encoder"
over() { curl -s "$HTTP/api/broadcasts/$id" | jq -e '.live == false'; }
ok 'it ends' soon over
ended() { curl -s "$vod/video/index.m3u8" | grep -qx '#EXT-X-ENDLIST'; }
ok 'the recording is whole at once' ended
seconds=$(curl -s "$HTTP/api/broadcasts/$id" | jq '.duration')
# near SECONDS WHAT: FFmpeg finds it so long; of a manifest's duration it reads
# whole seconds alone.
near() {
	got=$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$2" 2>"$T/probe.err")
	awk -v a="$got" -v b="$1" 'BEGIN { exit !(a > b - 1 && a < b + 0.5) }' ||
	    { echo "# $got s, want $1" >&2; sed 's/^/# /' "$T/probe.err" >&2; return 1; }
}
ok 'by HLS it is as long as it says' near "$seconds" "$vod/index.m3u8"
ok 'by DASH too' near "$seconds" "$vod/manifest.mpd"
# All of it decodes, and so many frames are there as in its segments.
frames() { ffmpeg -nostdin -v error -i "$1" -map 0:v -f null - 2>"$T/decode.err" && [ ! -s "$T/decode.err" ]; }
ok 'from its start to its end it decodes' frames "$vod/index.m3u8"
files() { find "$WEIR_STATE/media/$id/video" -name '*.m4s' | wc -l; }
ok 'nothing was copied' is "$(files)" sh -c "curl -s $vod/video/index.m3u8 | grep -c '[.]m4s$'"
stop "$edged"
stop "$rtmpd"
stop "$logd"
