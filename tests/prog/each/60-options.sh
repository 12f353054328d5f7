#!/bin/sh
# Bad options, two of one name, damage.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

bad() { exits 100 weir-each "$@"; }
ok "a name is needed" bad -- true
ok "and says so" grep -q 'name NAME is needed' "$T/exits.out"
ok "a name is no path" bad --name ../x -- true
ok "a name is not empty" bad --name '' -- true
ok "a command is needed" bad --name x
ok "but not beside --noop" bad --name x --noop -- true
ok "one that exists" bad --name x -- no-such-program
ok "one that exists, by path" bad --name x -- "$T/nothing"
ok "an unknown type" bad --name x --type Nonsense -- true
ok "a transient type" bad --name x --type IngestMeasured -- true
ok "no jobs" bad --name x --jobs 0 -- true
ok "too many jobs" bad --name x --jobs 257 -- true
ok "no tries" bad --name x --tries 0 -- true
ok "--from nonsense" bad --name x --from yesterday -- true
ok "--worker without --claim" bad --name x --worker y -- true
ok "--worker that is a path" bad --name x --claim --worker a/b -- true
ok "--dead beside --retry" bad --name x --dead --retry all
ok "--dead with a command" bad --name x --dead -- true
ok "--dead of an unknown name" bad --name x --dead
ok "--retry of an unknown name" bad --name x --retry all
ok "none of these left anything" [ ! -e "$WEIR_STATE" ]
ok "an unknown option" bad --name x --nonsense -- true
ok "options of the command are its own" exits 0 weir-each --name y --once -- true --nonsense -h
ok "-h" exits 0 weir-each -h
ok "a state that cannot be made" exits 111 env WEIR_STATE=/dev/null weir-each --name x --once -- true

start weir-logd
logd=$pid
start weir-each --name one -- true
each=$pid
ok "a second one of the name is refused" exits 111 weir-each --name one --once -- true
ok "and told by whom" grep -q "another weir-each (pid $each) runs as one" "$T/exits.out"
ok "under another name it is well" exits 0 weir-each --name two --once -- true
ok "the first goes on" kill -0 "$each"
stop "$each"

# Nobody reads what commands say: not the events' fault.
notes 3
weir-each --name p --once -- yes 2>"$T/err" | head -n 1 >/dev/null
ok "a reader that leaves is noticed" grep -q 'nobody reads standard output' "$T/err"
ok "and nothing is given up" [ -z "$(weir-each --name p --dead)" ]

# One block of three is damaged.
event NoteWritten damage/1 '{"text":"flip a bit in here"}' | weir-append
notes 1
stop "$logd"
weir-cat --json >"$T/whole"
# Pages that were given up may still hold copies; it is damaged in all of them.
LC_ALL=C grep -obaF 'flip a bit in here' "$WEIR_STATE/log/data.mdb" | cut -d: -f1 |
    while read -r at; do
	printf 'X' | dd of="$WEIR_STATE/log/data.mdb" bs=1 seek="$at" conv=notrunc 2>/dev/null
    done
weir-cat --json >"$T/left" 2>/dev/null
ok "a block is damaged" [ "$(wc -l <"$T/left")" -lt "$(wc -l <"$T/whole")" ]
# shellcheck disable=SC2016 # the command's own variables
weir-each --name m --once -- sh -c 'echo "$WEIR_EVENT_SEQ"' >"$T/out" 2>"$T/err"
ok "the others are handled" [ "$(words <"$T/out")" = "$(jq -r .seq "$T/left" | words)" ]
ok "it is told" grep -q 'passed over a damaged block seq=4' "$T/err"
ok "and counted" grep -q '^weir_each_m_damaged_blocks_total 1$' "$WEIR_RUN/metrics/each-m.prom"

# No-ops.
ok "--noop" exits 0 weir-each --name n --noop --once
ok "handles everything" grep -q '^weir_each_n_handled_total 4$' "$WEIR_RUN/metrics/each-n.prom"
ok "and keeps its place" grep -q '^weir_each_n_position 5$' "$WEIR_RUN/metrics/each-n.prom"
