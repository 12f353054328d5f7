#!/bin/sh
# Encoders that vanish, weir-srtd that is killed or stopped: one broadcast.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
pipeline <<'END_OF_PIPELINE'
echo "$WEIR_BROADCAST" >>"$WEIR_STATE/starts"
exec cat >"$WEIR_STATE/$WEIR_BROADCAST.$$.nut"
END_OF_PIPELINE
options='--grace 600 --idle-timeout 2'
platform
# stream: an encoder that is there once its frames come.
stream() {
	before=$(figure weir_srt_frames_total)
	encoder "$key"
	soon at_least weir_srt_frames_total "$((before + 60))"
}
vanish() { kill -9 "$encoder"; wait "$encoder" 2>/dev/null; }
broadcasts() { "$BIN/weir-cat" --json -t BroadcastStarted | wc -l; }

soon counts weir_srt_frames_total 0
stream
vanish
ok 'one that is killed leaves its broadcast open' soon last_is alice 'BroadcastInterrupted: .*'
ok 'which the figures know' soon counts weir_srt_interrupted 1
stream
ok 'when it is back the broadcast goes on' soon last_is alice BroadcastResumed
kill -INT "$encoder"
ok 'its goodbye ends it' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'all that was one' [ "$(broadcasts)" -eq 1 ]
nut=$(echo "$WEIR_STATE"/*.nut)
ok 'in one pipeline' [ "$(wc -l <"$WEIR_STATE/starts")" -eq 1 ]
ok 'which got two NUT files' [ "$(grep -a -o 'nut/multimedia container' "$nut" | wc -l)" -eq 2 ]
ok 'whose times go on, and a hole is between them' [ "$(ffprobe -v quiet -select_streams v \
    -show_entries packet=dts_time -of csv=p=0 "$nut" | awk -F, '$1 == "N/A" { next }
    NR > 1 && $1 < was { back++ } NR > 1 && $1 > was + 9 { holes++ } { was = $1 }
    END { print back + 0, holes + 0 }')" = '0 1' ]

stream
kill -9 "$srtd"; wait "$srtd" 2>/dev/null
vanish
ok 'weir-srtd is killed: the broadcast is open' last_is alice BroadcastStarted
srtd
ok 'the next one waits for the encoder' soon last_is alice 'BroadcastInterrupted: the ingest was restarted'
soon counts weir_srt_frames_total 0
stream
ok 'who comes back' soon last_is alice BroadcastResumed
ok 'SIGTERM' stop "$srtd"
ok 'interrupts it' last_is alice 'BroadcastInterrupted: the server was stopped'
ok 'and the encoder notices' soon gone "$encoder"
srtd
ok 'the next one waits, too' soon last_is alice 'BroadcastInterrupted: the ingest was restarted'
soon counts weir_srt_frames_total 0
stream
ok 'and goes on' soon last_is alice BroadcastResumed
ok 'with the same broadcast' [ "$(broadcasts)" -eq 2 ]

# A second encoder while the first is half dead, and while it is not.
ok 'one that sends is not taken over from' told_by 'rejected 1409' "$key"
first=$encoder
kill -STOP "$first"
await() { told_by in "$key"; }
ok 'one that is silent is' soon await
ok 'which is told' soon said 'reason="another encoder took over"\|reason="the encoder fell silent"\|the connection was lost'
kill -9 "$first"
ok 'SIGTERM ends it' stop "$srtd"
ok 'the log is sound' "$BIN/weir-verify"
