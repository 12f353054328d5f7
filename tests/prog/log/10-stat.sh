#!/bin/sh
# weir log stat: what is in the log, how large it is and who reads it.
. "${0%/*}/../../lib/sh.sh"

notes() {
	i=1
	while [ "$i" -le "$1" ]; do
		event NoteWritten "n/$((i % 3))" "{\"text\":\"$i\"}"
		i=$((i + 1))
	done | weir-append
}
# says WORDS...: what jq makes of the JSON is the last of them.
says() { got=$(weir-log stat -j | jq -c "$1"); [ "$got" = "$2" ] || { echo "# got $got" >&2; return 1; }; }
has() { weir-log stat | grep -q "$1"; }

ok "no log is permanent" exits 100 weir-log stat
start weir-logd
logd=$pid
ok "an empty log is one, too" exits 0 weir-log stat
ok "with nothing in it" says '[.last_seq, .events, .blocks, .types]' '[0,0,0,[]]'
notes 300
event PipelineRestarted live/a '{"channel":"a","broadcast":"b","reason":"r","attempt":2}' | weir-append
ok "counts by type" says '[.types[] | [.type, .events]]' '[["NoteWritten",300],["PipelineRestarted",1]]'
ok "and all" says '[.last_seq, .events, .removed]' '[301,301,0]'
bytes=$(weir-cat | wc -c)
ok "the bytes are those of the events" says .bytes "$bytes"
ok "what came last" says '.types[1].last_seq' 301
ok "the rate" says '[.rate.last_hour, (.rate.per_hour | floor), .types[0].last_day]' '[301,301,300]'
ok "blocks, in LMDB or not" [ "$(weir-log stat -j | jq .blocks)" -ge 2 ]
ok "they move, and it is the same" within 30 says '.file.used_bytes > 30000' true
ok "as many" says '[.last_seq, .events]' '[301,301]'
ok "the file has what is used and what is free" says '.file.bytes == .file.used_bytes + .file.free_bytes' true
ok "as people read it" has '^NoteWritten  *300 '
ok "and all together" has '^all  *301 '
ok "quick counts no types" says '.types | length' 2
ok "but tells the rest" [ "$(weir-log stat -q -j | jq -c '[.last_seq, .types]')" = '[301,null]' ]

# What was removed, and what is to be.
ok "removes some" exits 0 weir-compact -t NoteWritten --keep 100
ok "which are told" says '[.removed, .events, .unfinished_removals]' '[200,103,[]]'
event RemovalOrdered retention/NoteWritten '{"type":"NoteWritten","until":250,"rule":"r"}' | weir-append
ok "an order that nobody carried out shows" says .unfinished_removals '["NoteWritten"]'
ok "to people, too" has '^removal of NoteWritten is ordered and not finished$'

# Who reads.
ok "nobody has a place yet" says .consumers '[]'
start weir-each --name hook --from 0 -t NoteWritten --noop
each=$pid
head=$(weir-log stat -j | jq .last_seq)
ok "a consumer comes up" within 30 says '.consumers[0].lag' 0
ok "and has its name" says '.consumers[0] | [.kind, .name, .position]' "[\"each\",\"hook\",$head]"
ok "its process reads" says "[.readers[] | select(.pid == $each)][0] | [.program, .transactions_behind]" '["weir-each",0]'
exits 0 stop "$each"
notes 7
ok "one that stands still lags" says '.consumers[0].lag' 7
ok "people see it" has '^each  *hook  *[0-9]*  *7  *0$'
mkdir -p "$WEIR_STATE/each/nothing"
ok "a state that is none is told" says '.consumers[1] | [.name, .error]' '["nothing","No such file or directory"]'
ok "this program is no reader" says '[.readers[] | select(.program == "weir-log")]' '[]'
exits 0 stop "$logd"
ok "it needs no weir-logd" exits 0 weir-log stat
ok "what to do is to be said" exits 100 weir-log
ok "and known" exits 100 weir-log state
ok "help succeeds" exits 0 weir-log -h
ok "weir finds it" exits 0 weir log stat --quick
