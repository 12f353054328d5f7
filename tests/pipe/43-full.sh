#!/bin/sh
# There is no room for media, and then there is: the broadcast waits for it and
# goes on, and what was there can be watched meanwhile.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/kill.sh"

# limit SIZE: no file of weir-rtmpd and its programs may be longer from now on.
limit() {
	for p in $(daemon rtmpd) $(part weir-segment); do
		prlimit --pid "$p" --fsize="$1": || return 1
	done
}
ok 'a platform starts' platform
encode
ok 'it goes live' soon grown 3
node "$LIB/hls-check.mjs" --watch 600 --late 60 --patient 60 \
    "$HTTP/live/alice/index.m3u8" >"$T/reader" 2>&1 &
reader=$!; pids="$pids $reader"
restarts() { [ "$(weir-cat --json -t PipelineRestarted | wc -l)" -ge "$1" ]; }
ok 'there is no more room' limit 6000
ok 'which is said' soon grep -q 'File too large' "$T/weir-up.err"
ok 'it is tried again, and again' soon restarts 7
ok 'the broadcast waits' [ -z "$(weir-cat --json -t BroadcastEnded)" ]
ok 'with its encoder' [ ! -e "$T/frames.2" ]
ok 'and can be watched' [ "$(curl -s "$list" | grep -c m4s)" -ge 3 ]
before=$(here)
daemon_limit() { prlimit --pid "$(daemon rtmpd)" --fsize=unlimited:; }
ok 'there is room again' daemon_limit
ok 'it goes on by itself' soon grown $((before + 3))
goodbye
ok 'it ends' within 180 over
ok 'the reader came to its end without a fault' wait "$reader"
sed 's/^/# /' "$T/reader"
numbered() {
	weir-cat --json -t SegmentReady |
	    jq -se "[.[].data | select(.track == \"$1\") | .msn // 0] | . == [range(length)]" >/dev/null
}
ok 'no number is missing' numbered video
ok 'the log is sound' exits 0 weir-verify
id=$(broadcast alice)
ok "every video segment decodes" decodes "$WEIR_STATE/media/$id/video"
ok 'it stops' stop "$up"
