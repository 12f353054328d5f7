#!/bin/sh
# An encoder that has said goodbye and closed, while weir-rtmpd was stopped
# for so long that it should ask whether it is there: any word to a socket that
# is closed is answered with a reset, which takes what was still to be sent.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
export WEIR_RTMPS=127.0.0.1:0 WEIR_RTMPS_CERT="$T/cert.pem" WEIR_RTMPS_KEY="$T/key.pem"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -subj /CN=localhost -days 2 -keyout "$WEIR_RTMPS_KEY" -out "$WEIR_RTMPS_CERT" 2>/dev/null

options='--idle-timeout 2'
platform
tls=$(cat "$WEIR_RUN/rtmps.addr")
all=$(packets "$data/frog.mp4" v)
turn=0
for address in "rtmp://$at" "rtmps://$tls"; do
	protocol=${address%%:*} turn=$((turn + 1))
	ffmpeg -v error -nostdin -re -i "$data/frog.mp4" -c copy -f flv \
	    "$address/live/$key" 2>"$T/encoder.err" &
	encoder=$!; pids="$pids $encoder"
	ok "$protocol: it publishes" soon told alice $turn BroadcastStarted
	kill -STOP "$rtmpd"
	# The clip takes longer than an encoder may be silent.
	ok 'it closes, and nobody reads' wait "$encoder"
	kill -CONT "$rtmpd"
	ok 'it said goodbye' soon told alice $turn 'BroadcastEnded: the encoder said goodbye'
	kept=$(find "$WEIR_STATE" -name 'alice.*.nut' -newer "$WEIR_RUN/rtmps.addr" | sort | tail -n 1)
	ok 'every picture is there' [ "$(packets "$kept" v)" -eq "$all" ]
	rm "$kept"
done
ok 'it stops' stop "$rtmpd"
