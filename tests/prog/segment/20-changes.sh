#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Timestamps, parameters and tracks that change while a broadcast goes on.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

# discontinuities NAME TRACK: the numbers of the segments that begin with one.
discontinuities() {
	value "$1" "[.[] | select(.type == \"SegmentReady\" and
	    .track == \"$2\" and .discontinuity) | .msn] | join(\" \")"
}
# goes_on NAME TRACK RUN: decoding times grow, without a hole of a second.
goes_on() {
	# shellcheck disable=SC2046 # names of ours have no spaces
	cat $(files "$1" "$2" "$3") >"$T/whole.mp4"
	ffprobe -v error -show_entries packet=dts_time -of csv=p=0 \
	    "$T/whole.mp4" | tr -d ',' |
	    awk 'NR > 1 && ($1 <= p || $1 > p + 1) {bad = 1} {p = $1} END {exit bad}'
}

picture small 320x240 5
picture large 640x360 5
nut small -i "$T/small.mp4" -c copy
nut large -i "$T/large.mp4" -c copy
nut later -i "$T/small.mp4" -c copy -output_ts_offset 100

cat "$T/small.nut" "$T/later.nut" | segment forward
ok 'a jump of 95 s forward' [ "$(discontinuities forward video)" = 5 ]
ok 'is one for sound too' [ "$(discontinuities forward audio)" = 5 ]
ok 'it is sound' sound forward
ok 'it decodes' decodes forward
ok 'time in the files goes on' goes_on forward video 1
ok 'for sound too' goes_on forward audio 1
ok 'no picture is lost' [ "$(all_frames forward video)" -eq 250 ]
ok 'its sections are told once' that forward '
    [.[] | select(.type == "TrackStarted")] | length == 2'

cat "$T/later.nut" "$T/small.nut" | segment backward
ok 'a jump of 95 s backward' [ "$(discontinuities backward video)" = 5 ]
ok 'is one for sound too' [ "$(discontinuities backward audio)" = 5 ]
ok 'it is sound' sound backward
ok 'it decodes' decodes backward
ok 'time in the files goes on' goes_on backward video 1
ok 'the clock of playing too' that backward '
    [.[] | select(.type == "SegmentReady")] | group_by(.track) |
    all(map(.start_us) | . == sort)'

cat "$T/small.nut" "$T/large.nut" "$T/small.nut" | segment sizes
ok 'another size is another run' that sizes '
    [.[] | select(.type == "TrackStarted" and .track == "video") |
	[.run, .width, .height]] == [[1, 320, 240], [2, 640, 360], [3, 320, 240]]'
ok 'and a discontinuity' [ "$(discontinuities sizes video)" = '5 10' ]
ok 'it is sound' sound sizes
ok 'it decodes' decodes sizes
ok 'no picture is lost' [ "$(all_frames sizes video)" -eq 375 ]

# The second encoder's clock is back by 0.2 s: what it begins with waits for
# the end of the first's, and what comes behind that stays behind it.
picture ordered 640x360 5 -bf 2
nut overlap -i "$T/ordered.mp4" -c copy -output_ts_offset 4.8
cat "$T/small.nut" "$T/overlap.nut" | segment overlap --part 0
ok 'another size too early is another run' that overlap '
    [.[] | select(.type == "TrackStarted" and .track == "video") |
	[.run, .width]] == [[1, 320], [2, 640]]'
ok 'that can be decoded' that overlap '
    [.[] | select(.type == "SegmentReady" and .track == "video" and
	.run == 2)] | map(.independent)[0] and map(.discontinuity)[0]'
ok 'it is sound' sound overlap
ok 'it decodes' decodes overlap
ok 'no picture is lost' [ "$(all_frames overlap video)" -eq 250 ]
ok 'time in the files goes on' goes_on overlap video 2
# shellcheck disable=SC2046 # names of ours have no spaces
cat $(files overlap video 2) >"$T/whole.mp4"
ok 'pictures keep their order, and catch up' sh -c "
    ffprobe -v error -show_entries frame=pts_time -of csv=p=0 '$T/whole.mp4' |
    tr -d ',' | awk '!NF {next} !n++ {first = p = \$1; next}
	\$1 <= p {bad = 1} {p = \$1} END {exit bad || p - first < 4.5 || p - first > 4.8}'"

# Pictures and sound change at once, keyframes are rare: no sound is lost.
picture before 320x240 6 -g 75
picture after 640x360 6 -g 75 -ac 2
nut before -i "$T/before.mp4" -c copy
nut after -i "$T/after.mp4" -c copy -bsf:a 'noise=drop=lt(pts*tb\,0.06)'
cat "$T/before.nut" "$T/after.nut" | segment both
ok 'another sound with another size' that both '
    [.[] | select(.type == "TrackStarted") | [.track, .run]] | sort ==
    [["audio", 1], ["audio", 2], ["video", 1], ["video", 2]]'
ok 'is one discontinuity of both' [ "$(discontinuities both video)" = 2 ]
ok 'in the same place' [ "$(discontinuities both audio)" = 2 ]
ok 'it is sound' sound both
ok 'it decodes' decodes both
ok 'no sound is lost' that both '
    [.[] | select(.type == "SegmentReady")] | group_by(.track) |
    map(map(.duration_us) | add) | (.[0] - .[1] | fabs) < 100000'

# Parameter sets that change within a stream, as MPEG-TS allows.
for i in small large; do
	ffmpeg -v error -nostdin -i "$T/$i.mp4" -an -c copy "$T/$i.ts"
done
cat "$T/small.ts" "$T/large.ts" >"$T/both.ts"
nut inband -i "$T/both.ts" -c copy
ok 'parameters that change in the stream' segment inband <"$T/inband.nut"
ok 'are another run' that inband '
    [.[] | select(.type == "TrackStarted") | [.run, .width]] == [[1, 320], [2, 640]]'
ok 'it is sound' sound inband
ok 'it decodes' decodes inband

picture long 320x240 16
nut late -i "$T/long.mp4" -c copy -bsf:a 'noise=drop=lt(pts*tb\,4.5)'
ok 'sound that begins late' segment late <"$T/late.nut"
ok 'it is sound' sound late
ok 'it decodes' decodes late
ok 'no picture is lost' [ "$(all_frames late video)" -eq 400 ]
ok 'it comes in where a segment begins' that late '
    ([.[] | select(.type == "SegmentReady" and .track == "audio")] | .[0]) as $a |
    any(.[]; .track == "video" and ((.start_us // 0) - $a.start_us | fabs) < 30000)'

nut gone -i "$T/long.mp4" -c copy -bsf:a 'noise=drop=between(pts*tb\,3.5\,10.2)'
ok 'sound that is gone for a while' segment gone <"$T/gone.nut"
ok 'it is sound' sound gone
ok 'it decodes' decodes gone
ok 'no picture is lost' [ "$(all_frames gone video)" -eq 400 ]
ok 'pictures were not held back by it' that gone '
    [.[] | select(.type == "SegmentReady" and .track == "video")] |
    all(.duration_us == 1000000)'
ok 'its return is a discontinuity of both' that gone '
    [.[] | select(.type == "SegmentReady" and .discontinuity) | .track] | sort ==
    ["audio", "video"]'

nut dark -i "$T/long.mp4" -c copy -bsf:v 'noise=drop=between(pts*tb\,3.5\,10.2)'
ok 'pictures that are gone for a while' segment dark <"$T/dark.nut"
ok 'it is sound' sound dark
ok 'it decodes' decodes dark
ok 'sound goes on meanwhile' that dark '
    [.[] | select(.type == "SegmentReady" and .track == "audio") | .duration_us] |
    add > 15000000'

# The first keyframe is missing; then none comes for long.
nut headless -i "$T/small.mp4" -c copy -bsf:v 'noise=drop=eq(n\,0)'
ok 'what begins without a keyframe' segment headless <"$T/headless.nut"
ok 'begins with the first that comes' that headless '
    [.[] | select(.type == "SegmentReady" and .track == "video")] |
    length == 4 and all(.independent)'
ok 'it decodes' decodes headless
nut blind -i "$T/long.mp4" -c copy -bsf:v 'noise=drop=key'
ok 'no keyframe at all' segment blind <"$T/blind.nut"
ok 'leaves the sound' that blind '
    [.[] | select(.type == "SegmentReady") | .track] | unique == ["audio"]'
ok 'it decodes' decodes blind

# Timestamps that repeat and go back a little; empty packets.
nut stutter -i "$T/small.mp4" -c copy \
    -bsf:v 'setts=pts=PTS-mod(N\,3)*0.04/TB:dts=DTS-mod(N\,3)*0.04/TB' \
    2>"$T/stutter.warn"
ok 'times that stutter' segment stutter <"$T/stutter.nut"
ok 'it is sound' sound stutter
ok 'time in the files goes on' goes_on stutter video 1
