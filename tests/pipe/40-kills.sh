#!/bin/sh
# Each program of the platform is killed while an encoder publishes and a
# reader follows part by part: no frame is lost, nobody lends a hand, and no
# playlist says otherwise than before.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/kill.sh"

# While weir-edged is started its parts are not heard.
excuse '^segment [0-9]+ had [0-9]+ parts, and has 0'

ok 'a platform starts' platform
encode
ok 'it goes live' soon grown 3
node "$LIB/hls-check.mjs" --watch 600 --late 60 --patient 60 \
    "$HTTP/live/alice/index.m3u8" >"$T/reader" 2>&1 &
reader=$!; pids="$pids $reader"
kills=0
for name in weir-segment weir-append shell logd edged weir-append weir-segment; do
	before=$(here)
	murder $name
	kills=$((kills + 1))
	ok "$name is killed, and it goes on" soon grown $((before + 3))
	ok 'the encoder noticed nothing' [ ! -e "$T/frames.2" ]
done
goodbye
ok 'it ends' soon over
# A fault of its own goes where it is seen.
ends() { wait "$reader" || { sed 's/^/# /' "$T/reader" >&2; return 1; }; }
ok 'the reader came to its end without a fault' ends
sed 's/^/# /' "$T/reader"
lost=$(($(sent) - $(stored)))
echo "# $(sent) frames were sent, $lost are lost"
ok 'no frame is' [ "$lost" -eq 0 ]
ok 'the log tells of the pipelines' [ "$(weir-cat --json -t PipelineRestarted | wc -l)" -eq 5 ]
ok 'it is one broadcast' [ "$(weir-cat --json -t BroadcastStarted | wc -l)" -eq 1 ]
ok 'each track began once' [ "$(weir-cat --json -t TrackStarted | wc -l)" -eq 2 ]
ok 'there is no discontinuity' [ -z "$(weir-cat --json -t SegmentReady | grep discontinuity)" ]
gaps() {
	weir-cat --json -t SegmentReady | jq -s '[.[].data | select(.track == "video")] |
	    [range(1; length) as $i | .[$i].start_us - .[$i - 1].start_us -
	    .[$i - 1].duration_us | fabs] | max'
}
ok 'and none that is not told' [ "$(gaps)" -le 1000 ]
ok 'the log is sound' exits 0 weir-verify
ok 'it stops' stop "$up"
