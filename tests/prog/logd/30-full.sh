#!/bin/sh
# The disk fills up: producers are told, nothing is half-written, and when
# there is room again everything goes on by itself.
. "${0%/*}/../../lib/sh.sh"

# A limit on the size of files is a full disk that needs no root.
mkfifo "$T/weir-logd.ready"
NOTIFY_FD=3 sh -c 'ulimit -S -f 16384; exec weir-logd' 3>"$T/weir-logd.ready" \
    2>"$T/weir-logd.err" &
logd=$!
pids="$pids $logd"
read -r _ <"$T/weir-logd.ready"
i=0
while [ "$i" -lt 10000 ]; do
	printf '{"id":"f-%s","type":"NoteWritten","subject":"n/1","data":{"text":"%0900d"}}\n' "$i" "$i"
	i=$((i + 1))
done >"$T/events"
weir-append -a <"$T/events" >"$T/answers" 2>"$T/append.err" &
append=$!
pids="$pids $append"
ok "weir-logd says that nothing can be stored" \
    soon grep -q 'producers are held back' "$T/weir-logd.err"
ok "it lives" kill -0 "$logd"
ok "the producer waits" kill -0 "$append"
ok "what is there is whole" exits 0 weir-verify
stored=$(wc -l <"$T/answers")
ok "some were stored before" [ "$stored" -lt 10000 ]
prlimit --pid "$logd" --fsize=unlimited
ok "goes on when there is room" wait "$append"
ok "and says so" soon grep -q 'events are stored again' "$T/weir-logd.err"
ok "every event is there once" [ "$(weir-cat --json | jq -r .id | sort -u | wc -l)" -eq 10000 ]
ok "verifies clean" exits 0 weir-verify
