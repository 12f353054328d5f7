#!/bin/sh
# Real footage over real RTMP in a real browser: the picture moves, the sound
# track is there, the page waits for a stream and says when it is over.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"

watch=${0%/*}/../browser/watch.mjs
ok "three daemons start" instance
KEY=$(weir-channel add alice)
publish "$KEY"
ok "it goes live" soon segments 1 "$HTTP/live/alice/video/index.m3u8"
plays() { node "$watch" "$HTTP/@alice" --seconds 5 >"$T/watched"; }
sound() { jq -e '.video.audioBytes > 10000' "$T/watched" >/dev/null; }
ok "Chromium plays it from ffmpeg" plays
ok "with sound" sound
ok "in its size" [ "$(jq -r '"\(.video.width)x\(.video.height)"' "$T/watched")" = 720x480 ]
kill "$encoder"
wait "$encoder"
over() { [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = false ]; }
ok "it ends" soon over

# GStreamer as encoder: other chunk sizes, other commands, B-frames.
gst-launch-1.0 -q filesrc location="$CLIP" ! qtdemux name=d \
    flvmux name=m streamable=true ! rtmp2sink location="$RTMP/$KEY" \
    d.video_0 ! queue ! h264parse ! m. \
    d.audio_0 ! queue ! aacparse ! m. >"$T/gst.out" 2>&1 &
encoder=$!; pids="$pids $encoder"
again() { [ "$(weir-cat --json -t BroadcastStarted | wc -l)" -eq 2 ]; }
ok "GStreamer publishes" soon again
ok "to its end" wait "$encoder"
ok "which the log knows" soon over
id=$(broadcast alice)
ok "its video decodes" decodes "$WEIR_STATE/media/$id/video"
ok "its audio decodes" decodes "$WEIR_STATE/media/$id/audio"
frames() {
	ffprobe -v error -count_packets -select_streams v \
	    -show_entries stream=nb_read_packets -of csv=p=0 "$1"
}
find "$WEIR_STATE/media/$id/video" -name '*.m4s' | sort -V |
    xargs cat "$WEIR_STATE/media/$id/video/init-1.mp4" >"$T/all.mp4"
ok "no frame is missing" [ "$(frames "$T/all.mp4")" = "$(frames "$CLIP")" ]
