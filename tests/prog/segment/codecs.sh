# Sourced by the tests of codecs, after segment.sh: what ffmpeg makes of them.
# shellcheck shell=sh disable=SC2034,SC2154 # T is sh.sh's; ours are used there
# make OUT SIZE ARGS...: 3 s of picture and sound as NUT.
make() {
	out=$1; size=$2; shift 2
	ffmpeg -v error -nostdin -y -f lavfi -i "testsrc2=s=$size:r=25:d=3" \
	    -f lavfi -i "sine=r=48000:d=3" -g 25 "$@" -f nut "$T/$out.nut" \
	    2>"$T/$out.made"
}
hevc='-c:v libx265 -preset ultrafast -x265-params log-level=none:info=0:keyint=25:bframes=3:b-adapt=0'
av1='-c:v libaom-av1 -cpu-used 8 -usage realtime'
vp9='-c:v libvpx-vp9 -b:v 200k -deadline good -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 12'
avc='-c:v libx264 -preset ultrafast'

