#!/bin/sh
# Peers that send anything but RTMP, or too much or too little of it.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
# Nobody is closed for being late, at first.
options='--grace 0 --start-timeout 3600 --idle-timeout 3600 --connections 250'
platform
memory_kib() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$rtmpd/status"; }
descriptors() { find "/proc/$rtmpd/fd" -mindepth 1 | grep -c .; }
few_descriptors() { [ "$(descriptors)" -le "$before" ]; }

for peer in chunk-size-0 chunk-size-max chunk-size-negative length-lie \
    type-3-first amf-deep amf-too-deep amf-wide chunk-streams; do
	ok "$peer is closed at once" rtmp $peer
done
ok 'more than there may be are turned away' rtmp crowd 250
ok 'SIGTERM ends it' stop "$rtmpd"

options='--grace 0 --start-timeout 3 --idle-timeout 3 --connections 250'
rtmpd
rtmp publish "$key" && soon told alice 1 BroadcastEnded
soon counts weir_rtmp_connections 0
before=$(descriptors)
memory=$(memory_kib)
for peer in random half-handshake chunk-size-0 chunk-streams amf-wide loris; do
	ok "$peer is closed" rtmp $peer
done
ok 'one that lies after it was let in' rtmp late-lies "$key"
ok 'one that falls silent' rtmp silent "$key"
ok 'its broadcast ends' soon told alice 3 BroadcastEnded
ok 'for that reason' last_is alice 'BroadcastEnded: the encoder fell silent'

rtmp idle 200 >"$T/idle.out" 2>&1 &
idle=$!; pids="$pids $idle"
soon grep -q idle "$T/idle.out"
ok '200 idle ones keep nobody out' rtmp publish "$key"
ok 'and are closed' wait "$idle"
soon counts weir_rtmp_connections 0

ok 'leaving in the handshake' rtmp cut "$key" 0 61
ok 'leaving at each byte behind it' rtmp cut "$key" 3070
ok 'all of those that were let in ended' soon last_is alice 'BroadcastEnded.*'
ok 'a publisher is served as before' rtmp publish "$key"
ok 'no descriptor is lost' soon few_descriptors
echo "# resident memory: $memory KiB before, $(memory_kib) KiB after"
ok 'nor much memory' [ "$(memory_kib)" -le $((memory + 51200)) ]
ok 'SIGTERM ends it' stop "$rtmpd"
