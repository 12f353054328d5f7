#!/bin/sh
# The host's clock is a day ahead, then a day behind, whenever the platform is
# started again: the order of things is the log's, dates never go back.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/kill.sh"

excuse '^segment [0-9]+ had [0-9]+ parts, and has 0'
# began SECONDS [N]: all daemons run, with clocks that are off by so many from
# the N-th look at them on.
began() {
	FAULT_PLAN=clock:${2:-1}:$1:0 LD_PRELOAD=$TORTURE/fault.so
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
	export FAULT_PLAN LD_PRELOAD ASAN_OPTIONS
	for name in logd rtmpd edged; do start_slowly $name; done
	unset FAULT_PLAN LD_PRELOAD
	soon sh -c "curl -sf '$HTTP/healthz'" ||
	    { tail -n 5 "$T"/weir-*.err | sed 's/^/# /'; return 1; }
}
all_gone() {
	for p in $by_hand; do ! kill -0 "$p" 2>/dev/null || return 1; done
}
addresses
ok 'a platform starts, with a clock that is right' began 0
key alice
encode
ok 'it goes live' soon grown 3
node "$LIB/hls-check.mjs" --watch 600 --late 60 --patient 60 \
    "$HTTP/live/alice/index.m3u8" >"$T/reader" 2>&1 &
reader=$!; pids="$pids $reader"
for off in '86400' '-86400' '86400 300' '-86400 300'; do
	before=$(here)
	# shellcheck disable=SC2046,SC2086 # they are words
	kill -9 $by_hand $(part weir-segment) $(part weir-append) $(part shell)
	ok 'all are killed' soon all_gone
	by_hand=
	# shellcheck disable=SC2086 # they are words
	ok "and started with a clock that is $off s off" began $off
	ok 'it goes on' soon grown $((before + 4))
done
goodbye
ok 'it ends' soon over
ok 'the reader came to its end without a fault' wait "$reader"
sed 's/^/# /' "$T/reader"
dates() {
	weir-cat --json -t SegmentReady | jq -s '[.[].data | select(.track == "video")] |
	    [range(1; length) as $i | .[$i].start_us - .[$i - 1].start_us - .[$i - 1].duration_us] | min'
}
ok 'no date is before the end of what was before' [ "$(dates)" -ge -1 ]
ok 'a day ahead was seen' [ "$(weir-cat --json | jq -r .time | cut -c1-10 | sort -u | wc -l)" -eq 3 ]
ok 'it is one broadcast' [ "$(weir-cat --json -t BroadcastStarted | wc -l)" -eq 1 ]
ok 'the channel is not live any more' \
    [ "$(curl -s "$HTTP/api/channels/alice" | jq .live)" = false ]
ok 'the log is sound' exits 0 weir-verify
for p in $by_hand; do stop "$p"; done
