#!/bin/sh
# Whatever codec comes in is sent on: as Enhanced RTMP where RTMP has none.
# shellcheck disable=SC2154 # keys come from platform
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=push.sh
. "$(dirname "$0")/push.sh"
platform alice
footage "$T/in.nut" 2 160x90
cd "$T" || exit
ended=0
# sent NAME OPTION...: two seconds in those codecs are sent, and all pictures
# arrive the same, with the sound of that codec.
sent() {
	name=$1; shift
	ffmpeg -nostdin -v quiet -i in.nut "$@" -strict -2 -write_index 0 -y one.nut
	ended=$((ended + 1))
	ok "$name: sent" weir-push "$RTMP/$alice_key" <one.nut
	ok "$name: taken" soon told alice $ended BroadcastEnded
	weir-play alice >out.nut
	ok "$name: the same codecs" test "$(codecs out.nut)" = "$(codecs one.nut)"
	ok "$name: every picture, the same" as_sent out.nut
}
codecs() { ffprobe -v quiet -show_entries stream=codec_name -of csv=p=0 - <"$1" | paste -sd' '; }
sent 'HEVC and Opus' -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25 -c:a libopus
sent 'AV1 and FLAC' -c:v libaom-av1 -cpu-used 8 -usage realtime -g 25 -c:a flac
sent 'VP9 and AC-3' -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 -c:a ac3
sent 'H.264 and MP3' -c:v copy -c:a libmp3lame
