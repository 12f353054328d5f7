# Sourced after sh.sh by tests that need a whole instance: weir-logd,
# weir-rtmpd and weir-edged, and encoders that publish to them.
WEIR_PIPELINES="$(CDPATH='' cd "$LIB/../../pipelines" && pwd)"
export WEIR_PIPELINES
CLIP="$(CDPATH='' cd "$LIB/../data" && pwd)/frog.mp4"

# instance: start the three daemons; leaves $logd, $rtmpd, $edged (pids),
# $RTMP and $HTTP (addresses).
# shellcheck disable=SC2034,SC2154 # pid comes from sh.sh, the rest goes to tests
instance() {
	start weir-logd && logd=$pid &&
	    start weir-rtmpd && rtmpd=$pid &&
	    start weir-edged && edged=$pid &&
	    RTMP=rtmp://$(cat "$WEIR_RUN/rtmpd.addr")/live &&
	    HTTP=http://$(cat "$WEIR_RUN/edged.addr")
}
# publish KEY ARGS...: loop the clip to KEY with ffmpeg, as an encoder would;
# ARGS replace "-c copy".  Leaves its pid in $encoder.
publish() {
	key=$1; shift
	[ $# -gt 0 ] || set -- -c copy
	ffmpeg -nostdin -v error -re -stream_loop -1 -i "$CLIP" "$@" \
	    -f flv "$RTMP/$key" 2>"$T/encoder.err" &
	encoder=$!; pids="$pids $encoder"
}
# segments MIN PLAYLIST: at least MIN segments in the media playlist.
segments() { [ "$(curl -sf "$2" | grep -c '\.m4s$')" -ge "$1" ]; }
# broadcast CHANNEL: the id of its newest broadcast.
broadcast() {
	weir-cat --json -t BroadcastStarted -s "live/$1" | tail -n 1 |
	    jq -r .data.broadcast
}
# decodes DIR: every segment in DIR decodes with its initialization section,
# without a word from ffprobe or the decoder.
decodes() {
	for m in "$1"/*.m4s; do
		run=$(weir-cat --json -t SegmentReady -s "broadcast/$(basename "$(dirname "$1")")" |
		    jq -r --arg t "$(basename "$1")" --argjson n "$(basename "$m" .m4s)" \
			'select(.data.track == $t and (.data.msn // 0) == $n) | .data.run')
		cat "$1/init-$run.mp4" "$m" >"$T/whole.mp4"
		{
			ffmpeg -nostdin -v warning -xerror -i "$T/whole.mp4" -f null - ||
			    echo "ffmpeg failed"
			ffprobe -v warning -i "$T/whole.mp4" || echo "ffprobe failed"
		} >"$T/decode.err" 2>&1
		[ -s "$T/decode.err" ] || continue
		echo "# $m: $(head -c 300 "$T/decode.err")" >&2
		return 1
	done
}
