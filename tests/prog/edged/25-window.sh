#!/bin/sh
# How far back live playlists reach: all of the broadcast, or as it is said.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")
check() { node "$here/../../lib/hls-check.mjs" "$@"; }
video='/live/alice/video/index.m3u8'
count() { body "$1" | grep -c '\.m4s$'; }
# packed PATH: what curl unpacks is what comes unpacked.
packed() {
	curl -s --compressed "$url$1" >"$T/unpacked" &&
	    body "$1" | cmp -s - "$T/unpacked" &&
	    [ "$(header Content-Encoding "$1" -H 'Accept-Encoding: gzip')" = gzip ]
}

logd
edged
channel_added alice ''
broadcast_started alice b1
track b1 video 1 ',"part_us":210000'
track b1 audio 1 ',"part_us":210000'
segments b1 video 0 999
segments b1 audio 0 999
ok 'all of the broadcast' soon has '/999.m4s' body "$video"
ok 'from its start' is 1000 count "$video"
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"
ok 'packed too' packed "$video"

parts b1 video 1000 0 2
ok 'with parts' soon has '#EXT-X-PART:' body "$video"
ok 'the whole playlist' is 1000 count "$video"
ok 'is long, a delta update is not' soon is 6 count "$video?_HLS_skip=YES"
ok 'and says what it leaves out' has '#EXT-X-SKIP:SKIPPED-SEGMENTS=994' body "$video?_HLS_skip=YES"
ok 'packed as well' packed "$video"
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"

ok 'a short one for who asks' is 60 count "$video?window=60s"
ok 'rounded up to few' is 60 count "$video?window=31"
ok 'packed' packed "$video?window=5m"
ok 'all is all' is 1000 count "$video?window=all"
ok 'none that is none' is 400 status "$video?window=x"
ok 'nor two' is 400 status "$video?window=60&window=61"
ok 'its multivariant playlist' has 'video/index.m3u8?broadcast=b1&window=60' body '/live/alice/index.m3u8?window=1m'
ok 'by RFC 8216' check "$url/live/alice/index.m3u8?window=1m"

parts b1 video 1000 3 4
whole b1 video 1000
body "$video" >"$T/before"
ok 'stops when told' stop "$edged"
edged
same() { body "$video" | grep -v -e SERVER-CONTROL -e PART -e VERSION -e PRELOAD -e REPORT | cmp -s - "$T/same"; }
grep -v -e SERVER-CONTROL -e PART -e VERSION -e PRELOAD -e REPORT "$T/before" >"$T/same"
ok 'a restart shows the same, but for parts' same

weir-channel window alice 10m
ok 'a channel may say how far' soon has '#EXT-X-MEDIA-SEQUENCE:401' body "$video"
ok 'which is so long' is 600 count "$video"
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"
segments b1 video 1001 1100
ok 'and slides' soon has '#EXT-X-MEDIA-SEQUENCE:501' body "$video"
ok 'packed' packed "$video"
weir-channel window alice all
segments b1 video 1101 1101
ok 'what is gone is gone' soon has '/1101.m4s' body "$video"
ok 'and no more goes' is 601 count "$video"
stop "$edged"
edged
ok 'after a restart, too' is 601 count "$video"
broadcast_ended alice b1
broadcast_started alice b2
track b2 video 1
segments b2 video 0 999
ok 'the next one has all' soon has '/b2/video/999.m4s' body "$video"
ok 'of it' is 1000 count "$video"

say MediaRemoved recording/b2 '{"track":"video","first_msn":0,"last_msn":299,"bytes":1,"reason":"old"}'
ok 'what was removed is not named' soon has '#EXT-X-MEDIA-SEQUENCE:300' body "$video"
ok 'by RFC 8216' check "$url$video"
stop "$edged"
edged
ok 'nor after a restart' is 700 count "$video"
ok 'ends well' stop "$edged"
ok 'the log stops' stop "$logd"
