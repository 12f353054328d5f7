#!/bin/sh
# Pictures that weir-thumb made, as they are served; and how a channel is doing.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
echo '<!doctype html><html><head><title>weir</title></head><body>the app</body></html>' >"$WEIR_WWW/index.html"
# get JQ PATH [CURL-OPTION...]: what the API says there.
get() { q=$1 p=$2; shift 2; curl -s -m 60 "$@" "$url$p" | jq -c "$q"; }
# picture BROADCAST NAME TEXT: a file as weir-thumb makes them.
picture() {
	mkdir -p "$WEIR_STATE/media/$1/thumb"
	echo "$3" >"$WEIR_STATE/media/$1/thumb/$2"
}
made() { say ThumbnailMade "broadcast/$1" "{\"broadcast\":\"$1\",\"webp\":true${2:-}}"; }

logd
edged
channel_added alice 'Alice & co'
ok 'a page is about its channel' soon has '<meta property="og:title" content="Alice &amp; co" />' body /@alice
ok 'and still the app' has '<body>the app' body /@alice
ok 'which has no picture' sh -c "! curl -s '$url/@alice' | grep -q og:image"
ok 'nor has the API' is null get .thumbnail /api/channels/alice
broadcast_started alice b1
track b1 video 1
segments b1 video 0 9
ok 'one that is live has none before it is made' soon is '[true,null]' get '[.live,.thumbnail]' /api/channels/alice
ok 'nothing is there' is 404 status /live/alice/thumb.webp
picture b1 live.webp 'live, webp'
picture b1 live.jpg 'live, jpeg'
made b1
ok 'it is told of when it is' soon is '"/live/alice/thumb.webp"' get .thumbnail /api/channels/alice
ok 'in lists, too' is '["/live/alice/thumb.webp"]' get '[.channels[].thumbnail]' /api/channels
ok 'and is there' is 'live, webp' body /live/alice/thumb.webp
ok 'as JPEG' is 'live, jpeg' body /live/alice/thumb.jpg
ok 'of its type' is image/webp header content-type /live/alice/thumb.webp
ok 'for five seconds' is 'public, max-age=5' header cache-control /live/alice/thumb.jpg
etag=$(header etag /live/alice/thumb.jpg)
ok 'who has it need not fetch it' is 304 status /live/alice/thumb.jpg -H "If-None-Match: $etag"
ok 'cards of links show it' has "<meta property=\"og:image\" content=\"$url/live/alice/thumb.jpg\" />" body /@alice
ok 'where clients see us' has 'content="https://tv.example/live/alice/thumb.jpg"' \
    curl -s -H 'Host: tv.example' -H 'X-Forwarded-Proto: https' "$url/@alice"
ok 'packed, too' has og:image curl -s --compressed "$url/@alice"
ok 'of a recording that goes on' is '["/vod/b1/thumb.webp",null]' get '[.thumbnail,.storyboard]' /api/broadcasts/b1
ok 'the same' is 'live, webp' body /vod/b1/thumb.webp
ok 'no storyboard as yet' is 404 status /vod/b1/storyboard.vtt

broadcast_ended alice b1
picture b1 poster.webp 'poster, webp'
picture b1 poster.jpg 'poster, jpeg'
picture b1 board-0.webp 'first sheet'
picture b1 board-1.webp 'second sheet'
made b1 ',"poster":true'
say StoryboardMade broadcast/b1 '{"broadcast":"b1","pictures":5,"interval_us":2000000,"width":192,"height":108,"columns":2,"rows":2,"form":"webp"}'
ok 'a recording has a storyboard' soon is '"/vod/b1/storyboard.vtt"' get .storyboard /api/broadcasts/b1
ok 'and a poster' is 'poster, webp' body /vod/b1/thumb.webp
ok 'for a minute' is 'public, max-age=60' header cache-control /vod/b1/thumb.webp
ok 'its channel, too' is 'poster, jpeg' body /live/alice/thumb.jpg
ok 'its page shows it' has "content=\"$url/vod/b1/thumb.jpg\"" body /vod/b1
ok 'the storyboard is WebVTT' is 'text/vtt; charset=utf-8' header content-type /vod/b1/storyboard.vtt
cat >"$T/want" <<-'V'
	WEBVTT

	00:00:00.000 --> 00:00:02.000
	/media/b1/thumb/board-0.webp#xywh=0,0,192,108

	00:00:02.000 --> 00:00:04.000
	/media/b1/thumb/board-0.webp#xywh=192,0,192,108

	00:00:04.000 --> 00:00:06.000
	/media/b1/thumb/board-0.webp#xywh=0,108,192,108

	00:00:06.000 --> 00:00:08.000
	/media/b1/thumb/board-0.webp#xywh=192,108,192,108

	00:00:08.000 --> 00:00:10.000
	/media/b1/thumb/board-1.webp#xywh=0,0,192,108
V
body /vod/b1/storyboard.vtt >"$T/got"
ok 'with a place for each time' diff "$T/want" "$T/got"
ok 'sheets are there' is 'second sheet' body /media/b1/thumb/board-1.webp
ok 'for ever' is 'public, max-age=31536000, immutable' header cache-control /media/b1/thumb/board-0.webp
ok 'that one is not' is 404 status /media/b1/thumb/board-2.webp
for p in /media/b1/thumb/live.webp /media/b1/thumb/board-.webp /media/b1/thumb/board-00.webp \
    /media/b1/thumb/board-0.png /live/alice/thumb.gif /live/bob/thumb.webp /vod/b9/thumb.webp; do
	ok "$p is nothing" is 404 status "$p"
done
stop "$edged" >/dev/null
edged
ok 'a restart knows all of it' soon is '"/live/alice/thumb.webp"' get .thumbnail /api/channels/alice
ok 'the storyboard, too' is 200 status /vod/b1/storyboard.vtt
say MediaRemoved recording/b1 '{"track":"video","first_msn":0,"last_msn":3}'
ok 'what is gone is not to be seen' soon is 404 status /vod/b1/storyboard.vtt
ok 'nor told of' is null get .storyboard /api/broadcasts/b1

# How it is doing.
token="Authorization: Bearer $(weir-token --role operator --for 1h)"
ok 'health is for operators' is 401 status /api/channels/alice/health
ok 'of channels that are there' is 404 status /api/channels/bob/health -H "$token"
ok 'of one that is not live there is nothing to say' is '[false,[],[]]' get '[.live,.samples,.warnings]' /api/channels/alice/health -H "$token"
broadcast_started alice b2
ok 'nor at once' soon is '[true,"b2",[],[]]' get '[.live,.broadcast,.samples,.warnings]' /api/channels/alice/health -H "$token"
ingest() { say IngestMeasured live/alice "{\"channel\":\"alice\",\"broadcast\":\"b2\",\"period_us\":2000000,\"bytes\":500000,\"video_frames\":60,\"audio_frames\":${1:-94},\"dropped_frames\":${2:-0}}"; }
stream() { say StreamMeasured broadcast/b2 "{\"broadcast\":\"b2\",\"track\":\"video\",\"period_us\":2000000,\"bytes\":480000,\"frames\":60,\"keyframe_us\":$1,\"step_min_us\":33000,\"step_max_us\":${2:-34000}}"; }
sound() { say SoundMeasured broadcast/b2 "{\"broadcast\":\"b2\",\"track\":\"audio\",\"period_us\":10000000,\"rms_mdb\":$1,\"peak_mdb\":6000,\"curve\":\"3c40\"}"; }
health() { get "$1" /api/channels/alice/health -H "$token"; }
stream 2000000
sound 20000
ingest
ok 'what is told makes a sample' soon is '[2000000,30,2,0,-20,-6,0]' health '.samples[-1] | [.bit_rate,.frame_rate,.keyframe_interval,.dropped,.rms_dbfs,.peak_dbfs,.viewers]'
ok 'with how loud each half second was' is '[-30,-32]' health .loudness
ok 'and nothing to complain of' is '[]' health .warnings
stream 10000000 200000
sound 120000
ingest 94 3
ok 'what is wrong is told' soon is '["dropped","keyframes","frame-rate","silence"]' health '[.warnings[].code]'
ok 'for people, too' has 'keyframes every 10 s: low latency wants 2 s or less' health .warnings
ingest 0
ok 'no sound at all is another thing' soon is '["no-sound","keyframes","frame-rate"]' health '[.warnings[].code]'
ok 'samples follow each other' is 3 health '.samples | length'
say BroadcastInterrupted live/alice '{"channel":"alice","broadcast":"b2","reason":"x","until_us":1}'
ok 'without an encoder that is all' soon is '[true,["interrupted"]]' health '[.interrupted,[.warnings[].code]]'
ok 'the studio has a page' is 200 status /studio/alice
ok 'of channels that are there' is 404 status /studio/bob
stop "$edged" >/dev/null
stop "$logd" >/dev/null
