#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Several renditions of one picture: segments of one number are of one time,
# whichever of them are there.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

# rungs OUT SECONDS GOP: the source with its pictures reordered, half of it,
# and a quarter of it with half the frames; sound.
rungs() {
	ffmpeg -v error -nostdin -y -f lavfi -i "testsrc2=s=320x180:r=24:d=$2" \
	    -f lavfi -i "sine=r=48000:d=$2" -filter_complex \
	    '[0:v]split=3[a][b][c];[b]scale=160x90[half];[c]scale=80x44,fps=12:round=near:start_time=0[quarter]' \
	    -map '[a]' -map '[half]' -map '[quarter]' -map 1:a -c:v libx264 \
	    -preset ultrafast -bf:v:0 2 -sc_threshold 0 -g 10000 \
	    -force_key_frames "expr:gte(t,n_forced*$3)" -c:a aac -f nut "$T/$1.nut"
}
# changed OUT IN FILTER...: NUT of IN without what the filter drops.
changed() {
	out=$1; in=$2; shift 2
	ffmpeg -v error -nostdin -y -i "$T/$in.nut" -map 0 -c copy "$@" -f nut "$T/$out.nut"
}
# aligned NAME: what has one number begins at one time, give or take a frame,
# with a discontinuity in each or none.
aligned() {
	that "$1" '[.[] | select(.type == "SegmentReady" and (.track | startswith("video")))] |
	    group_by(.msn // 0) | all((map(.start_us) | max - min < 90000) and
		(map(.discontinuity // false) | unique | length) == 1)'
}
# same_ends NAME: what has one number is of one length, give or take a frame.
same_ends() {
	that "$1" '[.[] | select(.type == "SegmentReady" and (.track | startswith("video")))] |
	    group_by(.msn // 0) | all(map(.start_us + .duration_us) | max - min < 90000)'
}
# numbers NAME TRACK: those of its segments.
numbers() {
	value "$1" "[.[] | select(.type == \"SegmentReady\" and .track == \"$2\") | .msn // 0] | join(\" \")"
}
# breaks NAME: how many segments have a discontinuity.
breaks() { value "$1" '[.[] | select(.type == "SegmentReady" and .discontinuity)] | length'; }

rungs clip 8 1
for part in 0 200ms; do
	ok "three renditions, parts of $part" segment all$part --part $part <"$T/clip.nut"
	ok 'they are called by their order' that all$part '[.[] | select(.type == "TrackStarted") |
	    [.track, .height]] | sort == [["audio", null], ["video", 180], ["video2", 90], ["video3", 44]]'
	ok 'they are sound' sound all$part
	ok 'they decode' decodes all$part
	ok 'they are aligned' aligned all$part
	ok 'to their ends' same_ends all$part
	ok 'each segment stands alone' that all$part '[.[] | select(.type == "SegmentReady" and .track != "audio") | .independent] | all'
	ok 'no picture of any is lost' [ "$(for t in video video2 video3; do all_frames all$part $t; done | xargs)" = '192 192 96' ]
done
ok 'parts of all are of one length' that all200ms '[.[] | select(.type == "PartReady" and
    (.track | startswith("video")) and .duration_us > 170000) | .duration_us] | max - min < 50000'

# Groups of pictures longer than what may be promised.
rungs long 14 7
ok 'long groups of pictures' segment long --max 3 --part 200ms <"$T/long.nut"
ok 'they are sound' sound long
ok 'all are cut at the same pictures' aligned long
ok 'to their ends' same_ends long
ok 'and decode' decodes long
ok 'no picture of any is lost' [ "$(for t in video video2 video3; do all_frames long $t; done | xargs)" = '336 336 168' ]

# One is gone for a while.
rungs more 12 1
changed gone more -bsf:v:1 'noise=drop=between(pts*tb\,2.4\,7.2)'
ok 'a rendition that is gone for a while' segment gone --part 200ms <"$T/gone.nut"
ok 'the others go on' [ "$(numbers gone video) $(numbers gone video3)" = '0 1 2 3 4 5 6 7 8 9 10 11 0 1 2 3 4 5 6 7 8 9 10 11' ]
ok 'it comes back with their number' [ "$(numbers gone video2)" = '0 1 2 8 9 10 11' ]
ok 'that it ended and is back is told' that gone '[.[] | select(.track == "video2" and .type == "TrackStarted" or .type == "TrackEnded" and .track == "video2") |
    [.type, .run // 0, .reason // ""]] ==
    [["TrackStarted", 1, ""], ["TrackEnded", 0, "nothing comes any more"], ["TrackStarted", 1, ""], ["TrackEnded", 0, ""]]'
ok 'in the same words' that gone '[.[] | select(.track == "video2" and .type == "TrackStarted") | del(.seq)] | .[0] == .[1]'
ok 'it is no discontinuity' [ "$(breaks gone)" = 0 ]
ok 'aligned' aligned gone
ok 'it decodes' decodes gone

changed head more -bsf:v:0 'noise=drop=between(pts*tb\,2.4\,7.2)'
ok 'the first one is gone for a while' segment head --part 200ms <"$T/head.nut"
ok 'the others go on' [ "$(numbers head video2) $(numbers head video3)" = '0 1 2 3 4 5 6 7 8 9 10 11 0 1 2 3 4 5 6 7 8 9 10 11' ]
ok 'it comes back with their number' [ "$(numbers head video)" = '0 1 2 8 9 10 11' ]
ok 'it is no discontinuity' [ "$(breaks head)" = 0 ]
ok 'aligned' aligned head

changed late more -bsf:v:1 'noise=drop=lt(pts*tb\,4.4)'
ok 'one that begins late' segment late --part 200ms <"$T/late.nut"
ok 'has the number of the others' [ "$(numbers late video2)" = '5 6 7 8 9 10 11' ]
ok 'and no discontinuity' [ "$(breaks late)" = 0 ]
ok 'aligned' aligned late

changed first more -bsf:v:0 'noise=drop=lt(pts*tb\,1.4)'
ok 'the first one begins late' segment first --part 200ms <"$T/first.nut"
ok 'with the number of the others' [ "$(numbers first video)" = '2 3 4 5 6 7 8 9 10 11' ]
ok 'aligned' aligned first

# A keyframe is lost: its segment ends there all the same.
changed lost more -bsf:v:1 'noise=drop=key*between(pts*tb\,4.9\,5.1)'
ok 'a keyframe of one is lost' segment lost --part 200ms <"$T/lost.nut"
ok 'aligned' aligned lost
ok 'to their ends' same_ends lost
ok 'it says that its segment does not stand alone' that lost '[.[] | select(.type == "SegmentReady" and
    .track != "audio" and (.independent | not)) | [.track, .msn]] == [["video2", 5]]'

# Timestamps jump; then one has other parameters.
changed later more -output_ts_offset 100
cat "$T/clip.nut" "$T/later.nut" | segment jump --part 200ms
ok 'a jump is one for all' [ "$(breaks jump)" = 4 ]
ok 'aligned' aligned jump
ok 'sound' sound jump
ffmpeg -v error -nostdin -y -i "$T/clip.nut" -map 0 -c copy -c:v:1 libx264 \
    -preset ultrafast -g 24 -sc_threshold 0 -filter:v:1 scale=128x72 -f nut "$T/other.nut"
cat "$T/clip.nut" "$T/other.nut" | segment other --part 200ms
ok 'other parameters of one are a discontinuity of all' [ "$(breaks other)" -ge 4 ]
ok 'aligned' aligned other
ok 'sound' sound other
ok 'it decodes' decodes other

# Killed at any instant, and started again with what came before on the same clock.
killed() {
	rm -f "$T/in"; mkfifo "$T/in"
	weir-segment -b "$1" --part 200ms --clock c1 <"$T/in" >"$T/$1.$2.ev" 2>>"$T/$1.err" &
	pid=$!; pids="$pids $pid"
	exec 9>"$T/in"
	head -c "$2" "$T/clip.nut" >&9
	node -e 'setTimeout(() => process.kill(Number(process.argv[1]), 9), Math.random() * 60)' "$pid"
	wait "$pid" 2>/dev/null
	exec 9>&-
}
# all_told NAME: what was told in all runs, each event once.
all_told() {
	for f in "$T/$1".*.ev; do weir-cat --json "$f" 2>>"$T/cat.err"; done |
	    jq -sc 'reduce .[] as $e ({}; if .[$e.id] then . else .[$e.id] = $e end) | .[]' >"$T/$1.json"
}
size=$(stat -c %s "$T/clip.nut")
i=0
while [ "$i" -lt "${KILLS:-3}" ]; do
	i=$((i + 1)) name=killed$i
	at=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
	killed $name $((at % size))
	ok "killed $i: goes on to the end" sh -c "weir-segment -b $name --part 200ms --clock c1 <'$T/clip.nut' >'$T/$name.end.ev' 2>>'$T/$name.err'"
	all_told $name
	ok 'aligned' aligned $name
	ok 'with all numbers' [ "$(numbers $name video | tr ' ' '\n' | sort -n | xargs) $(numbers $name video2 | tr ' ' '\n' | sort -n | xargs)" = '0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7' ]
done
# On another clock all begin anew together.
killed anew $((size * 2 / 3))
ok 'another clock' sh -c "weir-segment -b anew --part 200ms --clock c2 <'$T/clip.nut' >'$T/anew.end.ev' 2>>'$T/anew.err'"
all_told anew
ok 'aligned' aligned anew
ok 'one discontinuity of all' [ "$(breaks anew)" = 4 ]
