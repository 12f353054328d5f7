# shellcheck shell=sh disable=SC2034,SC2154 # for those that source it
# Sourced by the tests of a bad way, behind srtd.sh: `way` is what to prepare
# it with, and leaves the address to publish to in $over.  On it each packet
# takes 100 ms, one in twenty never arrives.
options='--latency 1200'
platform
way
"$BIN/weir-channel" passphrase alice in-the-open-air
# The clip and 2 s more, so that what was sent again can come.
ffmpeg -nostdin -v quiet -re -i "$data/frog.mp4" -t 6 -c copy -f mpegts \
    "srt://$over?streamid=$key&passphrase=in-the-open-air" &
encoder=$!; pids="$pids $encoder"
far() {
	"$BIN/weir-status" --json --watch |
	    jq -e '.live[0].ingest | .rtt_us > 150000 and .latency_us >= 1200000'
}
ok 'weir-status tells how far it is' soon far
wait "$encoder"
ok 'it came to its end' soon last_is alice 'Broadcast\(Ended\|Interrupted\): .*'
ok 'packets were lost' soon at_least weir_srt_lost_packets_total 10
ok 'and sent again' at_least weir_srt_retransmitted_packets_total 10
ok 'none was late' counts weir_srt_late_packets_total 0
ok 'no picture is missing' counts weir_srt_malformed_frames_total 0
nut=$(echo "$WEIR_STATE"/alice.*.nut)
# Its last second may still have been on the way when it left.
all() { [ "$(packets "$nut" v)" -ge 150 ] && [ "$(packets "$nut" a)" -ge 210 ]; }
ok 'nor sound' all
whole() {
	ffmpeg -nostdin -v error -xerror -i "$nut" -f null - 2>"$T/decode.err"
	! grep -v -e 'read_timestamp failed' -e 'Last message repeated' "$T/decode.err"
}
ok 'all decodes' whole
ok 'SIGTERM ends it' stop "$srtd"
