#!/bin/sh
# What needs no weir-logd: appends of the library's own, and the bare disk.
. "${0%/*}/../../lib/sh.sh"

mkdir -p "$WEIR_STATE"
weir-bench append --batch 300 --count 1000 --bytes 100 >"$T/out"
ok "appends in batches and tells as JSON" \
    jq -e '.commits == 4 and .count == 1000 and .commit_bytes > 300 * 100' "$T/out"
ok "with what a commit took" jq -e '.commit_p99_us >= .commit_p50_us and .events_per_s > 0' "$T/out"
ok "which are in the log" [ "$(weir-cat --json | wc -l)" -eq 1000 ]
ok "and whole" exits 0 weir-verify
weir-bench append --count 10 >"$T/out"
ok "goes on with the log that is there" [ "$(weir-bench replay | jq .events)" -eq 1010 ]
start weir-logd
ok "does not write beside weir-logd" exits 111 weir-bench append --count 10
ok "and says who has the log" grep -q "another process's (pid $pid)" "$T/exits.out"

weir-bench disk --write 100000 --count 20 >"$T/out"
ok "syncs the bare disk" \
    jq -e '.syncs == 20 and .write_bytes == 100000 and .sync_p99_us >= .sync_p50_us' "$T/out"
ok "and leaves nothing" [ ! -e "$WEIR_STATE/bench.tmp" ]
ok "wants no batch that no commit takes" exits 100 weir-bench append --batch 100000
