#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# SRT over a network that is bad, 5 % of the packets lost and 100 ms late: what
# comes of it is whole and decodes, and sound and picture are together.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
. "$(dirname "$0")/../segment/segment.sh"
. "$(dirname "$0")/../../lib/sync.sh"
pipeline <<'END'
weir-segment | weir-append --media
END
# far PERCENT: a network between encoders and srtd; its port is then in $port.
# It loses nothing any more when they end: FFmpeg closes at once, and does not
# send again what was lost of its last moments.
far() {
	rm -f "$T/port"
	python3 "$(dirname "$0")/../../lib/lossy.py" "$T/port" "$at" 50 "$1" 9 &
	relay=$!; pids="$pids $relay"
	soon test -s "$T/port" && port=$(cat "$T/port")
}
# sent LATENCY-MS: the clock is published in real time over that network.
sent() {
	ffmpeg -nostdin -v error -re -i "$T/clock.ts" -c copy -f mpegts \
	    "srt://127.0.0.1:$port?streamid=$key&latency=${1}000" 2>"$T/encoder.err"
}
# kept NAME: the newest broadcast is told in NAME.json.
kept() {
	id=$("$BIN/weir-cat" --json -t BroadcastStarted -s live/alice | tail -n 1 | jq -r .data.broadcast)
	ln -s "$id" "$WEIR_STATE/media/$1"
	"$BIN/weir-cat" --json -s "broadcast/$id" >"$T/$1.json"
}
over() { last_is alice 'BroadcastEnded: .*'; }
clock "$T/clock.ts" 10 25 -g 25 -b:v 600k
platform
ok 'a network that loses and is late' far 5
ok 'a stream over it' sent 3000
ok 'ends' soon over
kept bad
ok 'packets were lost' at_least weir_srt_lost_packets_total 1
ok 'what comes of it is sound' sound bad
ok 'it decodes' plays bad
ok 'nothing is missing' lasts bad video 9.9 10.1
ok 'without a break' breaks bad 0
ok 'sound and picture are together' synced bad 9

# Where there is no time to send it again, holes stay.
kill "$relay"
ok 'a network that is worse' far 20
ok 'a stream over it in a hurry' sent 120
ok 'ends' soon over
kept worse
ok 'what comes of it is sound' sound worse
ok 'it decodes' plays worse
ok 'sound and picture are together' synced worse 1 mostly
ok 'srtd runs' alive "$srtd"
