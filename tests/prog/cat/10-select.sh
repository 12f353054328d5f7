#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

ok "says that there is no log" exits 111 weir-cat
ok "and where it looked" grep -q "no log in $WEIR_STATE/log" "$T/exits.out"
start weir-logd
logd=$pid
event NoteWritten a/1 '{"text":"one"}' | weir-append
event NoteWritten a/2 '{"text":"two"}' | weir-append
event ChannelAdded channel/bob '{"name":"bob"}' | weir-append
event NoteWritten b/1 '{"text":"three"}' | weir-append

seqs() { weir-cat --json "$@" | jq -r .seq | tr '\n' ' '; }
ok "prints all" [ "$(seqs)" = "1 2 3 4 " ]
ok "from a seq" [ "$(seqs --from 3)" = "3 4 " ]
ok "until a seq" [ "$(seqs --from 2 --until 3)" = "2 3 " ]
third=$(weir-cat --json --from 3 -c 1 | jq -r .time)
ok "from a time on" [ "$(seqs --from "$third")" = "3 4 " ]
ok "until a time" [ "$(seqs --until "$third")" = "1 2 " ]
ok "from a time to come" [ "$(seqs --from 2999-01-01T00:00:00Z)" = "" ]
ok "from long ago" [ "$(seqs --from 1999-01-01T00:00:00+02:00)" = "1 2 3 4 " ]
ok "from now" [ "$(seqs --from now)" = "" ]
ok "no time is permanent" exits 100 weir-cat --from yesterday
ok "of a type" [ "$(seqs --type ChannelAdded)" = "3 " ]
ok "of two types" [ "$(seqs -t ChannelAdded -t NoteWritten)" = "1 2 3 4 " ]
ok "of a subject" [ "$(seqs --subject a/2)" = "2 " ]
ok "of a prefix" [ "$(seqs --subject 'a/*')" = "1 2 " ]
ok "so many" [ "$(seqs --count 2)" = "1 2 " ]
ok "is a CloudEvent" [ "$(weir-cat --json -c 1 | jq -r '.specversion, .source, .data.text' | tr '\n' ' ')" = "1.0 weir-append one " ]
ok "msgpack when stdout is no terminal" [ "$(weir-cat | weir-cat --json - | jq -r .seq | tr '\n' ' ')" = "1 2 3 4 " ]
ok "an unknown type is permanent" exits 100 weir-cat --type Nonsense
printf '\301x' >"$T/garbage"
ok "garbage is permanent" exits 100 weir-cat --json "$T/garbage"

# Following: what comes later, and transient events in their place.
weir-cat --follow --json --from 5 -c 3 --timeout 60 >"$T/followed" &
follower=$!
event NoteWritten c/1 '{"text":"five"}' | weir-append
ok "follows" soon grep -q five "$T/followed"
event IngestMeasured live/bob '{"channel":"bob","broadcast":"x","period_us":1,"bytes":2}' | weir-append
ok "hears transient events" soon grep -q IngestMeasured "$T/followed"
event NoteWritten c/1 '{"text":"six"}' | weir-append
ok "ends after its count" wait "$follower"
ok "in order, transient ones with the seq before them" \
    [ "$(jq -r '"\(.type) \(.seq)"' "$T/followed" | tr '\n' ' ')" = "NoteWritten 5 IngestMeasured 5 NoteWritten 6 " ]
ok "transient ones are not in the log" [ "$(seqs --type IngestMeasured)" = "" ]
ok "gives up when told to" exits 1 weir-cat --follow --from 100 -c 1 --timeout 1

# The bus is a hint: with weir-logd gone and back the follower goes on.
weir-cat --follow --json --from 7 -c 1 --timeout 60 >"$T/late" &
follower=$!
kill -9 "$logd"
wait "$logd" 2>/dev/null
start weir-logd
event NoteWritten c/1 '{"text":"seven"}' | weir-append
ok "needs no bus to be correct" wait "$follower"
