#!/bin/sh
# weir-probe tells what is in a stream, whatever it is like.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/live.sh"

# made OUT ARGS...: what ffmpeg makes of ARGS, as NUT.
made() {
	out=$1; shift
	ffmpeg -v error -nostdin -y "$@" -f nut -write_index 0 "$T/$out.nut"
}
# seen NAME [OPTION...]: what is told of it.
seen() {
	name=$1; shift
	"$BIN/weir-probe" "$@" <"$T/$name.nut" >"$T/$name.json" 2>"$T/$name.err"
}
# that NAME EXPRESSION: what jq says of that is true.
that() {
	jq -e "$2" "$T/$1.json" >"$T/jq.out" || { sed 's/^/# /' "$T/$1.json" >&2; return 1; }
}
between() { echo "($1) as \$v | \$v >= $2 and \$v <= $3"; }

made plain -f lavfi -i 'testsrc2=s=320x180:r=25:d=6' -f lavfi -i 'sine=f=440:r=48000:d=6' \
    -af volume=0.5 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 50 -sc_threshold 0 -bf 0 -b:v 300k \
    -c:a aac -ac 2 -b:a 64k
ok 'a stream is looked at' seen plain
ok 'and nothing else is said' [ ! -s "$T/plain.err" ]
ok 'its picture is told' that plain '.tracks[0] | .kind == "video" and .codec == "h264" and .width == 320 and .height == 180 and .frame_rate == 25'
ok 'with its codec string' that plain '.tracks[0].codecs | test("^avc1[.][0-9a-f]{6}$")'
ok 'and its keyframes' that plain '.tracks[0] | .keyframes == 3 and .keyframe_interval == {"min":2,"avg":2,"max":2} and .reordered == false'
ok 'timestamps are sound' that plain '.tracks[0].timestamps | .gaps == 0 and .backwards == 0'
ok 'its sound is told' that plain '.tracks[1] | .kind == "audio" and .codecs == "mp4a.40.2" and .sample_rate == 48000 and .channels == 2'
# A sine of lavfi has an amplitude of 1/8, of which half is left: 24 dB below full scale, and its RMS 3 dB less; two
# channels of one are 3 dB less again.
ok 'how loud it is' that plain "$(between '.tracks[1].level.peak_dbfs' -28 -23)"
ok 'on the whole' that plain "$(between '.tracks[1].level.rms_dbfs' -32 -26)"
ok 'how fast it comes' that plain "$(between '.tracks[1].bit_rate' 30000 90000)"
ok 'and how long it lasts' that plain "$(between .duration 5.9 6.1)"

ok 'a part of it does, too' seen plain --seconds 2
ok 'then it is short' that plain "$(between .duration 2 2.2)"
ok 'without decoding there is no level' seen plain --deaf
ok 'and the rest is told' that plain '.tracks[1].level == null and .tracks[1].packets > 200'

"$BIN/weir-probe" --tee --seconds 1 --report "$T/tee.json" <"$T/plain.nut" >"$T/tee.nut"
ok 'with --tee all of it comes through' cmp "$T/plain.nut" "$T/tee.nut"
ok 'and is told of elsewhere' that tee "$(between .duration 1 1.2)"
"$BIN/weir-probe" --tee <"$T/plain.nut" >"$T/tee.nut" 2>"$T/err.json"
ok 'on stderr, unless a file is named' that err '.tracks | length == 2'

made odd -f lavfi -i 'testsrc2=s=320x180:r=25:d=8' -f lavfi -i 'anullsrc=r=8000:cl=mono:d=8' \
    -vf "select='not(between(t,3,5))'" -vsync vfr -c:v libx264 -preset ultrafast \
    -pix_fmt yuv420p -bf 2 -g 250 -x264-params scenecut=0 -c:a aac -shortest
ok 'B-frames, a hole, silence' seen odd
ok 'are told' that odd '.tracks[0] | .reordered and .timestamps.gaps == 1 and .keyframe_interval == null'
ok 'silence is as quiet as it gets' that odd '.tracks[1] | .level.rms_dbfs <= -100 and .sample_rate == 8000 and .channels == 1'

cat "$T/plain.nut" "$T/odd.nut" >"$T/both.nut"
ok 'files that follow each other' seen both
ok 'are one stream, with a change' that both '.files == 2 and .tracks[1].changes == 1'

head -c 20000 "$T/plain.nut" >"$T/cut.nut"
ok 'one that is cut off is looked at as far as it goes' seen cut
ok 'and is short' that cut '.tracks[0].packets > 0'
tr '\000-\377' '\001-\377\000' <"$T/plain.nut" >"$T/noise.nut"
seen noise
ok 'noise is no stream' [ $? -eq 100 ]
ok 'nothing is in it' that noise '.tracks == []'
# Damage in its sound: the decoder is told, and goes on.
python3 - "$T/plain.nut" "$T/damaged.nut" <<-'P'
	import sys
	d = bytearray(open(sys.argv[1], 'rb').read())
	for i in range(4000, len(d), 997):
	    d[i] ^= 0x55
	open(sys.argv[2], 'wb').write(d)
P
ok 'damage stops nothing' seen damaged
ok 'and there is something to tell' that damaged '.tracks | length == 2'

ok 'a channel that is not there' exits 111 "$BIN/weir-probe" nobody
instance
key=$("$BIN/weir-channel" add alice)
ok 'one that is not live' exits 111 "$BIN/weir-probe" alice
ok 'says so' grep -q 'alice is not live' "$T/exits.out"
publish "$key" -c:v copy -c:a copy
live() { "$BIN/weir-probe" alice >"$T/live.json" && that live '.duration >= 2'; }
ok 'a live one is looked at' soon live
ok 'its tracks are there' that live '[.tracks[].kind] | sort == ["audio", "video"]'
ok 'and how loud it is' that live '.tracks[] | select(.kind == "audio") | .level.heard > 1'
stop "$encoder" >/dev/null 2>&1

ok 'two channels are one too many' exits 100 "$BIN/weir-probe" alice bob
ok '--tee is for standard input' exits 100 "$BIN/weir-probe" --tee alice
ok 'a bad name' exits 100 "$BIN/weir-probe" ../etc
ok 'a report that cannot be written' exits 100 "$BIN/weir-probe" --report /nowhere/x
ok 'a full disk is not passed over' exits 111 sh -c "'$BIN/weir-probe' <'$T/plain.nut' >/dev/full"
ok 'a bad option is permanent' exits 100 "$BIN/weir-probe" --nonsense
ok '-h tells' exits 0 "$BIN/weir-probe" -h
