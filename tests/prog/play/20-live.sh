#!/bin/sh
# What is live, as it comes: from now on, over a lost connection, to its end.
# shellcheck disable=SC2016 # for the shells inside
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
start weir-logd && start weir-rtmpd && RTMP=rtmp://$(cat "$WEIR_RUN/rtmpd.addr")/live
key=$(weir-channel add alice)
larger() { [ "$(stat -c %s "$2")" -gt "$1" ]; }
told() { [ "$(weir-cat --json -s live/alice -t "$2" | wc -l)" -ge "$1" ]; }
ready() { [ "$(weir-cat --json -t SegmentReady | wc -l)" -ge "$1" ]; }

weir-play --wait --track audio alice >"$T/wait.nut" &
wait=$!; pids="$pids $wait"
publish "$key"
first=$encoder
soon ready 4
id=$(broadcast alice)
weir-play alice >"$T/now.nut" 2>"$T/now.err" &
now=$!; pids="$pids $now"
weir-play --from start --format ts alice >"$T/start.ts" 2>"$T/start.err" &
begin=$!; pids="$pids $begin"
ok 'it comes' soon larger 100000 "$T/now.nut"
kill -9 "$first"
ok 'the encoder vanishes' soon told 1 BroadcastInterrupted
publish "$key"
ok 'and is back' soon told 1 BroadcastResumed
size=$(stat -c %s "$T/now.nut")
ok 'it goes on' soon larger "$size" "$T/now.nut"
kill -INT "$encoder"
ok 'the broadcast ends' soon told 1 BroadcastEnded
ok 'and so does what was played' wait "$now"
ok 'from its start on, too' wait "$begin"
ok 'and what waited for it to begin' wait "$wait"
ok 'which has all sound' test "$(weir-play --track audio "$(broadcast alice)" | ffprobe -v quiet -count_packets -show_entries stream=nb_read_packets -of csv=p=0 -)" = \
    "$(ffprobe -v quiet -count_packets -show_entries stream=nb_read_packets -of csv=p=0 - <"$T/wait.nut")"
ok 'which had nothing to say' [ ! -s "$T/now.err" ]
ok 'nor the other' [ ! -s "$T/start.err" ]
ok 'it decodes without a word' silent sh -c 'ffmpeg -nostdin -v warning -i - -f null - <"$1"' - "$T/now.nut"
weir-play "$id" >"$T/all.nut"
ok 'from the start means all of it' sh -c '[ "$1" = "$2" ]' - "$(frames "$T/start.ts")" "$(frames "$T/all.nut")"
