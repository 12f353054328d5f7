#!/bin/sh
# What fails is tried again, then becomes a dead letter.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

start weir-logd
notes 6 2
cat >"$T/fails" <<'E2'
#!/bin/sh
# Seq 2 twice, 3 for ever, 4 at once and for good, 5 by a signal once.
n=$WEIR_EVENT_SEQ
echo "$n" >>"$OUT"
case $n.$WEIR_EVENT_TRY in
2.1 | 2.2) exit 111 ;;
3.*) [ -e "$MENDED" ] || exit 7 ;;
4.*) [ -e "$MENDED" ] || exit 100 ;;
5.1) kill -9 $$ ;;
esac
E2
chmod +x "$T/fails"
OUT=$T/out MENDED=$T/mended; export OUT MENDED
started=$(date +%s%N)
ok "ends well all the same" exits 0 weir-each --name r --backoff 20 --tries 4 --once -- "$T/fails"
took_ms=$((($(date +%s%N) - started) / 1000000))
ok "tried again in place, then went on in order" [ "$(words <"$OUT")" = "1 2 2 2 3 3 3 3 4 5 5 6 " ]
# At least half of each wait: 20 + 40, 20 + 40 + 80, 20.
ok "after waits that double" [ "$took_ms" -ge 110 ]
ok "says what it gave up" grep -q 'seq=3 tries=4 reason="exit 7"' "$T/exits.out"
dead() { weir-each --name r --dead; }
ok "two dead letters, with reason and tries" \
    [ "$(dead | jq -r '"\(.seq) \(.reason) \(.tries) \(.type) \(.subject)"')" = "3 exit 7 4 NoteWritten n/0
4 exit 100 1 NoteWritten n/1" ]
ok "and time" [ "$(dead | jq -r '.time | test("^20.*Z$")' | sort -u)" = true ]
id=$(dead | jq -r 'select(.seq == 4).id')
: >"$OUT"
: >"$MENDED"
ok "is not tried again by itself" exits 0 weir-each --name r --once -- "$T/fails"
ok "and was not" [ ! -s "$OUT" ]
ok "one is put back by its id" exits 0 weir-each --name r --retry "$id"
ok "and no letter any more" [ "$(dead | jq .seq)" = 3 ]
ok "it is handled" exits 0 weir-each --name r --once -- "$T/fails"
ok "that one alone" [ "$(words <"$OUT")" = "4 " ]
ok "an unknown one is permanent" exits 100 weir-each --name r --retry "$id"

# A running one takes it up; failing again it is dead again.
rm "$MENDED"
: >"$OUT"
start weir-each --name r --backoff 1 --tries 2 -- "$T/fails"
ok "put back by seq" exits 0 weir-each --name r --retry 3
ok "while one runs" soon lines "$OUT" 2
again() { [ "$(dead | jq -c '[.seq, .tries]')" = "[3,2]" ]; }
ok "it is a dead letter again" soon again
: >"$MENDED"
ok "all are put back" exits 0 weir-each --name r --retry all
ok "and handled" soon lines "$OUT" 3
ok "none is left" [ -z "$(dead)" ]
ok "--retry all of none is well" exits 0 weir-each --name r --retry all
ok "ends well" stop "$pid"

# Timeouts.
ok "a command that takes too long" exits 0 weir-each --name t --from 6 --timeout 1 --tries 1 --once -- sleep 100
ok "is stopped and said so" [ "$(weir-each --name t --dead | jq -r .reason)" = "signal TERM after its timeout" ]
# shellcheck disable=SC2016 # the command's own variables
ok "nothing of its group stays" exits 0 weir-each --name g --from 6 --once -- sh -c 'sleep 100 & echo $! >"$OUT.pid"'
left() { kill -0 "$(cat "$OUT.pid")" 2>/dev/null && ! grep -q 'State:.Z' "/proc/$(cat "$OUT.pid")/status"; }
gone() { ! left; }
ok "not one" soon gone
