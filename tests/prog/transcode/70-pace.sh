#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# A machine that cannot keep up: renditions are given up before time is.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"
case $BIN in
*/asan/* | */tsan/*)
	echo '1..0 # SKIP what makes it slow cannot be preloaded'
	trap - EXIT
	rm -rf "$T"
	exit 0
	;;
esac

# Pictures of 160 and more take 100 ms each, 25 come a second: whatever the
# machine, it cannot keep up with those, and can with the others.
nut clip -f lavfi -i testsrc2=s=192x108:r=25:d=14 -f lavfi -i sine=d=14 -c:v libx264 \
    -preset ultrafast -pix_fmt yuv420p -g 25 -c:a aac
mkfifo "$T/in"
ffmpeg -v error -nostdin -re -i "$T/clip.nut" -c copy -f nut -y "$T/in" &
pids="$pids $!"
WEIR_BROADCAST=b1 CODER_SLOW=160:100 LD_PRELOAD=$TORTURE/coder.so weir-transcode --live \
    --preset ultrafast --ladder source,90p,48p --restore 3 --events "$T/events" \
    <"$T/in" >"$T/live.nut" 2>"$T/live.err"
ok 'it runs to the end' [ $? -eq 0 ]
weir-cat --json "$T/events" >"$T/json" 2>"$T/cat.err"
# that EXPRESSION: what jq says of all events is true.
that() {
	jq -se "map(.data + {type, subject}) | ($1)" "$T/json" >"$T/jq.out" || {
		echo "# $(head -c 400 "$T/json")" >&2
		return 1
	}
}
ok 'the large rendition is given up' that '.[0] | .type == "RenditionDropped" and
    .track == "video2" and .width == 160 and .height == 90 and .late_us >= 400000 and
    .subject == "broadcast/b1" and .broadcast == "b1"'
ok 'it is tried again' that '.[1] | .type == "RenditionRestored" and .track == "video2"'
ok 'and given up again' that '.[2].type == "RenditionDropped" and .[2].track == "video2"'
ok 'the small one never' that 'all(.track == "video2")'
ok 'both are said' [ "$(grep -c -e 'giving up a rendition track=video2 size=160x90' \
    -e 'trying a rendition again track=video2' "$T/live.err")" -ge 3 ]
ok 'the source lost nothing' untouched clip live v:0
ok 'the sound lost nothing' untouched clip live a:0
ok 'the small rendition lost nothing' [ \
    "$(entries "$T/live.nut" v:2 pts_time | sort -n)" = "$(entries "$T/clip.nut" v:0 pts_time | sort -n)" ]
holes() {
	entries "$T/live.nut" v:1 pts_time,flags | sed 's/,*$//' |
	    awk -F, 'NR > 1 && $1 - last > 0.5 {n++; if ($2 !~ /K/) bad = 1} {last = $1}
		END {exit bad || n != 1}'
}
ok 'the large one comes back with a keyframe' holes
ok 'it decodes' decodes live

# Without --live nothing is given up, however slow it is.
nut short -i "$T/clip.nut" -t 1 -map 0:v -c copy
CODER_SLOW=16:60 LD_PRELOAD=$TORTURE/coder.so weir-transcode --preset ultrafast \
    --ladder source,90p,48p <"$T/short.nut" >"$T/slow.nut" 2>"$T/slow.err"
ok 'a filter takes the time that it needs' aligned slow 3
ok 'and says nothing' [ ! -s "$T/slow.err" ]
