#!/bin/sh
# The disk is full: nothing is begun whose end could not be kept, and when
# there is room again everything goes on by itself.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

start weir-logd
# The place is made first, then its file may not grow.
start weir-each --name f --from now -- true
stop "$pid"
notes 4000
size=$(($(wc -c <"$WEIR_STATE/each/f/data.mdb") / 512))
mkfifo "$T/each.ready"
# A limit on the size of files is a full disk that needs no root.
NOTIFY_FD=3 sh -c "ulimit -S -f $((size + 8)); exec weir-each --name f --jobs 4 --tries 1 -- false" \
    3>"$T/each.ready" >"$T/each.out" 2>"$T/each.err" &
each=$!
pids="$pids $each"
read -r _ <"$T/each.ready"
ok "says that there is no room" soon grep -q 'no room for the position, waiting' "$T/each.err"
ok "and waits" kill -0 "$each"
before=$(grep -c 'gave up' "$T/each.err")
kept() { weir-each --name f --dead | wc -l; }
ok "what is kept is whole" [ "$(weir-each --name f --dead | jq -c .seq | wc -l)" -eq "$(kept)" ]
echo "# $(kept) kept of $before"
ok "some were kept before" [ "$(kept)" -gt 0 ]
ok "no more was begun than ends in one commit" [ "$(($(grep -c 'gave up' "$T/each.err") - $(kept)))" -le 8 ]
prlimit --pid "$each" --fsize=unlimited
back() { grep -q 'there is room again' "$T/each.err"; }
ok "goes on when there is room" soon back
more() { [ "$(kept)" -gt "$before" ]; }
ok "with what is left" soon more
ok "ends well" stop "$each"
ok "nothing is lost, nothing is doubled" \
    [ "$(weir-each --name f --dead | jq .seq | sort -u | wc -l)" -eq "$(grep -c 'gave up' "$T/each.err")" ]
