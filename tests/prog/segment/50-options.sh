#!/bin/sh
# What can be said on the command line, and what is answered.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

ok '-h' exits 0 weir-segment -h
ok '-h tells of the target' grep -q -- '--target TIME' "$T/exits.out"
ok 'an unknown option' exits 100 weir-segment --nonsense
ok 'an operand' exits 100 weir-segment file
for v in 0 99ms 61 1.5 1m '' -1 abc 99999999999999999999; do
	ok "a target of '$v'" exits 100 weir-segment --target "$v"
done
ok 'a target above the most' exits 100 weir-segment --target 5 --max 4s
for v in ../x a/b '' A; do
	ok "a broadcast named '$v'" exits 100 weir-segment --broadcast "$v" </dev/null
done
nut clip -i "$CLIP" -c copy
WEIR_BROADCAST=named weir-segment <"$T/clip.nut" >"$T/named.ev"
ok 'WEIR_BROADCAST names it' [ -s "$WEIR_STATE/media/named/video/0.m4s" ]
weir-segment <"$T/clip.nut" >"$T/new.ev"
weir-cat --json "$T/new.ev" >"$T/new.json"
new=$(value new '.[0].broadcast')
ok 'without a name it gets a new one' [ -s "$WEIR_STATE/media/$new/video/0.m4s" ]
segment half --target 500ms <"$T/clip.nut"
ok 'a target of half a second' sound half
weir-segment --broadcast closed <"$T/clip.nut" >&- 2>"$T/closed.err"
ok 'no standard output: exit 111' [ $? -eq 111 ]
weir-segment --broadcast closed2 <&- >/dev/null 2>"$T/closed.err"
ok 'no standard input: exit 111' [ $? -eq 111 ]
weir-segment --broadcast piped <"$T/clip.nut" 2>"$T/piped.err" | head -c 1 >/dev/null
ok 'whoever reads leaves: it is told' [ -s "$T/piped.err" ]
