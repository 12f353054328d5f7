#!/bin/sh
# What changes on the way, what is damaged, and what was never media.
# shellcheck disable=SC2016 # what stands in single quotes is for jq
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"

# Several NUT files on one pipe.
picture a 320x180 2
picture b 240x240 2
cat "$T/a.nut" "$T/b.nut" "$T/a.nut" >"$T/abc.nut"
ok 'another size in the next file' transcode abc abc-out --ladder source,90p
# heads FILE: how many NUT files there are, each with its magic string.
heads() { grep -ao 'nut/multimedia container' "$1" | wc -l; }
ok 'begins another file' [ "$(heads "$T/abc-out.nut")" -eq 3 ]
# part N: the N-th file of what came out.
part() {
	python3 - "$T/abc-out.nut" "$1" >"$T/part$1.nut" <<-'END'
		import sys
		parts = open(sys.argv[1], "rb").read().split(b"nut/multimedia container\0")
		sys.stdout.buffer.write(b"nut/multimedia container\0" + parts[int(sys.argv[2])])
	END
}
part 1
part 2
part 3
ok 'of its sizes' sized part2 '240x240 90x90'
ok 'before and behind it are the others' sized part1 '320x180 160x90'
ok 'and' sized part3 '320x180 160x90'
ok 'each is whole' [ "$(frames part1 v:1) $(frames part2 v:1) $(frames part3 v:1)" = '50 50 50' ]
ok 'they decode' decodes part2

# The same within one file, as parameter sets in the stream: Annex B.
for s in 320x180 160x120; do
	ffmpeg -v error -nostdin -f lavfi -i "testsrc2=s=$s:r=25:d=2" -c:v libx264 -preset ultrafast \
	    -pix_fmt yuv420p -g 25 -f h264 "$T/$s.h264"
done
cat "$T/320x180.h264" "$T/160x120.h264" | ffmpeg -v error -f h264 -r 25 -i - -c copy -f nut "$T/mid.nut"
ok 'another size within a file' transcode mid mid-out --ladder source,90p
ok 'begins another file, too' [ "$(heads "$T/mid-out.nut")" -eq 2 ]
cp "$T/mid-out.nut" "$T/abc-out.nut"
part 1
part 2
ok 'with renditions of it' sized part2 '160x120 120x90'
ok 'each is whole' [ "$(frames part1 v:1) $(frames part2 v:1)" = '50 50' ]
WEIR_STATE=$T/state weir-segment --broadcast mid <"$T/mid-out.nut" >"$T/events" 2>"$T/segment.err"
weir-cat --json "$T/events" >"$T/json"
understood() {
	jq -se '[.[] | select(.type == "TrackStarted") | .data | "\(.track) \(.width)x\(.height)"] |
	    sort == ["video 160x120", "video 320x180", "video2 120x90", "video2 160x90"]' \
	    "$T/json" >"$T/jq.out"
}
ok 'and weir-segment understands it' understood

# A first keyframe after a while; before it there is nothing to be made.
nut late -i "$T/a.nut" -c copy -bsf:v 'noise=drop=lt(n\,25)'
picture gop 320x180 4 -g 50
nut mid-gop -i "$T/gop.nut" -c copy -bsf:v 'noise=drop=lt(n\,20)'
ok 'it begins amid a group of pictures' transcode mid-gop mid-gop-out --ladder source,90p
ok 'renditions begin with the first keyframe' [ "$(frames mid-gop-out v:1)" -eq 50 ]
ok 'what came before passes' untouched mid-gop mid-gop-out v:0

# Damage.
nut noise -i "$T/a.nut" -c copy -bsf:v 'noise=amount=800'
ok 'damaged pictures' transcode noise noise-out --ladder source,90p
ok 'pass as they are' untouched noise noise-out v:0
nut junk -i "$T/a.nut" -c copy -bsf:v 'noise=amount=1'
ok 'pictures that are nothing but noise' transcode junk junk-out --ladder source,90p
ok 'pass as well' untouched junk junk-out v:0
head -c 30000 "$T/a.nut" >"$T/short.nut"
ok 'a file cut short' transcode short short-out --ladder source,90p
head -c 100000 /dev/urandom >"$T/random.nut"
transcode random random-out --ladder source,90p
ok 'what is no NUT is refused' [ $? -eq 100 ]
ok 'and said' grep -q 'it is no NUT' "$T/random-out.err"
: >"$T/empty.nut"
ok 'nothing comes of nothing' transcode empty empty-out --ladder source,90p
ok 'not a byte' [ ! -s "$T/empty-out.nut" ]

# Timestamps that hardly move, and that begin anew within a file.
nut still -i "$T/a.nut" -c copy -bsf:v 'setts=ts=TS-mod(N\,2)*DURATION'
ok 'timestamps two by two' transcode still still-out --ladder source,90p
ok 'stay as they are' aligned still-out 2
{ cat "$T/a.nut"; tail -c +26 "$T/a.nut"; } >"$T/back.nut"
ok 'timestamps that jump back' transcode back back-out --ladder source,90p
ok 'do so in renditions' [ "$(entries "$T/back-out.nut" v:1 pts_time)" = \
    "$(entries "$T/back.nut" v:0 pts_time)" ]
ok 'and no picture is lost' [ "$(frames back-out v:1)" -eq 100 ]

# Who reads leaves.
weir-transcode --preset ultrafast --ladder source,90p <"$T/a.nut" 2>"$T/gone.err" | head -c 10 >"$T/gone"
ok 'whoever reads leaves: it is said' grep -q 'write standard output' "$T/gone.err"

# SIGTERM: what came so far goes out.
mkfifo "$T/fifo"
picture tiny 64x36 2
weir-transcode --live --preset ultrafast --ladder source,18p <"$T/fifo" >"$T/term.nut" 2>"$T/term.err" &
pid=$!
pids="$pids $pid"
exec 9>"$T/fifo"
cat "$T/tiny.nut" >&9
# All of the source is out: the rest is on its way.
grown() { [ "$(stat -c %s "$T/term.nut")" -ge "$(stat -c %s "$T/tiny.nut")" ]; }
ok 'it works' soon grown
kill -TERM "$pid"
wait "$pid"
ok 'SIGTERM ends it as the input would' [ $? -eq 0 ]
exec 9>&-
ok 'everything is out' [ "$(frames term v:1)" -eq 50 ]
