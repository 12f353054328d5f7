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
# clock OUT SECONDS RATE VIDEO ARGS...: each second the picture is white and a
# tone is heard for a tenth of it; RATE pictures a second, sound as ARGS say.
clock() {
	out=$1; seconds=$2; rate=$3; shift 3
	ffmpeg -v error -nostdin -y -f lavfi -i \
	    "color=black:s=160x90:r=$rate:d=$seconds,drawbox=color=white:t=fill:enable='lt(mod(t,1),0.1)'" \
	    -f lavfi -i "aevalsrc='sin(5000*t)*lt(mod(t,1),0.1)':s=48000:d=$seconds" \
	    -c:v libx264 -preset ultrafast -bf 2 -c:a aac "$@" -f mpegts "$T/$out.ts"
}
# seen NAME, heard NAME: when white and tones begin, in what weir-segment made.
seen() {
	segments "$1" video | ffmpeg -v info -i - -vf blackdetect=d=0.3:pix_th=0.2 \
	    -f null - 2>&1 | sed -n 's/.*black_end:\([0-9.]*\).*/\1/p'
}
heard() {
	segments "$1" audio | ffmpeg -v info -i - -af silencedetect=n=-30dB:d=0.3 \
	    -f null - 2>&1 | sed -n 's/.*silence_end: \([0-9.]*\).*/\1/p'
}
