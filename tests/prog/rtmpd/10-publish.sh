#!/bin/sh
# ffmpeg, GStreamer and a peer of our own publish; the log tells it, and the
# pipeline gets every frame.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"

pipeline <<'END'
env >"$WEIR_STATE/env"
ls -l /proc/$$/fd >"$WEIR_STATE/fds"
exec cat >"$WEIR_STATE/$WEIR_BROADCAST.nut"
END
platform
# the_nut: what the pipeline got of the broadcast that ended last.
the_nut() {
	echo "$WEIR_STATE/$("$BIN/weir-cat" --json --type BroadcastEnded |
	    tail -n 1 | jq -r .data.broadcast).nut"
}
has_env() { grep -qx -e "$1" "$WEIR_STATE/env"; }

ok 'ffmpeg publishes' ffmpeg -v error -i "$data/frog.mp4" -c copy -f flv \
    "rtmp://$at/live/$key"
ok 'its broadcast ends' soon told alice 1 BroadcastEnded
ok 'and has a start before' [ "$(story alice | tr '\n' /)" = \
    'BroadcastStarted/BroadcastEnded: the encoder said goodbye/' ]
nut=$(the_nut)
ok 'the pipeline got all video' [ "$(packets "$nut" v)" -eq "$(packets "$data/frog.mp4" v)" ]
ok 'and all audio' [ "$(packets "$nut" a)" -eq "$(packets "$data/frog.mp4" a)" ]
ok 'in one file' [ "$(grep -a -c 'nut/multimedia container' "$nut")" -eq 1 ]
ok 'which decodes without a word' [ -z "$(ffmpeg -v repeat+error -i "$nut" -f null - 2>&1 |
    grep -v 'no index\|read_timestamp')" ]
ok 'the pipeline knows the channel' has_env WEIR_CHANNEL=alice
ok 'and the broadcast' has_env "WEIR_BROADCAST=$(basename "$nut" .nut)"
ok 'and finds our programs' has_env "PATH=$(cd "$BIN" && pwd):.*"
ok 'and is not taken for our supervisor' [ "$(grep -c ^NOTIFY_FD "$WEIR_STATE/env")" -eq 0 ]
ok 'and has no descriptors of ours' [ "$(grep -c 'socket:\|anon_inode\|\.lock' "$WEIR_STATE/fds")" -eq 0 ]
ok 'the encoder is named' [ "$("$BIN/weir-cat" --json --type BroadcastStarted |
    jq -r .data.encoder | cut -c 1-5)" = FMLE/ ]
ok 'no line has the key' [ "$(grep -c "$key" "$T/weir-rtmpd.err")" -eq 0 ]

# GStreamer sends in real time; two seconds are enough.
ffmpeg -v error -i "$data/frog.mp4" -t 2 -c copy "$T/short.mp4"
if gst-inspect-1.0 rtmp2sink >/dev/null 2>&1; then
	ok 'GStreamer publishes' timeout 60 gst-launch-1.0 -q \
	    filesrc "location=$T/short.mp4" ! qtdemux name=d \
	    flvmux name=m streamable=true ! rtmp2sink "location=rtmp://$at/live/$key" \
	    d.video_0 ! h264parse ! queue ! m. d.audio_0 ! aacparse ! queue ! m.
	ok 'its broadcast ends' soon told alice 2 BroadcastEnded
	nut=$(the_nut)
	ok 'the pipeline got all video' [ "$(packets "$nut" v)" -eq "$(packets "$T/short.mp4" v)" ]
	ok 'and audio' [ "$(packets "$nut" a)" -gt 80 ]
else
	echo '# no rtmp2sink here'
	rtmp publish "$key" && soon told alice 2 BroadcastEnded
fi

ended=2
for size in 1 128 4096 16777215; do
	ok "chunks of $size bytes" rtmp publish "$key" 50 "$size"
	ended=$((ended + 1))
	ok 'end' soon told alice "$ended" BroadcastEnded
	ok 'with all their frames' [ "$(packets "$(the_nut)" v)" -eq 50 ]
done
ok 'timestamps cross 2^32 ms' rtmp wrap "$key"
ok 'end' soon told alice 7 BroadcastEnded
nut=$(the_nut)
ok 'all frames are there' [ "$(packets "$nut" v)" -eq 50 ]
ok 'and time goes on' [ "$(ffprobe -v error -select_streams v -show_entries \
    packet=pts_time -of csv=p=0 "$nut" | awk -F, 'NR > 1 && $1 <= was { n++ }
    { was = $1 } END { print n + 0 }')" -eq 0 ]
ok 'parameters change, a track joins late' rtmp change "$key"
ok 'end' soon told alice 8 BroadcastEnded
ok 'each time a file begins' [ "$(grep -a -o 'nut/multimedia container' "$(the_nut)" |
    wc -l)" -eq 3 ]

ok 'B-frames' ffmpeg -v error -f lavfi -i testsrc=s=320x240:r=25 -t 2 \
    -c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p -f flv \
    "rtmp://$at/live/$key?some=query"
ok 'end' soon told alice 9 BroadcastEnded
nut=$(the_nut)
ok 'keep their order' [ "$(ffprobe -v error -show_entries stream=has_b_frames \
    -of csv=p=0 "$nut")" -eq 2 ]
ok 'video alone is not waited for long' [ "$(packets "$nut" v)" -eq 50 ]
ok 'the figures add up' soon counts weir_rtmp_broadcasts_total 9
ok 'nothing was dropped' counts weir_rtmp_dropped_frames_total 0
ok 'SIGTERM ends it' stop "$rtmpd"
ok 'and its address' [ ! -e "$WEIR_RUN/rtmpd.addr" ]
