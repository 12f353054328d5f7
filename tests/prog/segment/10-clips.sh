#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq and awk
# Clips of every make come out as segments that play, whole and in order.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

# near TRACK NAME SECONDS: its segments play about so long.
near() {
	that "$2" "[.[] | select(.type == \"SegmentReady\" and .track == \"$1\")
	    | .duration_us] | add | . > ($3 - 0.1) * 1e6 and . < ($3 + 0.1) * 1e6"
}

# MP4: length-prefixed H.264 with its record, AAC with its configuration.
nut clip -i "$CLIP" -c copy
ok 'a clip is segmented' segment clip <"$T/clip.nut"
ok 'without a word' [ ! -s "$T/clip.err" ]
ok 'it is sound' sound clip
ok 'it decodes' decodes clip
ok 'no picture is lost' whole clip "$CLIP"
ok 'no sound is lost' [ "$(all_frames clip audio)" -eq "$(frames "$CLIP" a)" ]
ok 'video lasts as long as it should' near video clip 8.27
ok 'audio lasts as long as it should' near audio clip 8.24
ok 'the tracks are told as they are' that clip '
    ([.[] | select(.type == "TrackStarted" and .track == "video")] | .[0] |
	.codecs == "avc1.42e01e" and .width == 720 and .height == 480 and
	.frame_rate_num == 30 and .frame_rate_den == 1 and .run == 1 and .target_us == 5000000) and
    ([.[] | select(.type == "TrackStarted" and .track == "audio")] | .[0] |
	.codecs == "mp4a.40.2" and .sample_rate_hz == 44100 and .channels == 2)'
ok 'the tracks end' that clip '[.[-2:][] | .type == "TrackEnded" and
    (.reason // "") == ""] == [true, true]'
ok 'audio is cut where video is, or as much before as parts want' that clip '
    [.[] | select(.type == "SegmentReady")] | group_by(.msn) |
    all(length == 2 and ([.[] | select(.track == "video")][0].start_us -
	[.[] | select(.track == "audio")][0].start_us | . > -30000 and . < 150000))'
ok 'each segment begins where the one before ended' that clip '
    [.[] | select(.type == "SegmentReady")] | group_by(.track) |
    all(. as $s | all(range(1; length);
	($s[.].start_us - $s[. - 1].start_us - $s[. - 1].duration_us | fabs) < 3))'

# MPEG-TS: Annex B, AAC with ADTS headers, no records.
ffmpeg -v error -nostdin -i "$CLIP" -c copy "$T/clip.ts"
nut ts -i "$T/clip.ts" -c copy 2>"$T/ts.warn"
ok 'what came through MPEG-TS is segmented' segment ts <"$T/ts.nut"
ok 'it is sound' sound ts
ok 'it decodes' decodes ts
ok 'no picture is lost' whole ts "$CLIP"
ok 'it is what it would be from MP4' that ts '
    [.[] | .codecs // empty] == ["avc1.42e01e", "mp4a.40.2"]'

picture reordered 320x240 6 -preset fast -bf 3 -g 50
nut reordered -i "$T/reordered.mp4" -c copy
ok 'pictures that are reordered' segment reordered <"$T/reordered.nut"
ok 'they are sound' sound reordered
ok 'they decode' decodes reordered
ok 'no picture is lost' whole reordered "$T/reordered.mp4"
ok 'a segment is a GOP of 2 s' that reordered '[.[] | select(.track == "video" and
    .type == "SegmentReady") | .duration_us] == [2000000, 2000000, 2000000]'

# Pictures behind a keyframe that need what is before it: only the first segment
# begins with an IDR picture.
picture open 320x240 6 -preset fast -bf 3 -g 50 -x264-params open-gop=1:scenecut=0
nut open -i "$T/open.mp4" -c copy
ok 'GOPs that are left open' segment open --part 200ms <"$T/open.nut"
ok 'they are sound' sound open
ok 'no picture is lost' whole open "$T/open.mp4"
ok 'only the first segment stands alone' that open '[.[] | select(.track == "video" and
    .type == "SegmentReady") | .independent == true] == [true, false, false, false]'
ok 'as it decodes' decodes open

# Played times: picture and sound begin and stay together.
# shellcheck disable=SC2046 # names of ours have no spaces
starts() {
	for t in video audio; do
		cat $(files "$1" $t 1) >"$T/whole.mp4"
		ffprobe -v error -show_entries packet=pts_time -of csv=p=0 \
		    "$T/whole.mp4" | sort -n | head -n 1
	done | tr -d ',' | xargs
}
begin=$(starts reordered)
ok 'picture and sound begin together' awk -v a="${begin% *}" -v b="${begin#* }" \
    'BEGIN {exit !(a - b < 0.025 && b - a < 0.025)}'

picture gop 320x240 24 -g 250 -sc_threshold 0
nut gop -i "$T/gop.mp4" -c copy
ok 'a GOP of 10 s' segment gop <"$T/gop.nut"
ok 'it is sound' sound gop
ok 'it decodes' decodes gop
ok 'the promise follows it' that gop '.[0].target_us == 10000000'
ok 'a GOP longer than may be promised' segment cut --max 4 <"$T/gop.nut"
ok 'it is sound' sound cut
ok 'it decodes' decodes cut
ok 'no picture is lost' whole cut "$T/gop.mp4"
ok 'it is cut between keyframes, and says so' that cut '
    [.[] | select(.type == "SegmentReady" and .track == "video")
	| [.duration_us / 1000000, .independent // false]] ==
    [[4, true], [4, false], [2, false], [4, true], [4, false], [2, false],
	[4, true]]'

nut mute -i "$CLIP" -an -c copy
ok 'video alone' segment mute <"$T/mute.nut"
ok 'it is sound' sound mute
ok 'it decodes' decodes mute
ok 'no picture is lost' whole mute "$CLIP"
nut radio -i "$CLIP" -vn -c copy
ok 'audio alone' segment radio --target 2s <"$T/radio.nut"
ok 'it is sound' sound radio
ok 'it decodes' decodes radio
ok 'no sound is lost' [ "$(all_frames radio audio)" -eq "$(frames "$CLIP" a)" ]
ok 'it is cut by the target' that radio '[.[] | select(.type == "SegmentReady")] |
    length == 5 and all(.[:4][]; .duration_us > 1950000 and .duration_us < 2050000)'

# Time in milliseconds, as RTMP has it: audio has no seams.
ffmpeg -v error -nostdin -i "$CLIP" -c copy "$T/clip.flv"
nut flv -i "$T/clip.flv" -c copy
ok 'timestamps in milliseconds' segment flv <"$T/flv.nut"
ok 'they decode' decodes flv
# shellcheck disable=SC2046 # names of ours have no spaces
cat $(files flv audio 1) >"$T/whole.mp4"
ok 'every frame of sound lasts as long as the others' [ \
    "$(ffprobe -v error -show_entries packet=duration -of csv=p=0 "$T/whole.mp4" |
	grep -v N/A | sort -u | wc -l)" -eq 1 ]
