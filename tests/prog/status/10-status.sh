#!/bin/sh
# weir-status says what runs and what is live, whoever is missing.
. "$(dirname "$0")/../../lib/sh.sh"

WEIR_STATE=$T WEIR_RUN=$T/run
export WEIR_STATE WEIR_RUN
unset WEIR_CONF
has() { grep -q -e "$2" "$1" || { sed 's/^/# /' "$1" >&2; return 1; }; }
# status ARGS...: run it, output in $T/status; the result is its exit code.
status() { "$BIN/weir-status" "$@" >"$T/status" 2>"$T/status.err"; }
say() { printf '%s\n' "$@" | "$BIN/weir-append" >"$T/append.out" 2>&1; }
json() { status --json; jq -e "$1" "$T/status" >/dev/null || { sed 's/^/# /' "$T/status" >&2; return 1; }; }

ok 'nothing runs: exit 1' exits 1 "$BIN/weir-status"
ok 'and that is what it says' has "$T/exits.out" 'weir-logd .*not running'
ok 'no log is no error' has "$T/exits.out" 'There is no log'
ok 'nor in JSON' json '.log == null and .live == [] and (.daemons | length) == 3'

start weir-logd
ok 'one of them is not all' exits 1 "$BIN/weir-status"
ok 'the log runs' has "$T/exits.out" 'weir-logd .*running.* for .* MB, pid '
ok 'its pid is right' json ".daemons[0].pid == $pid and .daemons[0].memory_bytes > 0"
ok 'an empty log is told' has "$T/exits.out" '0 channels, 0 live; 0 events'

segment='{"type":"SegmentReady","subject":"broadcast/b","data":{"broadcast":"b","track":"video","run":1,"start_us":1,"duration_us":1000000,"bytes":250000,"hash":"0000000000000000000000000000000000000000000000000000000000000000"'
say '{"type":"ChannelAdded","subject":"channel/alice","data":{"name":"alice","title":"First"}}' \
    '{"type":"ChannelTitled","subject":"channel/alice","data":{"name":"alice","title":"Second"}}' \
    '{"type":"ChannelAdded","subject":"channel/bob","data":{"name":"bob"}}' \
    '{"type":"ChannelAdded","subject":"channel/carol","data":{"name":"carol"}}' \
    '{"type":"ChannelRemoved","subject":"channel/carol","data":{"name":"carol"}}' \
    '{"type":"BroadcastStarted","subject":"live/bob","data":{"channel":"bob","broadcast":"old","protocol":"rtmp"}}' \
    '{"type":"BroadcastEnded","subject":"live/bob","data":{"channel":"bob","broadcast":"old","reason":"x"}}' \
    '{"type":"BroadcastStarted","subject":"live/alice","data":{"channel":"alice","broadcast":"b","protocol":"rtmp","encoder":"test"}}' \
    '{"type":"TrackStarted","subject":"broadcast/b","data":{"broadcast":"b","track":"video","run":1,"kind":"video","codecs":"avc1.42c01e","width":720,"height":480,"init_bytes":700,"target_us":1000000}}' \
    "$segment}}" "$segment,\"msn\":1}}"
ok 'channels are counted, removed ones not' json '.log.channels == 2'
ok 'what is live is there, what ended not' json '[.live[].name] == ["alice"]'
ok 'with its newest title' json '.live[0].title == "Second" and .live[0].encoder == "test"'
ok 'and its tracks' json '.live[0].tracks[0] | .segments == 2 and .bits_per_second == 2000000 and .width == 720'
status
ok 'a broadcast that nothing receives is marked' has "$T/status" '^alice went live .* ago; its end is not in the log: Second'
rung() { printf '{"type":"TrackStarted","subject":"broadcast/b","data":{"broadcast":"b","track":"%s","run":1,"kind":"video","codecs":"avc1.42c01e","width":%d,"height":%d,"init_bytes":700,"target_us":1000000}}' "$@"; }
say "$(rung video2 426 240)" "$(rung video3 256 144)" "$(echo "$segment" | sed 's/"video"/"video2"/; s/250000/62500/')}}"
status
ok 'renditions are told in a line' has "$T/status" '^    rungs    240p 500 kbit/s, 144p$'
ok 'their source in its own' has "$T/status" '^    video    avc1.42c01e, 720x480'
# More restarts than fit in the first look back.
i=0; set --
while [ $i -lt 40 ]; do
	i=$((i + 1))
	set -- "$@" '{"type":"PipelineRestarted","subject":"live/alice","data":{"channel":"alice","broadcast":"b","reason":"x","attempt":2}}'
done
say "$@"
ok 'restarts are counted, however many' json '.live[0].pipeline_restarts == 40'

soon_us=$(($(date +%s) + 3600))000000
say '{"type":"BroadcastInterrupted","subject":"live/alice","data":{"channel":"alice","broadcast":"b","reason":"x","until_us":'$soon_us'}}'
ok 'one without its encoder is told of' json '.live[0].interrupted_since != null'
status
ok 'for people, too' has "$T/status" 'over rtmp from test, gone .* ago, waited for 59 min .* more'
say '{"type":"BroadcastResumed","subject":"live/alice","data":{"channel":"alice","broadcast":"b"}}'
ok 'and its return' json '.live[0].interrupted_since == null'

ok 'without an audio track that is said' json '.live[0].warnings == [{"code":"no-sound","message":"no sound: there is no audio track"}]'
slow='{"type":"SegmentReady","subject":"broadcast/b","data":{"broadcast":"b","track":"video","run":1,"independent":true,"duration_us":10000000,"bytes":250000,"hash":"0000000000000000000000000000000000000000000000000000000000000000"'
say "$slow,\"msn\":2,\"start_us\":10000000}}" "$slow,\"msn\":3,\"start_us\":20000000}}"
ok 'so are keyframes that are far apart' json '.live[0].warnings[].message == "keyframes every 10 s: low latency wants 2 s or less"'
status
ok 'for people, too' has "$T/status" '^    ! no sound: there is no audio track'

# What is said on the bus while it listens; said until it was heard.
"$BIN/weir-status" --watch --json >"$T/watched" 2>&1 &
watcher=$!
while kill -0 "$watcher" 2>/dev/null; do
	say '{"type":"IngestMeasured","subject":"live/alice","data":{"channel":"alice","broadcast":"b","period_us":2000000,"bytes":500000,"video_frames":60,"dropped_frames":1}}' \
	    '{"type":"StreamMeasured","subject":"broadcast/b","data":{"broadcast":"b","track":"video","period_us":2000000,"bytes":1,"frames":60,"keyframe_us":1000000,"step_min_us":33000,"step_max_us":34000}}' \
	    '{"type":"SoundMeasured","subject":"broadcast/b","data":{"broadcast":"b","track":"audio","period_us":10000000,"rms_mdb":20000,"peak_mdb":3000}}'
done
ok 'with --watch, what comes in is heard' [ "$(jq .live[0].ingest.bytes "$T/watched")" = 500000 ]
watched() { jq -e "$1" "$T/watched" >/dev/null; }
ok 'and the stream' watched '.live[0].stream | .frame_rate_mhz == 30000 and .keyframe_us == 1000000'
ok 'and its sound' watched '.live[0].sound.rms_dbfs == -20'
ok 'which counts' watched '[.live[0].warnings[].code] == ["dropped", "no-sound"]'

stop "$pid"
ok 'the log is read without weir-logd' json '.live[0].name == "alice" and .daemons[0].running == false'
ok 'a full stdout is not passed over' exits 111 sh -c "'$BIN/weir-status' >/dev/full"
ok 'a bad option is permanent' exits 100 "$BIN/weir-status" --nonsense
ok '-h tells' exits 0 "$BIN/weir-status" -h
