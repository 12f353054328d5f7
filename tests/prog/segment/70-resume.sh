#!/bin/sh
# shellcheck disable=SC2016,SC2154 # size is ours; what stands in single quotes is for jq
# Killed at any instant, and started again with what came before on the same
# clock: it makes what it would have made, and tells it once.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

# 30 frames a second and sound, in milliseconds, as RTMP has them.
ffmpeg -v error -nostdin -f lavfi -i testsrc2=s=320x240:r=30:d=12 \
    -f lavfi -i sine=r=44100:d=12 -c:v libx264 -preset ultrafast -bf 2 -g 45 \
    -c:a aac -f flv "$T/clip.flv"
nut clip -i "$T/clip.flv" -c copy
size=$(stat -c %s "$T/clip.nut")
media=$WEIR_STATE/media

# lines NAME: what was told, each event once.
lines() {
	for f in "$T/$1".*.ev; do
		# Who is killed may leave half an event.
		weir-cat --json "$f" 2>"$T/cat.err"
	done | jq -sc 'reduce .[] as $e ({}; if .[$e.id] then . else .[$e.id] = $e end) | .[]'
}
# run NAME [OCTETS]: segment the clip, or its first OCTETS and be killed.
run() {
	if [ $# -eq 1 ]; then
		weir-segment -b "$1" --part 200ms --clock "${clock:-c1}" \
		    <"$T/clip.nut" >"$T/$1.end.ev" 2>>"$T/$1.err"
		return
	fi
	rm -f "$T/in"; mkfifo "$T/in"
	weir-segment -b "$1" --part 200ms --clock c1 <"$T/in" \
	    >"$T/$1.$2.ev" 2>>"$T/$1.err" &
	pid=$!; pids="$pids $pid"
	exec 9>"$T/in"
	head -c "$2" "$T/clip.nut" >&9
	# At any time from now on: it is at work.
	node -e 'setTimeout(() => process.kill(Number(process.argv[1]), 9),
	    Math.random() * 60)' "$pid"
	wait "$pid" 2>/dev/null
	exec 9>&-
}
# told NAME: what was told, each event once, without its id and time.
told() {
	lines "$1" | jq -sc '[.[] | select(.type != "PartReady" and .type != "StreamMeasured" and .type != "TrackEnded") |
	    [.type, .data.track, .data.msn // 0, .data.run, .data.duration_us,
	    .data.bytes, .data.discontinuity, .data.independent,
	    .data.part_us]] | sort | .[]'
}
same() { told "$1" | diff "$T/whole.told" - >"$T/diff" || { sed 's/^/# /' "$T/diff" | head -n 8 >&2; return 1; }; }
# packets NAME: what is in its files, frame for frame.  When a frame is due is
# told before the next is there, by the rhythm so far: a tick more or less.
packets() {
	for t in video audio; do
		find "$media/$1/$t" -name '*.m4s' | sort -V |
		    xargs cat "$media/$1/$t/init-1.mp4" >"$T/all.mp4"
		ffmpeg -v error -nostdin -i "$T/all.mp4" -c copy -f framemd5 - |
		    grep -v '^#' | cut -d, -f 5-
	done
}
# meet NAME: start_us of each segment is not before the end of the last.
meet() {
	lines "$1" | jq -se '[.[].data | select(.track == "video" and .hash)] |
	    sort_by(.msn // 0) | [range(1; length) as $i | .[$i].start_us - .[$i - 1].start_us -
	    .[$i - 1].duration_us] | map(fabs) | max < 2' >/dev/null
}

ok 'once, to its end' run whole
told whole >"$T/whole.told"
packets whole >"$T/whole.packets"
ok 'it has parts' [ "$(lines whole | grep -c PartReady)" -gt 100 ]
i=0
while [ "$i" -lt "${KILLS:-12}" ]; do
	i=$((i + 1))
	name=killed$i
	at=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
	run "$name" $((at % size))
	run "$name" $((size - at % size / 3))
	ok "killed $i: goes on to the end" run "$name"
	packets "$name" >"$T/packets"
	ok 'the same frames' cmp "$T/packets" "$T/whole.packets"
	ok 'told the same' same "$name"
	ok 'without a gap' meet "$name"
done

# What is not of the same clock cannot be gone on with: a segment that grew
# ends with what was told of it.
run other $((size / 2 + 1000))
grown=$(find "$media/other/video" -name '*.tmp')
ok 'one grows' [ -n "$grown" ]
clock=c2
ok 'another clock' run other
ok 'it ends with what was told of it' test -e "${grown%.tmp}"
lines other >"$T/other.json"
ok 'which is sound' sound other
ok 'what comes is behind a discontinuity' that other '[.[] | select(.track == "video" and .hash and .discontinuity)] | length == 1'
ok 'no number is missing' that other '[.[] | select(.track == "video" and .hash) | .msn // 0] | . == [range(length)]'
ok 'and it decodes' decodes other
