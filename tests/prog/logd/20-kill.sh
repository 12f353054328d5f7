#!/bin/sh
# weir-logd is killed again and again under load: what was answered is there
# exactly once, no seq is missing, versions are whole.
. "${0%/*}/../../lib/sh.sh"

ROUNDS=${ROUNDS:-20}
EACH=${EACH:-400}

start weir-logd
logd=$pid
producer() {
	i=0
	while [ "$i" -lt "$EACH" ]; do
		printf '{"id":"p%s-%s","type":"NoteWritten","subject":"n/%s","data":{"text":"%s"}}\n' \
		    "$1" "$i" "$1" "$i"
		i=$((i + 1))
		# Slow enough that each one lives through many deaths.
		[ $((i % 20)) -ne 0 ] || sleep 0.2
	done
}
for p in 1 2 3 4; do
	producer $p | weir-append -a >"$T/answers.$p" 2>"$T/err.$p" &
	producers="${producers:-} $!"
done
round=0
while [ "$round" -lt "$ROUNDS" ]; do
	# At any moment: now at once, now in the middle of the flow.
	sleep 0.0$((round % 7))$((round * 7 % 10))
	kill -9 "$logd"
	wait "$logd" 2>/dev/null
	start weir-logd || break
	logd=$pid
	round=$((round + 1))
done
ok "was killed $ROUNDS times, and came back" [ "$round" -eq "$ROUNDS" ]
for p in $producers; do
	ok "producer $p ends well" wait "$p"
done
ok "every event was answered" [ "$(cat "$T"/answers.* | wc -l)" -eq $((4 * EACH)) ]
weir-cat --json >"$T/log"
ok "every one is there exactly once" \
    [ "$(jq -r .id "$T/log" | sort | uniq | wc -l)/$(wc -l <"$T/log")" = "$((4 * EACH))/$((4 * EACH))" ]
for p in 1 2 3 4; do
	awk -v p=$p '{print "p" p "-" $1 - 1, $3, $4}' "$T/answers.$p"
done | sort >"$T/said"
jq -r '"\(.id) \(.seq) \(.version)"' "$T/log" | sort >"$T/stands"
ok "each where its answer said" cmp "$T/said" "$T/stands"
in_order() {
	jq -r --arg s "n/$1" 'select(.subject == $s) | .data.text' "$T/log" |
	    sort -nc
}
for p in 1 2 3 4; do
	ok "producer $p's events are in its order" in_order $p
done
ok "verifies clean" exits 0 weir-verify
exits 0 stop "$logd"
