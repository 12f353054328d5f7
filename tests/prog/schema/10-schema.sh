#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

ok "lists the types" exits 0 weir-schema
ok "segments among them" grep -q '^SegmentReady ' "$T/exits.out"
weir-schema --json-schema >"$T/schema"
ok "JSON Schema is JSON" jq -e . "$T/schema"
ok "of every type" [ "$(jq '[."$defs"[] | select(.deprecated | not)] | length' "$T/schema")" -eq "$(weir-schema | wc -l)" ]
ok "each one named in anyOf" [ "$(jq '.anyOf | length' "$T/schema")" -eq "$(jq '."$defs" | length' "$T/schema")" ]
ok "what has a newer version in each" \
    [ "$(jq -c '[."$defs"["TrackStarted", "TrackStarted.1"].properties |
	.dataversion.const, .data.properties.frame_rate_mhz != null,
	.data.properties.frame_rate_num != null]' "$T/schema")" = '[2,false,true,1,true,false]' ]
ok "with what must be there" \
    [ "$(jq -r '."$defs".ChannelAdded.properties.data.required[0]' "$T/schema")" = name ]
weir-schema --markdown >"$T/events.md"
ok "docs/events.md is what the tables say" cmp "$T/events.md" "${0%/*}/../../../docs/events.md"
