#!/bin/sh
. "${0%/*}/../../lib/sh.sh"

note() { event NoteWritten "$1" "{\"text\":\"$2\"}"; }

ok "starts on a directory that is not there yet" start weir-logd
logd=$pid
note n/1 a >"$T/a"
ok "stores what comes as JSON" exits 0 weir-append <"$T/a"
note n/1 b | weir-append -a >"$T/out"
ok "answers with seq and version" grep -qx '1 stored 2 2' "$T/out"

# The same id twice is one event, and is answered the same.
printf '{"id":"x-1","type":"NoteWritten","subject":"n/2","data":{"text":"c"}}\n' >"$T/twice"
weir-append -a <"$T/twice" >"$T/first"
weir-append -a <"$T/twice" >"$T/second"
ok "stores a new id" grep -qx '1 stored 3 1' "$T/first"
ok "knows an id said again" grep -qx '1 duplicate 3 1' "$T/second"

# expect: the subject's version as the producer saw it.
printf '{"expect":1,"type":"NoteWritten","subject":"n/2","data":{"text":"d"}}\n' >"$T/expect"
ok "takes what expects rightly" exits 0 weir-append <"$T/expect"
ok "refuses what expects wrongly" exits 100 weir-append <"$T/expect"
ok "tells the real version" grep -q 'conflict: the subject is at version 2' "$T/exits.out"

# What breaks the schema is refused, line by line, and the rest is stored.
{
	event NoteWritten n/3 '{"txt":"x"}'
	event NoteWritten n/3 '{}'
	event NoSuchThing n/3 '{}'
	echo 'not json'
	note n/3 good
	event NoteWritten 'a b' '{"text":"x"}'
	event NoteWritten n/3 '{"text":7}'
} >"$T/mixed"
ok "exits 100 when something was refused" exits 100 weir-append <"$T/mixed"
cp "$T/exits.out" "$T/refused"
for want in 'record 1: refused: NoteWritten has no field txt' \
    'record 2: refused: text is missing' \
    'record 3: refused: no schema for the type NoSuchThing' \
    'record 4: refused: not JSON' \
    'record 6: refused: subject is not' \
    'record 7: refused: text is not text'; do
	ok "says: $want" grep -q "$want" "$T/refused"
done
ok "stores the good line among them" \
    [ "$(weir-cat --json -s n/3 | jq -r .data.text)" = good ]

# The media door takes media types only.
note n/4 x >"$T/note"
ok "refuses a note through the media door" exits 100 weir-append --media <"$T/note"
ok "says why" grep -q 'does not come from media programs' "$T/exits.out"

# Sizes: 1 MiB of text is an event, a byte more is none.
big() {
	printf '{"type":"NoteWritten","subject":"n/big","data":{"text":"'
	head -c "$1" /dev/zero | tr '\0' x
	printf '"}}\n'
}
big 1048576 >"$T/big"
ok "stores an event of 1 MiB" exits 0 weir-append <"$T/big"
big 1048577 >"$T/big"
ok "refuses one of a byte more" exits 100 weir-append <"$T/big"
ok "says that it is too long" grep -q 'text is longer than it may be' "$T/exits.out"
big 9000000 >"$T/big"
ok "gives up on a line without end" exits 111 weir-append <"$T/big"

# msgpack in, msgpack out: the log of one instance is input for another.
weir-cat >"$T/copy"
WEIR_STATE="$T/state2" WEIR_RUN="$T/run2" weir-logd 2>"$T/logd2.err" &
pids="$pids $!"
ok "copies a log through msgpack" env WEIR_RUN="$T/run2" weir-append <"$T/copy"
digest() { WEIR_STATE=$1 weir-cat --json | jq -c '[.type, .subject, .version, .data]'; }
digest "$WEIR_STATE" >"$T/a"
digest "$T/state2" >"$T/b"
ok "the copy holds the same" cmp "$T/a" "$T/b"

ok "verifies clean" exits 0 weir-verify
ok "a second one on the same WEIR_RUN is refused" exits 111 weir-logd
ok "and says who is there" grep -q "pid $logd" "$T/exits.out"
ok "a second one on the same log is refused" \
    exits 111 env WEIR_RUN="$T/other" weir-logd
ok "and says who holds it" grep -q "locked by another process (pid $logd)" "$T/exits.out"
ok "drains and exits 0 on SIGTERM" exits 0 stop "$logd"
ok "a bad option is permanent" exits 100 weir-logd --nonsense
ok "help succeeds" exits 0 weir-logd -h
ok "a directory that cannot be made is permanent" \
    exits 100 env WEIR_STATE=/proc/none weir-logd
ok "and named" grep -q '/proc/none/log' "$T/exits.out"
