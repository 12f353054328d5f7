#!/bin/sh
# The ingest is killed, then everything at once, while an encoder publishes
# that connects again, and a reader follows: one broadcast, of whose media that
# had come less than a part is missing each time, whoever is back first.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/kill.sh"

excuse '^segment [0-9]+ had [0-9]+ parts, and has 0'
all='logd rtmpd edged shell weir-segment weir-append'
shuffled() { node -e 'const a = process.argv.slice(1).map((x) => [Math.random(), x]).sort();
    console.log(a.map((x) => x[1]).join(" "))' "$@"; }

gone() { ! kill -0 "$1" 2>/dev/null; }
ok 'a platform starts' platform
encode
ok 'it goes live' soon grown 3
node "$LIB/hls-check.mjs" --watch 600 --late 60 --patient 60 \
    "$HTTP/live/alice/index.m3u8" >"$T/reader" 2>&1 &
reader=$!; pids="$pids $reader"
kills=0
for i in 1 2; do
	before=$(here)
	murder rtmpd
	kills=$((kills + 1))
	soon returned "$kills"
	ok "rtmpd is killed $i: it goes on" soon grown $((before + 4))
done
# shellcheck disable=SC2086 # they are words
for i in 1 2 3; do
	before=$(here)
	moment
	doomed=
	for name in $(shuffled $all); do doomed="$doomed $(victim "$name")"; done
	kill -9 $doomed
	kills=$((kills + 1))
	soon returned "$kills"
	ok "all are killed $i: it goes on" soon grown $((before + 4))
done
before=$(here)
doomed="$(part weir-segment) $(part weir-append) $(part shell)"
rest="$(daemon logd) $(daemon rtmpd) $(daemon edged)"
# shellcheck disable=SC2086 # they are words
kill -9 "$up" $doomed
wait "$up" 2>/dev/null
kills=$((kills + 1))
# They go when they notice; their addresses are free then.
for p in $rest; do soon gone "$p"; done
# shellcheck disable=SC2086 # they are words
for name in $(shuffled $all); do
	case $name in logd | rtmpd | edged)
		echo "# weir-$name"
		start_slowly "$name" ;;
	esac
done
soon returned "$kills"
ok 'by hand, in any order: it goes on' soon grown $((before + 4))
goodbye
ok 'it ends' soon over
ok 'the reader came to its end without a fault' wait "$reader"
sed 's/^/# /' "$T/reader"
lost=$(($(sent) - $(stored)))
echo "# $(sent) frames were sent, $lost are lost in $kills kills"
# A part is 6 frames; as much again may have been in the sockets of a machine
# that is busy, which nobody had taken.
ok 'hardly more than a part each time' [ "$lost" -lt $((kills * 12)) ]
ok 'it is one broadcast' [ "$(weir-cat --json -t BroadcastStarted | wc -l)" -eq 1 ]
ok 'the log tells of each time' [ "$(weir-cat --json -t BroadcastInterrupted | wc -l)" -ge "$kills" ]
ok 'and of each return' [ "$(weir-cat --json -t BroadcastResumed | wc -l)" -ge "$kills" ]
numbered() {
	weir-cat --json -t SegmentReady |
	    jq -se "[.[].data | select(.track == \"$1\") | .msn // 0] | . == [range(length)]" >/dev/null
}
ok 'no number is missing' numbered video
ok 'nor of the sound' numbered audio
ok 'the log is sound' exits 0 weir-verify
for p in $by_hand; do stop "$p"; done
