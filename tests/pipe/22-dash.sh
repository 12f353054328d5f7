#!/bin/sh
# DASH from an encoder to dash.js, Shaka Player and FFmpeg: live with low
# latency, through an interruption, to the end, and finished.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"

WEIR_PART=200ms
export WEIR_PART
browser=${0%/*}/../browser
check() { node "${0%/*}/../lib/dash-check.mjs" "$@" >"$T/check" 2>&1 || { sed 's/^/# /' "$T/check" >&2; return 1; }; }
ok "three daemons start" instance
KEY=$(weir-channel add alice)
weir-channel grace alice 10min
mpd=$HTTP/live/alice/manifest.mpd
publishes() {
	ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=320x180:r=25 \
	    -re -f lavfi -i sine=r=48000 -c:v libx264 -preset ultrafast \
	    -tune zerolatency -g 25 -c:a aac -f flv "$RTMP/$KEY" 2>"$T/encoder.err" &
	encoder=$!; pids="$pids $encoder"
}
has() { curl -sf "$mpd" | grep -qF "$1"; }
periods() { [ "$(curl -sf "$mpd" | grep -c '<Period')" -eq "$1" ]; }

publishes
ok "a manifest that players may come close with" soon has availabilityTimeComplete
ok "sound, too" soon has 'contentType="audio"'
node "$browser/dash-witness.mjs" "$mpd" >"$T/witness" 2>&1 &
witness=$!; pids="$pids $witness"
# shows PLAYER WORD: it came to WORD since the last `now`.
now() { seen=$(wc -l <"$T/witness"); }
seen=0
shows() { tail -n +$((seen + 1)) "$T/witness" | grep -q "^$1 $2"; }
# near PLAYER: what it plays without a stop is less than 5 s old, however
# slow the machine is; where they stay without low latency.
near() {
	ms=$(tail -n +$((seen + 1)) "$T/witness" | sed -n "s/^$1 steady //p" | tail -n 1)
	[ -n "$ms" ] && [ "$ms" -lt 5000 ]
}
for p in dashjs shaka; do
	ok "$p plays it" soon shows $p playing
	ok "without a stop, and close" within 240 near $p
done
ok "it is sound while it grows" check --watch 5 "$mpd"
# FFmpeg 5.1 reads on only where segments begin at whole seconds.
streams() {
	timeout 60 ffprobe -v error -show_entries stream=codec_name -of csv=p=0 "$mpd" | grep . | sort -u | tr "\n" /
}
ok "FFmpeg opens it" [ "$(streams)" = aac/h264/ ]

now
kill -9 "$encoder"
wait "$encoder" 2>/dev/null
ok "the encoder is gone: players stop" soon shows dashjs stalled
ok "both of them" soon shows shaka stalled
foretold() { curl -s "$mpd" | grep -q 'd="90090"'; }
gone() { ! foretold; }
ok "no segment is foretold" soon gone
now
publishes
ok "it is back: a period of its own" soon periods 2
for p in dashjs shaka; do
	ok "$p goes on" soon shows $p playing
	ok "without a stop, and close" within 240 near $p
done
ok "it is sound" check --watch 3 --all "$mpd"

now
# Not between two segments, when the next one is foretold and never begins.
grows() { curl -sf "$HTTP/live/alice/video/index.m3u8" | grep -q 'HINT.*START=[1-9]'; }
ok "a segment grows" soon grows
kill -INT "$encoder"
ok "the end makes it static" soon has 'type="static"'
for p in dashjs shaka; do
	ok "$p sees the end" soon shows $p ended
done
ok "nothing was wrong in the pages" sh -c "kill -TERM $witness; while kill -0 $witness 2>/dev/null; do sleep 0.1; done; ! grep -E 'exception|broken' '$T/witness'"
grep -E '^#|steady' "$T/witness" | sed 's/^#* */# /'
ok "it is sound" check --all "$mpd"
seeks() { node "$browser/dash-seek.mjs" "$mpd" >"$T/seek" 2>"$T/seek.err" || { sed 's/^/# /' "$T/seek.err" >&2; return 1; }; }
ok "both play its beginning, its middle and its end" seeks
ok "without an error" [ "$(jq -c '[.[].errors[]]' "$T/seek")" = '[]' ]
recording=$HTTP/vod/$(broadcast alice)/manifest.mpd
ok "the recording is sound" check --all "$recording"
mpd=$recording
ok "and plays" seeks
ok "without an error" [ "$(jq -c '[.[].errors[]]' "$T/seek")" = '[]' ]
ok "from 0 on, without the gap" [ "$(jq -c 'map(.start < 0.1 and .duration < .end + 0.1) | all' "$T/seek")" = true ]
packets() {
	ffprobe -v error -count_packets -select_streams "$1" \
	    -show_entries stream=nb_read_packets -of csv=p=0 "$mpd" | head -n 1
}
told() {
	id=$(broadcast alice)
	find "$WEIR_STATE/media/$id/$1" -name '*.m4s' | sort -V |
	    xargs cat "$WEIR_STATE/media/$id/$1/init-1.mp4" >"$T/all.mp4"
	ffprobe -v error -count_packets -show_entries stream=nb_read_packets \
	    -of csv=p=0 "$T/all.mp4"
}
counts() { [ "$(packets "$1")" -le "$(told "$2")" ] && [ "$(packets "$1")" -gt 100 ]; }
ok "FFmpeg reads all of it" counts v video
