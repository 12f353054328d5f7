# Sourced by the tests of weir-transcode, after sh.sh.
# shellcheck shell=sh
unset WEIR_BROADCAST WEIR_LADDER
CLIP=$(dirname "$0")/../../data/frog.mp4
export CLIP

# picture OUT SIZE SECONDS ARGS...: a test picture, and ARGS for its encoder.
picture() {
	out=$1; size=$2; seconds=$3; shift 3
	ffmpeg -v error -nostdin -y -f lavfi -i "testsrc2=s=$size:r=25:d=$seconds" \
	    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 25 "$@" -f nut "$T/$out.nut"
}
# nut OUT ARGS...: what ffmpeg makes of ARGS, as NUT.
nut() {
	out=$1; shift
	ffmpeg -v error -nostdin -y "$@" -f nut "$T/$out.nut"
}
# transcode IN OUT OPTIONS...: $T/IN.nut becomes $T/OUT.nut.
transcode() {
	in=$1; out=$2; shift 2
	weir-transcode --preset ultrafast "$@" <"$T/$in.nut" >"$T/$out.nut" 2>"$T/$out.err"
}
# probe FILE ARGS...: ffprobe of a pipe: in a file it would look for an index.
probe() {
	file=$1; shift
	# shellcheck disable=SC2002 # see above
	cat "$file" | ffprobe -v quiet "$@" -
}
# sizes OUT: of all its pictures, from the first track to the last.
sizes() {
	probe "$T/$1.nut" -select_streams v -show_entries stream=width,height \
	    -of csv=p=0 | tr ',\n' 'x ' | sed 's/ $//'
}
# sized OUT SIZES
sized() { [ "$(sizes "$1")" = "$2" ] || { echo "# $(sizes "$1")" >&2; return 1; }; }
# entries FILE STREAM ENTRIES: of its packets, a line for each.
entries() {
	probe "$1" -select_streams "$2" -show_entries "packet=$3" -of csv=p=0
}
# keys FILE STREAM: the times at which decoding may begin.
keys() { entries "$1" "$2" pts_time,flags | sed -n 's/,K.*//p' | tr '\n' ' '; }
# aligned OUT TRACKS: each rendition's keyframes and times are the source's.
aligned() {
	want=$(keys "$T/$1.nut" v:0)
	[ -n "$want" ] || return 1
	i=1
	while [ "$i" -lt "$2" ]; do
		[ "$(keys "$T/$1.nut" "v:$i")" = "$want" ] || {
			echo "# track $i: $(keys "$T/$1.nut" "v:$i") instead of $want" >&2
			return 1
		}
		[ "$(entries "$T/$1.nut" "v:$i" pts_time | sort -n)" = \
		    "$(entries "$T/$1.nut" v:0 pts_time | sort -n)" ] || return 1
		i=$((i + 1))
	done
}
# payload FILE STREAM: what is in its packets, told by hashes.
payload() {
	probe "$1" -select_streams "$2" -show_packets -show_data_hash sha256 \
	    -show_entries packet=pts_time,data_hash -of csv=p=0
}
# untouched IN OUT STREAM: it came out as it came in.
untouched() {
	payload "$T/$1.nut" "$3" >"$T/was"
	payload "$T/$2.nut" "$3" >"$T/is"
	[ -s "$T/was" ] && cmp -s "$T/was" "$T/is"
}
# decodes OUT: without a word, every track of it.
decodes() {
	# shellcheck disable=SC2002 # as in probe
	cat "$T/$1.nut" | ffmpeg -v warning -i - -map 0 -fps_mode passthrough \
	    -f null - >"$T/ff.out" 2>&1
	[ ! -s "$T/ff.out" ] || { echo "# $(head -n 3 "$T/ff.out")" >&2; return 1; }
}
# frames OUT STREAM: how many there are to decode.
frames() {
	probe "$T/$1.nut" -select_streams "$2" -count_frames \
	    -show_entries stream=nb_read_frames -of csv=p=0 | tr -d ','
}
