#!/bin/sh
# Renditions: which there are, where their keyframes are, what becomes of the
# source.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"

nut clip -i "$CLIP" -t 6 -c copy
ok 'a clip gets renditions' transcode clip ladder --ladder source,360p,240p
ok 'without a word' [ ! -s "$T/ladder.err" ]
ok 'of the sizes asked for' sized ladder '720x480 540x360 360x240'
ok 'which decode' decodes ladder
ok 'the source is untouched' untouched clip ladder v:0
ok 'the sound is untouched' untouched clip ladder a:0
ok 'keyframes and times are where the source has them' aligned ladder 3
ok 'no picture is lost' [ "$(frames ladder v:2)" -eq "$(frames clip v:0)" ]

transcode clip again --ladder source,360p,240p
ok 'the same again is the same' cmp -s "$T/ladder.nut" "$T/again.nut"
# Live it would give up renditions where a second of this took two.
nut tiny -i "$CLIP" -t 2 -vf scale=96:64 -c:v libx264 -preset ultrafast -g 10 -c:a copy
transcode tiny live --live --ladder source,48p,32p
ok 'live it is the same in another order' aligned live 3
ok 'and the source is untouched' untouched tiny live v:0
ok 'and the sound' untouched tiny live a:0

transcode clip alone --ladder 240p
ok 'a rendition alone' sized alone 360x240
ok 'with its sound' untouched clip alone a:0
transcode clip never --ladder source,1080p,720p,480p,240p
ok 'nothing is made larger, or as large' sized never '720x480 360x240'
transcode clip least --ladder 1080p
ok 'what would leave nothing is of the size that came' sized least 720x480
transcode clip sound --ladder audio
ok 'sound alone' untouched clip sound a:0
ok 'has no pictures' sized sound ''
ok 'a rung in vain is the source alone' transcode clip source --ladder source,audio
ok 'with sound' sized source 720x480
WEIR_LADDER=source,240p
export WEIR_LADDER
ok 'WEIR_LADDER says it' transcode clip env
ok 'as the option does' sized env '720x480 360x240'
unset WEIR_LADDER

# Keyframes at odd places, pictures that are reordered.
picture b 320x180 4 -preset fast -bf 3 -force_key_frames 0,0.44,1.8,1.96,3.2 -g 250
transcode b b-out --ladder source,90p
ok 'keyframes anywhere are answered there' aligned b-out 2
ok 'a source with B-frames is untouched' untouched b b-out v:0
picture open 320x180 4 -preset fast -bf 3 -x264-params open-gop=1:scenecut=0
transcode open open-out --ladder source,90p
ok 'open GOPs are answered where they begin' aligned open-out 2
transcode b slow --ladder source,90p --tune none --crf 30
ok 'renditions with B-frames: keyframes are where they were' aligned slow 2
ok 'they decode' decodes slow

picture upright 180x320 2
transcode upright upright-out --ladder source,90p
ok 'a picture held upright: the shorter side counts' sized upright-out '180x320 90x160'
picture small 64x36 1
ok 'a picture smaller than any rung' transcode small small-out --ladder source,360p
ok 'is itself' sized small-out 64x36

# Segments of all tracks are the same.
WEIR_STATE=$T/state weir-segment --broadcast b1 <"$T/ladder.nut" >"$T/events" 2>"$T/segment.err"
weir-cat --json "$T/events" >"$T/json"
same_cuts() {
	jq -se 'map(select(.type == "SegmentReady" and (.data.track | startswith("video")))) |
	    (map(.data.track) | unique | length) == 3 and
	    (group_by(.data.msn) | all(map(.data.start_us) | max - min < 1000))' \
	    "$T/json" >"$T/jq.out"
}
ok 'weir-segment cuts all renditions at the same instants' same_cuts
