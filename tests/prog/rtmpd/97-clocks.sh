#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# What encoders send over RTMP with odd times and rates: what comes of it decodes
# without a warning, and sound and picture stay together.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/live.sh"
. "$(dirname "$0")/../segment/segment.sh"
. "$(dirname "$0")/../../lib/sync.sh"
ok 'three daemons start' instance
RTMP=${RTMP%/live}

# over NAME: its broadcast ended.
over() { [ "$(weir-cat --json -t BroadcastEnded -s "live/$1" | wc -l)" -eq 1 ]; }
# live NAME [FAULT]: NAME.flv is published to the channel NAME, with FAULT.
live() {
	key=$(weir-channel add "$1")
	node "$(dirname "$0")/rtmp.js" "${RTMP#rtmp://}" flv "$key" "${2:-none}" "$T/$1.flv" >"$T/said" &&
	    soon over "$1" || return 1
	id=$(broadcast "$1")
	ln -s "$id" "$WEIR_STATE/media/$1"
	weir-cat --json -s "broadcast/$id" >"$T/$1.json"
}
# fine NAME [COUNT]: it decodes, and so often both come together.
fine() {
	ok "$1: it is sound" sound "$1"
	ok "$1: it decodes" plays "$1"
	[ $# -eq 1 ] || ok "$1: sound and picture are together" synced "$1" "$2"
}
# timed NAME OUT EXPRESSION: NAME.flv with other times.
timed() {
	ffmpeg -v error -nostdin -i "$T/$1.flv" -c copy -bsf:v "setts=pts=PTS$3:dts=DTS$3" \
	    -bsf:a "setts=pts=PTS$3:dts=DTS$3" "$T/$2.flv"
}
clock "$T/long.flv" 120 10 -g 20 -b:a 32k
ok 'two minutes' live long
fine long 119
ok 'long: all of it' lasts long video 119.5 120.5

clock "$T/plain.flv" 12 25 -g 25
timed plain fast '*1.05'
ok 'a clock that is 5 % fast' live fast
fine fast 11
timed plain slow '/1.05'
ok 'one that is as slow' live slow
fine slow 11

clock "$T/mono.flv" 12 25 -g 25 -ac 1 -ar 8000
ok 'a mono sound of 8 kHz' live mono
fine mono 11
timed mono monofast '*1.05'
ok 'on a clock that is 5 % fast' live monofast
fine monofast 11

clock "$T/quick.flv" 6 90 -g 90
ok '90 pictures a second' live quick
fine quick 5
ok 'are told' that quick '[.[] | select(.type == "TrackStarted" and .track == "video")][0] |
    .frame_rate_num / .frame_rate_den | . > 89 and . < 91'

clock "$T/rare.flv" 30 25 -g 250 -x264-params scenecut=0
ok 'GOPs of 10 s' live rare
fine rare 29

# None of the first 20 s is a keyframe.
ffmpeg -v error -nostdin -i "$T/rare.flv" -c copy -bsf:v 'noise=drop=key*lt(pts*tb\,15)' "$T/late.flv"
ok 'the first keyframe comes after 20 s' live late
fine late 9

clock "$T/open.flv" 12 25 -preset veryfast -bf 3 -x264-params open-gop=1:keyint=50
ok 'GOPs that are left open' live open
fine open 11

ffmpeg -v error -nostdin -i "$T/plain.flv" -vn -c copy "$T/radio.flv"
ok 'sound alone' live radio
fine radio
ok 'radio: all of it' lasts radio audio 11.9 12.2
ffmpeg -v error -nostdin -i "$T/plain.flv" -an -c copy "$T/mute.flv"
ok 'pictures alone' live mute
fine mute
ok 'mute: all of them' lasts mute video 11.9 12.1

# Shown before they are decoded, by what they say of themselves.
cp "$T/plain.flv" "$T/early.flv"
ok 'PTS before DTS' live early early
fine early
ok 'early: all of it' lasts early video 11.9 12.1

for name in long fast slow mono monofast quick rare late open radio mute early; do
	node "$LIB/hls-check.mjs" "$HTTP/live/$name/index.m3u8" >"$T/check"
	ok "the playlists of $name are by the book" [ -z "$(grep -v '^#' "$T/check" | sed 's/^/# /' | tee /dev/stderr)" ]
done
ok 'it stops' stop "$rtmpd"
