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
# quiet NAME: it decodes without a word.
quiet() {
	ffmpeg -v warning -i - -f null - <"$T/$1.nut" >"$T/quiet.out" 2>&1
	[ ! -s "$T/quiet.out" ] || { sed 's/^/# /' "$T/quiet.out" >&2; return 1; }
}
# clock OUT SECONDS RATE VIDEO ARGS...: each second the picture is white and a
# tone is heard for a tenth of it; RATE pictures a second, sound as ARGS say.
clock() {
	out=$1; seconds=$2; rate=$3; shift 3
	ffmpeg -v error -nostdin -y -f lavfi -i \
	    "color=black:s=160x90:r=$rate:d=$seconds,drawbox=color=white:t=fill:enable='lt(mod(n,$rate),$rate/10)'" \
	    -f lavfi -i "aevalsrc='sin(5000*t)*lt(mod(t,1),0.1)':s=48000:d=$seconds" \
	    -c:v libx264 -preset ultrafast -bf 2 -c:a aac "$@" -f mpegts "$T/$out.ts"
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
# seen NAME RUN, heard NAME RUN: when it gets white (the last is the end), when
# a tone begins.
seen() {
	# shellcheck disable=SC2046 # names of ours have no spaces
	cat $(files "$1" video "$2") | ffmpeg -v info -copyts -i - -vf blackdetect=d=0.3:pix_th=0.2 \
	    -fps_mode passthrough -f null - 2>&1 | sed -n 's/.*black_end:\([0-9.]*\).*/\1/p' | sed '$d'
}
heard() {
	# shellcheck disable=SC2046 # names of ours have no spaces
	cat $(files "$1" audio "$2") | ffmpeg -v info -copyts -i - -af silencedetect=n=-30dB:d=0.3 \
	    -f null - 2>&1 | sed -n 's/.*silence_end: \([0-9.]*\).*/\1/p'
}
# pairs NAME LIMIT: how often both come within half a second, and how often
# within LIMIT.
pairs() {
	seen "$1" 1 >"$T/seen"
	heard "$1" 1 >"$T/heard"
	awk -v limit="$2" 'NR == FNR {at[n++] = $1; next}
	    {best = 1; for (i = 0; i < n; i++) {d = $1 - at[i]; if (d < 0) d = -d; if (d < best) best = d}
	     both += best < 0.5; near += best <= limit}
	    END {print both + 0, near + 0}' "$T/heard" "$T/seen"
}
# together NAME COUNT: at least so often both come, always within 40 ms.
together() {
	pairs "$1" 0.04 >"$T/pairs"
	read -r both near <"$T/pairs"
	[ "$near" -ge "$2" ] && [ "$both" -eq "$near" ] ||
	    { echo "# $near of $both, want $2" >&2; return 1; }
}
# mostly NAME COUNT: the same where either may be missing when it begins.
mostly() {
	pairs "$1" 0.04 >"$T/pairs"
	read -r both near <"$T/pairs"
	[ "$near" -ge "$2" ] || { echo "# $near of $both, want $2" >&2; return 1; }
}
# breaks NAME COUNT: so often pictures are told to break off.
breaks() {
	that "$1" "[.[] | select(.type == \"SegmentReady\" and .track == \"video\" and .discontinuity)] | length == $2"
}
# lasts NAME TRACK FROM TO: its segments last so many seconds.
lasts() {
	that "$1" "[.[] | select(.type == \"SegmentReady\" and .track == \"$2\") | .duration_us] |
	    add / 1e6 | . >= $3 and . <= $4"
}
# plays NAME: every run as a whole decodes without a warning.
plays() {
	value "$1" '.[] | select(.type == "TrackStarted") | "\(.track) \(.run)"' >"$T/runs"
	while read -r track run; do
		# shellcheck disable=SC2046 # names of ours have no spaces
		silent $(files "$1" "$track" "$run") || return 1
	done <"$T/runs"
}
