#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

B=$T/backup
ok "no log is permanent" exits 100 weir-backup "$B"
start weir-logd
note() { event NoteWritten "n/$1" "{\"text\":\"$2\"}" | weir-append; }
for i in 1 2 3; do note a "$i"; done
ok "copies the log while it is written" exits 0 weir-backup "$B"
ok "all of it" grep -q ': 3 events in 3 blocks' "$T/exits.out"
note b 4
note a 5
ok "copies what came since" exits 0 weir-backup "$B"
ok "and only that" grep -q ': 2 events in 2 blocks.*last seq 5' "$T/exits.out"
ok "nothing new is no fault" exits 0 weir-backup "$B"
ok "the copy is whole" exits 0 weir-backup --verify "$B"
ok "with every event" grep -q ': 5 events' "$T/exits.out"

# Made anew in another place, it is the same log.
ok "not while weir-logd runs" exits 111 env WEIR_STATE="$T/new" weir-restore "$B"
ok "and says so" grep -q "weir-logd (pid $pid) runs" "$T/exits.out"
weir-cat >"$T/a"
stop "$pid"
ok "restores" exits 0 env WEIR_STATE="$T/new" weir-restore "$B"
WEIR_STATE=$T/new weir-cat >"$T/b"
ok "to the same bytes" cmp "$T/a" "$T/b"
ok "which verify clean" exits 0 weir-verify "$T/new/log"
ok "not over another log" exits 100 env WEIR_STATE="$T/new" weir-restore "$B"
WEIR_STATE=$T/new start weir-logd
event NoteWritten n/a '{"text":"6"}' | weir-append -a >"$T/out"
ok "and goes on" grep -qx '1 stored 6 5' "$T/out"
stop "$pid"

# What is not as it was is told.
last=$(find "$B" -name '*.blocks' | sort | tail -n 1)
cp "$last" "$T/keep"
printf x | dd of="$last" bs=1 seek=100 conv=notrunc 2>/dev/null
ok "a changed byte shows" exits 100 weir-backup --verify "$B"
ok "and where" grep -q 'the block at seq 4: the CRC does not fit' "$T/exits.out"
ok "it restores nothing" exits 100 env WEIR_STATE="$T/other" weir-restore "$B"
ok "not even a part" [ ! -e "$T/other/log/data.mdb" ]
head -c 150 "$T/keep" >"$last"
ok "a cut off file shows" exits 100 weir-backup --verify "$B"
rm "$last"
ok "a file that is gone is copied again" exits 0 weir-backup "$B"
ok "the copy is whole again" exits 0 weir-backup --verify "$B"

# Another instance's log does not go into this copy.
export WEIR_STATE="$T/third"
start weir-logd
for i in 1 2 3 4 5 6 7; do note z "$i"; done
ok "another log is refused" exits 100 weir-backup "$B"
ok "help succeeds" exits 0 weir-backup -h
ok "no operand is permanent" exits 100 weir-backup
