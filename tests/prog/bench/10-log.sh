#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

start weir-logd
weir-bench log --producers 4 --inflight 16 --count 2000 >"$T/out"
ok "loads weir-logd and tells as JSON" \
    [ "$(jq -r '[.count, .not_stored] | join(" ")' "$T/out")" = "2000 0" ]
ok "with answers and the bare disk" jq -e '.answer_p99_us >= .answer_p50_us and .disk_syncs_per_s > 0' "$T/out"
ok "every event is stored" exits 0 weir-verify
ok "replays them" [ "$(weir-bench replay | jq .events)" -eq 2000 ]
ok "wants a command" exits 100 weir-bench
