#!/bin/sh
# Producers are killed again and again: what they were answered is there, and
# nobody else notices.
. "${0%/*}/../../lib/sh.sh"

ROUNDS=${ROUNDS:-20}

start weir-logd
logd=$pid
produce() {
	awk -v p="$1" -v n="$2" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "{\"id\":\"p%s-%s\",\"type\":\"NoteWritten\",\"subject\":\"n/%s\",\"data\":{\"text\":\"%s\"}}\n", p, i, p, i
	}'
}
# slowly: so that whoever reads it lives until it is killed.
slowly() { awk '{ print } NR % 50 == 0 { fflush(); system("sleep 0.02") }'; }
produce steady 20000 >"$T/in"
weir-append -a <"$T/in" >"$T/answers.steady" 2>"$T/steady.err" &
steady=$!
round=0
killed=0
while [ "$round" -lt "$ROUNDS" ]; do
	produce "$round" 8000 | slowly | weir-append -a >"$T/answers.$round" 2>/dev/null &
	victim=$!
	# At another moment each time: after so many of its answers.
	soon sh -c "[ \$(wc -l <'$T/answers.$round') -gt $((round * 37 % 500)) ]"
	kill -9 "$victim" 2>/dev/null && killed=$((killed + 1))
	wait "$victim" 2>/dev/null
	round=$((round + 1))
done
ok "killed $ROUNDS producers" [ "$killed" -gt $((ROUNDS / 2)) ]
ok "another one noticed nothing" wait "$steady"
ok "it was told so of every event" [ "$(grep -c stored "$T/answers.steady")" -eq 20000 ]
weir-cat --json | jq -r '"\(.id) \(.seq) \(.version)"' | sort >"$T/stands"
for a in "$T"/answers.*; do
	# A line that was cut short is no answer.
	awk -v p="${a##*.}" 'NF == 4 {if (last != "") print last; last = "p" p "-" $1 " " $3 " " $4}
	    END {if (p == "steady") print last}' "$a"
done | sort >"$T/said"
ok "what was answered is there, where it was said to be" \
    [ "$(comm -23 "$T/said" "$T/stands" | wc -l)/$([ -s "$T/said" ] && echo some)" = 0/some ]
ok "nothing is there twice" [ -z "$(cut -d' ' -f1 "$T/stands" | uniq -d)" ]
ok "verifies clean" exits 0 weir-verify
ok "drains" stop "$logd"
