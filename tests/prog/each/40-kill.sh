#!/bin/sh
# weir-each is killed again and again under load, and weir-logd with it:
# every event is handled at least once.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

ROUNDS=${ROUNDS:-20}
EVENTS=1500
start weir-logd
logd=$pid
OUT=$T/out; export OUT
: >"$OUT"
i=0
while [ "$i" -lt $((EVENTS / 50)) ]; do
	awk -v i="$i" 'BEGIN { for (k = 0; k < 50; k++) printf "{\"type\":\"NoteWritten\",\"subject\":\"n/%d\",\"data\":{\"text\":\"x\"}}\n", (i * 50 + k) % 7 }'
	i=$((i + 1))
	sleep 0.1
done | weir-append 2>"$T/append.err" &
producer=$!
round=0
while [ "$round" -lt "$ROUNDS" ]; do
	# shellcheck disable=SC2016 # the command's own variables
	start weir-each --name k --jobs $((1 + round % 3)) -- sh -c 'echo "$WEIR_EVENT_SEQ" >>"$OUT"'
	sleep "0.$((round * 7 % 10))$((round * 3 % 10))"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	if [ $((round % 7)) -eq 3 ]; then
		kill -9 "$logd"
		wait "$logd" 2>/dev/null
		start weir-logd
		logd=$pid
	fi
	round=$((round + 1))
done
ok "the producer ends well" wait "$producer"
# shellcheck disable=SC2016 # the command's own variables
ok "the rest" exits 0 weir-each --name k --jobs 4 --once -- sh -c 'echo "$WEIR_EVENT_SEQ" >>"$OUT"'
ok "every event was handled, none was skipped" \
    [ "$(sort -un "$OUT" | words)" = "$(seq $EVENTS | words)" ]
echo "# handled $(wc -l <"$OUT") times in all"
ok "and not everything twice" [ "$(wc -l <"$OUT")" -lt $((2 * EVENTS)) ]
ok "nothing is left to do" [ -z "$(weir-each --name k --once -- echo more)" ]
# shellcheck disable=SC2016 # the command's own variables
start weir-each --name c --from now -- sh -c 'echo $$ >"$OUT.pid"; exec sleep 100'
notes 1
ok "a command runs" soon test -s "$OUT.pid"
kill -9 "$pid"
wait "$pid" 2>/dev/null
ok "it dies with weir-each" soon ends "$(cat "$OUT.pid")"
ok "the log is whole" exits 0 weir-verify
