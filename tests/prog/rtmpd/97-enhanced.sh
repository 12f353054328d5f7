#!/bin/sh
# Enhanced RTMP: codecs by their FourCC, several tracks, times to the
# microsecond, and what of it is refused.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
platform

video='testsrc2=s=320x180:r=25:d=3'
small='testsrc2=s=160x90:r=25:d=3'
audio=sine=r=48000:d=3
make() { # NAME ARGUMENT...: an MP4 file of that
	file=$T/$1.mp4; shift
	ffmpeg -nostdin -v error -filter_complex_threads 1 "$@" "$file"
}
x265='-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25:bframes=2:pools=1:frame-threads=1 -tag:v hvc1'
# shellcheck disable=SC2086 # these are words
make hevc-aac -f lavfi -i $video -f lavfi -i $audio $x265 -c:a aac
make av1-opus -f lavfi -i $video -f lavfi -i $audio -c:v libsvtav1 -preset 12 -g 25 \
    -svtav1-params lp=1 -c:a libopus 2>"$T/svt"
make vp9-flac -f lavfi -i $video -f lavfi -i $audio -c:v libvpx-vp9 -deadline realtime \
    -cpu-used 8 -threads 1 -g 25 -c:a flac -strict -2
make avc-ac3 -f lavfi -i $video -f lavfi -i $audio -c:v libx264 -preset ultrafast -g 25 -bf 2 -c:a ac3
# shellcheck disable=SC2086
make hevc-eac3 -f lavfi -i $small -f lavfi -i $audio $x265 -c:a eac3
make avc-mp3 -f lavfi -i $small -f lavfi -i $audio -c:v libx264 -preset ultrafast -g 25 -c:a libmp3lame

# sends NAME OPTIONS FILE...: a channel NAME gets the files; it ends in order.
sends() {
	name=$1; options=$2; shift 2
	key=$("$BIN/weir-channel" add "$name")
	set -- "$@" --
	while [ "$1" != -- ]; do set -- "$@" "$T/$1.mp4"; shift; done
	shift
	rtmp enhanced "$key" "$options" "$@" >"$T/said" && soon told "$name" 1 BroadcastEnded
}
nut() { set -- "$WEIR_STATE/$1".*.nut; echo "$1"; }
# has NAME LINES: its streams, as ffprobe knows them, are those.
# NUT has one name for AC-3 and E-AC-3.
has() {
	got=$(ffprobe -v error -show_entries stream=codec_name,width,channels -of csv=p=0 "$(nut "$1")" | tr '\n' ' ')
	[ "$got" = "$2 " ] || { echo "# $got"; return 1; }
}
# whole NAME FILE...: all pictures of the files are there, and everything decodes.
whole() {
	name=$1; shift
	want=0
	for f; do want=$((want + $(packets "$T/$f.mp4" v))); done
	got=$(ffprobe -v error -count_packets -select_streams v -show_entries stream=nb_read_packets \
	    -of csv=p=0 "$(nut "$name")" | awk '{n += $1} END {print n}')
	[ "$got" -eq "$want" ] || { echo "# $got pictures of $want"; return 1; }
	ffmpeg -nostdin -v error -i "$(nut "$name")" -map 0 -f null - 2>"$T/decode"
	grep -v 'read_timestamp failed\|Last message repeated' "$T/decode" >"$T/faults" || :
	[ ! -s "$T/faults" ] || { sed 's/^/# /' "$T/faults"; return 1; }
}

ok 'HEVC and AAC' sends hevc x hevc-aac
ok 'are both there' has hevc 'hevc,320 aac,1'
ok 'whole' whole hevc hevc-aac
ok 'in order' grep -q Unpublish.Success "$T/said"
ok 'AV1 and Opus' sends av1 plain av1-opus
ok 'are both there' has av1 'av1,320 opus,1'
ok 'whole' whole av1 av1-opus
ok 'AV1 as in MPEG-2 TS, Opus without a head' sends ts ts,bare av1-opus
ok 'are both there' has ts 'av1,320 opus,2'
ok 'whole' whole ts av1-opus
ok 'VP9 and FLAC' sends vp9 plain vp9-flac
ok 'are both there' has vp9 'vp9,320 flac,1'
ok 'whole' whole vp9 vp9-flac
ok 'VP9 without a configuration' sends bare bare vp9-flac
ok 'is there' has bare 'vp9,320 flac,1'
ok 'H.264 and AC-3 by FourCC' sends ac3 plain avc-ac3
ok 'are both there' has ac3 'h264,320 ac3,1'
ok 'whole' whole ac3 avc-ac3
ok 'E-AC-3' sends eac3 plain hevc-eac3
ok 'is there' has eac3 'hevc,160 ac3,1'
ok 'MP3' sends mp3 plain avc-mp3
ok 'is there' has mp3 'h264,160 mp3,1'
ok 'whole' whole mp3 avc-mp3

ok 'two pairs of tracks, a message each' sends one how=one hevc-eac3 hevc-aac
ok 'the larger picture comes first' has one 'hevc,320 hevc,160 ac3,1 aac,1'
ok 'all whole' whole one hevc-eac3 hevc-aac
ok 'several in a message' sends many how=many,x avc-mp3 avc-ac3
ok 'are there' has many 'h264,320 h264,160 mp3,1 ac3,1'
ok 'whole' whole many avc-mp3 avc-ac3
ok 'of several codecs' sends codecs how=codecs av1-opus avc-mp3 hevc-aac
ok 'are there' has codecs 'av1,320 hevc,320 h264,160 opus,1 mp3,1 aac,1'
ok 'whole' whole codecs av1-opus avc-mp3 hevc-aac
ok 'which no metadata announced' sends mute mute,how=one avc-mp3 avc-ac3
later() { [ "$(grep -c 'nut/multimedia' "$(nut mute)")" -ge 1 ]; }
ok 'are there' later

# regular NAME MICROSECONDS: so far apart are sounds, rounded.
regular() {
	ffprobe -v error -select_streams a -show_entries packet=pts_time -of csv=p=0 "$(nut "$1")" |
	    awk -v us="$2" 'NR > 1 {d = ($1 - was) * 1e6 - us; bad += d * d > 2} {was = $1}
		END {exit !(NR > 100 && bad == 0)}'
}
ok 'times to the nanosecond' sends modex modex,how=codecs hevc-aac
ok 'are kept to the microsecond' regular modex 21333
ok 'whole' whole modex hevc-aac
ok 'no frame was malformed' counts weir_rtmp_malformed_frames_total 0

# What is refused says which codec it is.
key=$("$BIN/weir-channel" add refused)
ok 'VVC' rtmp media "$key" 9 9076766331 'VVC is not supported'
ok 'VP8' rtmp media "$key" 9 9076703038 'VP8 is not supported'
ok 'what nobody knows' rtmp media "$key" 9 9078797a31 'the video codec xyz1 is not supported'
ok 'the same of sound' rtmp media "$key" 8 9078797a31 'the audio codec xyz1 is not supported'
ok 'in the second track' rtmp media "$key" 9 9623687663310000000076766331010000017a 'VVC is not supported'
ok 'a broken hvcC' rtmp media "$key" 9 906876633101 'HEVC configuration is malformed'
ok 'a broken av1C' rtmp media "$key" 9 90617630310102 'AV1 configuration is malformed'
ok 'a broken descriptor' rtmp media "$key" 9 95617630310102 'AV1 descriptor is malformed'
ok 'a broken vpcC' rtmp media "$key" 9 90767030390102 'VP9 configuration is malformed'
ok 'a broken OpusHead' rtmp media "$key" 8 904f7075730102 'Opus configuration is malformed'
ok 'a broken STREAMINFO' rtmp media "$key" 8 90664c61430102 'FLAC configuration is malformed'
ok 'all of them ended' soon told refused 11 BroadcastEnded

# Headers that are garbage are counted, and nothing else.
key=$("$BIN/weir-channel" add garbage)
ok 'garbage in headers' rtmp garbage "$key" 9 90 9668 9631686b 98 9f 97 9700 97ffff 96116876633100 9621 8 90 93 96 9f 9731
ok 'it ends in order' soon told garbage 1 BroadcastEnded
ok 'all was counted' soon counts weir_rtmp_malformed_frames_total 16

# Who can come back is asked to, when the server goes.
for can in 15 14; do
	rtmp told "$("$BIN/weir-channel" add "can-$can")" "$can" >"$T/can.$can" &
	pids="$pids $!"
	ok "an encoder that can $can is live" soon grep -q live "$T/can.$can"
done
ok 'it stops' stop "$rtmpd"
ok 'the one is asked to come back' soon grep -qx NetConnection.Connect.ReconnectRequest "$T/can.15"
ok 'the other is told that it failed' soon grep -qx NetStream.Failed "$T/can.14"
