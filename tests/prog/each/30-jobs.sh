#!/bin/sh
# Several at once: those of a subject one after the other and in order.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

start weir-logd
notes 60 6
cat >"$T/job" <<'E2'
#!/bin/sh
# Complains when another of its subject runs, or ran out of order.
s=$(echo "$WEIR_EVENT_SUBJECT" | tr / _)
mkdir "$D/$s" || echo "two of $s" >>"$D/bad"
[ "$(cat "$D/last.$s" 2>/dev/null || echo 0)" -lt "$WEIR_EVENT_SEQ" ] || echo "order of $s" >>"$D/bad"
ls -d "$D"/n_* | wc -l >>"$D/width"
[ "$WEIR_EVENT_SEQ.$WEIR_EVENT_TRY" != 8.1 ] || { rmdir "$D/$s"; exit 111; }
echo "$WEIR_EVENT_SEQ" >"$D/last.$s"
echo "$WEIR_EVENT_SEQ" >>"$D/done"
rmdir "$D/$s"
E2
chmod +x "$T/job"
D=$T/d; export D
mkdir "$D"
ok "runs" exits 0 weir-each --name j --jobs 4 --backoff 3000 --once -- "$T/job"
ok "all were handled, once" [ "$(sort -n "$D/done" | words)" = "$(seq 60 | words)" ]
ok "never two of a subject, never out of order" [ ! -e "$D/bad" ]
ok "several at once" [ "$(sort -n "$D/width" | tail -n 1)" -gt 1 ]
ok "never more than asked for" [ "$(sort -n "$D/width" | tail -n 1)" -le 4 ]
place() { grep -nx "$1" "$D/done" | cut -d: -f1; }
ok "others did not wait for the one that failed" [ "$(place 11)" -lt "$(place 8)" ]

# Ended in the middle: finished ones beyond the position stay finished.
: >"$D/done"
# shellcheck disable=SC2016 # the command's own variables
start weir-each --name k --jobs 4 --drain 1 -- sh -c 'echo "$WEIR_EVENT_SEQ" >>"$D/done"; [ "$WEIR_EVENT_SEQ" -ne 2 ] || exec sleep 100'
ok "one that hangs holds its subject only" soon lines "$D/done" 51
ok "told to stop, it kills what does not end" stop "$pid"
ok "and says so" grep -q 'killing what did not end' "$T/weir-each.err"
: >"$D/done"
# shellcheck disable=SC2016 # the command's own variables
ok "the rest, with the next start" exits 0 weir-each --name k --jobs 4 --once -- sh -c 'echo "$WEIR_EVENT_SEQ" >>"$D/done"'
ok "only what was not handled" [ "$(sort -n "$D/done" | words)" = "$(seq 2 6 60 | words)" ]
