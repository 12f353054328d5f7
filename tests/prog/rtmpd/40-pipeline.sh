#!/bin/sh
# Pipelines that die, stall, do not start or do not end.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"

# Each start takes a number and leaves its process id.
pipeline <<'END'
n=$(($(cat "$WEIR_STATE/starts" 2>/dev/null || echo 0) + 1))
echo $n >"$WEIR_STATE/starts"
echo $$ >"$WEIR_STATE/pid"
exec cat >"$WEIR_STATE/$n.nut"
END
platform
# again OPTION...: rtmpd anew, with these limits and otherwise its own: a short
# one would be too short for all the rest on a slow machine.
again() {
	options=$*
	stop "$rtmpd"
	rtmpd
}
# stream BYTES: publish in the background until `end_stream`.
stream() {
	rm -f "$T/hold"; mkfifo "$T/hold"
	rtmp stream "$key" "$1" <"$T/hold" >"$T/stream.out" 2>&1 &
	stream=$!; pids="$pids $stream"
	exec 9>"$T/hold"
	soon grep -q live "$T/stream.out"
}
end_stream() { exec 9>&-; wait "$stream"; }
starts() { [ "$(cat "$WEIR_STATE/starts")" -ge "$1" ]; }
fresh() { rm -f "$WEIR_STATE/starts"; }
filled() { [ "$(packets "$1" v)" -gt 20 ]; }

stream 2000
soon starts 1
soon test -s "$WEIR_STATE/1.nut"
kill -9 "$(cat "$WEIR_STATE/pid")"
ok 'one that is killed is started again' soon starts 2
ok 'the log tells it' soon told alice 1 PipelineRestarted
ok 'and how it died' last_is alice 'PipelineRestarted: was killed by SIGKILL'
ok 'media goes on' soon filled "$WEIR_STATE/2.nut"
ok 'from a keyframe' [ "$(ffprobe -v error -select_streams v -show_entries \
    packet=flags -of csv=p=0 "$WEIR_STATE/2.nut" | head -n 1 | cut -c 1)" = K ]
ok 'the encoder noticed nothing' end_stream
ok 'the broadcast ends' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'the figure says one' soon counts weir_rtmp_pipeline_restarts_total 1

again --stall-timeout 1
fresh
stream 2000
soon starts 1
soon test -s "$WEIR_STATE/1.nut"
kill -STOP "$(cat "$WEIR_STATE/pid")"
ok 'one that stalls is started again' soon starts 2
ok 'the log says why' soon last_is alice 'PipelineRestarted: took nothing for 1 s'
ok 'the encoder goes on' end_stream
ok 'to its end' soon last_is alice 'BroadcastEnded: the encoder said goodbye'

again --finish-timeout 1
pipeline <<'END'
trap '' TERM
cat >/dev/null
sleep 1000 &
echo $! >"$WEIR_STATE/sleeper"
wait
END
stream 100
ok 'one that does not end' end_stream
ok 'is killed' soon last_is alice \
    'BroadcastEnded: the encoder said goodbye; the pipeline did not end within 1 s'
ok 'with all its processes' soon gone "$(cat "$WEIR_STATE/sleeper")"

again
pipeline <<'END'
cat >/dev/null
exit 7
END
stream 100
ok 'one that fails at the end' end_stream
ok 'is told of' soon last_is alice \
    'BroadcastEnded: the encoder said goodbye; the pipeline exited with 7'

pipeline <<'END'
exit 3
END
stream 100
ok 'one that always dies ends the broadcast' soon last_is alice \
    'BroadcastEnded: its programs were started 6 times in a minute and died: exited with 3'
ok 'after five restarts' [ "$(story alice | grep -c 'PipelineRestarted: exited with 3')" -eq 5 ]
exec 9>&-
wait "$stream"
ok 'and the encoder is told' grep -q NetStream.Failed "$T/stream.out"

rm "$WEIR_PIPELINES/live"
stream 100
ok 'no pipeline at all is told in the log' soon last_is alice \
    'BroadcastEnded: its programs .* cannot be started'
exec 9>&-
wait "$stream"
ok 'and by rtmpd' said "start $WEIR_PIPELINES/live: No such file"
ok 'SIGTERM ends it' stop "$rtmpd"
