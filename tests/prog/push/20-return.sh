#!/bin/sh
# A target that dies is connected to again, and one that is slow holds nobody.
# shellcheck disable=SC2016,SC2154 # for the shells inside; keys come from platform
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=push.sh
. "$(dirname "$0")/push.sh"
WEIR_RTMP=127.0.0.1:$(free_port)
platform alice bob
footage "$T/one.nut" 4 320x180
# A service that accepts, and then nothing.
python3 -c 'import socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
held = []
while True: held.append(s.accept())' >"$T/deaf" &
pids="$pids $!"
soon test -s "$T/deaf"
mkfifo "$T/in"
weir-push --tee --retry-max 1 --finish-timeout 1 "$RTMP/$alice_key" \
    "rtmp://127.0.0.1:$(cat "$T/deaf")/live/x" <"$T/in" >"$T/tee.nut" 2>"$T/err" &
push=$!; pids="$pids $push"
ffmpeg -nostdin -v quiet -re -stream_loop -1 -i "$T/one.nut" -c copy -f nut -write_index 0 -y "$T/in" &
encoder=$!; pids="$pids $encoder"
ok 'one is live, whatever the other does' soon told alice 1 BroadcastStarted
kill -9 "$rtmpd"
ok 'it is killed' soon said 1 "the connection was lost: .* target=rtmp://$WEIR_RTMP retry_ms=" "$T/err"
start weir-rtmpd
ok 'and when it is back the broadcast goes on' soon told alice 1 BroadcastResumed
kill "$encoder"
ok 'the input ends, and so does it' wait "$push"
ok 'with a goodbye' soon told alice 1 BroadcastEnded
ok 'the one that said nothing was given up' said 1 'not all was taken in time' "$T/err"
ok 'what came in went out' sh -c 'ffmpeg -nostdin -v error -i - -f null - <"$1"' - "$T/tee.nut"

# One that takes nothing any more: its frames are dropped, not the other's.
footage "$T/large.nut" 4 640x360 -qp 4 -g 25
port=$(free_port)
ffmpeg -nostdin -v quiet -y -listen 1 -i "rtmp://127.0.0.1:$port/live/x" -c copy -f nut "$T/slow.nut" &
slow=$!; pids="$pids $slow"
soon grep -q "$(printf ':%04X ' "$port")" /proc/net/tcp
mkfifo "$T/in2"
weir-push --queue 1 --stall-timeout 600 --finish-timeout 30 "$RTMP/$bob_key" "rtmp://127.0.0.1:$port/live/x" \
    <"$T/in2" 2>"$T/err2" &
push=$!; pids="$pids $push"
exec 9>"$T/in2"
paced "$T/large.nut" >&9 &
first=$!
ok 'both are sent to' soon said 2 'sending' "$T/err2"
wait "$first"
kill -STOP "$slow"
i=0
while [ "$((i += 1))" -le 40 ] && ! said 1 'too slow' "$T/err2"; do
	cat "$T/large.nut" >&9
	sleep 0.2
done
ok 'what is too slow is told' said 1 "too slow: frames are dropped target=rtmp://127.0.0.1:$port" "$T/err2"
kill -CONT "$slow"
exec 9>&-
ok 'it ends with its input' wait "$push"
ok 'which the slow one gets the end of' wait "$slow"
ok 'from a keyframe on' sh -c 'ffmpeg -nostdin -v error -i - -f null - <"$1" 2>&1 | grep -v "^\[nut" | grep . && exit 1; :' - "$T/slow.nut"
