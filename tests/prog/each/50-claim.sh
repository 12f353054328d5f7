#!/bin/sh
# Workers that share the events of one name.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

start weir-logd
logd=$pid
OUT=$T/out; export OUT
: >"$OUT"
notes 200 20
# shellcheck disable=SC2016 # the command's own variables
say='echo "$WEIR_EVENT_SEQ $0" >>"$OUT"'
for w in one two three; do
	start weir-each --name c --claim --worker $w --type NoteWritten -- sh -c "$say" $w
	workers="${workers:-} $pid"
done
ok "three workers handle 200 events" soon lines "$OUT" 200
ok "each is handled once" [ "$(cut -d' ' -f1 "$OUT" | sort -n | words)" = "$(seq 200 | words)" ]
ok "by more than one" [ "$(cut -d' ' -f2 "$OUT" | sort -u | wc -l)" -gt 1 ]
echo "# $(cut -d' ' -f2 "$OUT" | sort | uniq -c | words)"
done_of() { [ "$(weir-cat --json --type WorkDone | jq -r .subject | sort -u | wc -l)" -eq "$1" ]; }
ok "and said to be done" soon done_of 200
ok "claims are of version 1: nobody took what another had" \
    [ "$(weir-cat --json --type WorkClaimed | jq -r 'select(.version > 1).seq' | wc -l)" -eq 0 ]

# weir-logd is away for a while.
kill -9 "$logd"
wait "$logd" 2>/dev/null
start weir-logd
logd=$pid
: >"$OUT"
notes 30 3
ok "weir-logd being away is outlived" soon lines "$OUT" 30
ok "within a subject in order" \
    [ "$(cut -d' ' -f1 "$OUT" | awk '{ s = ($1 - 1) % 3; if ($1 < last[s]) bad = 1; last[s] = $1 } END { print bad + 0 }')" -eq 0 ]
for w in $workers; do ok "a worker ends well" stop "$w"; done

# A worker that dies: its lease lapses, another takes over.
: >"$OUT"
# shellcheck disable=SC2016 # the command's own variables
start weir-each --name l --claim --worker one --lease 2 --from now --type NoteWritten -- sh -c 'echo got >>"$OUT"; exec sleep 100'
notes 1 1 lease
ok "a worker has it" soon lines "$OUT" 1
kill -9 "$pid"
wait "$pid" 2>/dev/null
# shellcheck disable=SC2016 # the command's own variables
start weir-each --name l --claim --worker two --lease 2 --subject lease/0 -- sh -c 'echo "over $WEIR_EVENT_TRY" >>"$OUT"'
ok "another takes it over" soon lines "$OUT" 2
ok "which counts as its second try" [ "$(words <"$OUT")" = "got over 2 " ]
ok "ends well" stop "$pid"

# A worker that is told to stop gives back what it has not begun again.
start weir-each --name g --claim --worker one --lease 3600 --backoff 60000 --subject lease/0 -- sh -c 'exit 111'
claimed() { weir-cat --json --subject 'claim/g/*' | grep -q WorkClaimed; }
ok "a worker waits to try again" soon claimed
failed() { grep -q '_failed_total 1' "$WEIR_RUN/metrics/each-g.one.prom"; }
ok "with its claim" soon failed
ok "is told to stop" stop "$pid"
: >"$OUT"
ok "the next need not wait for the lease" \
    exits 0 timeout 60 weir-each --name g --claim --worker two --lease 3600 --subject lease/0 --once -- sh -c "$say" two
ok "and handles it" [ "$(wc -l <"$OUT")" -eq 1 ]

# Long commands keep their lease; one that is stopped loses it.
: >"$OUT"
# shellcheck disable=SC2016 # the command's own variables
start weir-each --name s --claim --worker one --lease 1 --subject lease/0 -- sh -c 'echo one >>"$OUT"; exec sleep 100'
one=$pid
ok "one has it" soon lines "$OUT" 1
renewed() { [ "$(weir-cat --json --subject 'claim/s/*' --type WorkClaimed | jq -r .version | tail -n 1)" -ge "$1" ]; }
ok "renews its lease" soon renewed 5
kill -STOP "$one"
# shellcheck disable=SC2016 # the command's own variables
ok "stopped, it loses it to another" \
    exits 0 timeout 60 weir-each --name s --claim --worker two --lease 1 --subject lease/0 --once -- sh -c 'echo two >>"$OUT"'
ok "who handles it" [ "$(words <"$OUT")" = "one two " ]
kill -CONT "$one"
passed() { [ "$(sed -n 's/.*_position //p' "$WEIR_RUN/metrics/each-s.one.prom" | tail -n 1)" -ge "$(weir-cat --json --subject lease/0 | jq .seq)" ]; }
ok "the first one learns of it and goes on" soon passed
ok "and ends well" stop "$one"

# Dead letters of a shared event stand with the one that gave up.
ok "given up" exits 0 weir-each --name d --claim --tries 2 --backoff 1 --subject lease/0 --once -- false
ok "a dead letter" [ "$(weir-each --name d --dead | jq -c '[.reason, .tries]')" = '["exit 1",2]' ]
ok "the log has the reason" [ "$(weir-cat --json --subject 'claim/d/*' --type WorkDone | jq -r .data.reason)" = "exit 1" ]
ok "put back" exits 0 weir-each --name d --retry all
: >"$OUT"
ok "it is handled" exits 0 weir-each --name d --claim --subject lease/0 --once -- sh -c "$say" d
ok "once" [ "$(wc -l <"$OUT")" -eq 1 ]
exits 0 stop "$logd"
