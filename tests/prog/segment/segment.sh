# Sourced by the tests of weir-segment, after sh.sh.
# shellcheck shell=sh disable=SC2016,SC2034 # jq's variables; ours, used there
WEIR_STATE=$T/state
export WEIR_STATE
unset WEIR_BROADCAST
CLIP=$(dirname "$0")/../../data/frog.mp4

# nut OUT ARGS...: what ffmpeg makes of ARGS, as NUT.
nut() {
	out=$1; shift
	ffmpeg -v error -nostdin -y "$@" -f nut "$T/$out.nut"
}
# picture OUT SIZE SECONDS ARGS...: a test picture, and ARGS for its encoder.
picture() {
	out=$1; size=$2; seconds=$3; shift 3
	ffmpeg -v error -nostdin -y -f lavfi -i "testsrc2=s=$size:r=25:d=$seconds" \
	    -f lavfi -i "sine=r=48000:d=$seconds" -c:v libx264 -preset ultrafast \
	    -g 25 -c:a aac "$@" "$T/$out.mp4"
}
# segment NAME OPTIONS...: standard input becomes broadcast NAME.
segment() {
	name=$1; shift
	weir-segment --broadcast "$name" "$@" >"$T/$name.ev" 2>"$T/$name.err"
	code=$?
	weir-cat --json "$T/$name.ev" >"$T/$name.json"
	return $code
}
# that NAME EXPRESSION: what jq says of all its events is true.
that() {
	jq -se "map(.data + {type}) | ($2)" "$T/$1.json" >"$T/jq.out" || {
		echo "# $2: $(cat "$T/jq.out")" >&2
		return 1
	}
}
# value NAME EXPRESSION: what jq says of all its events.
value() { jq -rs "map(.data + {type}) | ($2)" "$T/$1.json"; }
# files NAME TRACK RUN: the run's initialization section and its segments.
files() {
	folder=$WEIR_STATE/media/$1/$2
	echo "$folder/init-$3.mp4"
	value "$1" ".[] | select(.type == \"SegmentReady\" and
	    .track == \"$2\" and .run == $3) | .msn // 0" |
	    sed "s|.*|$folder/&.m4s|"
}
# silent FILE...: ffmpeg decodes them, one after the other, without a word.
silent() {
	cat "$@" >"$T/whole.mp4"
	# Frames keep their own times: rounding them is no fault of ours.
	ffmpeg -v warning -nostdin -i "$T/whole.mp4" -fps_mode passthrough \
	    -enc_time_base -1 -f null - >"$T/ff.out" 2>&1
	[ ! -s "$T/ff.out" ] || {
		echo "# $*: $(head -n 3 "$T/ff.out")" >&2
		return 1
	}
}
# decodes NAME: every run as a whole, and every segment that claims to stand
# alone, decodes without a warning.
decodes() {
	value "$1" '.[] | select(.type == "TrackStarted") | "\(.track) \(.run)"' \
	    >"$T/runs"
	[ -s "$T/runs" ] || return 1
	while read -r track run; do
		# shellcheck disable=SC2046 # names of ours have no spaces
		silent $(files "$1" "$track" "$run") || return 1
		value "$1" ".[] | select(.type == \"SegmentReady\" and .independent
		    and .track == \"$track\" and .run == $run) | .msn // 0" \
		    >"$T/alone"
		while read -r msn; do
			silent "$WEIR_STATE/media/$1/$track/init-$run.mp4" \
			    "$WEIR_STATE/media/$1/$track/$msn.m4s" || return 1
		done <"$T/alone"
	done <"$T/runs"
}
# frames FILE TRACK: how many frames of kind v or a there are to decode.
frames() {
	ffprobe -v error -select_streams "$2:0" -count_frames \
	    -show_entries stream=nb_read_frames -of csv=p=0 "$1" | tr -d ','
}
# all_frames NAME TRACK: the same of a track's runs.
all_frames() {
	sum=0
	for run in $(value "$1" ".[] | select(.type == \"TrackStarted\" and
	    .track == \"$2\") | .run"); do
		# shellcheck disable=SC2046 # names of ours have no spaces
		cat $(files "$1" "$2" "$run") >"$T/whole.mp4"
		case $2 in video*) k=v ;; *) k=a ;; esac
		sum=$((sum + $(frames "$T/whole.mp4" $k)))
	done
	echo $sum
}
# sound NAME: what holds for every broadcast: numbers without holes, lengths
# as promised, the promise kept, a run told before its segments.
sound() {
	that "$1" '[.[] | select(.type == "SegmentReady")] | group_by(.track) |
	    all([.[] | .msn // 0] == [range(.[0].msn // 0; (.[0].msn // 0) + length)])' &&
	that "$1" '([.[] | .target_us // empty] | unique | length) <= 1' &&
	that "$1" '(.[0].target_us // 0) as $p | all(.[];
	    (.duration_us // 0) < $p + 500000)' &&
	that "$1" 'reduce .[] as $e ({ok: true, run: {}};
	    if $e.type == "TrackStarted" then .run[$e.track] = $e.run
	    elif $e.type == "SegmentReady" then .ok = (.ok and .run[$e.track] == $e.run)
	    else . end) | .ok' &&
	hashes "$1"
}
# hashes NAME: sizes and hashes are the files'.
hashes() {
	value "$1" '.[] | select(.type == "SegmentReady") |
	    "\(.hash) \(.bytes) \(.track)/\(.msn // 0).m4s"' >"$T/hashes"
	while read -r hash bytes file; do
		file=$WEIR_STATE/media/$1/$file
		[ "$(stat -c %s "$file")" -eq "$bytes" ] &&
		[ "$(b2sum -l 256 "$file" | cut -d' ' -f1)" = "$hash" ] ||
			return 1
	done <"$T/hashes"
}
# whole NAME FILE: every frame of FILE is in broadcast NAME.
whole() {
	[ "$(all_frames "$1" video)" -eq "$(frames "$2" v)" ]
}
# plays NAME: every run as a whole decodes without a warning.
plays() {
	value "$1" '.[] | select(.type == "TrackStarted") | "\(.track) \(.run)"' >"$T/runs"
	while read -r track run; do
		# shellcheck disable=SC2046 # names of ours have no spaces
		silent $(files "$1" "$track" "$run") || return 1
	done <"$T/runs"
}
# synced NAME COUNT [together|mostly]: sound and picture of its first run are
# so, see sync.sh.
synced() {
	# shellcheck disable=SC2046 # names of ours have no spaces
	cat $(files "$1" video 1) | flashes >"$T/flashes"
	# shellcheck disable=SC2046
	cat $(files "$1" audio 1) | tones >"$T/tones"
	"${3:-together}" "$T/flashes" "$T/tones" "$2"
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
