#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

ok "lists the types" sh -c 'weir-schema | grep -q "^SegmentReady "'
weir-schema --json-schema >"$T/schema"
ok "JSON Schema is JSON" jq -e . "$T/schema"
ok "of every type" [ "$(jq '."$defs" | length' "$T/schema")" -eq "$(weir-schema | wc -l)" ]
ok "each one named in anyOf" [ "$(jq '.anyOf | length' "$T/schema")" -eq "$(weir-schema | wc -l)" ]
ok "with what must be there" \
    [ "$(jq -r '."$defs".ChannelAdded.properties.data.required[0]' "$T/schema")" = name ]
ok "docs/events.md is what the tables say" sh -c 'weir-schema --markdown | cmp - "$1/../../../docs/events.md"' - "${0%/*}"
