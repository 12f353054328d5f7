#!/bin/sh
# DASH: the manifest as a resource, and a segment that is sent while it grows.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
mpd=/live/alice/manifest.mpd

# timed BROADCAST TRACK FIRST LAST [RUN [TIME]]: segments of a second that say
# when they are by the clock of their files, which began at TIME seconds.
timed() {
	case $2 in audio*) hz=48000 ;; *) hz=90000 ;; esac
	at=${6:-10} m=$3
	while [ "$m" -le "$4" ]; do
		segments "$1" "$2" "$m" "$m" "${5:-1}" \
		    ",\"media_time\":$(((at + m) * hz))"
		m=$((m + 1))
	done
}
shows() { has "$1" body "$mpd"; }
xml() { body "$1" | python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.stdin)'; }

logd
edged
ok 'the hour, for players' sh -c "curl -s $url/api/time | grep -qxE '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z'"
ok 'never cached' is no-store header Cache-Control /api/time
ok 'for everybody' is '*' header Access-Control-Allow-Origin /api/time
ok 'no channel, no manifest' is 404 status "$mpd"
channel_added alice Alice
broadcast_started alice b1
ok 'nothing to play yet' soon is 1 header Retry-After "$mpd"
track b1 video 1 ',"timescale":90000'
track b1 audio 1 ',"timescale":48000'
timed b1 video 0 4
timed b1 audio 0 4
ok 'a manifest' soon shows '<S t="900000" d="90000" r="4"/>'
ok 'it is XML' xml "$mpd"
ok 'it goes on' shows 'type="dynamic"'
ok 'its type' is application/dash+xml header Content-Type "$mpd"
ok 'shared for a second' is 'public, max-age=0, s-maxage=1' header Cache-Control "$mpd"
etag=$(header ETag "$mpd")
ok 'known by a tag' is 304 status "$mpd" -H "If-None-Match: $etag"
packed() { curl -s --compressed "$url$mpd" | grep -q SegmentTimeline; }
ok 'packed for those who take it' is gzip header Content-Encoding "$mpd" -H 'Accept-Encoding: gzip'
ok 'which is the same' packed
ok 'later ones are fetched by its broadcast' shows '<Location>manifest.mpd?broadcast=b1</Location>'
ok 'it names files' shows 'media="/media/b1/video/$''Number$''.m4s"'
ok 'and the sound' shows 'audioSamplingRate="48000"'
ok 'another broadcast has none' is 404 status "$mpd?broadcast=b2"
ok 'a malformed one is no name' is 400 status "$mpd?broadcast=B%202"
ok 'asked for twice neither' is 400 status "$mpd?broadcast=b1&broadcast=b1"

# The encoder comes back: another run, whose files begin anew.
track b1 video 2 ',"timescale":90000'
timed b1 video 5 6 2 5
ok 'a period of its own' soon shows '<Period id="1" start="PT5S">'
ok 'by the clock of its files' shows 'presentationTimeOffset="900000" startNumber="5" initialization="/media/b1/video/init-2.mp4"'
ok 'the one before has its own' shows '<Period id="0" start="PT0S" duration="PT5S">'
broadcast_ended alice b1
ok 'the end makes it static' soon shows 'type="static"'
ok 'as long as it was' shows 'mediaPresentationDuration="PT7S"'
ok 'and nothing is fetched again' is '' sh -c "curl -s $url$mpd | grep -E 'minimumUpdate|Location|UTCTiming'"
ok 'it may be kept' is 'public, max-age=60' header Cache-Control "$mpd?broadcast=b1"

# A broadcast of before there were times.
broadcast_started alice b2
track b2 video 1
segments b2 video 0 2
ok 'the next one does not tell its times' soon is 200 status '/live/alice/video/index.m3u8?broadcast=b2'
ok 'so it has no manifest' is 404 status "$mpd"
ok 'the one before still has' is 200 status "$mpd?broadcast=b1"

# A segment that grows.
fetch() {
	k=$1 p=$2; shift 2
	rm -f "$T/$k.code"
	{ curl -sN -m 120 -o "$T/$k.body" -D "$T/$k.head" -w '%{http_code}' "$@" \
	    "$url$p" >"$T/$k.tmp"; echo " $?" >>"$T/$k.tmp"; mv "$T/$k.tmp" "$T/$k.code"; } &
	pids="$pids $!"
}
holds() { [ "$(cat "$T/$1.body")" = "$2" ]; }
came() { soon test -e "$T/$1.code" && is "$2" cat "$T/$1.code"; }
field() { tr -d '\r' <"$T/$1.head" | sed -n "s/^$2: //Ip"; }
broadcast_ended alice b2
broadcast_started alice b3
track b3 video 1 ',"timescale":90000,"part_us":210000'
timed b3 video 0 3
parts b3 video 4 0 0
ok 'low latency' soon shows 'availabilityTimeComplete="false"'
ok 'as early as a part is there' shows 'availabilityTimeOffset="0.790"'
ok 'the segment that grows is foretold' shows '<S t="900000" d="90000" r="3"/>
<S d="90090"/>'
fetch grown /media/b3/video/4.m4s
ok 'what is there of a segment is sent' soon holds grown 'part 04 00'
ok 'in chunks' is chunked field grown Transfer-Encoding
ok 'not for ever' is 'public, max-age=3' field grown Cache-Control
parts b3 video 4 1 1
ok 'then what comes' soon holds grown 'part 04 00part 04 01'
ok 'it is not over' [ ! -e "$T/grown.code" ]
fetch next /media/b3/video/5.m4s
fetch old /media/b3/video/4.m4s -0
fetch head /media/b3/video/4.m4s -I
parts b3 video 4 2 4
whole b3 video 4 ',"media_time":1260000'
ok 'to its end' came grown '200 0'
ok 'all of it' holds grown 'part 04 00part 04 01part 04 02part 04 03part 04 04'
ok 'for HTTP/1.0 when it is whole' came old '200 0'
ok 'with its length' is 50 field old Content-Length
ok 'so for who asks for the head alone' came head '200 0'
parts b3 video 5 0 1
ok 'one that was not begun comes when it is' soon holds next 'part 05 00part 05 01'
ok 'several at once' sh -c "for i in 1 2 3; do curl -sN -m 0.3 $url/media/b3/video/5.m4s | grep -q 'part 05 01' || exit 1; done"
broadcast_ended alice b3
ok 'one that never ends is cut' came next '200 18'
ok 'and then not there' is 404 status /media/b3/video/5.m4s
ok 'the connections are gone' soon has 'weir_edge_requests_waiting 0' body /metrics
ok 'the manifest has no more than there is' soon is 1 sh -c "curl -s $url$mpd | grep -c '<S '"
ok 'it stops' stop "$edged"
stop "$logd" >/dev/null
