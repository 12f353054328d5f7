#!/bin/sh
# Chromium plays what H.264 and AAC are not: live, in parts, through hls.js.
# shellcheck source=../lib/sh.sh
. "${0%/*}/../lib/sh.sh"
# shellcheck source=../lib/edge.sh
. "${0%/*}/../lib/edge.sh"
WEIR_WWW=$(CDPATH='' cd "${0%/*}/../../.build/www" && pwd)
export WEIR_WWW

watch=${0%/*}/../browser/watch.mjs
# lives CHANNEL ARGS...: it is broadcast as an encoder would, in real time, 5 s
# of it over and over.
lives() {
	channel=$1; shift
	channel_added "$channel" ''
	broadcast_started "$channel" "$channel-1"
	ffmpeg -nostdin -v error -y -f lavfi -i testsrc2=s=320x180:r=25:d=5 \
	    -f lavfi -i sine=r=48000:d=5 -g 25 "$@" -f nut "$T/$channel.nut" \
	    2>"$T/$channel.made"
	ffmpeg -nostdin -v error -re -stream_loop -1 -i "$T/$channel.nut" -c copy \
	    -f nut -write_index 0 -flush_packets 1 - 2>"$T/$channel.err" |
	    WEIR_BROADCAST=$channel-1 weir-segment 2>"$T/$channel.seg" |
	    weir-append --media &
	pids="$pids $!"
	ok "$channel is live" soon is 200 status "/live/$channel/index.m3u8"
}
plays() { node "$watch" "$url/@$1" --seconds 5 >"$T/$1.watched" || { sed 's/^/# /' "$T/$1.watched" >&2; return 1; }; }
sound() { jq -e '.video.audioBytes > 5000' "$T/$1.watched" >/dev/null; }
size() { jq -r '"\(.video.width)x\(.video.height)"' "$T/$1.watched"; }

logd
edged
lives av1 -c:v libaom-av1 -cpu-used 8 -usage realtime -c:a libopus
lives vp9 -c:v libvpx-vp9 -b:v 200k -deadline realtime -cpu-used 8 -c:a flac
ok 'by the names that browsers know' has 'CODECS="av01.0.00M.08,opus"' body /live/av1/index.m3u8
ok 'of both' has 'CODECS="vp09.00.11.08,fLaC"' body /live/vp9/index.m3u8
for i in av1 vp9; do
	ok "Chromium plays $i" plays $i
	ok 'with sound' sound $i
	ok 'in its size' is 320x180 size $i
done
stop "$edged"
