#!/bin/sh
# A second encoder with the key of a channel that is live: it takes over from
# one that is half dead, and is refused while that is alive; or as is set.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
platform
again() {
	options=$*
	stop "$rtmpd"
	rtmpd
}
# stream N: publish in the background, as the N-th; its peer is $stream, and
# `end_stream` ends all of them.
rm -f "$T/hold"; mkfifo "$T/hold"
stream() {
	node "$here/rtmp.js" "$at" stream "$key" 1000 <"$T/hold" 9>&- >"$T/stream.$1" 2>&1 &
	stream=$!; pids="$pids $stream"
	exec 9>"$T/hold"
}
end_stream() { exec 9>&-; wait "$stream"; }
accepted() { grep -q live "$T/stream.$1"; }
replaced() { grep -q NetStream.Publish.BadName "$T/stream.$1"; }
stopped() { [ "$(sed 's/.*) //' "/proc/$1/stat" | cut -c 1)" = T ]; }
broadcasts() { "$BIN/weir-cat" --json -t BroadcastStarted | wc -l; }

stream 1
first=$stream
soon accepted 1
ok 'one that is alive keeps the channel' rtmp refused "$key" NetStream.Publish.BadName
ok 'and its broadcast' last_is alice BroadcastStarted
kill -STOP "$first"
soon stopped "$first"
stream 2
ok 'one that answers nothing makes room' soon accepted 2
ok 'the log tells it' soon last_is alice BroadcastResumed
ok 'and why' [ "$(story alice | tr '\n' /)" = \
    'BroadcastStarted/BroadcastInterrupted: another encoder took over/BroadcastResumed/' ]
ok 'a figure, too' soon counts weir_rtmp_taken_over_total 1
kill -CONT "$first"
ok 'it is told, if it still listens' soon replaced 1
ok 'the other one is alive' rtmp refused "$key" NetStream.Publish.BadName
end_stream
ok 'to its end' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'of one broadcast' [ "$(broadcasts)" -eq 1 ]

again --takeover never
stream 3
first=$stream
soon accepted 3
kill -STOP "$first"
soon stopped "$first"
ok 'never: not even then' rtmp refused "$key" NetStream.Publish.BadName
kill -CONT "$first"
end_stream
soon last_is alice 'BroadcastEnded: the encoder said goodbye'

again --takeover always --grace 0
stream 4
soon accepted 4
stream 5
ok 'always: at once' soon accepted 5
ok 'in one broadcast, whatever the grace time' soon last_is alice BroadcastResumed
ok 'the first is told' soon replaced 4
end_stream
soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'those were three broadcasts' [ "$(broadcasts)" -eq 3 ]
ok 'SIGTERM ends it' stop "$rtmpd"
ok 'another policy is none' exits 100 "$BIN/weir-rtmpd" --takeover sometimes
ok 'by setting, neither' exits 100 env WEIR_TAKEOVER=sometimes "$BIN/weir-rtmpd"
ok 'a grace time is a number' exits 100 env WEIR_GRACE=long "$BIN/weir-rtmpd"
