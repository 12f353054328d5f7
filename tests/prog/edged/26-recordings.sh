#!/bin/sh
# What is over, and what goes on, as recordings: playlists and lists of them.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")
check() { node "$here/../../lib/hls-check.mjs" "$@"; }
echo '<!doctype html>the app' >"$WEIR_WWW/index.html"
count() { body "$1" | grep -c '\.m4s$'; }
# get JQ PATH: what the API says there.
get() { body "$2" | jq -c "$1"; }

logd
edged
channel_added alice 'Alice & co'
ok 'no broadcast, no list' soon is '[]' get .broadcasts /api/channels/alice/broadcasts
ok 'of no channel' is 404 status /api/channels/bob/broadcasts
ok 'of no broadcast' is '{"error":{"status":404,"message":"There is no such recording."}}' body /api/broadcasts/b1
broadcast_started alice b1
track b1 video 1
track b1 audio 1
soon has '"live":true' body /api/channels/alice
ok 'without a segment there is none' is 404 status /vod/b1/index.m3u8
ok 'in the list neither' is '[]' get .broadcasts /api/channels/alice/broadcasts
segments b1 video 0 299
segments b1 audio 0 299
soon has /299.m4s body /live/alice/video/index.m3u8
ok 'one that is live is there' soon is 300 count '/vod/b1/video/index.m3u8?form=event'
ok 'and grows on' has '#EXT-X-PLAYLIST-TYPE:EVENT' body '/vod/b1/video/index.m3u8?form=event'
ok 'as its multivariant playlist has it' has 'video/index.m3u8?form=event' body /vod/b1/index.m3u8
ok 'by RFC 8216' check "$url/vod/b1/index.m3u8"
ok 'it is told of' is '[true,null,300,"Alice & co"]' get '[.live,.ended,.duration,.title]' /api/broadcasts/b1
segments b1 video 300 309
segments b1 audio 300 309
ok 'with what comes' soon is 310 count '/vod/b1/video/index.m3u8?form=event'
# The encoder is away for a minute.
track b1 video 2
segments b1 video 370 579 2
segments b1 audio 370 579
body '/live/alice/video/index.m3u8?broadcast=b1' | grep -v ENDLIST >"$T/live"
broadcast_ended alice b1
ok 'at its end it is closed' soon has '#EXT-X-ENDLIST' body /vod/b1/video/index.m3u8
ok 'for good' has '#EXT-X-PLAYLIST-TYPE:VOD' body /vod/b1/video/index.m3u8
ok 'for who saw it grow, too' has '#EXT-X-ENDLIST' body '/vod/b1/video/index.m3u8?form=event'
ok 'whole' is 520 count /vod/b1/video/index.m3u8
ok 'its gap marked' has '/309.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="/media/b1/video/init-2.mp4"
#EXT-X-PROGRAM-DATE-TIME:' body /vod/b1/video/index.m3u8
ok 'by RFC 8216' check "$url/vod/b1/index.m3u8"
ok 'its tracks are beside it' has '
video/index.m3u8' body /vod/b1/index.m3u8
ok 'a short end of it' is 60 count '/vod/b1/video/index.m3u8?window=60'
ok 'also of all' has 'video/index.m3u8?window=60' body '/vod/b1/index.m3u8?window=60'
ok 'a track that is not there' is 404 status /vod/b1/text/index.m3u8
ok 'one that never was' is 404 status /vod/b7/index.m3u8
same() { body '/live/alice/video/index.m3u8?broadcast=b1' | grep -v ENDLIST | cmp -s - "$T/live"; }
ok 'the live playlist is what it was, closed' same
ok 'told as the API says' is '["b1","alice","Alice & co",false,true,520,"/vod/b1/index.m3u8","/vod/b1/manifest.mpd","/vod/b1.mp4",["video","audio"],"/media/b1/video/init-1.mp4"]' \
    get '[.broadcast,.channel,.title,.live,.ended!=null,.duration,.playlist,.manifest,.download,[.tracks[].name],.preview.init]' /api/broadcasts/b1
ok 'and listed the same' is "$(get . /api/broadcasts/b1)" get '.broadcasts[0]' /api/channels/alice/broadcasts
ok 'it has a page' is 200 status /vod/b1
ok 'which is the app' is '<!doctype html>the app' body /vod/b1
ok 'another has none' is 404 status /vod/b9

for b in b2 b3 b4; do
	broadcast_started alice "$b"
	track "$b" video 1
	segments "$b" video 0 2
	broadcast_ended alice "$b"
done
ids() { get '[.broadcasts[].broadcast]' "/api/channels/alice/broadcasts$1"; }
ok 'the newest first' soon is '["b4","b3","b2","b1"]' ids ''
ok 'as many as wanted' is '["b4","b3"]' ids '?limit=2'
ok 'and those before' is '["b2","b1"]' ids '?limit=2&before=b3'
ok 'nothing before the first' is '[]' ids '?before=b1'
ok 'nor before what is none' is '[]' ids '?before=b9'
ok 'a limit of nothing' is 400 status '/api/channels/alice/broadcasts?limit=0'
ok 'one that is no number' is 400 status '/api/channels/alice/broadcasts?limit=x'

# Twenty at once want one that was not asked for: it is folded once.
folded() { body /metrics | sed -n 's/^weir_edge_recordings_folded_total //p'; }
stop "$edged"
edged
before=$(folded)
i=0
curls=
while [ $i -lt 20 ]; do
	curl -s "$url/vod/b1/video/index.m3u8" >"$T/crowd.$i" &
	curls="$curls $!"
	i=$((i + 1))
done
# shellcheck disable=SC2086 # a list
wait $curls
ok 'a crowd folds it once' is "$((before + 1))" folded
crowd() { for f in "$T"/crowd.*; do [ "$(grep -c '\.m4s$' "$f")" -eq 520 ] || return 1; done; }
ok 'and each reads all' crowd

say RecordingRemoved recording/b1 '{"reason":"old"}'
ok 'a removed one is not there' soon is 404 status /vod/b1/index.m3u8
ok 'nor told of' is 404 status /api/broadcasts/b1
ok 'nor listed' is '["b4","b3","b2"]' ids ''
ok 'nor live' is 404 status '/live/alice/index.m3u8?broadcast=b1'
ok 'nor has it a page' is 404 status /vod/b1
say RecordingRemoved recording/b4 '{}'
ok 'nor is it seen any more' soon is null get .preview /api/channels/alice
stop "$edged"
edged
ok 'nor after a restart' is '["b3","b2"]' ids ''
ok 'nor seen' is null get .preview /api/channels/alice
say ChannelRemoved channel/alice '{"name":"alice"}'
ok 'the recordings of a removed channel stay' soon is 200 status /vod/b3/index.m3u8
ok 'and are listed' is '["b3","b2"]' ids ''
ok 'ends well' stop "$edged"
ok 'the projection is what the log says' exits 0 weir-rebuild --check channels
ok 'the log stops' stop "$logd"
