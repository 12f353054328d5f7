#!/bin/sh
# Pipelines: those that weir comes with, and each one that docs/pipelines.md
# teaches, as it stands there, with a broadcast of its own.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
doc=${0%/*}/../../docs/pipelines.md
export WEIR_STATE="$T/state" WEIR_RUN="$T/run" WEIR_RTMP=127.0.0.1:0 WEIR_HTTP=127.0.0.1:0
unset WEIR_CONF WEIR_PIPELINE WEIR_ELSEWHERE
mkdir -p "$WEIR_STATE/pipelines" "$WEIR_STATE/push" "$WEIR_RUN"
instance

# Its programs, each into a file that bears the name in its first comment.
awk -v dir="$WEIR_STATE/pipelines" '
	/^```(bash|python)$/ { n = 1; text = ""; name = ""; next }
	/^```$/ { if (name != "") print text > (dir "/" name); n = 0; name = ""; next }
	n { text = text (n++ > 1 ? "\n" : "") $0 }
	n && name == "" && /^# [a-z-]+: / { name = substr($2, 1, length($2) - 1) }
' "$doc"
chmod +x "$WEIR_STATE/pipelines/"*
own=$(find "$WEIR_STATE/pipelines" -type f -printf '%f\n' | sort | tr '\n' ' ')
ok 'the page teaches nine programs' [ "$own" = 'elsewhere even motion radio simulcast slate upright watch-rate watermark ' ]
ok 'each of them a sound script' shellcheck -s bash "$WEIR_STATE/pipelines/elsewhere" \
    "$WEIR_STATE/pipelines/even" "$WEIR_STATE/pipelines/motion" "$WEIR_STATE/pipelines/radio" \
    "$WEIR_STATE/pipelines/simulcast" "$WEIR_STATE/pipelines/slate" \
    "$WEIR_STATE/pipelines/upright" "$WEIR_STATE/pipelines/watermark"

ffmpeg -v error -nostdin -f lavfi -i color=red:size=32x32 -frames:v 1 "$WEIR_STATE/logo.png"
ffmpeg -v error -nostdin -f lavfi -i color=blue:size=321x181 -frames:v 1 "$WEIR_STATE/slate.png"
# Grey, then black: that is motion.
ffmpeg -v error -nostdin -f lavfi -i color=gray:size=320x180:rate=30:duration=2 \
    -f lavfi -i color=black:size=320x180:rate=30:duration=3 \
    -f lavfi -i sine=frequency=440:sample_rate=48000:duration=5 -filter_complex '[0][1]concat' \
    -c:v libx264 -preset ultrafast -g 30 -pix_fmt yuv420p -c:a aac "$T/clip.flv"
# on CHANNEL PIPELINE ARGS...: publish the clip to it.
on() {
	channel=$1 pipeline=$2
	shift 2
	weir-channel add "$channel" >"$T/$channel.key" && weir-channel pipeline "$channel" "$pipeline"
	ffmpeg -v error -nostdin -re -stream_loop "${loops:-0}" -i "$T/clip.flv" -c copy "$@" -f flv \
	    "$RTMP/$(cat "$T/$channel.key")" 2>"$T/$channel.err" &
	pids="$pids $!"
}
weir-channel add target >"$T/target.key"
echo "$RTMP/$(cat "$T/target.key")" >"$WEIR_STATE/push/simulcast"
for name in live-audio live-archive live-ladder; do WEIR_LADDER=source,90p on $name $name; done
for name in elsewhere even motion radio simulcast upright watermark; do on $name $name; done
on slate slate -vn
# Its pace is what matters here, and a busy machine sends in bursts: until a
# poor stretch was seen.
loops=100 on watch-rate watch-rate
watched=$!

# over CHANNEL: its broadcast is, and nothing went wrong.
over() {
	within 120 sh -c "weir-cat --json -s live/$1 -t BroadcastEnded | grep -q goodbye" &&
	    [ -z "$(weir-cat --json -s "live/$1" -t PipelineRestarted)" ] &&
	    ! weir-cat --json -s "live/$1" -t BroadcastEnded | grep -q 'pipeline'
}
# tracks CHANNEL: those with segments, with their sizes.
tracks() {
	weir-cat --json -s "broadcast/$(broadcast "$1")" | jq -rs '
	    [.[] | select(.type == "SegmentReady") | .data.track] as $have |
	    [.[] | select(.type == "TrackStarted" and (.data.track | IN($have[]))) | .data |
	    .track + (if .width then " \(.width)x\(.height)" else "" end)] | unique | join(", ")'
}
# is_of CHANNEL TRACKS
is_of() {
	over "$1" && got=$(tracks "$1") && [ "$got" = "$2" ] && return
	echo "# $1: ${got:-it is not over}" >&2
	grep -v accepted "$T/weir-rtmpd.err" | tail -n 5 | sed 's/^/# /' >&2
	return 1
}
both='audio, video 320x180'
ok 'live-audio' is_of live-audio audio
ok 'live-archive' is_of live-archive "$both"
kept() { ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 "$1" | head -n 1; }
ok 'kept what came in' [ "$(kept "$WEIR_STATE/archive/live-archive/$(broadcast live-archive).nut")" -eq 150 ]
ok 'live-ladder' is_of live-ladder "$both"
for name in even motion simulcast watermark; do ok "$name" is_of $name "$both"; done
ok 'radio' is_of radio audio
ok 'slate: its picture' is_of slate 'audio, video 320x180'
ok 'upright: beside the wide one' is_of upright 'audio, video 320x180, video2 100x180'
ok 'elsewhere: a rendition' is_of elsewhere 'audio, video 320x180, video2 284x160'
ok 'the other service got it, too' is_of target "$both"
# red: a pixel of the logo, in the last picture of the broadcast.
red() {
	dir=$WEIR_STATE/media/$(broadcast watermark)/video
	cat "$dir/init-1.mp4" "$dir/0.m4s" |
	    ffmpeg -v error -nostdin -f mp4 -i pipe:0 -frames:v 1 -vf crop=8:8:280:28 -pix_fmt rgb24 \
	        -f rawvideo - | od -An -tu1 -N3 | awk '{ exit !($1 > 180 && $2 < 80 && $3 < 80) }'
}
ok 'the logo is in the corner' red
notes() { weir-cat --json -s motion/motion -t NoteWritten | wc -l; }
one() { [ "$(notes)" -eq 1 ]; }
ok 'one motion is one note' soon one
ok 'a poor stream is told of' soon grep -q 'watch-rate: [0-9]* kbit/s' "$T/weir-rtmpd.err"
kill -INT "$watched"
ok 'watch-rate' is_of watch-rate "$both"
ok 'it stops' stop "$rtmpd"
