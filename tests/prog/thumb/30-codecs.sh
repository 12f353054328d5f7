#!/bin/sh
# weir-thumb: whatever comes in can be seen and heard.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/edge.sh"
. "$(dirname "$0")/../../lib/footage.sh"

rack() { echo "$WEIR_STATE/media/$1/thumb/$2"; }
there() { weir-cat --json -t "$1" -s "broadcast/$2" | grep -q .; }
heard() {
	timeout 30 weir-cat --follow --json -t SoundMeasured -s "broadcast/$1" --count 1 >"$T/sound" 2>/dev/null &&
	    jq -e '.data.rms_mdb > 15000 and .data.rms_mdb < 35000' "$T/sound" >/dev/null
}
# colours FILE: its upper left corner is red, as that of the test picture.
red() {
	ffmpeg -nostdin -v error -i "$1" -vf crop=16:16:4:60,scale=1:1 -f rawvideo -pix_fmt rgb24 - |
	    od -An -tu1 | awk '{exit !($1 > 160 && $2 < 90 && $3 < 90)}'
}

logd
start weir-thumb --every 1
channel_added alice Alice
# seen NAME ENCODER...: a broadcast of that has a picture of its colours, is
# heard, and gets a storyboard.
seen() {
	b=$1; shift
	ffmpeg -nostdin -v error -f lavfi -i testsrc2=s=320x180:r=25 \
	    -f lavfi -i sine=f=440:r=48000 -t 3 -g 25 "$@" -ac 2 \
	    -f nut -write_index 0 -y "$T/$b.nut" >"$T/ffmpeg.out" 2>&1
	broadcast_started alice "$b"
	send "$b" "$T/$b.nut"
	ok "$b can be seen" soon there ThumbnailMade "$b"
	ok "$b is what it is" red "$(rack "$b" live.jpg)"
	ok "$b is heard" soon heard "$b"
	broadcast_ended alice "$b"
	ok "$b has a storyboard" soon there StoryboardMade "$b"
	ok "$b has a poster" red "$(rack "$b" poster.jpg)"
}
fast='-pix_fmt yuv420p -preset ultrafast'
# shellcheck disable=SC2086 # words
{
	seen hevc-opus -c:v libx265 -x265-params log-level=none $fast -c:a libopus
	seen vp9-flac -c:v libvpx-vp9 -pix_fmt yuv420p -deadline realtime -cpu-used 8 -c:a flac
	seen av1-mp3 -c:v libsvtav1 -pix_fmt yuv420p -preset 12 -c:a libmp3lame
	seen deep-ac3 -c:v libx264 -preset ultrafast -pix_fmt yuv422p10le -c:a ac3
}
