#!/bin/sh
# A channel's life as a viewer sees it, and that a restart shows the same.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")
check() { node "$here/../../lib/hls-check.mjs" "$@"; }
echo '<!doctype html>the app' >"$WEIR_WWW/index.html"
echo 'let x' >"$WEIR_WWW/assets/main-A1.js"

WEIR_WINDOW=60
export WEIR_WINDOW
logd
edged
ok 'healthy' is 'ok' body /healthz
ok 'no channels yet' is '{"channels":[]}' body /api/channels
ok 'an unknown channel is a JSON 404' is \
    '{"error":{"status":404,"message":"There is no channel bob."}}' \
    body /api/channels/bob
ok 'its page is the app, with 404' is 404 status /@bob
ok 'which is the app' is '<!doctype html>the app' body /@bob

# The compressed form that stands beside a file, for those who take it.
printf 'let packed' | gzip >"$WEIR_WWW/assets/main-A1.js.gz"
coding() {
	curl -s -o "$T/coded" -D - -H "Accept-Encoding: $1" "$url/assets/main-A1.js" |
	    tr -d '\r' | sed -n 's/^Content-Encoding: //p'
}
ok 'compressed for those who take it' is gzip coding 'br, gzip'
ok 'in its own bytes' is 'let packed' gzip -dc <"$T/coded"
ok 'not for those who do not' is '' coding 'br, identity'
ok 'nor for those who say no' is '' coding 'gzip;q=0, *'
ok 'caches are told' is Accept-Encoding header Vary /assets/main-A1.js

channel_added alice 'Alice & co'
ok 'a channel appears' soon has '"title":"Alice & co","live":false' body /api/channels/alice
ok 'it has a page' is 200 status /@alice
ok 'with nothing to play' is 404 status /live/alice/index.m3u8

broadcast_started alice b1
ok 'it is live' soon has '"live":true,"broadcast":"b1"' body /api/channels/alice
track b1 video 1
track b1 audio 1
ok 'live without a segment: come again' soon is 1 header Retry-After /live/alice/index.m3u8
ok 'and not to be cached' is no-store header Cache-Control /live/alice/index.m3u8
segments b1 video 0 2
segments b1 audio 0 2
ok 'it plays' soon is 200 status /live/alice/index.m3u8
ok 'as a multivariant playlist' has 'video/index.m3u8?broadcast=b1' body /live/alice/index.m3u8
ok 'of the right type' is application/vnd.apple.mpegurl header Content-Type /live/alice/index.m3u8
ok 'both tracks by RFC 8216' soon check "$url/live/alice/index.m3u8"
ok 'the newest segment is there' is 'segment 2' body /media/b1/video/2.m4s
ok 'a segment that was not announced is not named' is '' \
    sh -c "echo early >$WEIR_STATE/media/b1/video/3.m4s; curl -s $url/live/alice/video/index.m3u8 | grep 3.m4s"
ok 'a preview' has '"preview":{"init":"/media/b1/video/init-1.mp4","segment":"/media/b1/video/2.m4s"}' body /api/channels/alice

segments b1 video 3 99
segments b1 audio 3 99
ok 'the window slides' soon has '#EXT-X-MEDIA-SEQUENCE:40' body /live/alice/video/index.m3u8
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"
track b1 video 2
segments b1 video 100 101 2 ',"discontinuity":true'
ok 'a second run' soon has 'init-2.mp4' body /live/alice/video/index.m3u8
ok 'is a discontinuity' has '#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="/media/b1/video/init-2.mp4"' body /live/alice/video/index.m3u8
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"
body '/live/alice/index.m3u8' >"$T/multi"
body '/live/alice/video/index.m3u8?broadcast=b1' >"$T/video"
body /api/channels >"$T/api"

ok 'stops when told' stop "$edged"
edged
same() {
	body /live/alice/index.m3u8 | cmp -s - "$T/multi" &&
	    body '/live/alice/video/index.m3u8?broadcast=b1' | cmp -s - "$T/video" &&
	    body /api/channels | cmp -s - "$T/api"
}
ok 'a restart shows the same bytes' same
for _ in 1 2 3; do
	kill -9 "$edged"
	wait "$edged" 2>/dev/null
	edged
done
ok 'as do three kills' same

segments b1 video 102 102 2
ok 'it goes on following' soon has /102.m4s body /live/alice/video/index.m3u8
say BroadcastInterrupted live/alice '{"channel":"alice","broadcast":"b0","reason":"x","until_us":1}'
say BroadcastInterrupted live/alice '{"channel":"alice","broadcast":"b1","reason":"x","until_us":1}'
ok 'an interrupted one is told of' soon has '"live":true,"broadcast":"b1"' body /api/channels/alice
ok 'as such' soon has '"interrupted":true,"interrupted_since":"2' body /api/channels/alice
ok 'its playlist stays open' [ "$(body /live/alice/video/index.m3u8 | grep -c ENDLIST)" -eq 0 ]
say BroadcastResumed live/alice '{"channel":"alice","broadcast":"b1","encoder":"another"}'
ok 'it goes on' soon has '"interrupted":false,"interrupted_since":null,"encoder":"another"' body /api/channels/alice
say BroadcastInterrupted live/alice '{"channel":"alice","broadcast":"b1","reason":"x","until_us":1}'
soon has '"interrupted":true' body /api/channels/alice
broadcast_ended alice b1
ok 'the end closes the playlist' soon has '#EXT-X-ENDLIST' body /live/alice/video/index.m3u8
ok 'in the API too' has '"live":false,"broadcast":"b1"' body /api/channels/alice
ok 'where nothing waits any more' has '"interrupted":false,"interrupted_since":null' body /api/channels/alice
ok 'by RFC 8216' check "$url/live/alice/index.m3u8"
ok 'its playlist may be cached' is 'public, max-age=60' header Cache-Control '/live/alice/video/index.m3u8?broadcast=b1'

broadcast_started alice b2
track b2 video 1
segments b2 video 0 0
ok 'the next one' soon has /media/b2/video/0.m4s body /live/alice/video/index.m3u8
ok 'its predecessor by its own URL, closed' has '#EXT-X-ENDLIST' body '/live/alice/video/index.m3u8?broadcast=b1'
ok 'one that never was' is 404 status '/live/alice/video/index.m3u8?broadcast=b7'
ok 'old media stays' is 'segment 0' body /media/b1/video/0.m4s

channel_added bob ''
ok 'live ones first' soon has '{"channels":[{"name":"alice"' body /api/channels
say ChannelRemoved channel/alice '{"name":"alice"}'
ok 'a removed one is gone' soon is 404 status /api/channels/alice
ok 'from the list too' is '{"channels":[{"name":"bob","title":"bob","live":false,"broadcast":null,"since":null,"ended":null,"interrupted":false,"interrupted_since":null,"encoder":null,"playlist":null,"preview":null,"thumbnail":null,"tracks":[]}]}' body /api/channels

ok 'a page may not be framed elsewhere' has "frame-ancestors 'self'" header Content-Security-Policy /
ok 'assets are for ever' is 'public, max-age=31536000, immutable' header Cache-Control /assets/main-A1.js
ok 'and scripts' is 'text/javascript; charset=utf-8' header Content-Type /assets/main-A1.js
ok 'no others' is 404 status /assets/main-A2.js
rm "$WEIR_WWW/index.html"
ok 'without a bundle it says so' has 'The pages are not built' body /
ok 'and does not pretend' is 503 status /
mkdir -p "$WEIR_RUN/metrics"
echo 'other 1' >"$WEIR_RUN/metrics/other.prom"
ok 'figures of its own' has 'weir_edge_responses_total{kind="playlist",class="2xx"}' body /metrics
ok 'and of others' has 'other 1' body /metrics
# shellcheck disable=SC2016
ok 'each family once' sh -c 'test -z "$(curl -s '"$url"'/metrics | grep "^# TYPE" | sort | uniq -d)"'
ok 'ends well' stop "$edged"
ok 'its address is gone' test ! -e "$WEIR_RUN/edged.addr"
ok 'the log stops' stop "$logd"
