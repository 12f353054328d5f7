#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# A segment grows part by part, and each part is told of when it can be read.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

# tiled NAME: parts that were told of make up their segment's file.
tiled() {
	that "$1" '
	    [.[] | select(.type == "PartReady")] | length > 10 and
	    (group_by(.track, .msn) | all(
		(map(.part // 0) == [range(length)]) and
		(. as $p | all(range(1; length);
		    $p[.].offset == $p[. - 1].offset + $p[. - 1].bytes and
		    ($p[.].start_us - $p[. - 1].start_us - $p[. - 1].duration_us |
			fabs) < 3))))' &&
	that "$1" '. as $all |
	    [$all[] | select(.type == "SegmentReady" and
		(.track as $t | .msn as $m | any($all[]; .type == "PartReady" and
		    .track == $t and .msn == $m)))] |
	    all(. as $s | [$all[] | select(.type == "PartReady" and
		    .track == $s.track and .msn == $s.msn)] |
		(map(.bytes) | add) == $s.bytes and .[0].start_us == $s.start_us and
		((map(.duration_us) | add) - $s.duration_us | fabs) < 10)'
}
# timely NAME: none longer than promised, none much shorter but the last.
timely() {
	that "$1" '. as $all |
	    [.[] | select(.type == "TrackStarted") | {key: .track, value: .part_us}] |
	    from_entries as $limit |
	    [$all[] | select(.type == "PartReady")] | group_by(.track, .msn) |
	    all(all(.[]; .duration_us <= $limit[.track]) and
		all(.[:-1][]; .duration_us >= 0.85 * $limit[.track]))'
}

# joined NAME: each segment begins at the very tick where the one before ends.
joined() {
	that "$1" '[.[] | select(.type == "SegmentReady")] | group_by(.track) |
	    all((if .[0].track == "video" then 90000 else 44100 end) as $hz |
		. as $s | length > 3 and all(range(1; length);
		    $s[. - 1].media_time + ($s[. - 1].duration_us * $hz / 1000000 | round) ==
			$s[.].media_time))'
}

nut clip -i "$CLIP" -c copy
ok 'a clip in parts' segment clip2 --part 200ms <"$T/clip.nut"
ok 'they make up the segments' tiled clip2
ok 'each lasts about what was asked for' timely clip2
ok 'it decodes' decodes clip2
ok 'no picture is lost' whole clip2 "$CLIP"

# Milliseconds, as RTMP stamps: the end of a part is told before the next frame.
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=160x120:r=30000/1001:d=12 \
    -f lavfi -i sine=r=44100:d=12 -c:v libx264 -preset ultrafast -g 35 -c:a aac "$T/coarse.flv"
nut coarse -i "$T/coarse.flv" -c copy
ok 'stamps that are coarse' segment coarse --part 200ms <"$T/coarse.nut"
ok 'make up the segments' tiled coarse
ok 'which follow each other without a seam' joined coarse
ok 'it decodes' decodes coarse

picture pal 160x120 5 -preset fast -bf 3
nut pal -i "$T/pal.mp4" -c copy
ok 'pictures that are reordered, 25 a second' segment pal --part 200ms <"$T/pal.nut"
ok 'make up the segments' tiled pal
ok 'each lasts what was asked for' timely pal
ok 'five pictures each' that pal '[.[] | select(.type == "PartReady" and
    .track == "video") | .duration_us] | all(. == 200000)'
ok 'the first of each has the keyframe' that pal '[.[] | select(.type == "PartReady" and
    .track == "video")] | all((.independent // false) == ((.part // 0) == 0))'
ok 'it decodes' decodes pal

ok 'another length' segment half --part 500ms <"$T/pal.nut"
ok 'is kept' that half '[.[] | select(.type == "PartReady" and .track == "video") |
    .duration_us] | all(. <= 520000)'
ok 'none are told of when none are asked for' segment none --part 0 <"$T/pal.nut"
ok 'nor promised' that none 'all(.type != "PartReady" and .part_us == null)'

# A picture that stands for longer than a part: no parts that would lie.
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=160x120:r=2:d=6 -c:v libx264 \
    -preset ultrafast -g 2 "$T/slow.mp4"
nut slow -i "$T/slow.mp4" -c copy
ok 'two pictures a second' segment slow --part 200ms <"$T/slow.nut"
ok 'a part each, as promised' timely slow
ok 'it decodes' decodes slow

# The last frame of a part ends it: what was cut off behind it is not waited
# for, though the input goes on.
nut short -i "$T/pal.mp4" -an -frames:v 35 -c copy -map 0:v
mkfifo "$T/fifo"
weir-segment --broadcast open --part 200ms <"$T/fifo" >"$T/open.ev" &
segmenter=$!; pids="$pids $segmenter"
exec 5>"$T/fifo"
cat "$T/short.nut" >&5
two() {
	[ "$(weir-cat --json "$T/open.ev" | grep -c PartReady)" -eq 2 ]
}
ok 'a part is told of with its last frame, not with the next' soon two
exec 5>&-
wait "$segmenter"
weir-cat --json "$T/open.ev" >"$T/open.json"
ok 'it decodes' decodes open

# Sound is cut where pictures are, as far as it has come by then.
ok 'sound keeps step with pictures' that pal '
    ([.[] | select(.type == "PartReady") | .track] | .[:20]) ==
	([range(10)] | map("video", "audio"))'

# 24 pictures a second, 48 from keyframe to keyframe: nine parts of five and
# one of three, which is known to be the last once that was seen.
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=160x120:r=24:d=13 -c:v libx264 \
    -preset ultrafast -g 48 "$T/film.mp4"
nut film -i "$T/film.mp4" -c copy
ok 'parts that do not fill a segment' segment film --part 200ms <"$T/film.nut"
ok 'make it up' tiled film
ok 'the last is shorter' timely film
ok 'it decodes' decodes film

# Stamps of whole milliseconds, a frame left out here and there, a second's
# pause: parts stay true.
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=160x120:r=30:d=14 -vf \
    "select='not(eq(mod(n,37),0)+between(n,200,229))'" -fps_mode passthrough \
    -c:v libx264 -preset ultrafast -bf 0 -g 30 -f flv "$T/holes.flv"
nut holes -i "$T/holes.flv" -c copy
ok 'pictures that are missing' segment holes --part 200ms <"$T/holes.nut"
ok 'it decodes' decodes holes
ok 'no picture is lost' whole holes "$T/holes.flv"
ok 'no part is longer than promised' that holes '. as $all |
    [.[] | select(.type == "TrackStarted") | .part_us] as [$limit] |
    [$all[] | select(.type == "PartReady")] | length > 40 and
    all(.duration_us <= $limit)'
