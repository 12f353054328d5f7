#!/bin/sh
# A clip is made with one request, and plays at once: as a playlist, as a
# manifest, and as a file that begins with the very frame.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
WEIR_CLIP_RATE=0
export WEIR_CLIP_RATE

logd
footage "$T/one.nut" 12 320x180
footage "$T/two.nut" 8 480x270
channel_added alice Alice
broadcast_started alice b1
send b1 "$T/one.nut"
edged

# clip JSON [CURL-OPTION...]: ask for one; the answer is in $T/answer.
clip() {
	j=$1; shift
	curl -s -m 60 -o "$T/answer" -D "$T/head" -w '%{http_code}' \
	    -H 'Content-Type: application/json' -d "$j" "$@" "$url/api/clips"
}
id() { jq -r .clip "$T/answer"; }
get() { curl -s -m 60 -o "$2" "$url$1"; }

ok "a clip of what is live" is 201 clip '{"broadcast":"b1","from":3.5,"to":7.25,"title":"Größe & <b>"}'
ok "has an id" grep -Eqx '[0-9a-z]{13}' <<EOF2
$(id)
EOF2
c=$(id)
ok "its own place" grep -qi "^Location: /api/clips/$c" "$T/head"
ok "and says what it is" [ "$(jq -c '[.broadcast,.channel,.title,.from,.to,.duration,.playlist,.manifest,.download]' "$T/answer")" = "[\"b1\",\"alice\",\"Größe & <b>\",3.5,7.25,3.75,\"/clip/$c/index.m3u8\",\"/clip/$c/manifest.mpd\",\"/clip/$c.mp4\"]" ]
cp "$T/answer" "$T/first"
ok "is in the log" [ "$(weir-cat --json -s recording/b1 | jq -r '"\(.type) \(.data.clip) \(.data.from_us) \(.data.to_us) \(.source)"')" = "ClipCreated $c 3500000 7250000 weir-edged" ]
ok "can be asked for" is 200 status "/api/clips/$c"
ok "with the same answer" [ "$(body "/api/clips/$c")" = "$(cat "$T/first")" ]
ok "is in its channel's list" [ "$(body /api/channels/alice/clips | jq -r '.clips[].clip')" = "$c" ]
ok "one that is not there" is 404 status /api/clips/nothere

# As a playlist.
ok "has a playlist" is 200 status "/clip/$c/index.m3u8"
get "/clip/$c/video/index.m3u8" "$T/video.m3u8"
ok "begins with its keyframe's segment" [ "$(grep -c '\.m4s' "$T/video.m3u8")" -eq 3 ]
ok "of which it says where to start" grep -qx '#EXT-X-START:TIME-OFFSET=1.500000,PRECISE=YES' "$T/video.m3u8"
ok "is closed" grep -qx '#EXT-X-ENDLIST' "$T/video.m3u8"
ok "has sound of the same time" [ "$(body "/clip/$c/audio/index.m3u8" | grep -c '\.m4s')" -eq 3 ]
ok "plays" silent ffmpeg -nostdin -v warning -i "$url/clip/$c/index.m3u8" -f null -
ok "has a manifest" is 200 status "/clip/$c/manifest.mpd"
ok "of its length" grep -q 'mediaPresentationDuration="PT3.75' <<EOF2
$(body "/clip/$c/manifest.mpd")
EOF2
ok "has no other track" is 404 status "/clip/$c/video2/index.m3u8"
ok "has a page" [ "$(status "/clip/$c")" != 404 ]

# As a file.
get "/clip/$c.mp4" "$T/clip.mp4"
ok "is a file that plays" plays "$T/clip.mp4"
frames "$T/one.nut" >"$T/all"
frames "$T/clip.mp4" >"$T/some"
ok "and begins with the frame of 3.5 s" [ "$(head -n 1 "$T/some")" = "$(sed -n 88p "$T/all")" ]
ok "has all frames to 7.25 s" [ "$(cat "$T/some")" = "$(sed -n 88,181p "$T/all")" ]
ffprobe -v error -show_entries stream=codec_type,start_time,duration -of json "$T/clip.mp4" >"$T/probe"
ok "picture and sound begin at once" [ "$(jq -r '[.streams[].start_time] | join(" ")' "$T/probe")" = "0.000000 0.000000" ]
ok "and last as long" [ "$(number '.streams[0].duration | tonumber' "$T/probe") $(number '.streams[1].duration | tonumber' "$T/probe")" = "3750 3750" ]
ok "has a good name" is "attachment; filename=\"Gr__e _ _b_.mp4\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%26%20%3Cb%3E.mp4" header Content-Disposition "/clip/$c.mp4"
size=$(wc -c <"$T/clip.mp4")
ok "says its size" is "$size" header Content-Length "/clip/$c.mp4" -I
ok "takes ranges" [ "$(status "/clip/$c.mp4" -r 1000-)" = 206 ]
{ curl -s -m 60 -r 0-9999 "$url/clip/$c.mp4"; curl -s -m 60 -r 10000-70000 "$url/clip/$c.mp4"; curl -s -m 60 -r 70001- "$url/clip/$c.mp4"; } >"$T/parts.mp4"
ok "that make up the whole" cmp "$T/parts.mp4" "$T/clip.mp4"
ok "not beyond" is 416 status "/clip/$c.mp4" -r "$size-"
tag=$(header ETag "/clip/$c.mp4" -I)
ok "has a tag" is 304 status "/clip/$c.mp4" -H "If-None-Match: $tag"
ok "for ranges, too" is 206 status "/clip/$c.mp4" -H "If-Range: $tag" -r 1-2
ok "of this file alone" is 200 status "/clip/$c.mp4" -H 'If-Range: "other"' -r 1-2

# A recording that is live is no file yet.
ok "no file of what is live" is 409 status /vod/b1.mp4

# The encoder comes back with another picture.
send b1 "$T/two.nut"
len() { [ "$(body /api/broadcasts/b1 | jq '.duration | floor')" -ge "$1" ]; }
ok "goes on" soon len 19
ok "a clip across the change" is 201 clip '{"broadcast":"b1","from":10,"to":15}'
get "/clip/$(id).mp4" "$T/across.mp4"
ok "plays" silent ffmpeg -nostdin -v warning -i "$T/across.mp4" -f null -
frames "$T/two.nut" >"$T/all2"
# gst FILE: GStreamer plays it.
gst() {
	silent timeout 60 gst-launch-1.0 -q filesrc location="$1" ! decodebin name=d \
	    d. ! queue ! audioconvert ! fakesink d. ! queue ! videoconvert ! fakesink
}
ok "in GStreamer, too" gst "$T/across.mp4"
ok "as the other does" gst "$T/clip.mp4"
# Chromium knows of a track's first description only.
ok "with the second picture's parameters in the stream" [ "$(ffprobe -v error -select_streams v -show_entries packet=size,flags -of csv=p=0 "$T/across.mp4" | awk -F, '/K/ {n++} END {print n}')" -ge 3 ]
ok "has the first pictures" [ "$(frames "$T/across.mp4" | head -n 50)" = "$(sed -n 251,300p "$T/all")" ]
ffmpeg -nostdin -v error -i "$T/across.mp4" -map 0:v -vf 'select=gte(t\,2.5)' -fps_mode passthrough -f rawvideo - | wc -c >"$T/raw"
ok "and those of the other size" [ "$(cat "$T/raw")" -gt 0 ]
broadcast_ended alice b1
over() { [ "$(status /vod/b1.mp4 -I)" = 200 ]; }
ok "when it is over, there is a file of all" soon over
get /vod/b1.mp4 "$T/vod.mp4"
ok "which plays" silent ffmpeg -nostdin -v warning -i "$T/vod.mp4" -f null -
ok "with every picture" [ "$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 "$T/vod.mp4")" -eq 500 ]
ok "under the channel's name" grep -q 'filename="alice 20' <<EOF2
$(header Content-Disposition /vod/b1.mp4 -I)
EOF2

# By the wall clock.
at=$(weir-cat --json -t SegmentReady -s broadcast/b1 | jq -r 'select(.data.track=="video" and .data.msn==2) | .data.start_us')
from=$(date -u -d "@$((at / 1000000))" +%Y-%m-%dT%H:%M:%S).$(printf %06d $((at % 1000000)))Z
ok "a clip by the wall clock" is 201 clip "{\"broadcast\":\"b1\",\"from\":\"$from\",\"to\":5.5}"
ok "is where that was" is "4 5.5" jq -r '"\(.from) \(.to)"' "$T/answer"

# A clip is removed.
say ClipRemoved recording/b1 "{\"clip\":\"$c\"}"
gone() { [ "$(status "/api/clips/$c")" = 404 ]; }
ok "one that is removed is gone" soon gone
ok "with its playlist" is 404 status "/clip/$c/video/index.m3u8"
ok "and its file" is 404 status "/clip/$c.mp4"

# It is all there after a restart.
many=$(body /api/channels/alice/clips | jq '.clips | length')
exits 0 stop "$edged"
edged
ok "a restart keeps them" is "$many" sh -c "curl -s '$url/api/channels/alice/clips' | jq '.clips | length'"
ok "the newest first" [ "$(body '/api/channels/alice/clips?limit=1' | jq -r '.clips[0].from')" = 4 ]
exits 0 stop "$edged"
exits 0 stop "$logd"
