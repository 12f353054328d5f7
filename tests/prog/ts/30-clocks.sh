#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Transport streams whose times are odd: sound and picture stay together.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../segment/segment.sh"
. "$(dirname "$0")/ts.sh"
. "$(dirname "$0")/../../lib/sync.sh"

# fine NAME COUNT: it decodes, and so often both come together.
fine() {
	ok "$1: it is sound" sound "$1"
	ok "$1: it decodes" plays "$1"
	ok "$1: sound and picture are together" synced "$1" "$2"
}
# timed NAME OUT EXPRESSION ARGS...: NAME.ts with other times.
timed() {
	in=$1; to=$2; by=$3; shift 3
	ffmpeg -v error -nostdin -i "$T/$in.ts" -c copy -copyts \
	    -bsf:v "setts=pts=PTS$by:dts=DTS$by" -bsf:a "setts=pts=PTS$by:dts=DTS$by" \
	    "$@" -f mpegts "$T/$to.ts"
}
# 33 bits are full after 95443.7 s.
clock "$T/wrap.ts" 10 25 -g 25 -output_ts_offset 95438
ok 'times wrap' chop wrap
ok 'nobody notices' [ ! -s "$T/wrap.said" ]
ok 'without a break' breaks wrap 0
fine wrap 9

clock "$T/long.ts" 600 10 -g 20 -b:a 32k
ok 'ten minutes' chop long
fine long 599

timed long fast '*1.05' -t 100
ok 'a clock that is 5 % fast' chop fast
fine fast 90
timed long slow '/1.05' -t 100
ok 'one that is as slow' chop slow
fine slow 90
ok 'without a break' breaks slow 0

clock "$T/mono.ts" 60 25 -g 25 -ac 1 -ar 8000
ok 'a mono sound of 8 kHz' chop mono
fine mono 58
timed mono monofast '*1.05' -pes_payload_size 1
ok 'on a clock that is 5 % fast' chop monofast
fine monofast 58

clock "$T/quick.ts" 8 90 -g 90
ok '90 pictures a second' chop quick
ok 'are told' that quick '[.[] | select(.type == "TrackStarted" and .track == "video")][0] |
    .frame_rate_num / .frame_rate_den | . > 89.9 and . < 90.1'
fine quick 7

clock "$T/rare.ts" 30 25 -g 250 -x264-params scenecut=0
ok 'GOPs of 10 s' chop rare
fine rare 29

# Keyframes are missing for 20 s.
ffmpeg -v error -nostdin -i "$T/rare.ts" -c copy -bsf:v 'noise=drop=key*lt(pts*tb\,15)' \
    -f mpegts "$T/late.ts"
ok 'the first keyframe comes after 20 s' chop late
ok 'sound goes ahead' that late '[.[] | select(.type == "SegmentReady" and .track == "audio") | .duration_us] |
    add / 1e6 > 29'
fine late 9

clock "$T/open.ts" 12 25 -preset veryfast -bf 3 -x264-params open-gop=1:keyint=50
packets 'p[len(p) // 4:]' open later
ok 'a GOP that is left open comes first' chop later
fine later 6

# An hour on, and back again.
ffmpeg -v error -nostdin -i "$T/wrap.ts" -c copy -output_ts_offset 3600 -f mpegts "$T/hour.ts"
clock "$T/zero.ts" 10 25 -g 25
cat "$T/zero.ts" "$T/hour.ts" "$T/zero.ts" >"$T/jumps.ts"
ok 'times that jump' chop jumps
ok 'it is told' grep -q 'clock_jumps=2' "$T/jumps.said"
ok 'two breaks' breaks jumps 2
ok 'little is missing' lasts jumps video 29.5 30.5
fine jumps 29
