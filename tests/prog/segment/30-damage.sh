#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Input that is no NUT, or was once.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

# says NAME TEXT: the only event is that the track ended, because of TEXT.
says() {
	that "$1" "length == 1 and .[0].type == \"TrackEnded\" and
	    (.[0].reason | contains(\"$2\"))" && grep -q "$2" "$T/$1.err"
}
refuses() { segment "$@"; [ $? -eq 100 ]; }

head -c 3000000 /dev/urandom >"$T/noise"
ok 'noise is refused' refuses noise <"$T/noise"
ok 'it is told why' says noise 'it is no NUT'
ok 'a few bytes of it too' refuses few <"$CLIP"
ok 'it is told why' says few 'it is no NUT'
printf 'nut/multimedia container\0NMzV\037_\004\255\012\003\316\020\0\0\0"5tV' |
    refuses tracks
ok 'ten thousand tracks are refused' says tracks 'it has 10000 tracks'
ok 'nothing at all is nothing' segment nothing </dev/null
ok 'and nothing is told' that nothing 'length == 0'
printf 'nut/multimedia con' >"$T/stump"
ok 'a stump is refused' refuses stump <"$T/stump"

nut clip -i "$CLIP" -c copy
size=$(stat -c %s "$T/clip.nut")
for cut in 50 500 5000 100000 $((size / 2)) $((size - 10)); do
	head -c "$cut" "$T/clip.nut" >"$T/cut.nut"
	segment "cut$cut" <"$T/cut.nut"; code=$?
	want=0; [ "$cut" -gt 100 ] || want=100
	ok "cut off after $cut bytes: exit $code" [ $code -eq $want ]
	[ "$cut" -lt 100000 ] || ok 'what came decodes' decodes "cut$cut"
done
ok 'what came before the cut is told' that "cut$((size - 10))" '
    [.[] | select(.type == "SegmentReady")] | length == 4'

head -c $((size / 3)) "$T/clip.nut" >"$T/first"
cat "$T/first" "$T/clip.nut" | segment again
ok 'cut off, and another file follows' sound again
ok 'it decodes' decodes again
ok 'the second is whole' that again '
    [.[] | select(.type == "SegmentReady" and .track == "video") | .duration_us] |
    add > 8300000'

{ head -c $((size / 2)) "$T/clip.nut"; head -c 20000 "$T/noise"
  tail -c +$((size / 2 + 1)) "$T/clip.nut"; } | segment noisy
ok 'noise within is passed over' sound noisy
ok 'and told' grep -q 'damaged input' "$T/noisy.err"
ok 'pictures go on after it' that noisy '
    [.[] | select(.type == "SegmentReady" and .track == "video") | .duration_us] |
    add > 8000000'
