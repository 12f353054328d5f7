#!/bin/sh
# Sound: passed, or decoded, resampled and encoded, in step with its times.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/transcode.sh"

told() {
	is=$(probe "$T/$1.nut" -select_streams a:0 -show_entries \
	    stream=codec_name,sample_rate,channels -of csv=p=0)
	[ "$is" = "$2" ] || { echo "# $is" >&2; return 1; }
}
# sine OUT SECONDS ARGS...
sine() {
	out=$1; seconds=$2; shift 2
	ffmpeg -v error -nostdin -y -f lavfi -i "sine=440:r=48000:d=$seconds" "$@" \
	    -f nut "$T/$out.nut"
}
# lasts OUT FROM TO: from its first sample to its last, decoded, in seconds.
lasts() {
	# shellcheck disable=SC2002 # as in probe
	s=$(cat "$T/$1.nut" | ffmpeg -v error -i - -map a:0 -f s16le -ac 1 - |
	    wc -c | awk '{print $1 / 2 / 48000}')
	awk -v s="$s" -v a="$2" -v b="$3" 'BEGIN {exit !(s >= a && s <= b)}' ||
	    { echo "# $s s" >&2; return 1; }
}
# steady OUT: its packets follow each other without a hole.
steady() {
	entries "$T/$1.nut" a:0 pts_time | awk -F, 'NR > 1 && ($1 - last > 0.0225 ||
	    $1 - last < 0.019) {print "# " last " then " $1; bad = 1} {last = $1}
	    END {exit bad || NR < 10}'
}

sine mp3 3 -ac 1 -ar 8000 -c:a libmp3lame
ok '8 kHz, one channel, MP3' transcode mp3 mp3-out --ladder audio
ok 'become AAC' told mp3-out aac,48000,1
ok 'of the same length' lasts mp3-out 2.9 3.3
ok 'without a seam' steady mp3-out
ok 'it decodes' decodes mp3-out
sine cd 3 -ar 44100 -ac 2 -c:a flac
transcode cd cd-out --ladder audio
ok '44.1 kHz stay' told cd-out aac,44100,2
transcode cd opus --ladder audio --audio opus --audio-rate 48
ok 'but for Opus' told opus opus,48000,2
ok 'it decodes' decodes opus
sine surround 3 -filter:a 'pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0' -c:a ac3
transcode surround surround-out --ladder audio
ok 'six channels become two' told surround-out aac,48000,2
sine aac 2 -c:a aac
transcode aac aac-opus --ladder audio --audio opus
ok 'AAC becomes Opus when it is asked for' told aac-opus opus,48000,1
sine pass 2 -c:a libopus
transcode pass pass-out --ladder audio
ok 'Opus passes' untouched pass pass-out a:0

# A clock that is 5 % fast: stamps of 10 s on samples of 9.5 s.
sine fast 9.5 -c:a flac -bsf:a 'setts=ts=TS*10/9.5'
ok 'a clock 5 % fast' transcode fast fast-out --ladder audio
ok 'is followed' lasts fast-out 9.9 10.1
ok 'without a seam' steady fast-out
sine slow 10.5 -c:a flac -bsf:a 'setts=ts=TS*10/10.5'
transcode slow slow-out --ladder audio
ok 'and one that is slow' lasts slow-out 9.9 10.1

# Two seconds are missing; then twenty.
sine hole 6 -c:a flac -bsf:a "noise=drop='gt(pts\,96000)*lt(pts\,192000)'"
ok 'a hole' transcode hole hole-out --ladder audio
ok 'is filled with silence' lasts hole-out 5.9 6.1
ok 'without a seam' steady hole-out
sine leap 6 -c:a flac -bsf:a 'setts=ts=TS+gt(TS\,144000)*960000'
ok 'a leap' transcode leap leap-out --ladder audio
ok 'is not' lasts leap-out 5.8 6.1
ok 'but leapt' [ "$(entries "$T/leap-out.nut" a:0 pts_time | awk -F, \
    '$1 - last > 19 {n++} {last = $1} END {print n}')" -eq 1 ]
sine twice 6 -c:a flac -bsf:a 'setts=ts=TS-gt(TS\,144000)*48000'
transcode twice twice-out --ladder audio
ok 'what is there twice is left out' lasts twice-out 4.8 5.2

# Picture and sound stay together: a flash and a beep each second.
nut beeps -f lavfi -i "color=black:s=160x90:r=25:d=6,drawbox=color=white:t=fill:enable='lt(mod(t,1),0.04)'" \
    -f lavfi -i "aevalsrc='sin(2*PI*1000*t)*lt(mod(t\,1)\,0.04)':s=48000:d=6" \
    -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a flac
transcode beeps together --ladder source,64p
# shellcheck disable=SC2002 # as in probe
cat "$T/together.nut" | ffmpeg -v error -i - -map a:0 -af \
    silencedetect=n=-30dB:d=0.3,ametadata=print:key=lavfi.silence_end:file=- -f null - |
    sed -n 's/.*silence_end=//p' >"$T/beeps"
# shellcheck disable=SC2016 # awk's own
ok 'beeps are where flashes are' awk '{d = $1 - int($1 + 0.5); if (d < -0.04 || d > 0.04) bad = 1}
    END {exit bad || NR < 4}' "$T/beeps"
