#!/bin/sh
# weir-thumb: storyboards of recordings, whatever happens meanwhile.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../../lib/edge.sh"
. "$(dirname "$0")/../../lib/footage.sh"

rack() { echo "$WEIR_STATE/media/$1/thumb/$2"; }
# board BROADCAST: its StoryboardMade, if there is one.
board() {
	weir-cat --json -t StoryboardMade -s "broadcast/$1" >"$T/told"
	[ -s "$T/told" ] && jq .data "$T/told" >"$T/board"
}
that() { jq -e "$1" "$T/board" >/dev/null || { sed 's/^/# /' "$T/board" >&2; return 1; }; }
sized() {
	got=$(ffprobe -v error -show_entries stream=width,height -of csv=p=0:s=x "$1")
	[ "$got" = "$2" ] && plays "$1"
}
thumb() { start weir-thumb --every 1; thumb=$pid; }
# recording CHANNEL BROADCAST FILE: it was live and ended.
recording() {
	broadcast_started "$1" "$2"
	send "$2" "$3"
	broadcast_ended "$1" "$2"
}

logd
channel_added alice Alice
footage "$T/a.nut" 9 640x360
recording alice b1 "$T/a.nut"
thumb
ok 'what ended before the start has a storyboard' soon board b1
ok 'a picture for every two seconds' that '.pictures == 5 and .interval_us == 2000000'
ok 'in sheets of ten by ten' that '.width == 192 and .height == 108 and .columns == 10 and .rows == 10'
form=$(jq -r .form "$T/board")
ok 'one sheet has them, in one row' sized "$(rack b1 "board-0.$form")" 1920x108
ok 'there is a poster' sized "$(rack b1 poster.jpg)" 640x360
ok 'told of before' sh -c "weir-cat --json -s broadcast/b1 | jq -s -e '[.[] | select(.type | test(\"Made\")) | .type] == [\"ThumbnailMade\", \"StoryboardMade\"]' >/dev/null"
ok 'of which the last is the poster' sh -c "weir-cat --json -t ThumbnailMade -s broadcast/b1 | jq -e .data.poster >/dev/null"

recording alice b2 "$T/a.nut"
ok 'what ends later gets one, too' soon board b2

# Each picture is what is seen then: two sheets of the same are the same.
ok 'and it is the same, of the same' cmp "$(rack b1 "board-0.$form")" "$(rack b2 "board-0.$form")"

# Portrait, a damaged keyframe in the middle, and a long one of two sheets.
footage "$T/tall.nut" 5 180x320
recording alice b3 "$T/tall.nut"
ok 'a tall one' soon board b3
ok 'is tall' that '.width == 108 and .height == 192'
broadcast_started alice b4
send b4 "$T/a.nut"
# What lies behind a segment's head is noise from here on.
for m in 2 4; do
	f=$WEIR_STATE/media/b4/video/$m.m4s
	[ -e "$f" ] || continue
	python3 - "$f" <<-'P'
		import sys
		d = bytearray(open(sys.argv[1], 'rb').read())
		at = d.find(b'mdat') + 4
		for i in range(at, len(d)):
		    d[i] = (d[i] * 7 + i) & 255
		open(sys.argv[1], 'wb').write(d)
	P
done
broadcast_ended alice b4
ok 'damage in the middle' soon board b4
ok 'takes nothing from the rest' that '.pictures == 5'
ok 'and what there is can be seen' sized "$(rack b4 "board-0.$form")" 1920x108

ffmpeg -nostdin -v error -f lavfi -i 'sine=f=440:r=48000:d=3' -c:a aac -f nut -write_index 0 "$T/sound.nut"
recording alice b5 "$T/sound.nut"
ok 'of sound alone' soon board b5
ok 'there is none, which is said' that '.pictures == null and .interval_us == null'

kill -9 "$thumb"; wait "$thumb" 2>/dev/null
recording alice b6 "$T/a.nut"
broadcast_started alice b7
send b7 "$T/a.nut"
rm -rf "$WEIR_STATE/media/b7"
broadcast_ended alice b7
for i in 1 2 3; do
	thumb
	[ "$i" -eq 3 ] || { kill -9 "$thumb"; wait "$thumb" 2>/dev/null; }
done
ok 'killed again and again, it makes those that are missing' soon board b6
ok 'just once' [ "$(weir-cat --json -t StoryboardMade -s broadcast/b6 | wc -l)" -eq 1 ]
ok 'of what is gone it makes none' [ ! -e "$WEIR_STATE/media/b7" ]
ok 'and no second one of those before' [ "$(weir-cat --json -t StoryboardMade -s broadcast/b1 | wc -l)" -eq 1 ]
ok 'SIGTERM ends it well' stop "$thumb"
