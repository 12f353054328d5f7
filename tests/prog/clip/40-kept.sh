#!/bin/sh
# Retention takes a recording but not what a clip needs; nothing names what is
# gone, and the clip plays.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"

logd
footage "$T/one.nut" 40 160x90
channel_added alice Alice
broadcast_started alice b1
send b1 "$T/one.nut"
broadcast_ended alice b1
edged
over() { [ "$(status /vod/b1.mp4 -I)" = 200 ]; }
ok "there is a recording" soon over
curl -s -m 60 -o "$T/answer" -H 'Content-Type: application/json' \
    -d '{"broadcast":"b1","from":17.2,"to":21.4}' "$url/api/clips"
c=$(jq -r .clip "$T/answer")
ok "and a clip of it" is 200 status "/clip/$c/index.m3u8"
curl -s -m 60 -o "$T/before.mp4" "$url/clip/$c.mp4"

ok "the recording goes" exits 0 weir-retain --max-age 0s --grace 0
left=$(find "$WEIR_STATE/media/b1/video" -name '*.m4s' | wc -l)
ok "but not what the clip needs" [ "$left" -gt 2 ]
ok "which is not all ($left)" [ "$left" -lt 20 ]
# named: every segment that some playlist names is there.
named() {
	for t in video audio; do
		for p in "/vod/b1/$t" "/clip/$c/$t" "/live/alice/$t"; do
			body "$p/index.m3u8?broadcast=b1" | grep '^/media/' | while read -r s; do
				[ "$(status "$s")" = 200 ] || echo "$s"
			done
		done
	done
}
shrunk() { [ "$(body /vod/b1/video/index.m3u8 | grep -c '\.m4s')" -eq "$left" ]; }
ok "playlists follow" soon shrunk
ok "and name nothing that is gone" is "" named
ok "what went is not served" is 404 status /media/b1/video/0.m4s
curl -s -m 60 -o "$T/after.mp4" "$url/clip/$c.mp4"
ok "the clip's file is the same" cmp "$T/before.mp4" "$T/after.mp4"
ok "and plays" plays "$T/after.mp4"
ok "its playlist does, too" silent ffmpeg -nostdin -v warning -i "$url/clip/$c/index.m3u8" -f null -
ok "and its manifest is there" is 200 status "/clip/$c/manifest.mpd"
ok "what is left is a file" is 200 status /vod/b1.mp4
ok "a clip of what went is not made" is 409 sh -c "curl -s -m 60 -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' -d '{\"broadcast\":\"b1\",\"from\":1,\"to\":4}' '$url/api/clips'"

ok "the clip goes" exits 0 weir-clip remove "$c"
ok "and then the rest" exits 0 weir-retain --max-age 0s --grace 0
gone() { [ "$(status /vod/b1/index.m3u8)" = 404 ]; }
ok "there is no recording any more" soon gone
ok "nor its file" is 404 status /vod/b1.mp4
ok "nor the clip's" is 404 status "/clip/$c.mp4"
ok "nor its folder" [ ! -e "$WEIR_STATE/media/b1" ]
ok "the channel's list is empty" is '{"broadcasts":[]}' body /api/channels/alice/broadcasts
ok "its last broadcast is over, and nothing" is 404 status /live/alice/video/index.m3u8
exits 0 stop "$edged"
exits 0 stop "$logd"
