#!/bin/sh
# What comes as Enhanced RTMP goes through the whole pipeline: each track is
# one, with its codec's name, and its segments decode.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/live.sh"
video='testsrc2=s=320x180:r=25:d=4'
small='testsrc2=s=160x90:r=25:d=4'
audio=sine=r=48000:d=4
x265='-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:min-keyint=25:scenecut=0:bframes=2:pools=1:frame-threads=1 -tag:v hvc1'
# shellcheck disable=SC2086 # these are words
ffmpeg -nostdin -v error -f lavfi -i $video -f lavfi -i $audio $x265 -c:a libopus "$T/hevc.mp4"
ffmpeg -nostdin -v error -f lavfi -i $small -c:v libx264 -preset ultrafast -g 25 -sc_threshold 0 "$T/avc.mp4"
ffmpeg -nostdin -v error -f lavfi -i $video -f lavfi -i $audio -c:v libsvtav1 -preset 12 -g 25 \
    -svtav1-params lp=1 -c:a ac3 "$T/av1.mp4" 2>"$T/svt"
ok 'three daemons start' instance
at=${RTMP#rtmp://}; at=${at%/live}
publishes() { # NAME OPTIONS FILE...: the channel NAME gets FILES
	name=$1; shift
	key=$(weir-channel add "$name")
	node "$(dirname "$0")/rtmp.js" "$at" enhanced "$key" "$@" >"$T/said"
	soon over "$name"
}
over() { [ "$(weir-cat --json -t BroadcastEnded -s "live/$1" | wc -l)" -eq 1 ]; }
# tracks NAME LINES: its tracks and the first words of their codecs are those.
tracks() {
	got=$(weir-cat --json -t TrackStarted -s "broadcast/$(broadcast "$1")" |
	    jq -r '.data.track + "=" + (.data.codecs | sub("[.].*"; ""))' | sort | tr '\n' ' ')
	[ "$got" = "$2 " ] || { echo "# $got"; return 1; }
}
# lasts NAME TRACK: 4 s of it, but for what the codec's own delay is.
lasts() {
	got=$(weir-cat --json -t SegmentReady -s "broadcast/$(broadcast "$1")" |
	    jq -se --arg t "$2" '[.[].data | select(.track == $t) | .duration_us] | add / 100000 | round')
	[ "$((got >= 39 && got <= 41))" -eq 1 ] || { echo "# $got tenths"; return 1; }
}
clean() { decodes "$WEIR_STATE/media/$(broadcast "$1")/$2"; }

ok 'HEVC, H.264 smaller, and Opus' publishes ladder how=many "$T/avc.mp4" "$T/hevc.mp4"
ok 'are three tracks' tracks ladder 'audio=opus video2=avc1 video=hvc1'
for track in video video2 audio; do
	ok "$track is whole" lasts ladder "$track"
	ok "$track decodes" clean ladder "$track"
done
ok 'AV1 and AC-3' publishes av1 modex "$T/av1.mp4"
ok 'are two tracks' tracks av1 'audio=ac-3 video=av01'
for track in video audio; do
	ok "$track is whole" lasts av1 "$track"
	ok "$track decodes" clean av1 "$track"
done
ok 'no pipeline died' [ -z "$(weir-cat --json -t PipelineRestarted)" ]
ok 'it stops' stop "$rtmpd"
