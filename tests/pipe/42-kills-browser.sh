#!/bin/sh
# Every program is killed while somebody watches with low latency: the page is
# never loaded anew, and its clock moves on by itself.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/kill.sh"

excuse '^segment [0-9]+ had [0-9]+ parts, and has 0'
ok 'a platform starts' platform
encode
ok 'it goes live' soon grown 2
node "${0%/*}/../browser/witness.mjs" "$HTTP/@alice" >"$T/witness" 2>&1 &
witness=$!; pids="$pids $witness"
plays() { tail -n 1 "$T/witness" | grep -q ^playing; }
ok 'Chromium plays it' soon plays
for name in weir-segment edged weir-append logd rtmpd; do
	before=$(here)
	murder $name
	ok "$name is killed, and it goes on" soon grown $((before + 3))
	ok 'so does the page' soon plays
done
goodbye
ok 'it ends' soon over
ok 'the page says so' soon grep -q ^ended "$T/witness"
kill "$witness"
ok 'it was never loaded anew, and nothing went wrong in it' wait "$witness"
sed 's/^#* */# /' "$T/witness"
ok 'it stops' stop "$up"
