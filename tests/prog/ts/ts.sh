# Sourced by the tests of weir-ts, after sh.sh and segment.sh.
# shellcheck shell=sh

# stream OUT ARGS...: a test picture and a tone as ARGS say, as OUT.ts.
stream() {
	out=$1; shift
	ffmpeg -v error -nostdin -y -f lavfi -i 'testsrc2=s=320x180:r=25:d=4' \
	    -f lavfi -i 'sine=r=48000:d=4' "$@" -f mpegts "$T/$out.ts"
}
# taken NAME [INPUT]: weir-ts makes NAME.nut of NAME.ts, or INPUT.
taken() {
	"$BIN/weir-ts" <"${2:-$T/$1.ts}" >"$T/$1.nut" 2>"$T/$1.err"
}
# frames FILE KIND: what each frame of it is, decoded.
frames() {
	ffmpeg -v error -i - -map "0:$2" -f framemd5 - <"$1" |
	    sed '/^#/d; s/.*, *//'
}
# same NAME KIND: ffmpeg decodes the same from NAME.ts and from NAME.nut.
same() {
	frames "$T/$1.ts" "$2" >"$T/want"
	frames "$T/$1.nut" "$2" >"$T/got"
	[ -s "$T/want" ] && cmp "$T/want" "$T/got"
}
# quiet NAME: it decodes without a word.
quiet() {
	ffmpeg -v warning -i - -f null - <"$T/$1.nut" >"$T/quiet.out" 2>&1
	[ ! -s "$T/quiet.out" ] || { sed 's/^/# /' "$T/quiet.out" >&2; return 1; }
}
# chop NAME: weir-segment's broadcast NAME of NAME.ts.
chop() { "$BIN/weir-ts" <"$T/$1.ts" 2>"$T/$1.said" | segment "$@"; }
# packets PYTHON NAME OUT: of the packets p[0], p[1] ... of NAME.ts what PYTHON,
# a list, says becomes OUT.ts.
packets() {
	python3 -c "
import sys
d = open(sys.argv[1], 'rb').read()
p = [d[i:i + 188] for i in range(0, len(d), 188)]
open(sys.argv[2], 'wb').write(b''.join($1))" "$T/$2.ts" "$T/$3.ts"
}
