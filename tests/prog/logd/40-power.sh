#!/bin/sh
# The power fails at every moment of a log's life, and the disk keeps what it
# likes of what was not synced: the log is whole and holds what was answered.
# make torture runs more SEEDS, with more SAMPLES of each moment.
. "${0%/*}/../../lib/sh.sh"
: "${TORTURE:?TORTURE names the directory of fault.so}"

SEEDS=${SEEDS:-1}
COMMITS=${COMMITS:-6}
SAMPLES=${SAMPLES:-2}
# So small that it goes round.
RING=$((64 * 1024))
# The disk is simulated; the files need none.
[ ! -w /dev/shm ] || D=$(mktemp -d /dev/shm/t.XXXXXX) && trap 'rm -rf "$D"; finish' EXIT
D=${D:-$T}

# drive SEED COMMITS [PLAN]: a writer whose disk breaks as PLAN says.
drive() {
	env WEIR_LOG_JOURNAL_BYTES="$RING" FAULT_TRACE="$D/trace" FAULT_PLAN="${3:-}" LD_PRELOAD="$TORTURE/fault.so" \
	    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0:detect_leaks=0" \
	    "$TORTURE/drive" "$D/log" "$1" "$2" 2>"$D/err" >"$D/out"
}
fresh() { rm -rf "$D/log" "$D/trace" "$D/cut"; }
replay() { timeout 300 "$TORTURE/replay" "$D/trace" "$D/cut" "$@"; }
cuts() { replay "$1" "$SAMPLES"; }

seed=1
while [ "$seed" -le "$SEEDS" ]; do
	fresh
	ok "a writer appends (seed $seed)" drive "$seed" "$COMMITS"
	ok "no power cut hurts" cuts "$seed"
	if [ "$seed" -eq 1 ]; then
		ok "without barriers one would (so this test can see)" replay 1 3 broken
	fi

	# Killed as it writes, then another one goes on.  What the first left
	# in the page cache the second answers for.
	for at in write:3:die sync:1:die "write:$((6 + seed)):die" \
	    "sync:$((5 + seed)):die" "sync:$((6 + seed)):die"; do
		fresh
		drive "$seed" "$COMMITS" "$at"
		ok "killed at $at, and goes on" drive $((seed + 100)) 5
		ok "no power cut hurts" cuts "$seed"
	done

	# A sync fails: what it was for may be lost although the page cache
	# has it, until it is written again.
	for at in "sync:$((3 + seed)):EIO" "sync:$((4 + seed)):EIO"; do
		fresh
		ok "$at ends the writer" exits 111 drive "$seed" "$COMMITS" "$at"
		ok "another one goes on" drive $((seed + 100)) 5
		ok "no power cut hurts" cuts "$seed"
	done

	# Full disks of every kind, short writes, bad ones.
	for at in fallocate:1:ENOSPC:9 fallocate:1:EDQUOT:9 fallocate:1:EOPNOTSUPP:0 \
	    "write:$((5 + seed)):ENOSPC" "write:$((6 + seed)):short" \
	    "write:$((5 + seed)):EDQUOT" "write:$((6 + seed)):EIO"; do
		fresh
		drive "$seed" "$COMMITS" "$at"
		ok "$at, and another one goes on" drive $((seed + 100)) 5
		ok "no power cut hurts" cuts "$seed"
	done
	seed=$((seed + 1))
done
