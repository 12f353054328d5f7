#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Codecs and their parameters that change, and faults in them.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=segment.sh
. "$(dirname "$0")/segment.sh"
# shellcheck source=codecs.sh
. "$(dirname "$0")/codecs.sh"

# Another size, another codec: another run.  (Words of these make arguments.)
# shellcheck disable=SC2086
{
	make hevc 320x180 $hevc -c:a libopus
	make av1 320x180 $av1 -c:a flac
	make vp9 320x180 $vp9 -c:a ac3
	make eac3 320x180 $avc -c:a eac3
	make mp3 320x180 $avc -c:a libmp3lame
	make hevc2 160x90 $hevc -c:a aac
	make av12 160x90 $av1 -c:a libopus -frame_duration 60
	make vp92 160x90 $vp9 -c:a libmp3lame
}
for i in hevc av1 vp9; do
	cat "$T/$i.nut" "$T/${i}2.nut" | segment $i-sizes --part 0
	ok "$i: another size is another run" that $i-sizes '
	    [.[] | select(.type == "TrackStarted" and .track == "video") |
		[.run, .width]] == [[1, 320], [2, 160]]'
	ok "$i: and another sound" that $i-sizes '
	    [.[] | select(.type == "TrackStarted" and .track == "audio") |
		.codecs] | length == 2 and .[0] != .[1]'
	ok "$i: it is sound" sound $i-sizes
	ok "$i: both decode" decodes $i-sizes
	ok "$i: no picture is lost" [ "$(all_frames $i-sizes video)" -eq 150 ]
done
cat "$T/mp3.nut" "$T/hevc.nut" "$T/vp9.nut" "$T/mp3.nut" | segment all --part 0
ok 'another codec is another run' that all '
    [.[] | select(.type == "TrackStarted" and .track == "video") |
	.codecs[0:4]] == ["avc1", "hvc1", "vp09", "avc1"]'
ok 'it is sound' sound all
ok 'all decode' decodes all
ok 'no picture is lost' [ "$(all_frames all video)" -eq 300 ]

# Parameters that change within a stream, without a new file.
for i in hevc hevc2; do
	ffmpeg -v error -nostdin -y -i "$T/$i.nut" -map v -c copy "$T/$i.ts"
done
cat "$T/hevc.ts" "$T/hevc2.ts" >"$T/both.ts"
nut inband -i "$T/both.ts" -c copy 2>"$T/inband.warn"
ok 'HEVC that changes in the stream' segment inband --part 0 <"$T/inband.nut"
ok 'is another run' that inband '
    [.[] | select(.type == "TrackStarted") | [.run, .width]] == [[1, 320], [2, 160]]'
ok 'it decodes' decodes inband

# An open GOP, begun in its middle: what needs the GOP before is left out.
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=320x180:r=25:d=4 \
    -c:v libx264 -preset ultrafast \
    -x264-params open-gop=1:bframes=3:b-adapt=0:keyint=24:min-keyint=24:scenecut=0 \
    -f nut "$T/open.nut"
nut middle -i "$T/open.nut" -c copy -bsf:v 'noise=drop=lt(n\,20)'
ok 'an open GOP begun in the middle' segment middle --part 0 <"$T/middle.nut"
ok 'begins with what stands alone' that middle '
    [.[] | select(.type == "SegmentReady") | .independent][0]'
ok 'at the rate that it says' that middle '
    [.[] | select(.type == "TrackStarted") | .frame_rate_num] == [25]'
ok 'it decodes' decodes middle

# Faults.
nut lost -i "$T/hevc.nut" -c copy -bsf:v 'filter_units=remove_types=32-34'
python3 - "$T/lost.nut" <<'EOF'
import sys
# What ffmpeg left of the sets in the header is no set any more; its CRC is
# mended, so that the header itself is sound.
d = bytearray(open(sys.argv[1], 'rb').read())
def crc(b):
    c = 0
    for x in b:
        c ^= x << 24
        for _ in range(8):
            c = (c << 1) ^ (0x04C11DB7 if c & 0x80000000 else 0)
            c &= 0xffffffff
    return c
at = d.find(bytes.fromhex('4e5311405bf2f9db')) + 8
n = 0
while True:
    n = n << 7 | d[at] & 0x7f
    at += 1
    if not d[at - 1] & 0x80:
        break
body = d[at:at + n - 4]
for t in (0x40, 0x42, 0x44):
    body = body.replace(bytes([0, 0, 1, t, 1]), bytes([0, 0, 1, 0x7e, 1]))
d[at:at + n] = body + crc(body).to_bytes(4, 'big')
open(sys.argv[1], 'wb').write(d)
EOF
ok 'HEVC without parameter sets' segment lost --part 0 <"$T/lost.nut"
ok 'leaves the sound' that lost '
    [.[] | select(.type == "SegmentReady") | .track] | unique == ["audio"]'
ok 'and says why' grep -q 'nothing says how to decode them' "$T/lost.err"
for i in hevc av1 vp9 eac3 mp3; do
	nut "$i-hurt" -i "$T/$i.nut" -c copy -bsf:v noise=amount=20000 \
	    -bsf:a noise=amount=5000
	ok "$i with noise in it" segment "$i-hurt" <"$T/$i-hurt.nut"
	ok 'is sound' sound "$i-hurt"
	nut "$i-less" -i "$T/$i.nut" -c copy -bsf:v 'noise=drop=eq(mod(n\,7)\,3)' \
	    -bsf:a 'noise=drop=eq(mod(n\,5)\,2)'
	ok "$i with frames left out" segment "$i-less" <"$T/$i-less.nut"
	ok 'is sound' sound "$i-less"
done
