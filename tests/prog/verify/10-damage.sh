#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

ok "no log is permanent" exits 100 weir-verify
start weir-logd
for i in 1 2 3; do
	event NoteWritten n/1 "{\"text\":\"block-number-$i\"}" | weir-append
done
ok "an undamaged log is fine" exits 0 weir-verify
ok "and counted" grep -qx '3 events, last seq 3, 0 faults' "$T/exits.out"
stop "$pid"
# Flip one bit in the second block, wherever LMDB has put copies of it.
grep -obaF block-number-2 "$WEIR_STATE/log/data.mdb" | cut -d: -f1 |
    while read -r at; do
	printf 'c' | dd of="$WEIR_STATE/log/data.mdb" bs=1 seek="$at" conv=notrunc 2>/dev/null
done
ok "a flipped bit is a fault" exits 100 weir-verify
ok "told with its place" grep -q 'block at seq 2 is damaged: the CRC does not fit' "$T/exits.out"
ok "weir-cat tells it, too" exits 100 weir-cat --json
weir-cat --json 2>/dev/null | jq -r .data.text >"$T/texts"
ok "and gives the other blocks" [ "$(cat "$T/texts")" = "block-number-1
block-number-3" ]
ok "weir-logd goes on with what is whole" start weir-logd
event NoteWritten n/1 '{"text":"x"}' | weir-append -a >"$T/out"
ok "and counts on" grep -qx '1 stored 4 4' "$T/out"
ok "help succeeds" exits 0 weir-verify -h
