# shellcheck shell=sh disable=SC2034,SC2154 # for those that source it
# Sourced by the tests of weir-rtmpd, behind sh.sh: a log, a channel, a
# stand-in for the pipeline, and questions to the log.
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../../data
# A path in it must stay short: sockets lie there.
export WEIR_STATE="$T/state" WEIR_RUN="$T/run" WEIR_PIPELINES="$T/pipelines"
export WEIR_RTMP=127.0.0.1:0
unset WEIR_CONF
mkdir "$WEIR_STATE" "$WEIR_RUN" "$WEIR_PIPELINES"

# pipeline: its body, a shell script, is read from stdin.
pipeline() {
	{ echo '#!/bin/sh'; cat; } >"$WEIR_PIPELINES/live"
	chmod +x "$WEIR_PIPELINES/live"
}
# Unless a test has its own: keep what comes in.
pipeline <<'END'
exec cat >"$WEIR_STATE/$WEIR_CHANNEL.$$.nut"
END

# rtmpd: start it with $options; its address is then in $at, its pid in $rtmpd.
options=
rtmpd() {
	rm -f "$T/weir-rtmpd.ready"
	# shellcheck disable=SC2086 # they are words
	start weir-rtmpd $options
	rtmpd=$pid
	at=$(cat "$WEIR_RUN/rtmpd.addr")
}
# platform: the log, a channel alice with its $key, and rtmpd.
platform() {
	start weir-logd
	logd=$pid
	key=$("$BIN/weir-channel" add alice)
	rtmpd
}
rtmp() { node "$here/rtmp.js" "$at" "$@"; }
# story CHANNEL: what the log says of its broadcasts, one line each.
story() {
	"$BIN/weir-cat" --json --subject "live/$1" |
	    jq -r '.type + (if .data.reason then ": " + .data.reason else "" end)'
}
# told CHANNEL N TYPE: true when N events of TYPE are in its story.
told() { [ "$(story "$1" | grep -c "^$3")" -eq "$2" ]; }
# last_is CHANNEL LINE: true when its story ends with a line like that.
last_is() {
	story "$1" | tail -n 1 | grep -qx -e "$2" ||
	    { echo "# last: $(story "$1" | tail -n 1)" >&2; return 1; }
}
# said TEXT: rtmpd wrote a line with it.
said() { grep -q -e "$1" "$T/weir-rtmpd.err"; }
# figure NAME: a metric's value.
figure() { sed -n "s/^$1 //p" "$WEIR_RUN/metrics/rtmpd.prom"; }
counts() { [ "$(figure "$1")" -eq "$2" ]; }
# packets FILE KIND: how many packets ffprobe finds of its stream KIND:0.
packets() {
	ffprobe -v error -count_packets -select_streams "$2:0" \
	    -show_entries stream=nb_read_packets -of csv=p=0 "$1" | head -n 1
}
alive() { kill -0 "$1" 2>/dev/null; }
gone() { ! alive "$1"; }
