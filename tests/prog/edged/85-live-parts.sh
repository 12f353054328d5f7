#!/bin/sh
# Low-Latency HLS of a stream that is cut as it comes: every playlist by the
# rules, every part the octets of its segment.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")
check() { node "$here/../../lib/hls-check.mjs" "$@"; }
shows() { has "$1" body "$2"; }

logd
edged
channel_added alice Alice
broadcast_started alice b1
mkfifo "$T/nut"
"$BIN/weir-segment" --broadcast b1 --part 200ms <"$T/nut" | "$BIN/weir-append" --media &
pids="$pids $!"
ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=320x180:r=25 \
    -f lavfi -i sine=r=48000 -c:v libx264 -preset ultrafast -tune zerolatency \
    -g 25 -c:a aac -f nut -write_index 0 pipe:1 >"$T/nut" &
encoder=$!; pids="$pids $encoder"
ok 'parts of the picture' soon shows EXT-X-PART: /live/alice/video/index.m3u8
ok 'and of the sound' soon shows EXT-X-PART: /live/alice/audio/index.m3u8
ok 'it may skip' soon shows CAN-SKIP-UNTIL=6 /live/alice/video/index.m3u8
checked() {
	check --watch 12 "$url/live/alice/index.m3u8" >"$T/check" && return 0
	sed 's/^/# /' "$T/check" >&2
	return 1
}
ok 'part by part by RFC 8216bis' checked
ok 'both tracks were followed' is 2 grep -c ' parts' "$T/check"
ok 'delta updates came' shows SKIP: '/live/alice/video/index.m3u8?_HLS_skip=YES'
kill -9 "$logd"; wait "$logd" 2>/dev/null
logd
ok 'parts come again after weir-logd was killed' \
    check --watch 3 "$url/live/alice/index.m3u8"
kill -TERM "$encoder"
ok 'the track ends: nothing grows' soon sh -c \
    "! curl -s $url/live/alice/video/index.m3u8 | tail -n 3 | grep -q '^#EXT-X-PART:'"
broadcast_ended alice b1
ok 'the end' soon shows ENDLIST /live/alice/video/index.m3u8
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
