#!/bin/sh
# What is live elsewhere: HLS, SRT, RTSP; sources that go and come back.
# shellcheck disable=SC2016,SC2154 # for the shells inside; keys come from platform
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=../push/push.sh
. "$(dirname "$0")/../push/push.sh"
# shellcheck source=pull.sh
. "$(dirname "$0")/pull.sh"
rtsp=$(CDPATH='' cd "$(dirname "$0")" && pwd)/rtsp.py
footage "$T/one.nut" 4 320x180
cd "$T" || exit
mkdir www
web www

# HLS: with all its segments, one that is over.
ffmpeg -nostdin -v quiet -i one.nut -c copy -f hls -hls_time 2 -hls_playlist_type vod -y www/vod.m3u8
weir-pull --fast --once "$WEB/vod.m3u8" >out.nut 2>err
ok 'HLS: every picture, the same' as_sent out.nut
ok 'the address is not told whole' exits 1 grep -q vod.m3u8 err
# A list that names files of this host, or leads to them by a redirect.
printf '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://%s/www/vod0.ts\n#EXT-X-ENDLIST\n' "$T" >www/evil.m3u8
weir-pull --fast --once "$WEB/evil.m3u8" >evil.nut 2>err
ok 'HLS that names a file: nothing of it' test ! -s evil.nut
ok 'which is told' said 1 'cannot pull' err

# SRT, whose other side goes and comes back.
port=$(free_port)
listen() {
	ffmpeg -nostdin -v quiet -re -i one.nut -c copy -f mpegts \
	    "srt://127.0.0.1:$port?mode=listener&passphrase=correct-horse" &
	ff=$!; pids="$pids $ff"
}
weir-pull --retry-max 1 "srt://127.0.0.1:$port?passphrase=correct-horse" >srt.nut 2>err &
pull=$!; pids="$pids $pull"
ok 'SRT: nobody is there' soon said 1 'cannot pull: ' err
ok 'which is told without the passphrase' exits 1 grep -q horse err
listen
ok 'somebody is' soon said 1 'pulling source=srt://127.0.0.1:[0-9]* tracks=2' err
wait "$ff"
listen
ok 'and again, after it went' soon said 2 'pulling source=' err
wait "$ff"
kill -TERM "$pull"
ok 'it stops when it is told' wait "$pull"
ok 'with what came' test "$(weir-segment --broadcast s1 <srt.nut | weir-cat --json - | jq -s '[.[] | select(.type == "SegmentReady" and .data.track == "video") | .data.duration_us] | add > 5000000')" = true
ok 'in a NUT file each time' test 2 = "$(grep -ao 'nut/multimedia container' srt.nut | wc -l)"

# RTSP, over its own connection.
python3 "$rtsp" one.nut >rtsp.at 2>rtsp.err &
pids="$pids $!"
soon test -s rtsp.at
platform alice
WEIR_KEY=$alice_key weir-pull --once "rtsp://user:secret@$(cat rtsp.at)/cam" 2>err
ok 'RTSP: pulled and published' told alice 1 BroadcastStarted
ok 'without a word of who asked' exits 1 grep -q secret err
soon told alice 1 BroadcastEnded
weir-play alice >out.nut
ok 'nearly all of it' test "$(pictures out.nut)" -ge 75

# Another weir's recording, as any player has it.
start weir-edged
weir-pull --fast --once "http://$(cat "$WEIR_RUN/edged.addr")/vod/$(broadcast alice)/index.m3u8" >vod.nut 2>err
ok 'a weir: every picture, the same' test "$(frames vod.nut)" = "$(frames out.nut)"
ok 'and all sound' test "$(packets vod.nut a)" = "$(packets out.nut a)"
