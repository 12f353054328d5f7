#!/bin/sh
# weir-ts takes apart what muxers make, and loses nothing of it.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/ts.sh"

# whole NAME: it comes through, without a word, as ffmpeg would have it.
whole() {
	ok "$1: it is taken" taken "$1"
	ok "$1: without a word" [ ! -s "$T/$1.err" ]
	ok "$1: the pictures are the same" same "$1" v
	ok "$1: the sound is the same" same "$1" a
	ok "$1: it decodes" quiet "$1"
}
stream h264-aac -c:v libx264 -preset veryfast -bf 2 -g 50 -c:a aac
stream hevc-ac3 -c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=25 -c:a ac3
stream h264-opus -c:v libx264 -preset ultrafast -c:a libopus
stream open-eac3 -c:v libx264 -preset fast -x264-params open-gop=1:keyint=25:slices=4 -c:a eac3
stream mbaff-mp3 -c:v libx264 -preset fast -flags +ildct+ilme -c:a libmp3lame
stream mono-8k -c:v libx264 -preset ultrafast -c:a aac -ac 1 -ar 8000
stream six-opus -ac 6 -c:v libx264 -preset ultrafast -c:a libopus -mapping_family 1
for name in h264-aac hevc-ac3 h264-opus open-eac3 mbaff-mp3 mono-8k six-opus; do
	whole "$name"
done

# Another muxer: PES packets that say their length, a frame of sound in each.
gst() {
	out=$1; shift
	gst-launch-1.0 -q mpegtsmux name=m ! filesink location="$T/$out.ts" \
	    videotestsrc num-buffers=100 ! video/x-raw,width=320,height=180,framerate=25/1 ! \
	    x264enc speed-preset=ultrafast key-int-max=25 ! h264parse ! m. \
	    audiotestsrc num-buffers=180 ! audioconvert ! audioresample ! "$@" ! m.
}
gst gst-aac avenc_aac ! aacparse
gst gst-opus opusenc ! opusparse
whole gst-aac
whole gst-opus

# Packets that are not 188 bytes apart; bytes that come in odd pieces.
python3 - "$T/h264-aac.ts" "$T/192.ts" "$T/204.ts" <<'PY'
import sys
d = open(sys.argv[1], 'rb').read()
p = [d[i:i + 188] for i in range(0, len(d), 188)]
open(sys.argv[2], 'wb').write(b''.join(b'\x40\x00\x00' + bytes([i & 255]) + x for i, x in enumerate(p)))
open(sys.argv[3], 'wb').write(b''.join(x + b'\x47' * 16 for x in p))
PY
ok '192 bytes from packet to packet' taken 192
ok 'make no difference' cmp "$T/192.nut" "$T/h264-aac.nut"
ok 'without a word' [ ! -s "$T/192.err" ]
ok 'nor 204' taken 204
ok 'make any' cmp "$T/204.nut" "$T/h264-aac.nut"
odd() { dd if="$T/h264-aac.ts" bs=77 status=none | "$BIN/weir-ts" >"$T/odd.nut"; }
ok 'nor do pieces that are no packets' odd
ok 'of which the same comes' cmp "$T/odd.nut" "$T/h264-aac.nut"

# What is not taken is told, and what is, is.
stream mp2 -c:v libx264 -preset ultrafast -c:a mp2
ok 'sound of layer II' taken mp2
ok 'is told of' grep -q 'layer II is not supported pid=257 type=0x03' "$T/mp2.err"
ok 'and the pictures are there' same mp2 v
stream mpeg2 -c:v mpeg2video -c:a aac
ok 'MPEG-2 video' taken mpeg2
ok 'is told of' grep -q 'MPEG-2 video is not supported' "$T/mpeg2.err"
ok 'and the sound is there' same mpeg2 a

stream two -map 0 -map 1 -map 1 -c:v libx264 -preset ultrafast -c:a:0 aac -c:a:1 ac3 \
    -program title=a:st=1 -program title=b:st=0:st=2
ok 'of two programs' taken two
ok 'one is taken' [ "$(ffprobe -v error -show_entries stream=codec_name -of csv=p=0 - <"$T/two.nut" | xargs)" = aac ]

head -c 100000 /dev/urandom >"$T/noise.ts"
ok 'what is no transport stream' exits 100 "$BIN/weir-ts" <"$T/noise.ts"
ok 'is said to be none' grep -q 'no transport stream' "$T/exits.out"
ok 'as is nothing at all' exits 100 "$BIN/weir-ts" </dev/null
ok 'options there are none' exits 100 "$BIN/weir-ts" --what
