#!/bin/sh
# Broadcasts of every codec: what playlists and manifests call them, and what
# comes of them by HLS, by DASH and as one file.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"

x265='-c:v libx265 -x265-params log-level=none:info=0:keyint=50'
av1='-c:v libaom-av1 -cpu-used 8 -usage realtime -bf 0'
vp9='-c:v libvpx-vp9 -b:v 200k -deadline realtime -cpu-used 8 -bf 0 -preset 0'

# brings NAME STRINGS ARGS...: a recording of 4 s whose tracks bear STRINGS.
brings() {
	name=$1 strings=$2; shift 2
	footage "$T/$name.nut" 4 320x180 "$@" 2>"$T/$name.made"
	broadcast_started alice "$name"
	send "$name" "$T/$name.nut"
	broadcast_ended alice "$name"
	ok "$name: multivariant playlist" soon has "CODECS=\"$strings\"" body "/vod/$name/index.m3u8"
	for s in $(echo "$strings" | tr , ' '); do
		ok "$name: manifest with $s" has "codecs=\"$s\"" body "/vod/$name/manifest.mpd"
	done
	frames "$T/$name.nut" >"$T/pictures"
	ok "$name: there are pictures" is 100 sh -c "wc -l <'$T/pictures' | tr -d ' '"
	for way in index.m3u8 manifest.mpd; do
		frames "$url/vod/$name/$way" >"$T/came"
		ok "$name: they come by $way" cmp "$T/pictures" "$T/came"
	done
	curl -s -o "$T/$name.mp4" "$url/vod/$name.mp4"
	ok "$name: as one file it plays" plays "$T/$name.mp4"
	frames "$T/$name.mp4" >"$T/came"
	ok "$name: with all pictures" cmp "$T/pictures" "$T/came"
	curl -s -o "$T/$name.cut.mp4" "$url/vod/$name.mp4?from=1&to=3"
	ok "$name: a piece of it plays" plays "$T/$name.cut.mp4"
}

logd
edged
channel_added alice ''
# Words of these make the arguments.
# shellcheck disable=SC2086
{
	brings hevc hvc1.1.6.L60.90,opus $x265 -c:a libopus
	brings av1 av01.0.00M.08,fLaC $av1 -c:a flac -strict -2
	brings vp9 vp09.00.11.08,ac-3 $vp9 -c:a ac3
	brings eac3 avc1.42c00c,ec-3 -bf 0 -c:a eac3
	brings mp3 avc1.42c00c,mp4a.40.34 -bf 0 -c:a libmp3lame
}

# HDR is told of.
# shellcheck disable=SC2086
{
	brings pq hvc1.2.4.L60.90,opus $x265:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc -pix_fmt yuv420p10le -c:a libopus
	brings hlg av01.0.00M.10.0.110.09.18.09.0,opus $av1 -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc arib-std-b67 -colorspace bt2020nc -c:a libopus
}
ok 'PQ in a playlist' has ',VIDEO-RANGE=PQ' body /vod/pq/index.m3u8
ok 'in a manifest' has 'TransferCharacteristics" value="16"' body /vod/pq/manifest.mpd
ok 'HLG in a playlist' has ',VIDEO-RANGE=HLG' body /vod/hlg/index.m3u8
ok 'else nothing' is 0 sh -c "curl -s $url/vod/hevc/index.m3u8 | grep -c VIDEO-RANGE"

# Another size in the middle of it: one file of two sample descriptions.
# shellcheck disable=SC2086
footage "$T/small.nut" 4 160x90 $x265 -c:a libopus 2>"$T/small.made"
cat "$T/hevc.nut" "$T/small.nut" >"$T/both.nut"
broadcast_started alice both
send both "$T/both.nut"
broadcast_ended alice both
soon has '#EXT-X-ENDLIST' body /vod/both/video/index.m3u8
curl -s -o "$T/both.mp4" "$url/vod/both.mp4"
ok 'HEVC in two sizes as one file' is 200 sh -c \
    "ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets -of csv=p=0 '$T/both.mp4' | tr -d ,"
ok 'it decodes' sh -c \
    "ffmpeg -nostdin -v error -xerror -i '$T/both.mp4' -map v -f null - 2>&1 | grep -c . | grep -qx 0"
stop "$edged"
stop "$logd"
