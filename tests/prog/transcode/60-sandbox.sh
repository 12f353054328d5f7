#!/bin/sh
# A decoder that was taken over comes nowhere.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"
case $BIN in
*/asan/* | */tsan/*)
	echo '1..0 # SKIP sanitizers need more than the sandbox allows'
	trap - EXIT
	rm -rf "$T"
	exit 0
	;;
esac

picture clip 160x90 1
CODER_ESCAPE=1 LD_PRELOAD=$TORTURE/coder.so weir-transcode --ladder source,64p \
    <"$T/clip.nut" >"$T/out.nut" 2>"$T/tried"
ok 'it goes on' [ $? -eq 0 ]
for what in read write socket unix ptrace kill fork clone exec code; do
	ok "$what is refused" grep -Eq "^$what (EPERM|EACCES)$" "$T/tried"
done
ok 'nothing else was said' [ "$(wc -l <"$T/tried")" -eq 10 ]
ok 'and renditions are made' aligned out 2

# Bombs: memory has a limit, and so have pictures.
nut bomb -f lavfi -i color=black:s=8192x8192:r=1:d=2 -c:v libx264 -preset ultrafast -pix_fmt yuv420p
transcode bomb bomb-out --ladder source,360p
ok 'a picture of 67 megapixels is not decoded' grep -q 'does not take the stream' "$T/bomb-out.err"
ok 'it passes as it is' untouched bomb bomb-out v:0
ok 'alone' sized bomb-out 8192x8192
nut large -f lavfi -i testsrc2=s=1920x1080:r=25:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p
ok 'memory that does not suffice ends it' exits 111 weir-transcode --memory 24M \
    --ladder 720p,480p <"$T/large.nut"
