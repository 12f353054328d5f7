#!/bin/sh
# Encoders publish over SRT, and what they send is on the pipe.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
platform

# there N: at least N pictures and as much sound, in each NUT file.
there() {
	for f in "$WEIR_STATE"/alice.*.nut; do
		[ "$(packets "$f" v)" -ge "$1" ] && [ "$(packets "$f" a)" -ge "$1" ] ||
		    return 1
	done
}
# kept N: and they decode.
kept() {
	there "$1" || return 1
	for f in "$WEIR_STATE"/alice.*.nut; do
		# Where a NUT file is looked for an index there is none.
		ffmpeg -nostdin -v error -xerror -i "$f" -f null - 2>"$T/decode.err" ||
		    return 1
		! grep -qv -e 'read_timestamp failed' -e 'Last message repeated' "$T/decode.err" ||
		    return 1
	done
	rm -f "$WEIR_STATE"/alice.*.nut
}
live() { [ "$(story alice | tail -n 1)" = BroadcastStarted ]; }

ok 'ffmpeg, with the key alone' publish "$key"
ok 'its goodbye ends the broadcast' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'all of it is on the pipe' soon kept 90
ok 'it is said to be SRT' [ "$("$BIN/weir-cat" --json -t BroadcastStarted |
    jq -r '.data.protocol + " " + .data.encoder' | cut -d. -f1)" = 'srt SRT 1' ]

ffmpeg -nostdin -v error -i "$data/frog.mp4" -t 4 -c copy -f mpegts "$T/clip.ts"
ok 'Blackmagic' srt feed "#!::bmd_uuid=1a2b,bmd_name=Studio 4,r=$key,m=publish" <"$T/clip.ts"
ok 'its media is on the pipe, too' soon kept 90
ok 'whose name is told' said 'encoder="Studio 4, SRT '

let_in() { told_by in "$1" && soon counts weir_srt_connections 0; }
ok 'publish:KEY' let_in "publish:$key"
ok 'the standard syntax, key as session' let_in "#!::r=alice,m=publish,s=$key"
ok 'key as user' let_in "#!::m=publish,u=$key,r=alice"
ok 'key as resource' let_in "#!::r=$key,m=publish,u=somebody"
ok 'as MediaMTX has it' let_in "publish:alice:user:$key#x=y"
ok 'a path' let_in "live/$key"
over() { last_is alice 'BroadcastEnded: .*'; }
ok 'all of them ended' soon over
rm -f "$WEIR_STATE"/alice.*.nut

gst-launch-1.0 -q -e videotestsrc is-live=true num-buffers=100 ! video/x-raw,width=320,height=180,framerate=30/1 ! \
    x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! h264parse ! queue ! mux. \
    audiotestsrc is-live=true num-buffers=160 ! voaacenc ! aacparse ! queue ! mux. \
    mpegtsmux name=mux alignment=7 ! srtsink uri="srt://$at" streamid="$key" wait-for-connection=true \
    >"$T/gst.out" 2>&1
ok 'GStreamer' soon over
ok 'its media is on the pipe' soon kept 60

before=$(figure weir_srt_frames_total)
# It does not end by itself.
{ ffmpeg -nostdin -v quiet -re -i "$T/clip.ts" -c copy -f mpegts -; sleep 60; } |
    srt-live-transmit -chunk:1316 file://con "srt://$at?streamid=$key" >"$T/slt.out" 2>&1 &
slt=$!; pids="$pids $slt"
ok 'srt-live-transmit' soon at_least weir_srt_frames_total "$((before + 200))"
kill -INT "$slt"
ok 'says goodbye' soon over
ok 'what came until then is on the pipe' soon there 60
rm -f "$WEIR_STATE"/alice.*.nut

encoder "$key"
ok 'while it goes on' soon live
measured() {
	"$BIN/weir-status" --json --watch |
	    jq -e '.live[0] | .protocol == "srt" and .ingest.rtt_us > 0 and
		.ingest.latency_us >= 120000 and .ingest.lost_packets >= 0'
}
ok 'weir-status tells of the way to it' soon measured
ok 'for people, too' sh -c "'$BIN/weir-status' --watch | grep -q 'round trip .* ms, latency 120 ms'"
ok 'and so do the metrics' soon at_least weir_srt_rtt_microseconds 1
ok 'what came in is counted' at_least weir_srt_bytes_total 100000
ok 'frames as well' at_least weir_srt_frames_total 100

"$BIN/weir-channel" add bob >"$T/bob"
publish "$(cat "$T/bob")" &
other=$!; pids="$pids $other"
ok 'a second encoder publishes beside it' soon counts weir_srt_publishers 2
ok 'to its end' wait "$other"
ok 'which is told' soon last_is bob 'BroadcastEnded: .*'
kill -INT "$encoder"
ok 'the first goes on until it is stopped' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'nobody is left' soon counts weir_srt_connections 0
ok 'SIGTERM ends it' stop "$srtd"
ok 'its key is in no line' sh -c "! grep -q '$key' '$T/weir-srtd.err'"
