# Sourced by the tests of weir-ts, after sh.sh.
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
# silent NAME: it decodes without a word.
silent() {
	ffmpeg -v warning -i - -f null - <"$T/$1.nut" >"$T/silent.out" 2>&1
	[ ! -s "$T/silent.out" ] || { sed 's/^/# /' "$T/silent.out" >&2; return 1; }
}
