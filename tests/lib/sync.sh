# Sourced by tests that ask whether sound and picture are together, after sh.sh.
# shellcheck shell=sh

# clock FILE SECONDS RATE ARGS...: at each second the picture is white, and a
# tone is heard, for a tenth of it; RATE pictures a second, coded as ARGS say.
clock() {
	file=$1; seconds=$2; rate=$3; shift 3
	ffmpeg -v error -nostdin -y -f lavfi -i \
	    "color=black:s=160x90:r=$rate:d=$seconds,drawbox=color=white:t=fill:enable='lt(mod(n,$rate),$rate/10)'" \
	    -f lavfi -i "aevalsrc='sin(5000*t)*lt(mod(t,1),0.1)':s=48000:d=$seconds" \
	    -c:v libx264 -preset ultrafast -bf 2 -c:a aac "$@" "$file"
}
# flashes, tones: when it gets white (the end would count, too), when a tone
# begins, in the MP4 on standard input.
flashes() {
	ffmpeg -v info -copyts -i - -vf blackdetect=d=0.3:pix_th=0.2 -fps_mode passthrough \
	    -f null - 2>&1 | sed -n 's/.*black_end:\([0-9.]*\).*/\1/p' | sed '$d'
}
tones() {
	ffmpeg -v info -copyts -i - -af silencedetect=n=-30dB:d=0.3 -f null - 2>&1 |
	    sed -n 's/.*silence_end: \([0-9.]*\).*/\1/p'
}
# pairs FLASHES TONES: how many of them come within half a second of each other,
# and how many of those within 40 ms.
pairs() {
	awk 'NR == FNR {at[n++] = $1; next}
	    {best = 1; for (i = 0; i < n; i++) {d = $1 - at[i]; if (d < 0) d = -d; if (d < best) best = d}
	     both += best < 0.5; near += best <= 0.04}
	    END {print both + 0, near + 0}' "$2" "$1"
}
# together FLASHES TONES COUNT: at least so many, all within 40 ms.
together() {
	pairs "$1" "$2" >"$T/pairs"
	read -r both near <"$T/pairs"
	[ "$near" -ge "$3" ] && [ "$both" -eq "$near" ] && return
	echo "# $near of $both, want $3" >&2
	return 1
}
# mostly FLASHES TONES COUNT: the same where either may be missing when it begins.
mostly() {
	pairs "$1" "$2" >"$T/pairs"
	read -r both near <"$T/pairs"
	[ "$near" -ge "$3" ] || { echo "# $near of $both, want $3" >&2; return 1; }
}
