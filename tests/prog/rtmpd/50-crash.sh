#!/bin/sh
# weir-rtmpd or weir-logd are killed or stopped in the middle of a broadcast.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
pipeline <<'END'
echo $$ >"$WEIR_STATE/pid"
exec cat >"$WEIR_STATE/$WEIR_BROADCAST.nut"
END
options="--grace 0"
platform
stream() {
	rm -f "$T/hold"; mkfifo "$T/hold"
	rtmp stream "$key" 1000 <"$T/hold" >"$T/stream.out" 2>&1 &
	stream=$!; pids="$pids $stream"
	exec 9>"$T/hold"
	soon grep -q live "$T/stream.out"
}
end_stream() { exec 9>&-; wait "$stream"; }

for i in 1 2 3; do
	stream
	soon told alice $i BroadcastStarted
	kill -9 "$rtmpd"; wait "$rtmpd"
	end_stream
	ok "killed $i: the pipeline ends by itself" soon gone "$(cat "$WEIR_STATE/pid")"
	ok 'the broadcast is still open' last_is alice BroadcastStarted
	rtmpd
	ok 'the next one ends it' soon last_is alice 'BroadcastEnded: the ingest was restarted'
done
ok 'the channel is free' rtmp publish "$key"
ok 'and used' soon told alice 4 BroadcastEnded

# A broadcast left open is ended by a publish, too, that comes first.
stream
soon told alice 5 BroadcastStarted
kill -9 "$rtmpd"; wait "$rtmpd"
end_stream
kill -9 "$logd"; wait "$logd"
rtmpd
rtmp publish "$key" >"$T/publish.out" 2>&1 &
publish=$!
rm -f "$T/weir-logd.ready"
start weir-logd; logd=$pid
ok 'a publish that came before the log did is accepted' wait "$publish"
ok 'and its broadcast ended' soon told alice 6 BroadcastEnded
ok 'after the one left open' [ "$(story alice | tail -n 4 | tr '\n' /)" = \
'BroadcastStarted/BroadcastEnded: the ingest was restarted/BroadcastStarted/BroadcastEnded: the encoder said goodbye/' ]

stream
soon told alice 7 BroadcastStarted
kill -9 "$logd"; wait "$logd"
ok 'without the log the broadcast goes on' alive "$stream"
ok 'to its end' end_stream
rm -f "$T/weir-logd.ready"
start weir-logd; logd=$pid
ok 'which the log hears later' soon last_is alice 'BroadcastEnded: the encoder said goodbye'

stream
soon told alice 8 BroadcastStarted
measured=$("$BIN/weir-cat" --follow --from 1 --json --type IngestMeasured --count 1 --timeout 60)
ok 'what comes in is measured' [ "$(echo "$measured" | jq '.data.video_frames > 0')" = true ]
ok 'SIGTERM ends it while one is live' stop "$rtmpd"
ok 'and the broadcast' last_is alice 'BroadcastEnded: the server was stopped'
end_stream
ok 'the encoder was told' grep -q NetStream.Failed "$T/stream.out"
ok 'the pipeline has ended' soon gone "$(cat "$WEIR_STATE/pid")"
ok 'the log is sound' "$BIN/weir-verify"
