# Sourced after live.sh by tests of several renditions: a pipeline that makes
# two smaller pictures of what comes in, with ffmpeg, cut where it is.
# shellcheck shell=sh disable=SC2154

# ladder OPTIONS: use that pipeline; OPTIONS are for ffmpeg's output.
ladder() {
	WEIR_PIPELINES=$T/pipelines
	export WEIR_PIPELINES
	mkdir -p "$WEIR_PIPELINES"
	cat >"$WEIR_PIPELINES/live" <<-END
		#!/usr/bin/env bash
		set -euo pipefail
		ffmpeg -v error -nostdin -fflags nobuffer -f nut -i - -filter_complex \
		    '[0:v]split=2[a][b];[a]scale=160x90[half];[b]scale=96x54[third]' \
		    -map 0:v -map '[half]' -map '[third]' -map 0:a -c copy -c:v:1 libx264 \
		    -c:v:2 libx264 -preset ultrafast -tune zerolatency -g 10000 -sc_threshold 0 \
		    -b:v:1 150k -b:v:2 60k -force_key_frames:v source $* \
		    -max_interleave_delta 200000 -write_index 0 -f nut - 2>>'$T/ladder.err' |
		    weir-segment --part 200ms | weir-append --media --source weir-segment
	END
	chmod 755 "$WEIR_PIPELINES/live"
}
# encode: publish a test picture with sound to $KEY.  Leaves its pid in $encoder.
encode() {
	ffmpeg -nostdin -v error -re -f lavfi -i testsrc2=s=320x180:r=25 \
	    -re -f lavfi -i sine=r=48000 -c:v libx264 -preset ultrafast \
	    -tune zerolatency -g 25 -b:v 300k -c:a aac -f flv "$RTMP/$KEY" 2>"$T/encoder.err" &
	encoder=$!; pids="$pids $encoder"
}
