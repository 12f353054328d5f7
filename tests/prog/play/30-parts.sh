#!/bin/sh
# Of a segment that still grows, what was told is played, and nothing twice.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
start weir-logd
footage "$T/one.nut" 12 160x90 -g 100
event BroadcastStarted live/alice '{"channel":"alice","broadcast":"b1","protocol":"rtmp"}' | weir-append
told() { [ "$(weir-cat --json -s broadcast/b1 -t "$2" | wc -l)" -ge "$1" ]; }
pictures() { [ "$(frames "$2" | wc -l)" -ge "$1" ]; }
mkfifo "$T/in"
# shellcheck disable=SC2094 # the log is not the pipe
weir-segment --broadcast b1 <"$T/in" | weir-append --media &
pids="$pids $!"
exec 9>"$T/in"
# Two segments of 4 s and most of a third; the last is not over.  What is told
# before weir-play listens it reads in the log.
size=$(stat -c %s "$T/one.nut")
weir-play --wait --from start --track video alice >"$T/out.nut" 2>"$T/err" 9>&- &
play=$!; pids="$pids $play"
head -c $((size * 5 / 12)) "$T/one.nut" >&9
ok 'a segment is played' soon pictures 100 "$T/out.nut"
tail -c +$((size * 5 / 12 + 1)) "$T/one.nut" | head -c $((size * 6 / 12)) >&9
ok 'two segments are there' soon told 4 SegmentReady
ok 'more than that is played' soon pictures 220 "$T/out.nut"
ok 'while there are no more' test 4 = "$(weir-cat --json -t SegmentReady | wc -l)"
tail -c +$((size * 5 / 12 + size * 6 / 12 + 1)) "$T/one.nut" >&9
exec 9>&-
ok 'all tracks end' soon told 2 TrackEnded
event BroadcastEnded live/alice '{"channel":"alice","broadcast":"b1","reason":"it said goodbye"}' | weir-append
ok 'what was played ends' wait "$play"
ok 'every picture once, the same' test "$(frames "$T/out.nut")" = "$(frames "$T/one.nut")"
ok 'without a word' test ! -s "$T/err"
