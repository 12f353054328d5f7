#!/bin/sh
# What retention takes from a recording is in no playlist.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")
check() { node "$here/../../lib/hls-check.mjs" "$@"; }
count() { body "$1" | grep -c '\.m4s$'; }

logd
edged
channel_added alice ''
broadcast_started alice b1
track b1 video 1
segments b1 video 0 519
broadcast_ended alice b1
ok 'whole' soon is 520 count /vod/b1/video/index.m3u8
# It changes what is closed, which RFC 8216 knows nothing of.
excuse 'changed after EXT-X-ENDLIST|^segment|was segment|gone from the end|appeared at the front'
say MediaRemoved recording/b1 '{"track":"video","first_msn":0,"last_msn":99,"bytes":1}'
say MediaRemoved recording/b1 '{"track":"video","first_msn":400,"last_msn":409,"bytes":1}'
ok 'what was removed is not named' soon is 410 count /vod/b1/video/index.m3u8
ok 'where it was is a gap' has '/399.m4s
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME' body /vod/b1/video/index.m3u8
ok 'by RFC 8216' check "$url/vod/b1/video/index.m3u8"
ok 'nor by the live playlist' is 410 count /live/alice/video/index.m3u8
ok 'by RFC 8216' check "$url/live/alice/video/index.m3u8"
ok 'told as well' is 410 sh -c "curl -s $url/api/broadcasts/b1 | jq .duration"
ok 'ends well' stop "$edged"
edged
ok 'nor after a restart' is 410 count /vod/b1/video/index.m3u8
ok 'ends well' stop "$edged"
ok 'the log stops' stop "$logd"
