#!/bin/sh
# A recording comes out as it went in: as NUT and MPEG-TS, from any place,
# over a gap, and with other parameters in the middle.
# shellcheck disable=SC2016 # for the shells inside
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# count FILE STREAM: packets in it.
count() {
	ffprobe -v error -count_packets -select_streams "$2" \
	    -show_entries stream=nb_read_packets -of csv=p=0 "$1" | head -n 1
}
is() { [ "$1" = "$2" ] || { echo "# '$2', want '$1'" >&2; return 1; }; }
# as_sent FILE: the pictures in it are those of one.nut.
as_sent() { [ "$(frames "$1")" = "$(frames "$T/one.nut")" ]; }
# stored BROADCAST TRACK: packets in its segments.
stored() {
	folder=$WEIR_STATE/media/$1/$2
	# shellcheck disable=SC2046 # names of ours have no spaces
	cat "$folder/init-1.mp4" $(find "$folder" -name '*.m4s' | sort -V) >"$T/stored.mp4"
	count "$T/stored.mp4" 0
}
# piped FILE: ffmpeg decodes it from a pipe without a word.  In a file it would
# look for an index.
piped() { silent sh -c 'ffmpeg -nostdin -v warning -xerror -i - -f null - <"$1"' - "$1"; }
# backward FILE STREAM: how many packets do not follow the one before.
backward() {
	ffprobe -v error -select_streams "$2" -show_entries packet=dts -of csv=p=0 "$1" |
	    awk -F, 'NR > 1 && $1 + 0 <= last + 0 { n++ } { last = $1 } END { print n + 0 }'
}

start weir-logd
footage "$T/one.nut" 6 320x180 && footage "$T/two.nut" 4 192x108
event BroadcastStarted live/alice '{"channel":"alice","broadcast":"b1","protocol":"rtmp"}' | weir-append
send b1 "$T/one.nut"
event BroadcastEnded live/alice '{"channel":"alice","broadcast":"b1","reason":"it said goodbye"}' | weir-append

ok 'a recording is played' silent sh -c 'weir-play b1 >"$1"' - "$T/b1.nut"
ok 'every picture is there, the same' as_sent "$T/b1.nut"
ok 'and all sound' is "$(stored b1 audio)" "$(count "$T/b1.nut" a)"
ok 'it decodes without a word' piped "$T/b1.nut"
ok 'times grow' is 0 "$(backward "$T/b1.nut" a)"
ok 'a channel means its newest' sh -c 'weir-play --from start alice | cmp - "$1"' - "$T/b1.nut"
ok 'which is over: from its start' sh -c 'weir-play alice | cmp - "$1"' - "$T/b1.nut"
ok 'in MPEG-TS' silent sh -c 'weir play --format ts b1 >"$1"' - "$T/b1.ts"
ok 'with every picture' as_sent "$T/b1.ts"
ok 'which decodes without a word' plays "$T/b1.ts"
ok 'with all sound' is "$(stored b1 audio)" "$(count "$T/b1.ts" a)"

weir-play --from 3 b1 >"$T/from.nut"
ok 'from the keyframe before a place' is 100 "$(count "$T/from.nut" v)"
ok 'which begins at 0' is 0.000000 "$(ffprobe -v error -show_entries format=start_time -of csv=p=0 "$T/from.nut")"
weir-play --from -1 b1 >"$T/from.nut"
ok 'from before the end' is 50 "$(count "$T/from.nut" v)"
weir-play --track audio b1 >"$T/audio.nut"
ok 'sound alone' is "audio" "$(ffprobe -v error -show_entries stream=codec_type -of csv=p=0 "$T/audio.nut")"
ok 'is whole' is "$(stored b1 audio)" "$(count "$T/audio.nut" a)"
ok 'what is cut again is the same' sh -c 'weir-play b1 | WEIR_BROADCAST=b2 weir-segment | weir-append --media'
ok 'picture for picture' sh -c 'weir-play b2 | cmp - "$1"' - "$T/b1.nut"

send b3 "$T/one.nut"; send b3 "$T/two.nut"
ok 'other parameters' silent sh -c 'weir-play b3 >"$1"' - "$T/b3.nut"
ok 'begin a file of their own' is 2 "$(grep -ao 'nut/multimedia container' "$T/b3.nut" | wc -l)"
ok 'behind the first' sh -c 'WEIR_BROADCAST=b4 weir-segment <"$1" | weir-append --media' - "$T/b3.nut"
ok 'which weir-segment takes for one, in two runs' is '1 2' \
    "$(weir-cat --json -s broadcast/b4 -t TrackStarted | jq -r 'select(.data.track == "video") | .data.run' | paste -sd' ')"
weir-play --format ts b3 >"$T/b3.ts"
ok 'in MPEG-TS too' is 250 "$(ffmpeg -nostdin -v quiet -i "$T/b3.ts" -map 0:v -f framemd5 - | grep -c '^0,')"

rm "$WEIR_STATE/media/b1/video/2.m4s" "$WEIR_STATE/media/b1/audio/2.m4s"
weir-play b1 >"$T/gap.nut"
ok 'what is gone takes no time' sh -c \
    '[ "$(ffprobe -v error -show_entries format=duration -of csv=p=0 "$1" | cut -d. -f1)" -lt 5 ]' - "$T/gap.nut"

ok 'who has read enough is no fault' sh -c 'weir-play b1 2>"$1" | head -c 100 >/dev/null; [ ! -s "$1" ]' - "$T/err"
ok 'exit 0' is 0 "$({ weir-play b1; echo $? >&3; } 3>"$T/code" | head -c 100 >/dev/null; cat "$T/code")"
ok 'no such broadcast' exits 100 weir-play bob
ok 'no such track' exits 100 weir-play --track video7 b1
ok 'no such place' exits 100 weir-play --from noon b1
ok 'no such format' exits 100 weir-play --format avi b1
ok 'no operand' exits 100 weir-play
ok 'two of them' exits 100 weir-play a b
ok 'no room' exits 111 sh -c 'weir-play b1 >/dev/full'
