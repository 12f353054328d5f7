#!/bin/sh
# pipelines/to-kafka.  Debian has no Kafka: the broker is the mock one inside
# librdkafka, which a second kcat carries while it reads what arrives there.
. "$(dirname "$0")/../lib/sh.sh"
to=$(dirname "$0")/../../pipelines/to-kafka

if ! command -v kcat >/dev/null; then
	ok 'kcat is not installed # skip' true
	exit
fi
kcat -C -u -b mock -t weir -X test.mock.num.brokers=1 -X allow.auto.create.topics=true \
    -o beginning -f '%p %k %h %s\n' >"$T/got" 2>"$T/broker" &
pids="$pids $!"
port() { grep -om1 'replaced with 127.*:[0-9]*' "$T/broker"; }
soon port
WEIR_KAFKA=127.0.0.1:$(port | sed 's/.*://')
export WEIR_KAFKA

start weir-logd
for i in $(seq 12); do
	event NoteWritten "note/$((i % 3))" "{\"text\":\"$i ä \\\"x\\\" \\\\ \\t%s\"}"
done | "$BIN/weir-append"
ok 'all go out' timeout 60 "$to" --once
arrived() { [ "$(wc -l <"$T/got")" -eq 12 ]; }
ok 'and arrive' soon arrived
"$BIN/weir-cat" --json >"$T/log"
sed 's/^[^{]*//' "$T/got" | jq -c .seq | sort -n >"$T/seqs"
ok 'each once' [ "$(tr '\n' , <"$T/seqs")" = 1,2,3,4,5,6,7,8,9,10,11,12, ]
sed 's/^[^{]*//' "$T/got" | sort >"$T/a"
sort "$T/log" >"$T/b"
ok 'as they are in the log' diff "$T/b" "$T/a"
ok 'a subject in one place' [ "$(cut -d' ' -f1,2 "$T/got" | sort -u | wc -l)" -eq 3 ]
for s in 0 1 2; do
	grep " note/$s " "$T/got" | sed 's/^[^{]*//' >"$T/a"
	grep "\"note/$s\"" "$T/log" >"$T/b"
	ok "in order: note/$s" diff "$T/b" "$T/a"
done
ok 'said to be CloudEvents' [ "$(grep -c ' content-type=application/cloudevents+json {' "$T/got")" -eq 12 ]
event NoteWritten note/6 '{"text":"unheard"}' | "$BIN/weir-append"
ok 'nobody there is a reason to try again' env WEIR_KAFKA=127.0.0.1:1 WEIR_KAFKA_WAIT_MS=300 \
    timeout 60 "$to" --once --tries 2 --backoff 10 2>"$T/err"
ok 'and is no success' [ "$("$BIN/weir-each" --name kafka --dead | jq .tries)" -eq 2 ]
