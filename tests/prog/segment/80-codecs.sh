#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Every codec we know, as ffmpeg writes it: its name, its segments, its faults.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=segment.sh
. "$(dirname "$0")/segment.sh"
# shellcheck source=codecs.sh
. "$(dirname "$0")/codecs.sh"

# is_codec NAME TRACK STRING: its only run bears that name.
is_codec() {
	that "$1" "[.[] | select(.type == \"TrackStarted\" and
	    .track == \"$2\") | .codecs] == [\"$3\"]" || {
		echo "# $(value "$1" 'map(.codecs)')" >&2
		return 1
	}
}
# together NAME: sound is as long as the pictures, but for a frame.
together() {
	that "$1" '[.[] | select(.type == "SegmentReady")] | group_by(.track) |
	    map(map(.duration_us) | add) | (.[0] - .[1] | fabs) < 200000'
}
# carried NAME VIDEO AUDIO: all of NAME.nut is in its segments.
carried() {
	ok "$1: taken in silence" sh -c "[ ! -s '$T/$1.err' ]"
	ok "$1: its pictures are $2" is_codec "$1" video "$2"
	ok "$1: its sound is $3" is_codec "$1" audio "$3"
	ok "$1: size and rate" that "$1" 'map(select(.type == "TrackStarted")) |
	    any(.[]; .width == 320 and .height == 180 and
		.frame_rate_num == 25 and .frame_rate_den == 1) and
	    any(.[]; .sample_rate_hz == 48000 and .channels == 1)'
	ok "$1: segments as they should be" sound "$1"
	ok "$1: of a second, each alone" that "$1" '
	    map(select(.type == "SegmentReady" and .track == "video")) |
	    length == 3 and all(.independent)'
	ok "$1: they decode" decodes "$1"
	ok "$1: no picture is lost" whole "$1" "$T/$1.nut"
	ok "$1: no sound is lost" same_sound "$1"
	ok "$1: both are as long" together "$1"
}
# A first frame that ended before the pictures began is none of it.
same_sound() { [ "$(all_frames "$1" audio)" -ge $(($(frames "$T/$1.nut" a) - 1)) ]; }

# Words of these make the arguments.
# shellcheck disable=SC2086
{
	make hevc 320x180 $hevc -c:a libopus
	make av1 320x180 $av1 -c:a flac
	make vp9 320x180 $vp9 -c:a ac3
	make eac3 320x180 $avc -c:a eac3
	make mp3 320x180 $avc -c:a libmp3lame
}
for i in hevc av1 vp9 eac3 mp3; do segment $i --part 0 <"$T/$i.nut"; done
carried hevc hvc1.1.6.L60.90 opus
carried av1 av01.0.00M.08 fLaC
carried vp9 vp09.00.11.08 ac-3
carried eac3 avc1.42c00c ec-3
carried mp3 avc1.42c00c mp4a.40.34
for i in hevc vp9 mp3; do
	segment $i-parts <"$T/$i.nut"
	ok "$i: in parts, too" decodes $i-parts
	ok "$i: nothing is lost" whole $i-parts "$T/$i.nut"
done

# box TRACK TYPE: the octets of a box in the initialization section.
box() {
	f=$WEIR_STATE/media/$1/init-1.mp4
	python3 - "$f" "$2" <<-'E'
	import sys
	d = open(sys.argv[1], 'rb').read()
	at = d.find(sys.argv[2].encode())
	print(d[at + 4:at - 4 + int.from_bytes(d[at - 4:at], 'big')].hex() if at > 0 else 'none')
	E
}
is() { want=$1; shift; got=$("$@"); [ "$got" = "$want" ] || { echo "# got '$got', want '$want'" >&2; return 1; }; }
# As ffmpeg writes the same into MP4.
theirs() {
	ffmpeg -v error -nostdin -y -i "$T/$1.nut" -map "0:$2" -c copy \
	    -strict experimental "$T/theirs.mp4" 2>"$T/theirs.err"
	mkdir -p "$WEIR_STATE/media/theirs"
	cp "$T/theirs.mp4" "$WEIR_STATE/media/theirs/init-1.mp4"
	box theirs "$3"
}
ok 'vpcC is what ffmpeg makes of it' is "$(theirs vp9 v vpcC)" box vp9/video vpcC
ok 'dOps too' is "$(theirs hevc a dOps)" box hevc/audio dOps
ok 'dfLa too' is "$(theirs av1 a dfLa)" box av1/audio dfLa
ok 'dac3 too' is "$(theirs vp9 a dac3)" box vp9/audio dac3
ok 'colours that nobody told are not told' is none box hevc/video colr

# As other containers have them: records instead of what encoders say.
copy() {
	ffmpeg -v error -nostdin -y -i "$T/$1.nut" -c copy -strict -2 "$T/$1.$2" &&
	nut "$1-$2" -i "$T/$1.$2" -c copy
}
ok 'HEVC through MPEG-TS' copy hevc ts
segment hevc-ts --part 0 <"$T/hevc-ts.nut"
ok 'is the same' is_codec hevc-ts video hvc1.1.6.L60.90
ok 'it decodes' decodes hevc-ts
ok 'no picture is lost' whole hevc-ts "$T/hevc.nut"
ok 'E-AC-3 through MPEG-TS' copy eac3 ts
segment eac3-ts --part 0 <"$T/eac3-ts.nut"
ok 'is the same' is_codec eac3-ts audio ec-3
ok 'it decodes' decodes eac3-ts
mv "$T/eac3.ts" "$T/dec3.nut" # in NUT ffmpeg takes it for AC-3
ok 'dec3 is what ffmpeg makes of it' is "$(theirs dec3 a dec3)" box eac3/audio dec3
for i in hevc av1; do
	ok "$i through MP4" copy $i mp4
	segment $i-mp4 --part 0 <"$T/$i-mp4.nut"
	ok 'is the same' cmp "$WEIR_STATE/media/$i/video/init-1.mp4" \
	    "$WEIR_STATE/media/$i-mp4/video/init-1.mp4"
	ok 'it decodes' decodes $i-mp4
	ok 'no picture is lost' whole $i-mp4 "$T/$i.nut"
done
ok 'VP9 and Opus through WebM' nut webm -i "$T/vp9.nut" -map v -c copy
segment webm --part 0 <"$T/webm.nut"
ok 'is the same' is_codec webm video vp09.00.11.08

# HDR, with more bits.
ffmpeg -v error -nostdin -y -f lavfi -i testsrc2=s=320x180:r=30000/1001:d=2 \
    -c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -g 30 \
    -x265-params log-level=none:keyint=30:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1 \
    -f nut "$T/hdr.nut"
segment hdr --part 0 <"$T/hdr.nut"
ok 'HDR in HEVC' is_codec hdr video hvc1.2.4.L60.90
ok 'has its colours' is 6e636c7800090010000900 box hdr/video colr
ok "television's rate" that hdr 'map(select(.type == "TrackStarted")) |
    .[0] | .frame_rate_num == 30000 and .frame_rate_den == 1001'
ok 'it decodes' decodes hdr
