#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Transport streams with faults: what weir-ts and weir-segment make of them
# decodes without a warning, and sound and picture stay together.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/../segment/segment.sh"
. "$(dirname "$0")/ts.sh"
. "$(dirname "$0")/../../lib/sync.sh"

# fine NAME: as said above; of its segments, too.
fine() {
	ok "$1: it is sound" sound "$1"
	ok "$1: it decodes" plays "$1"
}
clock "$T/plain.ts" 12 25 -g 25
ok 'a stream without faults' chop plain
ok 'is taken without a word' [ ! -s "$T/plain.said" ]
fine plain
ok 'sound and picture are together' synced plain 11

packets '[x for i, x in enumerate(p) if i % 211 != 100]' plain lost
ok 'packets are missing' chop lost
ok 'it is told' grep -q 'damaged lost=[1-9]' "$T/lost.said"
fine lost
ok 'without a break' breaks lost 0
ok 'sound and picture are together' synced lost 4 mostly

# As SRT loses them: seven at a time.
packets '[x for i, x in enumerate(p) if i // 7 % 61 != 30]' plain lost7
ok 'seven packets at a time' chop lost7
fine lost7
ok 'sound and picture are together' synced lost7 4 mostly

packets 'sum(([x, x] if i % 5 == 3 else [x] for i, x in enumerate(p)), [])' plain doubled
ok 'packets come twice' taken doubled
ok 'it is told' grep -q 'lost=0 doubled=[1-9]' "$T/doubled.err"
taken plain
ok 'it is as if they had not' cmp "$T/doubled.nut" "$T/plain.nut"

packets '[x[:1] + bytes([x[1] | 128]) + x[2:] if i % 300 == 200 else x for i, x in enumerate(p)]' plain marked
ok 'packets are marked as damaged' chop marked
fine marked
ok 'sound and picture are together' synced marked 4 mostly

# Bits that fall over, which nobody marks: what is left need not be pretty.
packets '[bytes(b ^ (64 if i % 40 == 7 and j == 3 + i % 180 else 0) for j, b in enumerate(x)) for i, x in enumerate(p)]' plain bits
ok 'bits are wrong' chop bits
ok 'it is sound' sound bits

packets 'p[len(p) // 3:]' plain middle
ok 'it begins in the middle' chop middle
fine middle
ok 'sound and picture are together' synced middle 6

packets 'p[:len(p) // 2] + [b"\252" * 100] + p[len(p) // 2:]' plain noise
ok 'bytes of no packet are within' chop noise
ok 'it is told' grep -q skipped_bytes=100 "$T/noise.said"
fine noise

packets 'p + p' plain again
ok 'it begins anew' chop again
fine again
ok 'with a break' breaks again 1
ok 'nothing is missing' lasts again video 23.5 24.5

# Size and codec of pictures, and the sound, are others.
stream large -c:v libx264 -preset ultrafast -g 25 -c:a aac -ac 2
stream hevc -c:v libx265 -preset ultrafast -x265-params log-level=error:keyint=25 -c:a ac3
cat "$T/plain.ts" "$T/large.ts" "$T/hevc.ts" >"$T/others.ts"
ok 'size and codecs change' chop others
fine others
ok 'each is a run' that others '[.[] | select(.type == "TrackStarted" and .track == "video") |
    [.run, .width, .codecs[:4]]] == [[1, 160, "avc1"], [2, 320, "avc1"], [3, 320, "hvc1"]]'
ok 'of sound, too' that others '[.[] | select(.type == "TrackStarted" and .track == "audio") |
    [.run, .codecs]] == [[1, "mp4a.40.2"], [2, "mp4a.40.2"], [3, "ac-3"]]'
ok 'little is missing' lasts others video 19 20.5

ffmpeg -v error -nostdin -i "$T/plain.ts" -vn -c copy -f mpegts "$T/radio.ts"
ok 'sound alone' chop radio
fine radio
ok 'all of it' lasts radio audio 11.9 12.2
ffmpeg -v error -nostdin -i "$T/plain.ts" -an -c copy -f mpegts "$T/mute.ts"
ok 'pictures alone' chop mute
fine mute
ok 'all of them' lasts mute video 11.9 12.1
