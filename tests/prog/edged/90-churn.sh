#!/bin/sh
# 200 parts a second, of 20 tracks, while readers follow each of them part by
# part: no playlist ever says otherwise than before, no range means two things.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
WEIR_HTTP_THREADS=200 WEIR_HTTP_PER_ADDRESS=0
export WEIR_HTTP_THREADS WEIR_HTTP_PER_ADDRESS
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
shows() { has "$1" body "$2"; }
channels='1 2 3 4 5 6 7 8 9 10'

logd
edged
ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=160x90:r=50:d=4 \
    -f lavfi -i sine=r=48000:d=4 -c:v libx264 -preset ultrafast \
    -g 50 -c:a aac -shortest "$T/clip.mp4"
urls='' nuts=''
for c in $channels; do
	channel_added "c$c" "c$c"
	broadcast_started "c$c" "b$c"
	mkfifo "$T/nut$c"
	"$BIN/weir-segment" --broadcast "b$c" --part 100ms <"$T/nut$c" |
	    "$BIN/weir-append" --media &
	pids="$pids $!"
	nuts="$nuts nut$c"
	urls="$urls $url/live/c$c/index.m3u8"
done
# One encoder for all of them: it is not what is tested.
mkfifo "$T/nut"
ffmpeg -nostdin -v error -re -stream_loop -1 -i "$T/clip.mp4" -c copy \
    -f nut -write_index 0 pipe:1 >"$T/nut" &
encoder=$!; pids="$pids $encoder"
# shellcheck disable=SC2086 # they are words
(cd "$T" && exec tee $nuts <nut >/dev/null) &
pids="$pids $!"
for c in $channels; do
	ok "parts of channel $c" soon shows EXT-X-PART: "/live/c$c/video/index.m3u8"
	ok 'and of its sound' soon shows EXT-X-PART: "/live/c$c/audio/index.m3u8"
done
# shellcheck disable=SC2086 # they are words
checked() {
	node "$LIB/hls-check.mjs" --watch 10 --late 30 $urls >"$T/check" && return 0
	grep -v '^#' "$T/check" | sed 's/^/# /' >&2
	return 1
}
ok 'all of it by RFC 8216bis' checked
ok 'each was followed' is 20 grep -c '^#.* parts' "$T/check"
sed -n 's/.* \([0-9]*\) loads, .* \([0-9]*\) parts.*/\1 \2/p' "$T/check" |
    awk '{ l += $1; p += $2 } END { print "# " l " playlists, " p " parts read" }'
"$BIN/weir-cat" --follow --json --type PartReady --count 400 --timeout 60 >"$T/parts"
jq -s '"# " + ((400 / ((.[-1].time | sub("\\..*"; "Z") | fromdate) -
    (.[0].time | sub("\\..*"; "Z") | fromdate) + 0.001)) | floor | tostring) + " parts a second"' -r "$T/parts"
kill -TERM "$encoder"
for c in $channels; do
	ok "channel $c ends" soon sh -c "! curl -s $url/live/c$c/video/index.m3u8 | tail -n 3 | grep -q '^#EXT-X-PART:'"
done
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
