#!/bin/sh
# pipelines/push, which the unit runs: a broadcast is sent on from its
# beginning, and the pipeline ends with it.
# shellcheck disable=SC2154 # keys come from platform
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=push.sh
. "$(dirname "$0")/push.sh"
platform alice bob
footage "$T/one.nut" 5 320x180
WEIR_PUSH_TO=$RTMP/$bob_key "$WEIR_PIPELINES/push" alice 2>"$T/err" &
push=$!; pids="$pids $push"
WEIR_KEY=$alice_key weir-pull "$T/one.nut" 2>"$T/pull.err"
ok 'what is sent on is live' soon told bob 1 BroadcastStarted
ok 'the pipeline ends with the broadcast' wait "$push"
ok 'so does the other broadcast' soon told bob 1 BroadcastEnded
for c in alice bob; do
	weir-play "$c" >"$T/$c.nut"
	ok "$c: every picture, the same" as_sent "$T/$c.nut"
done
ok 'no channel' exits 1 env WEIR_PUSH_TO=rtmp://127.0.0.1:1/a/b "$WEIR_PIPELINES/push"
