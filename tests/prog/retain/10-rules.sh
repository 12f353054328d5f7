#!/bin/sh
# What goes by which rule, what clips and viewers keep, and what is told.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
# shellcheck source=../../lib/retain.sh
. "$(dirname "$0")/../../lib/retain.sh"

ok "no log is permanent" exits 100 weir-retain
logd
ok "nothing at all is no trouble" exits 0 weir-retain --max-age 1d
recording alice old 40 60
recording bob older 50 60
recording alice new 1 60
recording alice kept 45 60
clip c1 kept 30 32
# pictures BROADCAST: as weir-thumb makes them.
pictures() {
	mkdir -p "$WEIR_STATE/media/$1/thumb"
	for f in live.jpg poster.webp board-0.webp board-1.jpg; do echo x >"$WEIR_STATE/media/$1/thumb/$f"; done
}
for b in old new kept; do pictures $b; done
started carol now 60
track now video 1
segments now video 0 9

# Options that make no sense.
ok "an age is a length of time" exits 100 weir-retain --max-age tomorrow
ok "a size is one" exits 100 weir-retain --max-size much
ok "a channel is one" exits 100 weir-retain --channel '../x' --max-age 1d
ok "a channel wants a limit" exits 100 weir-retain --channel alice
ok "said twice is refused" exits 100 weir-retain -c a --max-age 1d -c a --max-age 2d
ok "a grace is a length of time" exits 100 weir-retain --grace soon

# Nothing goes in a dry run.
ok "a dry run" exits 0 weir-retain -n --max-age 30d
ok "tells of a recording" grep -q '^alice old: the recording of .*, 1.2 KiB (older than 30d)$' "$T/exits.out"
ok "and another" grep -q '^bob older: the recording' "$T/exits.out"
ok "not of a new one" sh -c "! grep -q 'alice new' '$T/exits.out'"
ok "nor of one that is live" sh -c "! grep -q carol '$T/exits.out'"
ok "of what no clip needs" grep -q '^alice kept: 20 segments of video, 0 to 19, .* (older than 30d)$' "$T/exits.out"
ok "and says how much" grep -q '^would remove .* in all$' "$T/exits.out"
ok "as JSON, too" exits 0 weir-retain -nj --max-age 30d
ok "which is JSON" sh -c "jq -e . <'$T/exits.out' >/dev/null"
ok "with sizes and reasons" [ "$(jq -r 'select(.broadcast=="old") | "\(.would_remove) \(.bytes) \(.reason)"' "$T/exits.out")" = "recording 1200 older than 30d" ]
ok "nothing was said" is 0 sh -c "weir-cat --json -t MediaRemoved -t RecordingRemoved | wc -l"
ok "nothing is gone" is 120 files old

# By age, one channel's only.
ok "by a channel's age" exits 0 weir-retain --grace 0 --channel bob --max-age 30d
ok "that one's goes" is "RecordingRemoved - 0 0 1200" gone older
ok "with all its files" [ ! -e "$WEIR_STATE/media/older" ]
ok "others stay" is "" gone old

# By age, all.
ok "by age" exits 0 weir-retain --grace 0 --max-age 30d
ok "a whole recording goes" is "RecordingRemoved - 0 0 1200" gone old
ok "and its folder" [ ! -e "$WEIR_STATE/media/old" ]
ok "of one with a clip, what that does not need" is "MediaRemoved video 0 19 200
MediaRemoved video 42 59 180
MediaRemoved audio 0 19 200
MediaRemoved audio 42 59 180" gone kept
ok "whose files go" is 44 files kept
ok "its first sections stay" [ -e "$WEIR_STATE/media/kept/video/init-1.mp4" ]
ok "what it needs is there" [ -e "$WEIR_STATE/media/kept/video/30.m4s" ]
ok "a storyboard of all of it goes" is "live.jpg poster.webp" sh -c "ls '$WEIR_STATE/media/kept/thumb' | xargs"
ok "other recordings keep theirs" is 4 sh -c "ls '$WEIR_STATE/media/new/thumb' | wc -l"
ok "new ones stay" is "120 10" echo "$(files new) $(files now)"
ok "again is nothing more" exits 0 weir-retain --grace 0 --max-age 30d
ok "and tells nothing" [ ! -s "$T/exits.out" ]

# Without the clip the rest goes.
unclip c1 kept
ok "after the clip" exits 0 weir-retain --grace 0 --max-age 30d
ok "all of it goes" is "RecordingRemoved - 0 0 440" sh -c "weir-cat --json -s recording/kept | jq -r 'select(.type==\"RecordingRemoved\") | \"\(.type) - 0 0 \(.data.bytes)\"'"
ok "with its folder" [ ! -e "$WEIR_STATE/media/kept" ]

# By size, the oldest first; the live one keeps its window.
recording bob mid 5 60
recording alice mid2 4 60
ok "by size" exits 0 weir-retain --grace 0 --max-size 2600
ok "the oldest goes" is "RecordingRemoved - 0 0 1200" gone mid
ok "no more than that" is "120 120 10" echo "$(files mid2) $(files new) $(files now)"
ok "by a channel's size" exits 0 weir-retain --grace 0 -c alice --max-size 1500
ok "its oldest goes" is "RecordingRemoved - 0 0 1200" gone mid2
ok "the rest stays" is "120 10" echo "$(files new) $(files now)"
ok "rules come from the environment" env WEIR_RETAIN='--channel alice --max-age 2d' weir-retain -n
ok "what is live stays with any rule" exits 0 weir-retain --grace 0 --max-size 0
ok "all of it" is "10 0" echo "$(files now) $(files new)"

# A live one with a window keeps that, and a minute more.
segments now video 10 199
say ChannelWindowSet window/carol '{"channel":"carol","window_us":30000000}'
ok "a window is what stays" exits 0 weir-retain --grace 0 --max-age 1d
ok "and a minute before it" is "MediaRemoved video 0 108 1090" gone now
ok "so much" is 91 files now
WEIR_WINDOW=20s
export WEIR_WINDOW
say ChannelWindowSet window/carol '{"channel":"carol","usual":true}'
ok "or what is usual" exits 0 weir-retain --grace 0 --max-age 1d
ok "which is less" is 81 files now
exits 0 stop "$logd"
