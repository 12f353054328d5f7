# shellcheck shell=sh disable=SC2034,SC2154 # for those that source it
# Sourced behind sh.sh and live.sh by tests that kill: a platform under
# weir-up, whose addresses stay what they are, an encoder whose frames are
# counted, and the processes of a pipeline.
WEIR_PART=200ms
export WEIR_PART

# addresses: choose them; leaves $HTTP, $RTMP and the playlist in $list.
addresses() {
	WEIR_HTTP=127.0.0.1:$(free_port)
	WEIR_RTMP=127.0.0.1:$(free_port)
	export WEIR_HTTP WEIR_RTMP
	HTTP=http://$WEIR_HTTP
	RTMP=rtmp://$WEIR_RTMP/live
	list=$HTTP/live/alice/video/index.m3u8
}
# key CHANNEL: added, with a long grace time; leaves its key in $KEY.
key() { KEY=$(weir-channel add "$1") && weir-channel grace "$1" 10min; }
# platform: start it; leaves $up, and what the two above do.
platform() {
	addresses
	start weir-up
	up=$pid
	key alice
}
# Below those that the kernel gives to whoever connects: it stays free while
# its daemon is away.
free_port() {
	node -e 'const { createServer } = require("net");
	    const look = (port) => createServer().on("error", () => look(some()))
	        .listen(port, "127.0.0.1", function () { console.log(port); this.close(); });
	    const some = () => 12000 + Math.floor(Math.random() * 20000);
	    look(some());'
}
# returned N: the encoder has come back so often.
returned() { [ "$(weir-cat --json -t BroadcastResumed | wc -l)" -ge "$1" ]; }
# daemon NAME: its pid.  It may be between two lives.
daemon() {
	soon sh -c "kill -0 \"\$(cat '$WEIR_RUN/$1.lock')\"" && cat "$WEIR_RUN/$1.lock"
}
children() { cat "/proc/$1/task/$1/children" 2>/dev/null; }
# part NAME: the pid of the shell, or of weir-segment or weir-append, of the
# pipeline that runs.
part() {
	for shell in $(children "$(daemon rtmpd)"); do
		[ "$1" != shell ] || echo "$shell"
		for filter in $(children "$shell"); do
			[ "$(cat "/proc/$filter/comm")" != "$1" ] || echo "$filter"
		done
	done | head -n 1
}
runs() { [ -n "$(part "$1")" ]; }
# victim NAME: its pid, whatever it is.
victim() {
	case $1 in
	logd | rtmpd | edged) daemon "$1" ;;
	*) soon runs "$1" && part "$1" ;;
	esac
}
# A moment between 0 and 1 s: nobody knows what is going on just then.
moment() { node -e 'setTimeout(() => {}, Math.random() * 1000)'; }
murder() {
	moment
	kill -9 "$(victim "$1")"
}

# encode: publish until `part_of_encoder`; it comes back when it is cut off, as
# encoders do.  30 frames a second, counted in $T/frames.N.
encode() {
	{
		n_encoder=0
		while [ ! -e "$T/enough" ]; do
			n_encoder=$((n_encoder + 1))
			ffmpeg -nostdin -v error -progress "$T/frames.$n_encoder" \
			    -re -f lavfi -i testsrc2=s=320x180:r=30 \
			    -f lavfi -i sine=r=48000 -c:v libx264 -preset ultrafast \
			    -tune zerolatency -g "${GOP:-30}" -c:a aac -f flv "$RTMP/$KEY" \
			    2>>"$T/encoder.err" &
			echo $! >"$T/encoder.pid"
			wait $!
		done
	} &
	encoder=$!; pids="$pids $encoder"
}
# steady: an encoder is there, and was not cut off just now.
steady() {
	curl -sf "$HTTP/api/channels/alice" |
	    jq -e '.live and (.interrupted != true)' >/dev/null &&
	    kill -0 "$(cat "$T/encoder.pid")"
}
# goodbye: the encoder says so; then the story of the channel is printed.
goodbye() {
	soon steady
	weir-cat --json -s live/alice | jq -r '"# \(.type) \(.data.reason // "")"'
	: >"$T/enough"
	kill -INT "$(cat "$T/encoder.pid")"
	wait "$encoder"
}
sent() { for f in "$T"/frames.*; do grep '^frame=' "$f" | tail -n 1; done | awk -F= '{ n += $2 } END { print n + 0 }'; }
# stored: how many frames are in the segments that the log names.
stored() {
	weir-cat --json -t SegmentReady | jq -r 'select(.data.track == "video") |
	    "\(.data.broadcast)/video/\(.data.msn // 0).m4s"' |
	    (cd "$WEIR_STATE/media" && node "$LIB/frames.mjs")
}
# here: the number of segments that were told so far.
here() { weir-cat --json -t SegmentReady | grep -c '"video"'; }
grown() { [ "$(here)" -ge "$1" ]; }
over() { curl -s "$list" | grep -qx '#EXT-X-ENDLIST'; }
# start_slowly NAME: a daemon of its own, which need not be ready yet.
by_hand=
start_slowly() {
	"$BIN/weir-$1" >>"$T/weir-$1.out" 2>>"$T/weir-$1.err" &
	pids="$pids $!"
	by_hand="$! $by_hand"
}
