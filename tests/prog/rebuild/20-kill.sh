#!/bin/sh
# weir-edged is killed again and again while the story goes on: what it keeps
# is always what folding the log gives.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
ROUNDS=${ROUNDS:-12}

# story: lives of ten channels until it is told to end.
story() {
	i=0
	while [ ! -e "$T/enough" ]; do
		c=c$((i % 10)) b=b$i
		event ChannelAdded "channel/$c" "{\"name\":\"$c\",\"title\":\"$i\"}"
		event BroadcastStarted "live/$c" \
		    "{\"channel\":\"$c\",\"broadcast\":\"$b\",\"protocol\":\"rtmp\"}"
		event TrackStarted "broadcast/$b" \
		    "{\"broadcast\":\"$b\",\"track\":\"video\",\"run\":1,\"kind\":\"video\",\"codecs\":\"avc1.64001f\",\"init_bytes\":7,\"target_us\":1000000}"
		for s in 0 1 2; do
			event SegmentReady "broadcast/$b" \
			    "{\"broadcast\":\"$b\",\"track\":\"video\",\"msn\":$s,\"run\":1,\"start_us\":1700000000000000,\"duration_us\":1000000,\"bytes\":10,\"hash\":\"$(printf %064d 0)\"}"
		done
		[ $((i % 3)) -ne 0 ] || event BroadcastEnded "live/$c" \
		    "{\"channel\":\"$c\",\"broadcast\":\"$b\",\"reason\":\"over\"}"
		[ $((i % 7)) -ne 0 ] || event ChannelRemoved "channel/$c" "{\"name\":\"$c\"}"
		i=$((i + 1))
		[ $((i % 5)) -ne 0 ] || sleep 0.05
	done
}
same() {
	weir-rebuild --check channels >"$T/check" && grep -q ' same$' "$T/check"
}
kept() { [ -e "$WEIR_STATE/projections/channels/data.mdb" ] && same; }

logd
story | weir-append &
teller=$!
edged
ok 'it is kept' soon kept
round=0
while [ "$round" -lt "$ROUNDS" ]; do
	sleep 0.$((round * 7 % 10))$((round % 7))
	kill -9 "$edged"
	wait "$edged" 2>/dev/null
	ok "killed: what is kept is whole ($round)" same
	edged
	ok 'and goes on' grep -vq anew "$T/weir-edged.err"
	round=$((round + 1))
done
: >"$T/enough"
ok 'the story ends' wait "$teller"
weir-show channels >"$T/truth"
ok 'it was long enough' [ "$(wc -l <"$T/truth")" -gt 5 ]
shown() {
	body /api/channels | jq -c '.channels[] | del(.preview, .thumbnail)' | sort >"$T/api"
	sort "$T/truth" | cmp -s - "$T/api"
}
ok 'edged shows it' soon shown
ok 'edged stops' stop "$edged"
ok 'what it kept is the log folded' same
ok 'to the end' grep -q "^channels $(weir-cat --json | wc -l) " "$T/check"
ok 'and what a rebuild gives' is "$(cat "$T/check")" sh -c "weir-rebuild channels | sed 's/\$/ same/'"
