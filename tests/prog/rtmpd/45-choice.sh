#!/bin/sh
# shellcheck disable=SC2154 # of rtmpd.sh
# A channel's own pipeline: one of the instance's, or one that an operator
# dropped into a directory.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"

# other DIR NAME: a program that keeps what comes in, under its name.
other() {
	mkdir -p "$1"
	printf '#!/bin/sh\nexec cat >"%s/%s.$$.nut"\n' "$WEIR_STATE" "$2" >"$1/$2"
	chmod +x "$1/$2"
}
platform
other "$WEIR_PIPELINES" live-archive
other "$WEIR_STATE/pipelines" mine
# taken NAME FRAMES: all of them came out of the pipeline NAME, once.
taken() {
	for f in "$WEIR_STATE/$1".*.nut; do
		[ -s "$f" ] && [ "$(packets "$f" v)" -ge "$2" ] || return 1
	done
}
publish() {
	ffmpeg -v error -nostdin -i "$data/frog.mp4" -t 2 -c copy -f flv "rtmp://$at/live/$key"
	soon last_is alice 'BroadcastEnded.*'
	soon told alice "$1" BroadcastEnded
}
publish 1
ok 'the usual one' taken alice 59
weir-channel pipeline alice live-archive
publish 2
ok 'another one of those there are' taken live-archive 59
weir-channel pipeline alice mine
publish 3
ok 'one that was dropped into the directory' taken mine 59
ok 'all from the first frame on' [ "$(figure weir_rtmp_dropped_frames_total)" -eq 0 ]
rm "$WEIR_STATE/pipelines/mine" "$WEIR_STATE"/*.nut
publish 4
ok 'one that is gone is the usual one' taken alice 59
ok 'which is said' said 'taking live .*pipeline=mine'
weir-channel pipeline alice usual
rm "$WEIR_STATE"/*.nut
stop "$rtmpd"
export WEIR_PIPELINE=live-archive
rtmpd
publish 5
ok 'the usual one is a setting' taken live-archive 59
