#!/bin/sh
# Each event once, in order, from where the name was.
. "${0%/*}/../../lib/sh.sh"
. "${0%/*}/each.sh"

# shellcheck disable=SC2016 # the command's own variables
say='echo "$WEIR_EVENT_SEQ"'
start weir-logd
logd=$pid
notes 5 2
ok "from the first one on" [ "$(weir-each --name a --once -- sh -c "$say" | words)" = "1 2 3 4 5 " ]
ok "each only once" [ -z "$(weir-each --name a --once -- sh -c "$say")" ]
ok "silent when all is well" [ ! -s "$T/exits.out" ]
notes 2
ok "goes on where it was" [ "$(weir-each --name a --once -- sh -c "$say" | words)" = "6 7 " ]
ok "whatever --from says by then" [ -z "$(weir-each --name a --from 0 --once -- sh -c "$say" 2>/dev/null)" ]
ok "by type" [ -z "$(weir-each --name b --type ChannelAdded --once -- sh -c "$say")" ]
ok "by subject" [ "$(weir-each --name c --subject n/1 --once -- sh -c "$say" | words)" = "2 4 " ]
ok "by a prefix" [ "$(weir-each --name d --subject 'n*' --once -- sh -c "$say" | words)" = "1 2 3 4 5 6 7 " ]
ok "from a seq" [ "$(weir-each --name e --from 6 --once -- sh -c "$say" | words)" = "6 7 " ]
ok "from now" [ -z "$(weir-each --name f --from now --once -- sh -c "$say")" ]
time=$(weir-cat --json --from 4 --count 1 | jq -r .time)
ok "from a time" [ "$(weir-each --name g --from "$time" --once -- sh -c "$say" | words)" = "4 5 6 7 " ]

# What the command is given.
weir-each --name h --from 7 --once -- cat >"$T/json"
weir-cat --json --from 7 >"$T/want"
ok "the event on standard input, as weir-cat has it" cmp "$T/json" "$T/want"
event SegmentReady broadcast/x '{"broadcast":"x","track":"video","run":1,"start_us":5,"duration_us":6,"bytes":7,"hash":"00ff","independent":true}' | weir-append
WEIR_EVENT_DATA_OLD=1 weir-each --name i --from 8 --once -- env | grep ^WEIR_EVENT_ | grep -v TIME | sort >"$T/env"
id=$(weir-cat --json --from 8 | jq -r .id)
cat >"$T/want" <<EOF
WEIR_EVENT_DATA_BROADCAST=x
WEIR_EVENT_DATA_BYTES=7
WEIR_EVENT_DATA_DURATION_US=6
WEIR_EVENT_DATA_HASH=00ff
WEIR_EVENT_DATA_INDEPENDENT=true
WEIR_EVENT_DATA_RUN=1
WEIR_EVENT_DATA_START_US=5
WEIR_EVENT_DATA_TRACK=video
WEIR_EVENT_ID=$id
WEIR_EVENT_SEQ=8
WEIR_EVENT_SOURCE=weir-append
WEIR_EVENT_SUBJECT=broadcast/x
WEIR_EVENT_TRY=1
WEIR_EVENT_TYPE=SegmentReady
WEIR_EVENT_VERSION=1
EOF
ok "and in the environment, nothing else of that name" cmp "$T/env" "$T/want"
big=$(awk 'BEGIN { for (i = 0; i < 300000; i++) printf "x" }')
event NoteWritten big/1 "{\"text\":\"$big\"}" | weir-append
ok "a large one whole, though no pipe holds it" \
    [ "$(weir-each --name j --subject big/1 --once -- jq -j .data.text | wc -c)" -eq 300000 ]
ok "a command need not read" exits 0 weir-each --name k --subject big/1 --once -- true

# Waiting for more; weir-logd comes and goes.
start weir-each --name w --from now -- sh -c "$say"
each=$pid
notes 1
ok "hears of what comes" soon lines "$T/weir-each.out" 1
kill -9 "$logd"
wait "$logd" 2>/dev/null
start weir-logd
notes 1
ok "weir-logd being away is outlived" soon lines "$T/weir-each.out" 2
ok "ends well when told to" stop "$each"
ok "in order" [ "$(words <"$T/weir-each.out")" = "10 11 " ]

# Before there is a log.
WEIR_STATE=$T/later
start weir-each --name early -- sh -c "$say"
each=$pid
WEIR_RUN=$T/run2 start weir-logd
WEIR_RUN=$T/run2 notes 2
ok "waits for a log to be made" soon lines "$T/weir-each.out" 2
ok "and ends well" stop "$each"
