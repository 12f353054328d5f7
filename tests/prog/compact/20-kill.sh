#!/bin/sh
# weir-logd and weir-compact are killed again and again while events are
# removed and others come in: what is gone is told of exactly, nothing else is
# missing, and producers are not kept waiting.
. "${0%/*}/../../lib/sh.sh"

ROUNDS=${ROUNDS:-20}
EACH=${EACH:-6000}

start weir-logd
logd=$pid
producer() {
	i=0
	while [ "$i" -lt "$EACH" ]; do
		printf '{"id":"p%s-%s","type":"%s","subject":"n/%s-%s","data":{"text":"%s"}}\n' \
		    "$1" "$i" NoteWritten "$1" "$((i % 3))" "$i"
		i=$((i + 1))
		[ $((i % 300)) -ne 0 ] || sleep 0.1
	done
}
for p in 1 2; do
	producer $p | weir-append -a >"$T/answers.$p" 2>"$T/err.$p" &
	producers="${producers:-} $!"
	pids="$pids $!"
done
round=0
while [ "$round" -lt "$ROUNDS" ]; do
	weir-compact -t NoteWritten --keep $((100 + round * 7 % 50)) >/dev/null 2>"$T/compact.err" &
	compact=$!
	sleep 0.0$((round % 7))$((round * 7 % 10))
	if [ $((round % 3)) -eq 0 ]; then
		kill -9 "$compact" 2>/dev/null
	else
		kill -9 "$logd"
		wait "$logd" 2>/dev/null
		start weir-logd || break
		logd=$pid
	fi
	wait "$compact" 2>/dev/null
	round=$((round + 1))
done
ok "was killed $ROUNDS times, and came back" [ "$round" -eq "$ROUNDS" ]
for p in $producers; do
	ok "a producer ends well" wait "$p"
done
ok "every event was answered" [ "$(cat "$T"/answers.* | wc -l)" -eq $((2 * EACH)) ]
ok "the log is whole" exits 0 weir-verify
ok "what was left is finished" exits 0 weir-compact -t NoteWritten --keep 100
ok "every order has its end" \
    [ "$(weir-cat --json -t RemovalOrdered | wc -l)" -eq "$(weir-cat --json -t EventsRemoved | wc -l)" ]
ok "verifies clean" exits 0 weir-verify
removed=$(sed -n 's/.* \([0-9]*\) removed.*/\1/p' "$T/exits.out")
told=$(weir-cat --json -t EventsRemoved | jq -s 'map(.data.count // 0) | add')
ok "what is gone was told of, each once ($removed)" [ "${removed:-0}" -eq "$told" ]
weir-cat --json -t NoteWritten >"$T/log"
cat "$T"/answers.* | awk '{print $3, $4}' | sort >"$T/said"
jq -r '"\(.seq) \(.version)"' "$T/log" | sort >"$T/stands"
# An event that was stored, removed, and said again to a weir-logd that does
# not know its id any more, is there under its second seq: docs/log.md, Ids.
ok "what is there stands where its answer said" [ -z "$(comm -13 "$T/said" "$T/stands")" ]
until=$(weir-cat --json -t RemovalOrdered | jq -s 'map(.data.until) | max')
ok "what is not there was ordered to go" \
    [ -z "$(comm -23 "$T/said" "$T/stands" | awk -v u="$until" '$1 > u')" ]
ok "and no more than were told" [ "$(comm -23 "$T/said" "$T/stands" | wc -l)" -le "$told" ]
ok "no id is there twice" [ -z "$(jq -r .id "$T/log" | sort | uniq -d)" ]
exits 0 stop "$logd"
