#!/bin/sh
# What an encoder sent is kept, without its key, and sent again: to the same
# octets in the same segments, however fast.
. "${0%/*}/../../lib/sh.sh"
data=$(cd "${0%/*}/../../data" && pwd)
export WEIR_STATE="$T/state" WEIR_RUN="$T/run" WEIR_RTMP=127.0.0.1:0
export WEIR_PIPELINES="${0%/*}/../../../pipelines"
unset WEIR_CONF WEIR_KEY
mkdir -p "$WEIR_STATE" "$WEIR_RUN" "$T/tapes"

start weir-logd
start weir-rtmpd
WEIR_RTMP=$(cat "$WEIR_RUN/rtmpd.addr")
for c in alice bob carol dave; do weir-channel add $c >"$T/$c.key"; done
key=$(cat "$T/alice.key")

weir-record-ingest --listen 127.0.0.1:0 "$T/tapes" 2>"$T/record.err" &
record=$!; pids="$pids $record"
ok 'a recorder listens' soon grep -q 'listening address=' "$T/record.err"
at=$(sed -n 's/.*listening address=\([^ ]*\).*/\1/p' "$T/record.err")
publish() {
	ffmpeg -v error -nostdin -re -i "$data/frog.mp4" -t 6 -c copy -f flv "rtmp://$at/live/$key"
}
ok 'an encoder publishes through it' publish
ended() { [ -n "$(weir-cat --json -s "live/$1" -t BroadcastEnded)" ]; }
ok 'as it would without' soon ended alice
ok 'what it sent is in a file' soon grep -q 'recorded file=' "$T/record.err"
files() { find "$T/tapes" -type f | wc -l; }
ok 'one for each connection' [ "$(files)" -eq 1 ]
tape=$(echo "$T/tapes/"*.wire)
ok 'for its owner only' [ "$(stat -c %a "$tape")" = 600 ]
ok 'without its key' exits 1 grep -qaF -e "$key" "$tape"
ok 'which can be seen' grep -qaF KEY-REMOVED- "$tape"

ok 'it is not sent without a key' exits 100 weir-replay-ingest "$tape"
ok 'and says what to do' grep -q 'say --key-file' "$T/exits.out"
ok 'sent again at its own pace' exits 0 weir-replay-ingest --key-file "$T/bob.key" "$tape"
ok 'the other channel is live by it' soon ended bob
ok 'three times as fast' exits 0 weir-replay-ingest --speed 3 --key-file "$T/carol.key" "$tape"
ok 'and is over' soon ended carol
ok 'as fast as it is taken' exits 0 env WEIR_KEY="$(cat "$T/dave.key")" weir-replay-ingest --speed 0 "$tape"
ok 'and is over' soon ended dave
# media CHANNEL: the hashes of its segments, in order.
media() {
	id=$(weir-cat --json -s "live/$1" -t BroadcastStarted | jq -r .data.broadcast)
	weir-cat --json -s "broadcast/$id" -t SegmentReady | jq -r '[.data.track, .data.msn // 0, .data.hash] | @tsv'
}
media alice >"$T/alice"
ok 'there are segments' [ "$(wc -l <"$T/alice")" -ge 4 ]
for c in bob carol dave; do
	media $c >"$T/$c"
	ok "$c's are the same, octet by octet" diff "$T/alice" "$T/$c"
done

head -c 5000 "$tape" >"$T/short.wire"
ok 'a recording that breaks off says so' exits 100 env WEIR_KEY="$(cat "$T/bob.key")" weir-replay-ingest --speed 0 "$T/short.wire"
ok 'after what was whole' grep -q 'sent what was whole' "$T/exits.out"
head -c 5000 /dev/urandom >"$T/noise.wire"
ok 'what is none is none' exits 100 weir-replay-ingest "$T/noise.wire"
ok 'a key of another length cannot be' exits 100 env WEIR_KEY=short weir-replay-ingest "$tape"
ok 'nobody there is temporary' exits 111 env WEIR_KEY="$key" weir-replay-ingest --to 127.0.0.1:1 "$tape"
ok 'a speed is a number' exits 100 weir-replay-ingest --speed fast "$tape"
ok 'an address has a port' exits 100 weir-record-ingest --to localhost "$T"
ok 'a directory is one' exits 100 weir-record-ingest "$tape"
ok 'it ends when told to' stop "$record"
