#!/bin/sh
# Memory runs out at every allocation, LMDB's included: the log's unit test of
# that, with the recorder's malloc below it.
. "${0%/*}/../../lib/sh.sh"
: "${TORTURE:?TORTURE names the directory of fault.so}"

test=$TORTURE/../test/liblog/nomem_test
# A sanitizer has a malloc of its own.
if nm -D "$TORTURE/fault.so" | grep -q ' T malloc$'; then
	ok "every allocation may fail" exits 0 env LD_PRELOAD="$TORTURE/fault.so" "$test"
else
	ok "every allocation of ours may fail" exits 0 "$test"
fi
