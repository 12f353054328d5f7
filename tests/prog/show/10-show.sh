#!/bin/sh
# What a projection says now, and what it said then.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
says() { grep -q -e "$1" "$T/exits.out"; }
# field NAME FIELD [OPTION...]: of channel NAME.
field() {
	c=$1 f=$2; shift 2
	weir-show "$@" channels | jq -r "select(.name == \"$c\") | .$f"
}
state() { find "$WEIR_STATE/projections" -name data.mdb -exec cksum {} +; }
time_of() { weir-cat --json --from "$1" -c 1 | jq -r .time; }

ok 'without a log: later' exits 111 weir-show channels
ok 'wants a name' exits 100 weir-show
ok 'of one that is there' exits 100 weir-show nonsense
ok 'and says where to find them' says 'weir-rebuild --list'
logd
ok 'an empty log says nothing' is '' weir-show channels
edged
channel_added alice Alice
broadcast_started alice b1
track b1 video 1
segments b1 video 0 1
broadcast_ended alice b1
channel_added bob Bob
say ChannelTitled channel/alice '{"name":"alice","title":"Alice again"}'
ok 'edged knows' soon has '"title":"Alice again"' body /api/channels/alice

ok 'now it is not live' is false field alice live
ok 'what there is, by name' is 'alice bob' sh -c "weir-show channels | jq -r .name | paste -sd ' '"
api() { body /api/channels | jq -c '.channels | sort_by(.name)[] | del(.preview, .thumbnail)'; }
ok 'as the API tells it' is "$(api)" weir-show channels
written() { weir-rebuild --check channels | grep -q '^channels 8 '; }
ok 'edged writes it down' soon written
before=$(state)
ok 'it was live' is true field alice live --at 2
ok 'with no track as yet' is 0 field alice 'tracks | length' --at 2
ok 'then with one' is avc1.64001f field alice 'tracks[0].codecs' --at 3
ok 'which was before its end' is null field alice ended --at 5
ok 'under its old title' is Alice field alice title --at 7
ok 'as of a time: before it ended' is true field alice live --at "$(time_of 6)"
ok 'and after that' is false field alice live --at "$(time_of 7)"
ok 'before all' is '' weir-show channels --at 0
ok 'long ago' is '' weir-show channels --at 1999-01-01T00:00:00Z
ok 'in the future: as now' is "$(api)" weir-show channels --at 2999-01-01T00:00:00Z
ok 'at the end: as now' is "$(api)" weir-show channels --at now
ok 'no time is permanent' exits 100 weir-show channels --at yesterday
ok 'what is kept was not touched' [ "$before" = "$(state)" ]

# The present does not need anybody to keep it up to date.
ok 'edged stops' stop "$edged"
say ChannelRemoved channel/bob '{"name":"bob"}'
ok 'removed, it is gone' is alice sh -c 'weir-show channels | jq -r .name'
ok 'but was there' is 'alice bob' sh -c "weir-show channels --at 8 | jq -r .name | paste -sd ' '"
rm -rf "$WEIR_STATE/projections"
ok 'nor anything that is kept' is alice sh -c 'weir-show channels | jq -r .name'
ok 'of which it makes none' [ ! -e "$WEIR_STATE/projections" ]
full() { weir-show channels >/dev/full; }
ok 'a full disk is told' exits 111 full
