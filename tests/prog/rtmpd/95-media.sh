#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Media that is not as it should be, through the whole pipeline: it is cut at a
# valid point or ended with a reason, and nobody else notices.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/live.sh"
for size in 320x240 640x360; do
	ffmpeg -nostdin -v error -f lavfi -i "testsrc2=s=$size:r=25:d=6" \
	    -f lavfi -i sine=r=48000:d=6 -c:v libx264 -preset ultrafast -bf 2 -g 25 \
	    -c:a aac -f flv "$T/$size.flv"
done
ok 'three daemons start' instance
RTMP=${RTMP%/live}
address=${RTMP#rtmp://}
publishes() { # NAME FAULT FILE...: the channel NAME gets FILE with FAULT
	name=$1; shift
	key=$(weir-channel add "$name")
	fault=$1; shift
	node "$(dirname "$0")/rtmp.js" "$address" flv "$key" "$fault" "$@" >"$T/said"
}
# of NAME EXPRESSION: what jq says of the events of its broadcast.
of() {
	weir-cat --json -s "broadcast/$(broadcast "$1")" | jq -se "map(.data + {type}) | ($2)" >"$T/jq.out" ||
	    { echo "# $1 $2: $(cat "$T/jq.out")" >&2; return 1; }
}
over() { [ "$(weir-cat --json -t BroadcastEnded -s "live/$1" | wc -l)" -eq 1 ]; }
video='[.[] | select(.type == "SegmentReady" and .track == "video")]'
breaks() { of "$1" "$video | map(select(.discontinuity)) | length == $2"; }
lasts() { of "$1" "$video | map(.duration_us) | add / 1000 | round | . >= $2 and . <= $3"; }
clean() { decodes "$WEIR_STATE/media/$(broadcast "$1")/video"; }

# Somebody else, all the time.
bystander=$(weir-channel add bystander)
RTMP=rtmp://$address/live
publish "$bystander"

ok 'media as it should be' publishes none none "$T/320x240.flv"
ok 'ends' soon over none
ok 'it lasts' lasts none 5900 6100
ok 'without a break' breaks none 0

ok '32 bits of milliseconds begin anew' publishes wrap wrap "$T/320x240.flv"
ok 'it ends' soon over wrap
ok 'it lasts' lasts wrap 5900 6100
ok 'without a break' breaks wrap 0
ok 'it decodes' clean wrap

ok 'times go back' publishes back back "$T/320x240.flv"
ok 'it ends' soon over back
ok 'one break' breaks back 1
ok 'little is missing' lasts back 4800 6200
ok 'it decodes' clean back

ok 'the encoder pauses for 5 s' publishes pause pause "$T/320x240.flv"
ok 'it ends' soon over pause
ok 'one break' breaks pause 1
ok 'little is missing, nothing is invented' lasts pause 4800 6200
ok 'it decodes' clean pause

ok 'empty NAL units, and empty frames' publishes empty empty "$T/320x240.flv"
ok 'it ends' soon over empty
ok 'it lasts' lasts empty 5900 6100
ok 'without a break' breaks empty 0
ok 'it decodes' clean empty

ok 'no sequence parameter set' publishes nosps nosps "$T/320x240.flv"
ok 'is told' [ "$(cat "$T/said")" = NetStream.Publish.Rejected ]
ok 'ends the broadcast' soon over nosps
ok 'with a reason' [ -n "$(weir-cat --json -t BroadcastEnded -s live/nosps | jq -r .data.reason)" ]

ok 'one that comes late' publishes late late "$T/320x240.flv"
ok 'it ends' soon over late
ok 'pictures begin with it' lasts late 2000 3200
ok 'it decodes' clean late

ok 'another size, and times that begin anew' publishes sizes none "$T/320x240.flv" "$T/640x360.flv"
ok 'it ends' soon over sizes
ok 'is a run' of sizes '[.[] | select(.type == "TrackStarted" and .track == "video") | .width] == [320, 640]'
ok 'and a break' breaks sizes 1
ok 'little is missing' lasts sizes 10800 12200
ok 'it decodes' clean sizes

ok 'lengths beyond the frame' publishes long long "$T/320x240.flv"
ok 'it ends' soon over long
ok 'what is left is told' lasts long 4000 6200

for name in none wrap back pause empty late sizes; do
	node "$LIB/hls-check.mjs" "$HTTP/live/$name/index.m3u8" >"$T/check"
	ok "the playlists of $name are by the book" [ -z "$(grep -v '^#' "$T/check" | sed 's/^/# /' | tee /dev/stderr)" ]
done
ok 'nobody else noticed' kill -0 "$encoder"
kill -INT "$encoder"
ok 'and was whole' soon over bystander
ok 'without a break' breaks bystander 0
ok 'no pipeline died' [ -z "$(weir-cat --json -t PipelineRestarted)" ]
ok 'it stops' stop "$rtmpd"
