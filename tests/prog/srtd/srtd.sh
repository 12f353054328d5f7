# shellcheck shell=sh disable=SC2034,SC2154 # for those that source it
# Sourced by the tests of weir-srtd, behind sh.sh: a log, a channel, a stand-in
# for the pipeline, encoders, and questions to the log.
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../../data
# A path in it must stay short: sockets lie there.
export WEIR_STATE="$T/state" WEIR_RUN="$T/run" WEIR_PIPELINES="$T/pipelines"
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

# srtd: start it with $options; its address is then in $at, its pid in $srtd.
options=
srtd() {
	rm -f "$T/weir-srtd.ready"
	# shellcheck disable=SC2086 # they are words
	start weir-srtd $options
	srtd=$pid
	at=$(cat "$WEIR_RUN/srtd.addr")
}
# platform: the log, a channel alice with its $key, and srtd.
platform() {
	start weir-logd
	logd=$pid
	key=$("$BIN/weir-channel" add alice)
	srtd
}
srt() { python3 "$here/srt.py" "$at" "$@"; }
# told_by WANT ARGS...: a caller with ARGS ends as WANT says.
told_by() {
	want=$1; shift
	got=$(srt call "$@")
	[ "$got" = "$want" ] || { echo "# $got, want $want" >&2; return 1; }
}
# publish STREAMID ARGS...: a clip of 5 s, as fast as in life, over ffmpeg.
publish() {
	id=$1; shift
	ffmpeg -nostdin -v error -re -i "$data/frog.mp4" -t 4 -c copy -f mpegts \
	    "srt://$at?streamid=$id$*"
}
# encoder STREAMID: the same without an end; its pid is then in $encoder.
encoder() {
	ffmpeg -nostdin -v error -re -stream_loop -1 -i "$data/frog.mp4" -c copy \
	    -f mpegts "srt://$at?streamid=$1" 2>"$T/encoder.err" &
	encoder=$!; pids="$pids $encoder"
}
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
# said TEXT: srtd wrote a line with it.
said() { grep -q -e "$1" "$T/weir-srtd.err"; }
# figure NAME: a metric's value.
figure() { sed -n "s/^$1 //p" "$WEIR_RUN/metrics/srtd.prom"; }
counts() { [ "$(figure "$1")" -eq "$2" ]; }
at_least() { [ "$(figure "$1")" -ge "$2" ]; }
# packets FILE KIND: how many packets ffprobe finds of its stream KIND:0.
packets() {
	ffprobe -v error -count_packets -select_streams "$2:0" \
	    -show_entries stream=nb_read_packets -of csv=p=0 "$1" | head -n 1
}
alive() { kill -0 "$1" 2>/dev/null; }
gone() { ! alive "$1"; }
