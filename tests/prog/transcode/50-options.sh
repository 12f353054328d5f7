#!/bin/sh
# What can be said on the command line, and what is answered.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"

ok '-h' exits 0 weir-transcode -h
for o in ladder live preset tune crf encoder audio audio-rate rotate events restore threads memory; do
	ok "-h tells of --$o" grep -q -- "--$o" "$T/exits.out"
	ok "the page tells of --$o" grep -q -- "--$o" "$(dirname "$0")/../../../docs/weir-transcode.md"
done
ok 'an operand' exits 100 weir-transcode file
for v in '' x 720 p 15p 4321p 720p,720p 'source,' ,source 720p:1 720p:x 720p:200001 \
    1p,2p 100p,101p,102p,103p,104p,105p,106p,107p; do
	ok "a ladder of '$v'" exits 100 weir-transcode --ladder "$v" </dev/null
done
ok 'a preset' exits 100 weir-transcode --preset placebo </dev/null
ok 'a tune' exits 100 weir-transcode --tune psnr </dev/null
ok 'a quality' exits 100 weir-transcode --crf 52 </dev/null
ok 'an encoder' exits 100 weir-transcode --encoder vhs </dev/null
ok 'a codec' exits 100 weir-transcode --audio wav </dev/null
ok 'a turn' exits 100 weir-transcode --rotate 45 </dev/null
ok 'a time' exits 100 weir-transcode --restore 0 </dev/null
ok 'memory' exits 100 weir-transcode --memory much </dev/null
WEIR_BROADCAST=b1 weir-transcode --events 77 </dev/null >"$T/out" 2>"$T/err"
ok 'a descriptor that is not open' [ $? -eq 111 ]
WEIR_LADDER=nonsense weir-transcode </dev/null >"$T/out" 2>"$T/err"
ok 'WEIR_LADDER is looked at as closely' [ $? -eq 100 ]

# rate OUT STREAM: kbit/s of its packets.
rate() {
	entries "$T/$1.nut" "$2" size | awk -F, '{n += $1} END {print int(n * 8 / 4000)}'
}
between() {
	[ "$2" -lt "$1" ] || [ "$2" -gt "$3" ] || return 0
	echo "# $2" >&2
	return 1
}
nut busy -f lavfi -i testsrc2=s=480x270:r=25:d=4,noise=alls=40:allf=t -c:v libx264 -preset ultrafast \
    -pix_fmt yuv420p
transcode busy table --ladder 240p
ok 'a rate by the table' between 250 "$(rate table v:0)" 480
transcode busy asked --ladder 240p:150
ok 'or as it is asked for' between 90 "$(rate asked v:0)" 220
transcode busy crf --ladder 240p:150 --crf 20
ok 'a quality does not go beyond the rate' between 90 "$(rate crf v:0)" 230
picture calm 480x270 4
transcode calm crf2 --ladder 240p:2000 --crf 45
ok 'and stays below where it can' between 5 "$(rate crf2 v:0)" 300
for e in auto software; do
	ok "--encoder $e" transcode calm enc --ladder 240p --encoder "$e"
	ok 'encodes' decodes enc
done
# Without the device there is none: asked for by name that is an error.
if [ ! -e /dev/nvidiactl ] && [ ! -e /dev/dri/renderD128 ]; then
	for e in vaapi nvenc qsv; do
		ok "--encoder $e, which is not here" exits 100 weir-transcode --encoder "$e" </dev/null
	done
	transcode calm auto --ladder 240p --encoder auto
	ok 'auto takes software without a word' [ ! -s "$T/auto.err" ]
fi
ok '--tune none --preset fast' transcode calm tune --ladder 240p --preset fast --tune none
ok 'decodes' decodes tune
ok 'has all pictures' [ "$(frames tune v:0)" -eq 100 ]
ok '--threads 2' transcode calm threads --ladder 240p --threads 2
ok 'decodes' decodes threads
