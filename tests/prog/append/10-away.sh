#!/bin/sh
# weir-append while weir-logd is away: nothing that was read is lost.
. "${0%/*}/../../lib/sh.sh"

event NoteWritten n/1 '{"text":"early"}' >"$T/in"
weir-append -a <"$T/in" >"$T/out" 2>"$T/err" &
append=$!
pids="$pids $append"
ok "waits for weir-logd" kill -0 "$append"
start weir-logd
ok "ends when it was answered" wait "$append"
ok "it is stored" grep -qx '1 stored 1 1' "$T/out"
ok "says nothing when well" [ ! -s "$T/err" ]
ok "no input is no fault" exits 0 weir-append </dev/null
ok "empty lines are no records" sh -c 'printf "\n\n" | weir-append'
weir-cat | head -c 40 >"$T/cut"
ok "a cut off event is a fault" exits 100 weir-append <"$T/cut"
printf '\301\301' >"$T/garbage"
ok "garbage is a fault" exits 100 weir-append <"$T/garbage"
ok "a bad option is permanent" exits 100 weir-append --nonsense
ok "help succeeds" exits 0 weir-append -h
