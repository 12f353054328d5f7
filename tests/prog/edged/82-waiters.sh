#!/bin/sh
# Many wait for a part: without a thread, and without a trace when they are gone.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
WEIR_HTTP_CONNECTIONS=4000 WEIR_HTTP_PER_ADDRESS=0
export WEIR_HTTP_PER_ADDRESS
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")

# shellcheck disable=SC3045
ulimit -n "$(ulimit -Hn)"
logd
edged
channel_added alice Alice
broadcast_started alice b1
# A target of twenty seconds: they wait for a minute.
say TrackStarted broadcast/b1 '{"broadcast":"b1","track":"video","run":1,"init_bytes":7,"target_us":20000000,"part_us":200000,"kind":"video","codecs":"avc1.64001f","width":640,"height":360,"frame_rate_mhz":25000}'
segments b1 video 0 1
parts b1 video 2 0 0
list='/live/alice/video/index.m3u8?broadcast=b1'
ok 'parts are there' soon has 'BYTERANGE="10@0"' body "$list"
descriptors() { find "/proc/$edged/fd" -type l | wc -l; }
threads() { find "/proc/$edged/task" -mindepth 1 -maxdepth 1 | wc -l; }
waiting() { body /metrics | grep -qx "weir_edge_requests_waiting $1"; }
had=$(threads) before=$(descriptors)
back() { [ "$(descriptors)" -le "$((before + 1))" ] && [ "$(threads)" -le "$had" ]; }
# crowd N HOW: N wait; then HOW they go.
crowd() {
	rm -f "$T/say" "$T/crowd.out"
	mkfifo "$T/say"
	node "$here/../../lib/crowd.mjs" "$url" "$1" "$2" <"$T/say" >"$T/crowd.out" &
	crowd=$!; pids="$pids $crowd"
	exec 9>"$T/say"
}
go() { echo go >&9; exec 9>&-; wait "$crowd"; }

crowd 1500 "$list&_HLS_msn=2&_HLS_part=1"
ok '1,500 wait' soon waiting 1500
ok 'which takes no thread' is "$had" threads
parts b1 video 2 1 1
ok 'all of them get the part' soon grep -qx '1500 200' "$T/crowd.out"
ok 'the same one' soon grep -qx '1 different' "$T/crowd.out"
ok 'nobody waits any more' waiting 0
go

crowd 1500 "$list&_HLS_msn=2&_HLS_part=2"
ok '1,500 wait again' soon waiting 1500
go
ok 'all are reset: nobody waits' soon waiting 0
ok 'threads and descriptors are back' soon back
parts b1 video 2 2 2
ok 'what they waited for is there' soon has 'BYTERANGE="10@20"' body "$list"

# Their hosts are gone without a word: it is found when there is an answer.
rm -f "$T/say"
mkfifo "$T/say"
python3 "$here/../../lib/vanish.py" "$url" 1500 "$list&_HLS_msn=2&_HLS_part=3" \
    <"$T/say" >"$T/vanish.out" &
crowd=$!; pids="$pids $crowd"
exec 9>"$T/say"
ok '1,500 wait once more' soon waiting 1500
echo go >&9; exec 9>&-
if wait "$crowd"; then
	ok 'all have vanished, which nobody can know' waiting 1500
	parts b1 video 2 3 3
	ok 'with the part it is known' soon waiting 0
	ok 'threads and descriptors are back' soon back
else
	ok 'nobody may vanish here # skip' true
fi
ok 'it serves' has 'BYTERANGE="10@10"' body "$list"
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
