#!/bin/sh
# What players tell of themselves (CTA-5004) becomes transient events and
# figures: summed up, bounded, and never stored.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"

logd
edged
channel_added alice Alice
broadcast_started alice b1
track b1 video 1
segments b1 video 0 5
media=$url/media/b1/video
ok 'there is media' soon curl -sf -o "$T/body" "$media/5.m4s"

"$BIN/weir-cat" --json --follow -t PlaybackMeasured >"$T/heard" &
pids="$pids $!"
# watch SESSION MSN FIELD...: ask for that segment, telling FIELDs.
watch() {
	session=$1 msn=$2
	shift 2
	curl -sf -o "$T/body" -H "CMCD-Session: sid=\"$session\",sf=h,st=ll" "$@" \
	    "$media/$msn.m4s"
}
# heard SESSION FILTER: an event of it for which the filter holds.
heard() { jq -e -s "map(select(.data.session == \"$1\").data) | any($2)" "$T/heard" >"$T/body"; }
figure() { curl -s "$url/metrics" | sed -n "s/^$1 //p"; }

# The subscriber is there once it heard anything at all.
listens() { watch early 0 && [ -s "$T/heard" ]; }
ok 'a request becomes an event' soon listens
ok 'of that player, about that broadcast' heard early \
    '.broadcast == "b1" and .stream == "ll" and .requests >= 1'

for msn in 1 2 3; do
	watch one $msn -H 'CMCD-Request: bl=2100,dl=2000,mtp=48100,su' \
	    -H 'CMCD-Object: br=3200,d=1000,ot=v' -H 'CMCD-Status: bs'
done
ok 'all that it tells is there' soon heard one '.bitrate_kbps == 3200 and
    .buffer_ms == 2100 and .throughput_kbps == 48100 and .deadline_ms == 2000 and
    .rate_permille == 1000 and .object == "v" and .startup and .stalls >= 1'
counts() { jq -e -s 'map(select(.data.session == "one").data) |
    (map(.stalls) | add) == 3 and (map(.requests) | add) == 3' "$T/heard" >"$T/body"; }
ok 'none is lost, though not each is told' soon counts
few() { jq -s 'map(select(.data.session == "one")) | length <= 2' "$T/heard"; }
ok 'in few events' is true few

ok 'it may be told in the query' curl -sf -o "$T/body" \
    "$media/4.m4s?CMCD=bl%3D900%2Csid%3D%22query-1%22%2Cst%3Dv"
ok 'to the same effect' soon heard query-1 '.buffer_ms == 900 and .stream == "v"'
ok 'version 2 is understood' curl -sf -o "$T/body" \
    -H 'CMCD-Session: sid="two",v=2' -H 'CMCD-Object: br=(700),bl=(1000)' "$media/4.m4s"
ok 'to the same effect, too' soon heard two '.bitrate_kbps == 700'

refused=$(figure weir_edge_player_refused_total)
ok 'what is malformed does no harm' curl -sf -o "$T/body" \
    -H 'CMCD-Session: sid="bad' "$media/3.m4s"
ok 'and is counted' is $((refused + 1)) figure weir_edge_player_refused_total
ok 'who names no session is not measured' curl -sf -o "$T/body" \
    -H 'CMCD-Request: bl=1' "$media/3.m4s"
# Who told nothing for half a minute does not watch any more.
again() {
	watch early 0 && watch one 1 -H 'CMCD-Request: bl=2100' &&
	    watch two 1 -H 'CMCD-Request: bl=1000' &&
	    watch query-1 1 -H 'CMCD-Request: bl=900'
}
ok 'they go on' again
ok 'players are counted' is 4 figure weir_edge_players
ok 'and stalls' is 3 figure weir_edge_player_stalls_total
ok 'and what they have buffered: the mean of 2.1, 0.9 and 1 s' \
    is 1.33333333333333 figure weir_edge_player_buffer_seconds
crowd() {
	i=0
	while [ $i -lt 300 ]; do
		printf 'url=%s/0.m4s?CMCD=sid%%3D%%22crowd-%d%%22\noutput=%s\n' "$media" $i "$T/body"
		i=$((i + 1))
	done | curl -sf -K -
}
ok 'many are known at once' crowd
ok 'each by itself' is 304 figure weir_edge_players
ok 'nothing of it is in the log' is 0 sh -c \
    "'$BIN/weir-cat' --json -t PlaybackMeasured | wc -l"
stop "$logd" >"$T/body"
ok 'without weir-logd it plays on' watch one 2 -H 'CMCD-Status: bs'
ok 'ends well' stop "$edged"
