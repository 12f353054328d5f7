#!/bin/sh
# Pictures of every make come out so that every browser plays them.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"

# told OUT STREAM ENTRIES VALUES: what ffprobe says of a stream.
told() {
	is=$(probe "$T/$1.nut" -select_streams "$2" -show_entries "stream=$3" -of csv=p=0)
	[ "$is" = "$4" ] || { echo "# $is" >&2; return 1; }
}
# grey OUT STREAM FILTER: the mean brightness of what FILTER leaves of it.
grey() {
	# shellcheck disable=SC2002 # as in probe
	cat "$T/$1.nut" | ffmpeg -v error -i - -map "0:$2" -frames:v 10 -vf \
	    "$3,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-" -f null - |
	    sed -n 's/.*YAVG=//p' | tail -n 1
}
# between A VALUE B
between() {
	awk -v a="$1" -v v="$2" -v b="$3" 'BEGIN {exit !(v != "" && v >= a && v <= b)}' ||
	    { echo "# $2" >&2; return 1; }
}

nut odd -f lavfi -i testsrc2=s=640x360:r=25:d=1 -vf scale=323:183,format=yuv444p -pix_fmt yuv444p -c:v libx264 -preset ultrafast
ok 'odd sides, 4:4:4' transcode odd odd-out --ladder source,90p
ok 'become even, of the size that came and smaller' sized odd-out '322x182 158x90'
ok 'and 4:2:0' told odd-out v:0 pix_fmt yuv420p
ok 'they decode' decodes odd-out

nut hi -f lavfi -i testsrc2=s=320x180:r=25:d=1 -pix_fmt yuv422p10le -c:v libx264 -preset ultrafast
ok '10 bits of 4:2:2' transcode hi hi-out --ladder source,90p
ok 'become 8 bits of 4:2:0, also where they are as large' told hi-out v:0 \
    codec_name,width,pix_fmt h264,320,yuv420p
ok 'they decode' decodes hi-out

# A PC's range: white is 255.
nut full -f lavfi -i color=white:s=320x180:r=25:d=1 -vf scale=out_range=full \
    -pix_fmt yuvj420p -c:v libx264 -preset ultrafast
ok 'the range of a PC' transcode full full-out --ladder 90p
ok 'becomes that of TV' between 233 "$(grey full-out v:0 null)" 237

# High dynamic range: white of 100 nits is 0.51 of PQ's range; as SDR it is bright.
ffmpeg -v error -nostdin -f lavfi -i color=0x828282:s=320x180:r=25:d=1 -pix_fmt yuv420p10le \
    -c:v libx265 -preset ultrafast -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc \
    -x265-params log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc "$T/hdr.mp4"
nut hdr -i "$T/hdr.mp4" -c copy
ok 'HEVC of high dynamic range' transcode hdr hdr-out --ladder source,90p
ok 'goes out as it is' untouched hdr hdr-out v:0
ok 'and as H.264 of its size and smaller' sized hdr-out '320x180 320x180 160x90'
ok 'which is of the usual range' told hdr-out v:1 \
    codec_name,pix_fmt,color_space,color_transfer,color_primaries h264,yuv420p,bt709,bt709,bt709
ok 'and brighter than its numbers were' between 150 "$(grey hdr-out v:1 null)" 215
ok 'keyframes are where they were' aligned hdr-out 3

# Fields: two moments in each frame, which combs betray.
nut fields -f lavfi -i testsrc2=s=320x180:r=50:d=2 -vf interlace -flags +ildct+ilme \
    -c:v libx264 -preset ultrafast -x264-params tff=1 -pix_fmt yuv420p
ok 'interlaced pictures' transcode fields fields-out --ladder source,144p
ok 'pass as they are' untouched fields fields-out v:0
interlaced() {
	# shellcheck disable=SC2002 # as in probe
	cat "$T/$1.nut" | ffmpeg -v info -i - -map "0:$2" -vf idet -f null - 2>&1 |
	    sed -n 's/.*Multi frame detection: *TFF: *\([0-9]*\).*/\1/p' | tail -n 1
}
ok 'and have combs' between 30 "$(interlaced fields v:0)" 100
ok 'renditions have none' between 0 "$(interlaced fields-out v:1)" 9
ok 'and all frames, where they were' aligned fields-out 2

# The upper left is white: where is it when the picture was turned?
nut corner -f lavfi -i color=black:s=320x180:r=25:d=1 -vf \
    'drawbox=w=160:h=90:color=white:t=fill' -pix_fmt yuv420p -c:v libx264 -preset ultrafast
ok 'a picture turned' transcode corner turned --ladder source --rotate 90
ok 'is upright' sized turned 180x320
ok 'its upper left is at the upper right' between 200 \
    "$(grey turned v:0 crop=90:160:90:0)" 240
transcode corner turned2 --ladder source --rotate 180
ok 'or at the lower right' between 200 "$(grey turned2 v:0 crop=160:90:160:90)" 240
transcode corner turned3 --ladder 90p --rotate 270
ok 'or at the lower left' between 200 "$(grey turned3 v:0 crop=45:80:0:80)" 240
# An encoder may say it itself: H.264's SEI of display orientation.
nut sei -i "$T/corner.nut" -c copy -bsf:v h264_metadata=display_orientation=insert:rotate=270
ok 'a picture that says how it is to be turned' transcode sei sei-out --ladder source
ok 'is turned so' sized sei-out 180x320
ok 'its upper left is at the upper right' between 200 \
    "$(grey sei-out v:0 crop=90:160:90:0)" 240

# Frames at odd times.
nut vfr -f lavfi -i testsrc2=s=320x180:r=50:d=4 -vf \
    "select='not(mod(n,7))+not(mod(n,3))*lt(t,2)',settb=1/1000" -fps_mode passthrough \
    -enc_time_base 1:1000 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 20
ok 'a frame rate that varies' transcode vfr vfr-out --ladder source,90p
ok 'stays as it was' aligned vfr-out 2
ok 'they decode' decodes vfr-out

nut wide -f lavfi -i testsrc2=s=352x288:r=25:d=1 -vf setsar=16/11 -c:v libx264 \
    -preset ultrafast -pix_fmt yuv420p
transcode wide wide-out --ladder source,144p
ok 'pixels that are not square stay so' told wide-out v:1 \
    width,height,sample_aspect_ratio 176,144,16:11
nut fast -f lavfi -i testsrc2=s=320x180:r=90:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p
transcode fast fast-out --ladder source,90p
ok '90 frames a second' aligned fast-out 2
nut hevc -f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v libx265 -preset ultrafast \
    -x265-params log-level=none -pix_fmt yuv420p
ok 'HEVC as ffmpeg writes it on a pipe' transcode hevc hevc-out --ladder 90p
ok 'becomes H.264' told hevc-out v:0 codec_name,width h264,160
nut vp9 -f lavfi -i testsrc2=s=320x180:r=25:d=1 -c:v libvpx-vp9 -deadline realtime -cpu-used 8
transcode vp9 vp9-out --ladder source,90p
ok 'VP9 goes out beside H.264' sized vp9-out '320x180 320x180 160x90'
