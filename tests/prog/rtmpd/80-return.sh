#!/bin/sh
# Encoders that vanish: their broadcast waits for them, whoever is killed.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"

pipeline <<'END_OF_PIPELINE'
echo "$WEIR_BROADCAST" >>"$WEIR_STATE/starts"
echo $$ >"$WEIR_STATE/pid"
exec cat >"$WEIR_STATE/$WEIR_BROADCAST.$$.nut"
END_OF_PIPELINE
options='--grace 600 --end'
platform
again() {
	options="--end $*"
	stop "$rtmpd"
	rtmpd
	n_before=$(story alice | wc -l)
}
# stream: publish in the background until `end_stream`; its peer is $stream.
streams=0
begin_stream() {
	streams=$((streams + 1))
	rm -f "$T/hold"; mkfifo "$T/hold"
	node "$here/rtmp.js" "$at" stream "$key" 1000 <"$T/hold" >"$T/stream.$streams" 2>&1 &
	stream=$!; pids="$pids $stream"
	exec 9>"$T/hold"
}
accepted() { grep -q live "$T/stream.$streams"; }
stream() {
	begin_stream
	soon accepted
}
end_stream() { exec 9>&-; wait "$stream"; }
vanish() { kill -9 "$stream"; wait "$stream" 2>/dev/null; exec 9>&-; }
# since LINE/LINE/: what the log says since `again`.
n_before=0
since() {
	got=$(story alice | tail -n +$((n_before + 1)) | tr '\n' /)
	[ "$got" = "$1" ] || { echo "# $got" >&2; return 1; }
}
starts() { wc -l <"$WEIR_STATE/starts"; }
broadcasts() { "$BIN/weir-cat" --json -t BroadcastStarted | wc -l; }
# media FILE: it has grown.
grown() { [ "$(wc -c <"$1")" -gt "$2" ]; }

stream
soon test -s "$WEIR_STATE/pid"
pipe=$(cat "$WEIR_STATE/pid")
nut=$WEIR_STATE/$(cat "$WEIR_STATE/starts").$pipe.nut
soon grown "$nut" 20000
vanish
ok 'one that is killed leaves its broadcast open' soon last_is alice 'BroadcastInterrupted: the connection was lost'
until_us=$("$BIN/weir-cat" --json -t BroadcastInterrupted | jq .data.until_us)
ok 'until then it is waited for' [ $((until_us / 1000000 - $(date +%s))) -gt 500 ]
ok 'which the figures know' soon counts weir_rtmp_interrupted 1
size=$(wc -c <"$nut")
stream
ok 'when it is back the broadcast goes on' soon last_is alice BroadcastResumed
ok 'in the same pipeline' soon grown "$nut" $((size + 20000))
ok 'which is the only one' [ "$(starts)" -eq 1 ]
ok 'its end is told' end_stream
ok 'once' soon since 'BroadcastStarted/BroadcastInterrupted: the connection was lost/BroadcastResumed/BroadcastEnded: the encoder said goodbye/'
ok 'the wait was measured' [ "$("$BIN/weir-cat" --json -t BroadcastResumed | jq '.data.waited_us > 0')" = true ]
ok 'the encoder named' [ "$("$BIN/weir-cat" --json -t BroadcastResumed | jq -r .data.encoder)" = 'FMLE/3.0 (rtmp.js)' ]
ok 'the pipe got two NUT files' [ "$(grep -a -o 'nut/multimedia container' "$nut" | wc -l)" -eq 2 ]
ok 'whose times go on, and a hole is between them' [ "$(ffprobe -v error -select_streams v \
    -show_entries packet=pts_time -of csv=p=0 "$nut" | awk -F, 'NR > 1 && $1 <= was { back++ }
    NR > 1 && $1 > was + 9 { holes++ } { was = $1 } END { print back + 0, holes + 0 }')" = '0 1' ]
ok 'the figures know it' soon counts weir_rtmp_resumed_total 1
ok 'nothing waits any more' counts weir_rtmp_interrupted 0

# Filters that die, whoever is there.
again --grace 600
stream
vanish
soon last_is alice 'BroadcastInterrupted: .*'
kill -9 "$(cat "$WEIR_STATE/pid")"
ok 'a pipeline that dies meanwhile is started again' soon last_is alice 'PipelineRestarted: was killed by SIGKILL'
stream
ok 'and the broadcast goes on' soon last_is alice BroadcastResumed
nut=$WEIR_STATE/$(tail -n 1 "$WEIR_STATE/starts").$(cat "$WEIR_STATE/pid").nut
ok 'with its media' soon grown "$nut" 20000
end_stream
soon last_is alice 'BroadcastEnded: the encoder said goodbye'

again --grace 1
stream
vanish
ok 'nobody comes' soon last_is alice \
    'BroadcastEnded: the connection was lost, and no encoder came within 1 s'
ok 'the pipeline ends' soon gone "$(cat "$WEIR_STATE/pid")"
"$BIN/weir-channel" grace alice 600
stream
vanish
ok 'a channel has its own time' soon last_is alice 'BroadcastInterrupted: the connection was lost'
until_us=$("$BIN/weir-cat" --json -t BroadcastInterrupted | tail -n 1 | jq .data.until_us)
ok 'a long one' [ $((until_us / 1000000 - $(date +%s))) -gt 500 ]
ok 'SIGTERM does not wait for it, with --end' stop "$rtmpd"
ok 'but ends it' last_is alice 'BroadcastEnded: the server was stopped'
"$BIN/weir-channel" grace alice usual
options='--grace 600'
rtmpd
again --grace 600

# weir-rtmpd dies.
options='--grace 600'
stream
soon last_is alice BroadcastStarted
kill -9 "$rtmpd"; wait "$rtmpd" 2>/dev/null
wait "$stream"; exec 9>&-
ok 'killed: its pipeline ends by itself' soon gone "$(cat "$WEIR_STATE/pid")"
ok 'the broadcast is open' last_is alice BroadcastStarted
rtmpd
ok 'the next one waits for the encoder, too' soon last_is alice 'BroadcastInterrupted: the ingest was restarted'
kill -9 "$rtmpd"; wait "$rtmpd" 2>/dev/null
rtmpd
ok 'killed while it waits' soon since 'BroadcastStarted/BroadcastInterrupted: the ingest was restarted/BroadcastInterrupted: the ingest was restarted/'
before=$(starts)
stream
ok 'its return' soon last_is alice BroadcastResumed
ok 'starts a pipeline' [ "$(starts)" -eq $((before + 1)) ]
ok 'for the same broadcast' [ "$(tail -n 2 "$WEIR_STATE/starts" | uniq | wc -l)" -eq 1 ]
nut=$WEIR_STATE/$(tail -n 1 "$WEIR_STATE/starts").$(cat "$WEIR_STATE/pid").nut
ok 'with its media' soon grown "$nut" 20000

# weir-rtmpd is stopped, to be started again: that is an interruption, too.
ok 'SIGTERM' stop "$rtmpd"
ok 'interrupts the broadcast' last_is alice 'BroadcastInterrupted: the server was stopped'
ok 'tells the encoder' soon grep -q NetStream.Failed "$T/stream.$streams"
ok 'and lets the pipeline end' soon gone "$(cat "$WEIR_STATE/pid")"
wait "$stream"; exec 9>&-
rtmpd
ok 'the next one waits' soon last_is alice 'BroadcastInterrupted: the ingest was restarted'
ok 'SIGTERM while it waits' stop "$rtmpd"
ok 'changes nothing' last_is alice 'BroadcastInterrupted: the ingest was restarted'
rtmpd
stream
ok 'the encoder is back' soon last_is alice BroadcastResumed
ok 'in the same broadcast' [ "$(tail -n 2 "$WEIR_STATE/starts" | uniq | wc -l)" -eq 1 ]

# An encoder that comes before the log does.
kill -9 "$rtmpd"; wait "$rtmpd" 2>/dev/null
wait "$stream"; exec 9>&-
kill -9 "$logd"; wait "$logd" 2>/dev/null
rtmpd
begin_stream
rm -f "$T/weir-logd.ready"
start weir-logd; logd=$pid
ok 'one that came before the log did' soon accepted
ok 'goes on' soon last_is alice BroadcastResumed

# weir-logd dies: what it is to hear waits.
kill -9 "$logd"; wait "$logd" 2>/dev/null
vanish
ok 'without the log it is noticed' soon said 'interrupted.*the connection was lost'
rm -f "$T/weir-logd.ready"
start weir-logd; logd=$pid
ok 'and told later' soon last_is alice 'BroadcastInterrupted: the connection was lost'
stream
ok 'then it goes on' soon last_is alice BroadcastResumed
end_stream
soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'all that was one broadcast' [ "$(broadcasts)" -eq 5 ]

again --grace 1
stream
kill -9 "$rtmpd"; wait "$rtmpd" 2>/dev/null
wait "$stream"; exec 9>&-
rtmpd
ok 'one that nobody comes back to ends' soon since \
    'BroadcastStarted/BroadcastInterrupted: the ingest was restarted/BroadcastEnded: the ingest was restarted, and no encoder came within 1 s/'

# A key that was revoked meanwhile opens nothing.
again --grace 2
stream
vanish
soon last_is alice 'BroadcastInterrupted: .*'
old=$key
key=$("$BIN/weir-channel" key alice)
ok 'the old key is refused' rtmp refused "$old" NetStream.Publish.Unauthorized
ok 'SIGTERM ends it' stop "$rtmpd"
ok 'the log is sound' "$BIN/weir-verify"
