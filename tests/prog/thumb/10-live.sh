#!/bin/sh
# weir-thumb: pictures of what is live, and how loud it is.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/edge.sh"
. "$(dirname "$0")/../../lib/footage.sh"

rack() { echo "$WEIR_STATE/media/$1/thumb/$2"; }
# there TYPE BROADCAST: such an event is in the log.
there() { weir-cat --json -t "$1" -s "broadcast/$2" | grep -q .; }
# sized FILE WxH: a picture that decodes, of that size.
sized() {
	got=$(ffprobe -v error -show_entries stream=width,height -of csv=p=0:s=x "$1")
	[ "$got" = "$2" ] && plays "$1"
}
newer() { [ -n "$(find "$1" -newer "$2")" ]; }
thumb() { start weir-thumb --every 1; thumb=$pid; }

thumb
ok 'it waits for a log' soon grep -q 'waiting for the log' "$T/weir-thumb.err"
logd
channel_added alice Alice
channel_added bob Bob
channel_added carol Carol
broadcast_started alice b1
footage "$T/a.nut" 6 1280x720
footage "$T/quiet.nut" 3 320x180 -af volume=0
ffmpeg -nostdin -v error -f lavfi -i 'sine=f=440:r=48000:d=3' -c:a aac -f nut -write_index 0 "$T/sound.nut"
send b1 "$T/a.nut"
ok 'a live broadcast has a picture' soon there ThumbnailMade b1
ok 'as JPEG' sized "$(rack b1 live.jpg)" 640x360
ok 'and as WebP' sized "$(rack b1 live.webp)" 640x360
ok 'which is told' sh -c "weir-cat --json -t ThumbnailMade | jq -e '.data.webp and (.data.poster | not)' >/dev/null"

heard() { timeout 30 weir-cat --follow --json -t SoundMeasured -s "broadcast/$1" --count 1 >"$T/sound.json" 2>/dev/null && jq -e ".data | $2" "$T/sound.json" >/dev/null; }
ok 'how loud it is is told' heard b1 '.track == "audio" and .peak_mdb > 3000 and .peak_mdb < 40000 and .rms_mdb > .peak_mdb and .period_us > 2000000'
ok 'again and again' heard b1 '(.curve | length) >= 8'

broadcast_started bob b2
send b2 "$T/quiet.nut"
ok 'another one, too' soon there ThumbnailMade b2
ok 'small pictures stay small' sized "$(rack b2 live.jpg)" 320x180
ok 'silence is told as such' soon heard b2 '.rms_mdb > 90000'

broadcast_started carol b3
send b3 "$T/sound.nut"
ok 'one without a picture is heard' heard b3 '.rms_mdb < 40000'
ok 'and has none' [ ! -e "$(rack b3 live.jpg)" ]

touch "$T/mark"
footage "$T/more.nut" 3 320x180
send b2 "$T/more.nut"
ok 'pictures are renewed' soon newer "$(rack b2 live.jpg)" "$T/mark"
ok 'which is not told again' [ "$(weir-cat --json -t ThumbnailMade -s broadcast/b2 | wc -l)" -eq 1 ]

kill -9 "$thumb"; wait "$thumb" 2>/dev/null
sed -i 's/./x/g' "$WEIR_STATE/media/b1/video/init-1.mp4"
touch "$T/mark"
thumb
ok 'killed, it goes on' soon newer "$(rack b2 live.jpg)" "$T/mark"
ok 'what is damaged is told of' soon grep -q 'broadcast=b1' "$T/weir-thumb.err"
ok 'and stops nobody else' soon newer "$(rack b2 live.webp)" "$T/mark"
metric() { grep -q "^weir_thumb_live 3$" "$WEIR_RUN/metrics/thumb.prom"; }
ok 'its figures are there' soon metric
ok 'a second one does not start' exits 111 "$BIN/weir-thumb"
ok 'SIGTERM ends it well' stop "$thumb"

head -c 300 /dev/urandom >"$T/noise"
ok 'a worker takes nothing but tasks' exits 100 sh -c "printf '\\1\\0\\0\\0\\377\\377\\377\\377%064d' 0 | '$BIN/weir-thumb' --worker"
ok 'which stand alone' exits 100 "$BIN/weir-thumb" --worker --jobs 2
ok 'a bad option is permanent' exits 100 "$BIN/weir-thumb" --nonsense
ok 'so is a bad setting' exits 100 env WEIR_THUMB_EVERY=never "$BIN/weir-thumb"
ok '-h tells' exits 0 "$BIN/weir-thumb" -h
