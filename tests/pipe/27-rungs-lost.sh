#!/bin/sh
# A rendition comes and goes: its viewers are given another picture and go on,
# the others notice nothing.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"
. "${0%/*}/../lib/ladder.sh"

browser=${0%/*}/../browser
# Nine seconds there, seven not.
ladder -flush_packets 1 -bsf:v:1 "'noise=drop=gt(mod(pts*tb\,16)\,9)'"
ok "three daemons start" instance
KEY=$(weir-channel add alice)
encode
top=$HTTP/live/alice/index.m3u8
list() { curl -sf "$HTTP/live/alice/$1/index.m3u8"; }
variants() { curl -sf "$top" | grep -A1 STREAM-INF | sed -n 's|/index.*||p' | xargs; }
offers() { [ "$(variants)" = "$1" ]; }
ok "three renditions" soon offers 'video video2 video3 audio'
lost() { weir-cat --json -t TrackEnded | grep -q 'nothing comes'; }
ok "one is gone" soon lost
ok "it is not offered any more" soon offers 'video video3 audio'
gaps() { list video2 | grep -q EXT-X-GAP; }
ok "its playlist has gaps" soon gaps
ok "and goes on as the others do" node "${0%/*}/../lib/hls-check.mjs" --watch 3 --late 60 "$top"
ok "until it is back" soon offers 'video video2 video3 audio'
goes() { node "$browser/lost.mjs" "$HTTP" alice 90 "$@" >"$T/lost" 2>&1; code=$?; sed 's/^#* */# /' "$T/lost"; return $code; }
ok "who watches it is given another one" goes page dashjs shaka
ok "the first one has no gap" sh -c "! curl -sf $HTTP/live/alice/video/index.m3u8 | grep -qE 'GAP|DISCONTINUITY'"
mpd=$HTTP/live/alice/manifest.mpd
check() { node "${0%/*}/../lib/dash-check.mjs" "$@" >"$T/check" 2>&1 || { sed 's/^/# /' "$T/check" >&2; return 1; }; }
ok "in the manifest periods are without it" [ "$(curl -sf "$mpd" | grep -c '<Period')" -ge 3 ]
ok "which is sound" check --watch 3 "$mpd"
ID=$(broadcast alice)
kill -INT "$encoder"
over() { [ "$(curl -s "$HTTP/api/channels/alice" | jq -r .live)" = false ]; }
ok "it ends" soon over
ok "the recording has all of them" node "${0%/*}/../lib/hls-check.mjs" "$HTTP/vod/$ID/index.m3u8"
ok "its manifest, too" check --all "$HTTP/vod/$ID/manifest.mpd"
