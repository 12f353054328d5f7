#!/bin/sh
# Operators make, list and remove clips.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"

ok "wants a command" exits 100 weir-clip
ok "one that there is" exits 100 weir-clip make
ok "with what it needs" exits 100 weir-clip add b1 1
ok "seconds are seconds" exits 100 weir-clip add b1 one 2
ok "to the microsecond" exits 100 weir-clip add b1 1.0000001 2
ok "and go on" exits 100 weir-clip add b1 2 2
ok "an id is one" exits 100 weir-clip add '../b1' 1 2
logd
ok "no broadcast, no clip" exits 100 weir-clip add b1 1 2
channel_added alice Alice
broadcast_started alice b1
track b1 video 1
segments b1 video 0 59
ok "not more than there is" exits 100 weir-clip add b1 50 61
c=$(weir-clip add --title 'The goal' b1 12.5 42)
ok "makes a clip" grep -Eqx '[0-9a-z]{13}' <<EOF2
$c
EOF2
ok "says so" [ "$(weir-cat --json -s recording/b1 | jq -r '"\(.type) \(.source) \(.data.clip) \(.data.from_us) \(.data.to_us) \(.data.by)"')" = "ClipCreated weir-clip $c 12500000 42000000 operator" ]
ok "lists it" is "$c alice b1 12.500 42.000 The goal" weir-clip list
ok "by channel" is "$c alice b1 12.500 42.000 The goal" weir-clip list alice
ok "another has none" is "" weir-clip list bob
ok "as JSON" [ "$(weir-clip list --json | jq -r '"\(.clip) \(.duration)"')" = "$c 29.5" ]
say MediaRemoved recording/b1 '{"track":"video","first_msn":0,"last_msn":5,"bytes":60}'
ok "not of what was removed" exits 100 weir-clip add b1 4 8
ok "of the rest" exits 0 weir-clip add b1 6 8
ok "removes one" exits 0 weir-clip remove --reason 'by mistake' "$c"
ok "says so, and why" [ "$(weir-cat --json -t ClipRemoved | jq -r '"\(.data.clip) \(.data.reason)"')" = "$c by mistake" ]
ok "which is not there any more" sh -c "! weir-clip list | grep -q '$c'"
ok "and cannot go again" exits 100 weir-clip remove "$c"
exits 0 stop "$logd"
ok "without weir-logd nothing is made" exits 111 weir-clip add b1 6 8
