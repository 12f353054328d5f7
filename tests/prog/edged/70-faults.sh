#!/bin/sh
# Things that are not there, or not as they should be.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"

edged
ok 'without a log: not healthy' is 503 status /healthz
ok 'says why' is 'waiting for the log' body /healthz
ok 'says it once' is 1 grep -c 'waiting for the log' "$T/weir-edged.err"
logd
ok 'healthy once there is one' soon is ok body /healthz
channel_added alice Alice
broadcast_started alice b1
track b1 video 1
segments b1 video 0 3
ok 'and follows it' soon has /3.m4s body /live/alice/video/index.m3u8

kill -9 "$logd"; wait "$logd" 2>/dev/null
ok 'playback goes on without weir-logd' is 200 status /live/alice/index.m3u8
ok 'and is healthy: the log is there' is ok body /healthz
logd
segments b1 video 4 5
ok 'goes on when it is back' soon has /5.m4s body /live/alice/video/index.m3u8

# Events that contradict each other are told of and passed over.
segments b1 nobody 0 0
say BroadcastStarted live/bob '{"channel":"../bob","broadcast":"b9","protocol":"x"}'
segments b1 video 6 6
ok 'odd events do not stop it' soon has /6.m4s body /live/alice/video/index.m3u8
ok 'they are told' soon is 2 grep -c 'event passed over' "$T/weir-edged.err"

# Without the bus (another WEIR_RUN has none) the log alone is enough.
mkdir "$T/run2"
rm -f "$T/weir-edged.ready"
first=$url second_run=$T/run2
WEIR_RUN=$second_run start weir-edged
second=$pid
url=http://$(cat "$second_run/edged.addr")
segments b1 video 7 7
ok 'no bus is needed' soon has /7.m4s body /live/alice/video/index.m3u8
ok 'not even to stop' stop "$second"
url=$first

fails() {
	code=$1 why=$2; shift 2
	got=0
	env "$@" "$BIN/weir-edged" >"$T/fails" 2>&1 || got=$?
	[ "$got" -eq "$code" ] && grep -q "$why" "$T/fails" && return 0
	sed 's/^/# /' "$T/fails" >&2
	return 1
}
ok 'a port that is taken' fails 111 "listen on WEIR_HTTP=${first#http://}: Address already in use" \
    WEIR_RUN="$second_run" WEIR_HTTP="${first#http://}"
ok 'a host that is none' fails 111 'must be an IP address' \
    WEIR_RUN="$second_run" WEIR_HTTP='nowhere:0'
ok 'two on one WEIR_RUN' fails 111 'runs on this WEIR_RUN' A=b
ok 'a setting that is no number' fails 100 'WEIR_WINDOW' \
    WEIR_RUN="$second_run" WEIR_WINDOW=long
ok 'a setting out of bounds' fails 100 'WEIR_HTTP_THREADS' \
    WEIR_RUN="$second_run" WEIR_HTTP_THREADS=0
ok 'a proxy that is none' fails 100 'WEIR_HTTP_TRUST=127.0.0.1 proxy:' \
    WEIR_RUN="$second_run" WEIR_HTTP_TRUST='127.0.0.1 proxy'
ok 'an option that is none' exits 100 "$BIN/weir-edged" --nonsense
ok 'help' exits 0 "$BIN/weir-edged" -h
ok 'which names the settings' grep -q WEIR_HTTP_THREADS "$T/exits.out"
few_files() (
	# shellcheck disable=SC3045
	ulimit -n 100
	fails 111 'needs .* open files' WEIR_RUN="$second_run"
)
ok 'too few descriptors' few_files

# SIGHUP: the folders are looked for again.
echo old >"$WEIR_WWW/index.html"
ok 'the page' is old body /
mv "$WEIR_WWW" "$T/old"
mkdir "$WEIR_WWW"
echo new >"$WEIR_WWW/index.html"
ok 'a moved folder stays open' is old body /
kill -HUP "$edged"
ok 'until SIGHUP' soon is new body /
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
