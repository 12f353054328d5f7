#!/bin/sh
# Several renditions of one broadcast, from an encoder to screens: players go
# from one to the other without a gap, by hand, live and behind.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/ladder.sh"

browser=${0%/*}/../browser
ladder -flush_packets 1
ok "three daemons start" instance
KEY=$(weir-channel add alice)
encode
top=$HTTP/live/alice/index.m3u8
variants() { curl -sf "$top" | grep -A1 STREAM-INF | sed -n 's|/index.*||p' | xargs; }
offers() { [ "$(variants)" = "$1" ]; }
ok "each rendition is offered, and the sound alone" soon offers 'video video2 video3 audio'
ok "each has its size" [ "$(curl -sf "$top" | sed -n 's/.*RESOLUTION=\([^,]*\).*/\1/p' | xargs)" = '320x180 160x90 96x54' ]
mpd=$HTTP/live/alice/manifest.mpd
sets() { [ "$(curl -sf "$mpd" | grep -c '<AdaptationSet')" = "$1" ]; }
ok "in a manifest they are one set" soon sets 2
ok "of three" [ "$(curl -sf "$mpd" | grep -c '<Representation id="video')" = 3 ]
ok "the checker agrees" node "${0%/*}/../lib/hls-check.mjs" --watch 3 --late 60 "$top"
enough() { segments 8 "$HTTP/live/alice/video/index.m3u8"; }
ok "a while later" soon enough
# What a player did goes to where it is seen when it failed.
switches() {
	code=0
	node "$browser/rungs.mjs" "$HTTP" alice "$@" >"$T/rungs" 2>&1 || code=$?
	sed "s/^#* */# /" "$T/rungs" >&$((code == 0 ? 1 : 2))
	return $code
}
ok "players go from one to the other" switches page dashjs shaka
ok "and at live" switches --live page dashjs shaka
menu() { node "$browser/menu.mjs" "$HTTP" alice >"$T/menu"; }
ok "the page plays what is chosen, and on a slow line a smaller picture" menu
ok "it offers them by name" [ "$(cat "$T/menu")" = 'Automatic, 180p, 90p, 54p, Audio only' ]
ID=$(broadcast alice)
kill -INT "$encoder"
over() { [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = false ]; }
ok "it ends" soon over
top=$HTTP/vod/$ID/index.m3u8
ok "the recording has them all" offers 'video video2 video3 audio'
ok "and its checker agrees" node "${0%/*}/../lib/hls-check.mjs" "$top"
curl -s "$HTTP/vod/$ID.mp4" >"$T/all.mp4"
ok "a download has the best picture" [ "$(ffprobe -v error -select_streams v -show_entries stream=height -of csv=p=0 "$T/all.mp4" | tr -d ',')" = 180 ]
