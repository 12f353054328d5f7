#!/bin/sh
# What is personal is read by who has the key, and by nobody once it is gone.
. "${0%/*}/../../lib/sh.sh"

# said SEQ: the data of an event, as it is read now.
said() { weir-cat --json --from "$1" --count 1 | jq -c .data; }
# is TEXT COMMAND...: what COMMAND prints is TEXT.
is() { want=$1; shift; [ "$("$@")" = "$want" ] || { echo "# $("$@")"; return 1; }; }
# nowhere TEXT: no file of the instance holds it.
nowhere() { ! grep -rqaF -e "$1" "$WEIR_STATE" "$WEIR_RUN" "$T/weir-logd.err"; }
keys() { find "$WEIR_STATE/keys" -type f | wc -l; }

start weir-logd; logd=$pid
ok "nobody else may enter the keys' directory" \
    [ "$(stat -c %a "$WEIR_STATE/keys")" = 700 ]
{
	event UserAdded user/42 '{"name":"Ada Ohneland","email":"ada@example.org"}'
	event UserAdded user/43 '{"name":"Bo Nebenan"}'
	event NoteWritten channel/alice '{"text":"a call","about":"user/42","remark":"sings in Paris"}'
} >"$T/in"
ok "takes what is personal" exits 0 weir-append <"$T/in"
ok "reads it" is '{"name":"Ada Ohneland","email":"ada@example.org"}' said 1
ok "and what another subject's event says" \
    is '{"text":"a call","about":"user/42","remark":"sings in Paris"}' said 3
ok "a key for each" [ "$(keys)" -eq 2 ]
ok "which its owner alone reads" \
    [ "$(find "$WEIR_STATE/keys" -type f ! -perm 600 | wc -l)" -eq 0 ]
for text in Ohneland ada@example.org Nebenan Paris; do
	ok "no file says $text" nowhere "$text"
done
ok "what is not personal stands there as it is" \
    grep -rqaF 'a call' "$WEIR_STATE/log"
weir-cat >"$T/stored"
ok "nor does msgpack from weir-cat" [ "$(grep -cE 'Ohneland|Paris' "$T/stored")" -eq 0 ]
ok "which is read with the keys like the log" \
    [ "$(weir-cat --json - <"$T/stored" | sed -n 1p | jq -r .data.name)" = 'Ada Ohneland' ]
ok "the log verifies" exits 0 weir-verify

# Without the keys.
mkdir "$T/none"
ok "who has no keys reads nothing of it" \
    [ "$(WEIR_STATE=$T/none weir-cat --json - <"$T/stored" | sed -n 1p | jq -c .data)" = \
    '{"name":null,"email":null}' ]

# The bus says no more than the log.
weir-cat --follow --from now --count 1 --timeout 30 --msgpack >"$T/heard" &
listener=$!
listens() { [ -n "$(ls "/proc/$listener/task" 2>/dev/null)" ] && grep -q data.mdb "/proc/$listener/maps"; }
within 30 listens
event NoteWritten channel/alice '{"text":"b call","about":"user/43","remark":"sings in Rom"}' | weir-append
wait "$listener"
ok "what is published is sealed" [ "$(grep -ac 'sings' "$T/heard")" -eq 0 ]
ok "and whole" grep -qa 'b call' "$T/heard"

# weir-each: its command gets it as weir-cat does, its letters do not.
weir-each --name mail --once --type UserAdded --tries 1 -- sh -c \
    'jq -c "[.data.name, env.WEIR_EVENT_DATA_NAME]"; exit 100' >"$T/each" 2>"$T/each.err"
ok "weir-each gives a command what it may read" \
    [ "$(head -n 1 "$T/each")" = '["Ada Ohneland","Ada Ohneland"]' ]
ok "its dead letters do not say it" nowhere Ohneland
ok "nor do its words" [ "$(grep -c Ohneland "$T/each.err")" -eq 0 ]

# What is refused.
refused() { event NoteWritten channel/alice "$1" | weir-append 2>&1; }
ok "whose it is must be said" \
    [ "$(refused '{"text":"x","remark":"Geheimnis"}' | sed 's/.*refused: //')" = \
    'remark needs about, whose it is' ]
refused '{"text":"x","about":"user/42","remark":7}' >/dev/null
refused '{"text":"x","about":"user/42","remark":"Geheimnis' >"$T/broken"
ok "what is no JSON is not repeated" [ "$(grep -c Geheimnis "$T/broken")" -eq 0 ]
ok "nor kept anywhere" nowhere Geheimnis
event SubjectForgotten user/43 '{}' >"$T/in"
ok "media programs make nobody forgotten" exits 100 weir-append --media <"$T/in"
ok "nor destroy a key" [ "$(keys)" -eq 2 ]
sed 's/^{/{"expect":7,/' "$T/in" >"$T/expect"
ok "who expects another version is told" exits 100 weir-append <"$T/expect"
ok "and nothing is destroyed" [ "$(keys)" -eq 2 ]

# Forgetting.
ok "asks, and so wants a terminal" exits 100 weir-forget user/42 </dev/null
ok "a subject must be one" exits 100 weir-forget --yes 'user 42'
ok "forgets" exits 0 weir-forget --yes --reason "as she wished" user/42
ok "says so" grep -qx 'forgot user/42 seq=5' "$T/exits.out"
ok "in the log, too" is '{"reason":"as she wished"}' said 5
ok "her key is gone" [ "$(keys)" -eq 1 ]
ok "and what it opened" is '{"name":null,"email":null}' said 1
ok "in other subjects' events, too" \
    is '{"text":"a call","about":"user/42","remark":null}' said 3
ok "as of then, too" [ "$(weir-cat --json --until 2 | head -n 1 | jq -c .data)" = \
    '{"name":null,"email":null}' ]
ok "others are not touched" is '{"name":"Bo Nebenan"}' said 2
ok "the log verifies" exits 0 weir-verify
ok "twice is once" exits 0 weir-forget --yes user/42
ok "and says when it was" grep -qx 'user/42 was forgotten before seq=5' "$T/exits.out"
ok "the log says it once" [ "$(weir-cat -j -t SubjectForgotten | wc -l)" -eq 1 ]

# What comes late is gone from the start, and is no fault of its producer.
event NoteWritten channel/alice '{"text":"c call","about":"user/42","remark":"Nachzügler"}' >"$T/in"
ok "what is said of her later is taken" exits 0 weir-append <"$T/in"
ok "but for what is personal" is '{"text":"c call","about":"user/42","remark":null}' said 6
ok "no key is made for that" [ "$(keys)" -eq 1 ]
ok "it is nowhere" nowhere Nachzügler
stop "$logd"
start weir-logd; logd=$pid
ok "a new weir-logd knows, too" exits 0 weir-append <"$T/in"
ok "from the log" is '{"text":"c call","about":"user/42","remark":null}' said 7

# A copy of the log is one of what is sealed.
WEIR_STATE="$T/state2" WEIR_RUN="$T/run2" start weir-logd
ok "a log is copied sealed" env WEIR_RUN="$T/run2" weir-append <"$T/stored"
stop "$pid"
ok "and says nothing without the keys" \
    [ "$(WEIR_STATE=$T/state2 weir-cat --json | sed -n 2p | jq -c .data)" = '{"name":null}' ]
ok "with them it does" \
    [ "$(cp -r "$WEIR_STATE/keys/." "$T/state2/keys" && WEIR_STATE=$T/state2 weir-cat --json | sed -n 2p | jq -c .data)" = '{"name":"Bo Nebenan"}' ]

# On a terminal it asks, and takes the name for a yes, nothing else.
typed() { printf '%s\n' "$1" | script -qefc "weir-forget user/43" /dev/null >"$T/asked" 2>&1; }
typed yes
ok "takes no yes for an answer" grep -q 'nothing was forgotten' "$T/asked"
ok "having said of whom" grep -q 'user/43 has 1 event, the last one, UserAdded' "$T/asked"
ok "her key is still there" [ "$(keys)" -eq 1 ]
mkdir "$T/keep" && cp "$WEIR_STATE"/keys/* "$T/keep"
typed user/43
ok "forgets whose name is typed" grep -q 'forgot user/43' "$T/asked"
ok "and her key is gone" [ "$(keys)" -eq 0 ]

# A key that somebody put back from a copy: forgotten is forgotten.
cp "$T/keep"/* "$WEIR_STATE/keys"
ok "an old copy of the key brings her back" is '{"name":"Bo Nebenan"}' said 2
ok "forgetting again helps" exits 0 weir-forget --yes user/43
ok "and is said again" grep -qx 'forgot user/43 seq=9' "$T/exits.out"
ok "she is gone" is '{"name":null}' said 2

# A key's file that is damaged is no forgetting, and nothing passes for it.
event UserAdded user/44 '{"name":"Cleo Daneben"}' | weir-append
key=$(find "$WEIR_STATE/keys" -type f)
cp "$key" "$T/key"
printf damaged >"$key"
ok "a damaged key is told" exits 111 weir-cat --json -s user/44
ok "as such" grep -q 'seq 10: Key was rejected' "$T/exits.out"
stop "$logd"; start weir-logd; logd=$pid
event UserAdded user/44 '{"name":"Cleo Daneben"}' | weir-append -a >"$T/out" 2>&1 & appender=$!
held() { grep -q 'an event cannot be sealed, its producer is held back: Key was rejected.*user/44' "$T/weir-logd.err"; }
ok "nothing is sealed under it, nor refused" within 30 held
cp "$T/key" "$key"
ok "it goes on when that is mended" wait "$appender"
ok "with what was said meanwhile" grep -qx '1 stored 11 2' "$T/out"
rm "$key"
ok "her key is forgotten like others" exits 0 weir-forget --yes user/44

# Forgetting somebody of whom nothing is known here is no fault.
ok "a subject without a key is forgotten, too" exits 0 weir-forget --yes user/never
ok "help succeeds" exits 0 weir-forget -h
ok "the log verifies to the end" exits 0 weir-verify
stop "$logd"
ok "without weir-logd nothing is forgotten" exits 111 weir-forget --yes --timeout 1 user/43
ok "and that is said" grep -q 'may be forgotten or not' "$T/exits.out"
