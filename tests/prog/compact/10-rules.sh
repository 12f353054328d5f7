#!/bin/sh
# What a rule removes and what it leaves, and that the log stands after it.
. "${0%/*}/../../lib/sh.sh"

# notes FROM TO: notes on five subjects.
notes() {
	i=$1
	while [ "$i" -le "$2" ]; do
		event NoteWritten "n/$((i % 5))" "{\"text\":\"$i\"}"
		i=$((i + 1))
	done | weir-append
}
there() { [ "$(weir-cat --json -t "$1" | jq -r "$2" | tr '\n' ' ')" = "$3" ]; }
count() { weir-cat --json -t "$1" | wc -l; }
started() {
	event BroadcastStarted live/a "{\"channel\":\"a\",\"broadcast\":\"b$1\",\"protocol\":\"rtmp\"}"
}

ok "no log is permanent" exits 100 weir-compact -t NoteWritten --keep 1
start weir-logd
logd=$pid
notes 1 300
event PipelineRestarted live/a '{"channel":"a","broadcast":"b","reason":"r","attempt":2}' | weir-append
started 1 | weir-append
notes 301 600
weir-cat >"$T/before"

# Nothing goes in a dry run.
ok "a dry run tells what would go" exits 0 weir-compact -n -t NoteWritten --keep 100
ok "how many" grep -q '^NoteWritten: 500 of 600 events, .* seq 1 to 502$' "$T/exits.out"
ok "two rules, two lines" exits 0 weir-compact -n -t NoteWritten --older 1d -t PipelineRestarted --keep 0
ok "what is young stays" grep -q '^NoteWritten: 0 of 600 events' "$T/exits.out"
ok "the newest of a subject is counted" exits 0 weir-compact -n -t NoteWritten --keep 0
ok "and told" grep -q '^NoteWritten: 595 of 600 events.*; 5 stay as the newest' "$T/exits.out"
weir-cat >"$T/after"
ok "nothing went" cmp "$T/before" "$T/after"

# By number.
ok "removes by number" exits 0 weir-compact -t NoteWritten --keep 100
ok "and says so" grep -q '^NoteWritten: removed 500 events, .* seq 1 to 502 (all but 100 events)$' "$T/exits.out"
ok "the newest stay" [ "$(count NoteWritten)" -eq 100 ]
ok "others stay" [ "$(count BroadcastStarted)/$(count PipelineRestarted)" = 1/1 ]
ok "the order is an event" there RemovalOrdered '"\(.subject) \(.data.type) \(.data.until) \(.data.rule)"' \
    'retention/NoteWritten NoteWritten 502 all but 100 events '
ok "and so is its end" there EventsRemoved '"\(.source) \(.data.count) \(.data.first) \(.data.last) \(.data.order)"' \
    'weir-logd 500 1 502 603 '
ok "verifies clean" exits 0 weir-verify
ok "which counts the removed" grep -qx '104 events, 500 removed, last seq 604, 0 faults' "$T/exits.out"
ok "nothing to do is no event" exits 0 weir-compact -t NoteWritten --keep 100
ok "and no word" [ ! -s "$T/exits.out" ]
ok "the log is as it was" [ "$(count RemovalOrdered)" -eq 1 ]

# Who reads passes over what is gone.
ok "one subject reads on" \
    [ "$(weir-cat --json -s n/1 | head -n 1 | jq -c '[.seq,.version]')" = '[503,101]' ]
notes 601 601
ok "versions go on" [ "$(weir-cat --json -s n/1 | tail -n 1 | jq .version)" -eq 121 ]
printf '{"id":"x","type":"NoteWritten","subject":"n/1","expect":121,"data":{"text":"y"}}\n' |
    weir-append -a >"$T/out"
ok "expect holds" grep -q '^1 stored 606 122$' "$T/out"

# By age: of the commit, not of what the producer says.
ok "removes by age" exits 0 weir-compact -t NoteWritten --older 0s
ok "all but the newest of each subject" [ "$(count NoteWritten)" -eq 5 ]

# By size.
notes 700 799
bytes=$(weir-cat -t NoteWritten | wc -c)
ok "removes by size" exits 0 weir-compact -t NoteWritten --max-bytes $((bytes / 2))
left=$(weir-cat -t NoteWritten | wc -c)
ok "so that it fits, and no more than that" \
    [ "$left" -le $((bytes / 2)) ] && [ "$left" -gt $((bytes / 2 - 300)) ]

# What lasts.
started 2 | weir-append
ok "lasting types are refused" exits 100 weir-compact -t BroadcastStarted --keep 0
ok "by weir-logd, too" exits 100 sh -c \
    'printf "%s\n" "{\"type\":\"RemovalOrdered\",\"subject\":\"retention/BroadcastStarted\",\"data\":{\"type\":\"BroadcastStarted\",\"until\":1,\"rule\":\"x\"}}" | weir-append'
ok "which alone tells of removed ones" exits 100 sh -c \
    'printf "%s\n" "{\"type\":\"EventsRemoved\",\"subject\":\"retention/NoteWritten\",\"data\":{\"type\":\"NoteWritten\",\"order\":1,\"rule\":\"x\"}}" | weir-append'
ok "--force insists" exits 0 weir-compact --force -t BroadcastStarted --keep 0
ok "and one is gone" [ "$(count BroadcastStarted)" -eq 1 ]

# The rules of the settings.
notes 900 999
ok "rules come from WEIR_RETENTION" exits 0 env \
    WEIR_RETENTION='--type NoteWritten  --keep 50 --type PipelineRestarted --older 9w' weir-compact
ok "they are followed" [ "$(count NoteWritten)" -eq 50 ]
ok "no rules at all: nothing to do" exits 0 weir-compact

# An order that nobody carried out, since who gave it was killed (D60).
until=$(weir-cat --json -t NoteWritten | sed -n 10p | jq .seq)
event RemovalOrdered retention/NoteWritten "{\"type\":\"NoteWritten\",\"until\":$until,\"rule\":\"by hand\"}" | weir-append
ok "nothing goes by itself" [ "$(count NoteWritten)" -eq 50 ]
ok "the next run finishes it" exits 0 weir-compact
ok "and tells" grep -q '^NoteWritten: removed 10 events.*(by hand)$' "$T/exits.out"
ok "verifies clean after all" exits 0 weir-verify

# The index made anew, from the marks and what is left, is the same.
ok "copies the log" exits 0 weir-backup "$T/copy"
weir-cat >"$T/a"
exits 0 stop "$logd"
ok "restores it" exits 0 env WEIR_STATE="$T/new" weir-restore "$T/copy"
WEIR_STATE=$T/new weir-cat >"$T/b"
ok "to the same bytes" cmp "$T/a" "$T/b"
ok "which verify clean" exits 0 weir-verify "$T/new/log"

# What does not make sense.
for words in '--keep 1' '-t NoteWritten' '-t NoSuchType --keep 1' '-t NoteWritten --older 3' \
    '-t NoteWritten --keep x' '-t NoteWritten --max-bytes 1X' \
    '-t NoteWritten --keep 1 -t NoteWritten --keep 2' 'operand'; do
	# shellcheck disable=SC2086
	ok "refuses: $words" exits 100 weir-compact $words
done
ok "without weir-logd there is a word" [ -n "$(WEIR_STATE=$T/new timeout 5 weir-compact -n -t NoteWritten --keep 1)" ]
ok "help succeeds" exits 0 weir-compact -h
