#!/bin/sh
# When descriptors run out nobody new is let in, and it goes on when there
# are some again.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
prlimit --nofile=64:64 --pid $$
options='--start-timeout 2'
platform
ticks() { awk '{ print $14 + $15 }' "/proc/$rtmpd/stat"; }

before=$(ticks)
for i in 1 2 3 4; do
	rtmp idle 20 >"$T/idle.$i" 2>&1 &
	pids="$pids $!"
	eval "idle$i=$!"
done
ok 'it says so' soon said 'accept: Too many open files'
# shellcheck disable=SC2154 # set by eval
for p in "$idle1" "$idle2" "$idle3" "$idle4"; do
	ok 'all are closed in their time' wait "$p"
done
ok 'without a busy loop' [ $(($(ticks) - before)) -lt 100 ]
ok 'and without filling the log of messages' \
    [ "$(grep -c 'accept: Too many' "$T/weir-rtmpd.err")" -le 4 ]
ok 'then a publisher is served' rtmp publish "$key"
ok 'to its end' soon told alice 1 BroadcastEnded
ok 'SIGTERM ends it' stop "$rtmpd"
