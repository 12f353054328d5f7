#!/bin/sh
# A segment that grows part by part: playlists and octets that are asked for
# before they are there.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
WEIR_HTTP_CONNECTIONS=400 WEIR_HTTP_PER_ADDRESS=0
export WEIR_HTTP_PER_ADDRESS
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
list=/live/alice/video/index.m3u8

# ask NAME PATH [CURL-OPTION...]: ask in the background; waiting REQUESTS says
# that so many wait.
ask() {
	k=$1 p=$2; shift 2
	rm -f "$T/$k.code"
	{ curl -s -m 120 -o "$T/$k.body" -D "$T/$k.head" -w '%{http_code}' "$@" \
	    "$url$p" >"$T/$k.tmp"; mv "$T/$k.tmp" "$T/$k.code"; } &
	pids="$pids $!"
}
waiting() { body /metrics | grep -qx "weir_edge_requests_waiting $1"; }
unanswered() { [ ! -e "$T/$1.code" ]; }
# answered NAME CODE [TEXT]: soon, and with TEXT in it.
answered() {
	soon test -e "$T/$1.code" && [ "$(cat "$T/$1.code")" = "$2" ] || return 1
	[ $# -lt 3 ] || grep -qF "$3" "$T/$1.body"
}
field() { tr -d '\r' <"$T/$1.head" | sed -n "s/^$2: //Ip"; }
shows() { has "$1" body "$list"; }

logd
edged
channel_added alice Alice
broadcast_started alice b1
track b1 video 1 ',"part_us":210000'
segments b1 video 0 1
ok 'a track without parts is a classic one' soon shows /1.m4s
ok 'with nothing of low latency' is '' sh -c "curl -s $url$list | grep -E 'PART|SERVER|HINT'"
parts b1 video 2 0 1
ok 'parts are listed' soon shows \
    '#EXT-X-PART:DURATION=0.200000,URI="/media/b1/video/2.m4s",BYTERANGE="10@10"'
ok 'and the next one hinted at' shows \
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="/media/b1/video/2.m4s",BYTERANGE-START=20'

ok 'what is there is answered at once' is 200 status "$list?_HLS_msn=2&_HLS_part=1"
ask part "$list?broadcast=b1&_HLS_msn=2&_HLS_part=2"
ask segment "$list?broadcast=b1&_HLS_msn=2"
ask hint /media/b1/video/2.m4s -H 'Range: bytes=20-'
ask range /media/b1/video/2.m4s -H 'Range: bytes=25-34'
ask file /media/b1/video/2.m4s
ok 'what is not waits' soon waiting 5
ok 'none was answered' unanswered part
parts b1 video 2 2 2
ok 'the part is there: the playlist' answered part 200 'BYTERANGE="10@20"'
ok 'its octets, exactly' answered hint 206 'part 02 02'
ok 'it says which' is 'bytes 20-29/*' field hint Content-Range
ok 'not kept for ever: a writer may begin again' is 'public, max-age=3' field hint Cache-Control
ok 'a playlist that was waited for means one thing' is 'public, max-age=6' field part Cache-Control
ok 'the others wait on' soon waiting 3
ok 'what is there is sent at once' is 206 status /media/b1/video/2.m4s -r 5-14
ok 'from the segment that grows' is 't 02 00par' sh -c "curl -s -r 3-12 $url/media/b1/video/2.m4s"
ok 'so is a part that was hinted at before' is 'part 02 01' sh -c "curl -s -r 10- $url/media/b1/video/2.m4s"
parts b1 video 2 3 4
ok 'a range of two parts' answered range 206 '02 02part '
ask next "$list?broadcast=b1&_HLS_msn=2&_HLS_part=5"
ok 'a part that there will not be waits' soon waiting 3
whole b1 video 2
ok 'the segment is whole: the playlist' answered segment 200 '/media/b1/video/2.m4s
'
ok 'and the file' answered file 200 'part 02 00part 02 01part 02 02part 02 03part 02 04'
ok 'which was asked for while it grew' is 'public, max-age=3' field file Cache-Control
ok 'and now is for ever' is 'public, max-age=31536000, immutable' header Cache-Control /media/b1/video/2.m4s
ok 'a part behind the last is the first of the next' unanswered next
ask first /media/b1/video/3.m4s -H 'Range: bytes=0-'
ok 'also one of a file that is not there' soon waiting 2
parts b1 video 3 0 0
ok 'comes' answered next 200 '3.m4s",BYTERANGE="10@0"'
ok 'as do its octets' answered first 206 'part 03 00'
ok 'a hinted part of what is whole now' is 'part 02 03' sh -c "curl -s -r 30- $url/media/b1/video/2.m4s"
ok 'the rest from another octet on' is 'art 02 03part 02 04' sh -c "curl -s -r 31- $url/media/b1/video/2.m4s"

# Questions that are none.
for q in '_HLS_part=1' '_HLS_msn=' '_HLS_msn=-1' '_HLS_msn=01' '_HLS_msn=x' \
    '_HLS_msn=2&_HLS_part=' '_HLS_msn=2&_HLS_msn=2' '_HLS_msn=5' \
    '_HLS_msn=3&_HLS_part=40' '_HLS_msn=9223372036854775807' \
    '_HLS_msn=99999999999999999999'; do
	ok "400 at once: $q" is 400 status "$list?$q"
done
ok 'two ahead waits' is 000 status "$list?_HLS_msn=4" -m 0.3
ok 'no segment so far ahead' is 404 status /media/b1/video/5.m4s
ok 'nor of another track' is 404 status /media/b1/audio/3.m4s
ok 'what nobody tells of is late' is 503 status "$list?_HLS_msn=3&_HLS_part=1"
ok 'as are octets' is 503 status /media/b1/video/3.m4s -r 10-
ok 'with a word to come again' is 1 header Retry-After /media/b1/video/3.m4s -r 10-

# Delta updates, reports, and packed.
parts b1 video 3 1 4
whole b1 video 3
for m in 4 5 6 7 8 9 10 11 12; do
	parts b1 video "$m" 0 4
	whole b1 video "$m"
done
track b1 audio 1 ',"part_us":210000'
segments b1 audio 0 12
parts b1 audio 13 0 1
ok 'a rendition report' soon has '../video/index.m3u8?broadcast=b1",LAST-MSN=12,LAST-PART=4' \
    body /live/alice/audio/index.m3u8
# A hint may be wrong: the segment ends where another part might have begun.
parts b1 audio 13 2 4
ok 'the sound grows' soon has '13.m4s",BYTERANGE="10@40"' body /live/alice/audio/index.m3u8
ask beyond /media/b1/audio/13.m4s -H 'Range: bytes=50-'
ok 'a hint is waited for' soon waiting 1
whole b1 audio 13
ok 'that there will not be' answered beyond 416
ok 'where it ended instead' is 'bytes */50' field beyond Content-Range
ok 'nobody keeps that' is no-store field beyond Cache-Control
ok 'no delta update unless asked for' is '' sh -c "curl -s $url$list | grep SKIP:"
ok 'a delta update, once all are known' soon has '#EXT-X-SKIP:SKIPPED-SEGMENTS=7' body "$list?_HLS_skip=YES"
ok 'is shorter' sh -c "[ \$(curl -s '$url$list?_HLS_skip=v2' | wc -c) -lt \$(curl -s '$url$list' | wc -c) ]"
ok 'a place that left the window is gone' soon is 404 status '/live/alice/audio/index.m3u8?_HLS_msn=13&_HLS_part=0&broadcast=b0'
packed() { curl -s -H 'Accept-Encoding: gzip' "$url$1" | gzip -dc >"$T/packed" && curl -s "$url$1" | cmp -s - "$T/packed"; }
ok 'packed for those who take it' packed "$list"
ok 'and says so' is gzip header Content-Encoding "$list" -H 'Accept-Encoding: gzip'
etag=$(header ETag "$list" -H 'Accept-Encoding: gzip')
ok 'with a tag of its own' is 304 status "$list" -H 'Accept-Encoding: gzip' -H "If-None-Match: $etag"
ok 'caches are told' is Accept-Encoding header Vary "$list"

# A part that was lost leaves its segment without.
excuse '^parts, but no hint'
excuse '^segment 13 had 1 parts, and has 0'
parts b1 video 13 0 0
ok 'it grows' soon shows '13.m4s",BYTE'
parts b1 video 13 2 2
ok 'a part is missing: no parts' soon sh -c "! curl -s $url$list | grep -q 13.m4s"
parts b1 video 13 3 4
whole b1 video 13
ok 'but the segment' soon shows '/13.m4s'
ok 'a restart has none' stop "$edged"
edged
ok 'it lists segments' shows /13.m4s
ok 'and no parts' is '' sh -c "curl -s $url$list | grep PART"
parts b1 video 14 0 0
ok 'until they come' soon shows '14.m4s",BYTE'

# Readers that leave, and more of them than may wait.
node "$(dirname "$0")/../../lib/waiters.mjs" "$url" "$list?_HLS_msn=15" 312 >"$T/waiters" &
waiters=$!
ok 'as many wait as may, the others come again' soon waiting 300
ok 'a short request is answered' is ok body /healthz
ok 'all of them are reset' wait "$waiters"
ok 'which is noticed' soon waiting 0
ok 'the threads are back' soon has 'weir_edge_connections 1' body /metrics
ok 'too many were told' test "$(cat "$T/waiters")" = '503 12'

ask over "$list?_HLS_msn=15"
ask media /media/b1/video/14.m4s -H 'Range: bytes=10-'
ok 'readers wait' soon waiting 2
broadcast_ended alice b1
ok 'the end releases them' answered over 200 '#EXT-X-ENDLIST'
ok 'octets there will not be' answered media 404
ok 'an ended one answers at once' is 200 status "$list?_HLS_msn=1000"
ok 'no part in it' is '' sh -c "curl -s $url$list | grep PART"

# A stop does not wait for those that wait.
broadcast_started alice b2
track b2 video 1 ',"part_us":210000'
segments b2 video 0 1
parts b2 video 2 0 0
ok 'the next one' soon shows /b2/video/2.m4s
ask stopped "$list?_HLS_msn=3"
ok 'waits' soon waiting 1
ok 'ends well' stop "$edged"
ok 'with a word to the reader' answered stopped 503
stop "$logd" >/dev/null
