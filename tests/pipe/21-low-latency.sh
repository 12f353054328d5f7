#!/bin/sh
# Low latency from an encoder to a browser: parts all the way.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"

WEIR_PART=200ms
export WEIR_PART
browser=${0%/*}/../browser
ok "three daemons start" instance
KEY=$(weir-channel add alice)
ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=640x360:r=30 \
    -re -f lavfi -i sine=r=48000 -c:v libx264 -preset ultrafast \
    -tune zerolatency -g 30 -c:a aac -f flv "$RTMP/$KEY" 2>"$T/encoder.err" &
encoder=$!; pids="$pids $encoder"
parts() { curl -sf "$HTTP/live/alice/$1/index.m3u8" | grep -q EXT-X-PART:; }
ok "pictures come in parts" soon parts video
ok "and sound" soon parts audio
near() { node "$browser/delay.mjs" "$HTTP/@alice" --below 2 >"$T/delay"; }
ok "Chromium plays less than two seconds behind" near
sed 's/^/# /' "$T/delay"
kill -INT "$encoder"
over() { [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = false ]; }
ok "it ends" soon over
ok "and its list has no parts any more" \
    [ -z "$(curl -s "$HTTP/live/alice/video/index.m3u8" | grep EXT-X-PART)" ]
