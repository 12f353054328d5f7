#!/bin/sh
# Files: as they are, in a loop, in real time, and published; and those that
# are something else than they claim.
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
footage "$T/one.nut" 4 320x180
cd "$T" || exit
for f in mp4 mkv ts flv; do
	ffmpeg -nostdin -v quiet -i one.nut -c copy -y "one.$f"
	weir-pull --fast "one.$f" >out.nut 2>err
	ok "$f: every picture, the same" as_sent out.nut
	ok "$f: all sound" test "$(packets out.nut a)" -ge 185
	ok "$f: which decodes" silent sh -c 'ffmpeg -nostdin -v warning -xerror -i - -f null - <out.nut'
	ok "$f: in one NUT file" test 1 = "$(grep -ao 'nut/multimedia container' out.nut | wc -l)"
done
ok 'what it pulls is told' said 1 '^weir-pull: pulling source=one.flv tracks=2$' err
weir-pull --loop --fast one.mp4 2>err | head -c 2000000 >loop.nut
ok 'a loop goes on' test "$(pictures loop.nut)" -gt 250
ok 'without a seam' test 1 = "$(grep -ao 'nut/multimedia container' loop.nut | wc -l)"
ok 'in times, either' test 0 = "$(ffprobe -v quiet -select_streams v -show_entries packet=pts_time -of csv=p=0 - <loop.nut |
    sort -n | awk -F, 'NR > 1 && ($1 - last > 0.15 || $1 == last) { n++ } { last = $1 } END { print n + 0 }')"
begin=$(date +%s)
weir-pull one.mp4 >out.nut 2>err
ok 'in real time' test $(($(date +%s) - begin)) -ge 3

# Other codecs.
ffmpeg -nostdin -v quiet -i one.nut -c:v libx265 -preset ultrafast -x265-params log-level=none -c:a libopus -y other.mkv
ok 'HEVC and Opus' sh -c 'weir-pull --fast other.mkv >other.nut 2>err'
ok 'are what comes' test 'hevc opus' = "$(ffprobe -v quiet -show_entries stream=codec_name -of csv=p=0 - <other.nut | paste -sd' ')"
ok 'all of it' test 100 = "$(packets other.nut v)"
ffmpeg -nostdin -v quiet -i one.nut -c:v copy -c:a pcm_s16le -y pcm.mkv
ok 'a codec that nobody carries' sh -c 'weir-pull --fast pcm.mkv >pcm.nut 2>err'
ok 'is passed over, and told' said 1 'passed over: pcm_s16le source=pcm.mkv' err
ok 'the rest is there' as_sent pcm.nut
ffmpeg -nostdin -v quiet -i one.nut -vn -c:a pcm_s16le -y only.wav
ok 'nothing but that' exits 100 weir-pull --fast only.wav

weir-pull --test --fast 2>err | head -c 1000000 >test.nut
ok 'a test pattern' test 'h264 aac' = "$(ffprobe -v quiet -show_entries stream=codec_name -of csv=p=0 - <test.nut | paste -sd' ')"
ok 'that moves' test "$(pictures test.nut)" -gt 60

# What names other files.
printf '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://%s/one.ts\n#EXT-X-ENDLIST\n' "$T" >list.mp4
printf 'ffconcat version 1.0\nfile one.ts\n' >concat.mp4
for f in list concat; do
	ok "a playlist ($f) under a film's name is none" exits 100 weir-pull --fast $f.mp4
	ok 'and says so' said 1 'cannot pull: ' exits.out
done
ok 'a file that is not there' exits 100 weir-pull --fast nothing.mp4
ok 'an address of nothing we know' exits 100 weir-pull gopher://127.0.0.1/x
ok 'no operand' exits 100 weir-pull
ok 'no key file' exits 100 weir-pull --key-file nothing one.mp4

platform alice
echo "$alice_key" >key
weir-pull --key-file key one.mp4 2>err &
pull=$!; pids="$pids $pull"
ok 'published with a key' soon told alice 1 BroadcastStarted
ok 'it ends with the file' wait "$pull"
ok 'and says goodbye' soon told alice 1 BroadcastEnded
weir-play alice >out.nut
ok 'every picture was published' as_sent out.nut
WEIR_KEY=$alice_key weir-pull --loop one.mp4 2>err &
pull=$!; pids="$pids $pull"
ok 'again, in a loop' soon told alice 2 BroadcastStarted
ok 'it has given up what it does not need' grep -q '^NoNewPrivs:.*1$' "/proc/$pull/status"
kill -TERM "$pull"
ok 'until it is stopped' wait "$pull"
ok 'with a goodbye' soon told alice 2 BroadcastEnded
ok 'the key is not told' exits 1 grep -q "$alice_key" err
