#!/bin/sh
# Workers that share events are killed again and again, and weir-logd with
# them: every event is handled, and said to be done.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

ROUNDS=${ROUNDS:-12}
BATCHES=10
start weir-logd
logd=$pid
OUT=$T/out; export OUT
: >"$OUT"
i=0
while [ "$i" -lt "$BATCHES" ]; do
	notes 30 5 "x$i" 2>>"$T/append.err"
	i=$((i + 1))
	sleep 0.4
done &
producer=$!
pids="$pids $producer"
worker() {
	# shellcheck disable=SC2016 # the command's own variables
	start weir-each --name c --claim --worker "w$1" --jobs 2 --lease 1 --type NoteWritten -- \
	    sh -c 'sleep "0.0$((WEIR_EVENT_SEQ % 7))"; echo "$WEIR_EVENT_SEQ" >>"$OUT"'
	echo "$pid" >"$T/pid.$1"
}
for w in 0 1 2; do worker "$w"; done
round=0
while [ "$round" -lt "$ROUNDS" ]; do
	sleep "0.$((round * 7 % 5))$((round * 3 % 10))"
	w=$((round % 3))
	pid=$(cat "$T/pid.$w")
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	worker "$w"
	if [ $((round % 6)) -eq 4 ]; then
		kill -9 "$logd"
		wait "$logd" 2>/dev/null
		start weir-logd
		logd=$pid
	fi
	round=$((round + 1))
done
ok "the producer ends well" wait "$producer"
all_done() { [ "$(weir-cat --json --type WorkDone | jq -r .subject | sort -u | wc -l)" -eq $((30 * BATCHES)) ]; }
ok "every event is said to be done" soon all_done
weir-cat --json --type NoteWritten | jq .seq >"$T/want"
sort -nu "$OUT" >"$T/got"
ok "every event was handled, none was skipped" cmp "$T/want" "$T/got"
echo "# handled $(wc -l <"$OUT") times in all"
for w in 0 1 2; do
	ok "worker $w ends well" stop "$(cat "$T/pid.$w")"
	ok "and gave nothing up" [ -z "$(weir-each --name c --claim --worker "w$w" --dead)" ]
done
ok "the log is whole" exits 0 weir-verify
