#!/bin/sh
# Files go after their grace, whoever died meanwhile; and those that nothing
# names.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
# shellcheck source=../../lib/retain.sh
. "$(dirname "$0")/../../lib/retain.sh"

logd
recording alice one 40 10
recording alice two 40 10
weir-retain --max-age 30d --grace 1h >"$T/first.out" 2>&1 &
first=$!
pids="$pids $first"
said() { [ "$(weir-cat --json -t RecordingRemoved | wc -l)" -eq "$1" ]; }
ok "says what goes" soon said 2
ok "and leaves its files" is "20 20" echo "$(files one) $(files two)"
kill -9 "$first"
wait "$first" 2>/dev/null
ok "another run does not say it again" exits 0 weir-retain -n --max-age 30d
ok "nor tell it" sh -c "! grep -q recording '$T/exits.out'"
ok "with the grace over" exits 0 weir-retain --grace 0
ok "the next one finishes" [ ! -e "$WEIR_STATE/media/one" ]
ok "all of it" [ ! -e "$WEIR_STATE/media/two" ]
ok "each was said once" said 2

# A grace that passes while it runs.
recording alice three 40 10
ok "waits for a short grace itself" exits 0 weir-retain --max-age 30d --grace 1s
ok "and removes" [ ! -e "$WEIR_STATE/media/three" ]

# What nothing names.
recording alice four 3 10
v=$WEIR_STATE/media/four/video
echo x >"$v/17.m4s"; echo x >"$v/18.m4s.tmp"; echo x >"$v/19.m4s"; echo x >"$v/notes.txt"
touch -d '3 days ago' "$v/17.m4s" "$v/18.m4s.tmp" "$v/notes.txt"
ok "tells of what nothing names" exits 0 weir-retain -n
ok "and why" grep -q '^alice four: video/17.m4s, 2 B (nothing names it)$' "$T/exits.out"
ok "removes it" exits 0 weir-retain --grace 0
ok "a segment" [ ! -e "$v/17.m4s" ]
ok "one that never ended" [ ! -e "$v/18.m4s.tmp" ]
ok "not what is new" [ -e "$v/19.m4s" ]
ok "not what is not ours" [ -e "$v/notes.txt" ]
ok "not what is named" [ -e "$v/0.m4s" ]
started bob live 10
track live video 1
segments live video 0 2
v=$WEIR_STATE/media/live/video
echo x >"$v/3.m4s.tmp"
touch -d '3 days ago' "$v/3.m4s.tmp"
ok "of what is live" exits 0 weir-retain --grace 0 --max-age 5d
ok "nothing goes" [ -e "$v/3.m4s.tmp" ]
v=$WEIR_STATE/media/four/video
rm "$v/1.m4s"
mkdir "$v/1.m4s"
ok "what cannot go is told of" exits 111 weir-retain --grace 0 --max-age 2d
ok "by name" grep -q 'four/video/1.m4s' "$T/exits.out"

recording alice five 3 10
exits 0 stop "$logd"
ok "without weir-logd nothing goes" exits 111 timeout 100 weir-retain --grace 0 --max-age 1d
ok "no file" is 20 files five
