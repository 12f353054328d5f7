# Sourced after sh.sh and edge.sh: broadcasts of real footage, whose frames can
# be told apart.
# shellcheck shell=sh disable=SC2154

# footage FILE SECONDS SIZE [OPTION...]: moving pictures with B-frames, a
# keyframe every two seconds, and a tone.
footage() {
	f=$1 s=$2 z=$3; shift 3
	ffmpeg -nostdin -v error -f lavfi -i "testsrc2=s=$z:r=25" \
	    -f lavfi -i 'sine=f=440:r=48000:beep_factor=4' -t "$s" \
	    -c:v libx264 -preset ultrafast -bf 2 -g 50 -pix_fmt yuv420p \
	    -c:a aac -ac 2 -b:a 64k "$@" -f nut -write_index 0 -y "$f"
}
# send BROADCAST FILE: what an encoder's connection brought, at once.
send() {
	WEIR_BROADCAST=$1 weir-segment <"$2" | weir-append --media
}
# frames FILE [OPTION...]: a hash of each picture, in order.
frames() {
	f=$1; shift
	ffmpeg -nostdin -v quiet "$@" -i "$f" -map 0:v -f framemd5 - |
	    sed -n 's/^0,.*, *//p'
}
# silent COMMAND...: it says nothing, and ends well.
silent() {
	"$@" >"$T/silent.out" 2>&1 && [ ! -s "$T/silent.out" ] && return
	echo "# $(head -c 300 "$T/silent.out")" >&2
	return 1
}
# plays FILE: ffmpeg decodes all of it without a word.
plays() { silent ffmpeg -nostdin -v warning -xerror -i "$1" -f null -; }
# number JQ FILE: a number, rounded to milliseconds.
number() { jq -r "($1) * 1000 | round" "$2"; }
