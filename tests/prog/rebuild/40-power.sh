#!/bin/sh
# The power fails at every moment of a projection's life, and the disk keeps
# what it likes of what was not synced: what is kept is the last commit or the
# one before it.
. "${0%/*}/../../lib/sh.sh"
: "${TORTURE:?TORTURE names the directory of fault.so}"

SEEDS=${SEEDS:-1}
COMMITS=${COMMITS:-6}
SAMPLES=${SAMPLES:-2}
# The disk is simulated; the files need none.
[ ! -w /dev/shm ] || D=$(mktemp -d /dev/shm/t.XXXXXX) && trap 'rm -rf "$D"; finish' EXIT
D=${D:-$T}

# fold SEED [PLAN]: a projection whose disk breaks as PLAN says.
fold() {
	env FAULT_TRACE="$D/trace" FAULT_PLAN="${2:-}" LD_PRELOAD="$TORTURE/fault.so" \
	    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0:detect_leaks=0" \
	    "$TORTURE/project" drive "$D/log" "$D/kept" "$1" "$COMMITS" 2>"$D/err"
}
fresh() { rm -rf "$D/kept" "$D/trace" "$D/cut"; }
replay() { timeout 300 "$TORTURE/project" replay "$D/trace" "$D/log" "$D/cut" "$@"; }

ok "there is a log" exits 0 "$TORTURE/drive" "$D/log" 1 60
seed=1
while [ "$seed" -le "$SEEDS" ]; do
	fresh
	ok "a projection is folded (seed $seed)" fold "$seed"
	ok "no power cut hurts" replay "$seed" "$SAMPLES"
	if [ "$seed" -eq 1 ]; then
		ok "without barriers one would (so this test can see)" replay 1 3 broken
	fi
	# Killed as it writes, then another process goes on.
	for at in write:3:die "write:$((5 + seed)):die" "sync:$((2 + seed)):die"; do
		fresh
		ok "killed at $at" exits 9 fold "$seed" "$at"
		ok "goes on" fold $((seed + 100))
		ok "no power cut hurts" replay "$seed" "$SAMPLES"
	done
	seed=$((seed + 1))
done
