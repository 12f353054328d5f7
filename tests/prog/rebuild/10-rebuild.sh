#!/bin/sh
# Folding again gives what was kept, byte by byte; what does not is found.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
kept=$WEIR_STATE/projections/channels
says() { grep -q -e "$1" "$T/exits.out"; }
# patch OLD NEW FILE...: the same number of bytes, in place.
patch() {
	python3 - "$@" <<'EOF'
import sys
old, new = (s.encode() for s in sys.argv[1:3])
for name in sys.argv[3:]:
    with open(name, "r+b") as f:
        found = f.read()
        f.seek(0)
        f.write(found.replace(old, new))
EOF
}

ok 'without a log: later' exits 111 weir-rebuild channels
ok 'says where it looked' says "$WEIR_STATE/log"
ok 'lists what there is' exits 0 weir-rebuild --list
ok 'by name' says '^channels '
ok 'wants a name' exits 100 weir-rebuild
ok 'which is one of those' exits 100 weir-rebuild channels nonsense
ok 'and says so' says 'nonsense: there is no such projection'

logd
say NoteWritten note/1 '{"text":"needle in the log"}'
channel_added alice Alice
channel_added bob Bob
broadcast_started alice b1
track b1 video 1
segments b1 video 0 9
ok 'nothing is kept as yet' exits 100 weir-rebuild --check channels
ok 'and says so' says 'nothing is kept of channels'
weir-rebuild channels >"$T/first"
ok 'prints name, seq and digest' grep -qxE 'channels 15 [0-9a-f]{64}' "$T/first"
ok 'the same again' is "$(cat "$T/first")" weir-rebuild channels
ok 'compares as the same' is "$(cat "$T/first") same" weir-rebuild --check channels

# As edged keeps it, event by event.
edged
broadcast_ended alice b1
broadcast_started bob b2
track b2 video 1
track b2 audio 1
segments b2 video 0 3
ok 'edged follows' soon has '"live":true,"broadcast":"b2"' body /api/channels/bob
ok 'while edged runs it is refused' exits 111 weir-rebuild channels
ok 'and says who keeps it' says "process $edged keeps channels: stop it first"
ok 'which does not mind' is ok body /healthz
ok 'it can be compared, though' exits 0 weir-rebuild --check channels
ok 'and is the same' says ' same$'
ok 'edged stops' stop "$edged"
weir-rebuild --check channels >"$T/kept"
ok 'up to its end' grep -q '^channels 23 .* same$' "$T/kept"
weir-rebuild channels >"$T/again"
ok 'rebuilt, it has the same bytes' is "$(cat "$T/kept")" sed 's/$/ same/' "$T/again"

# The event at its position is removed: it stands all the same.
excuse '^only 1.000 s are left' # of the log, too
segments b2 video 4 9
ok 'events are removed' exits 0 weir-compact --type SegmentReady --keep 1
ok 'the last one it folded, too' [ -z "$(weir-cat --json --from 23 --until 23)" ]
ok 'and it is the same' is "$(cat "$T/again") same" weir-rebuild --check channels
weir-rebuild channels >"$T/again"

# A start does not read the log from its beginning: it would see that a block
# is damaged there.
ok 'the log stops' stop "$logd"
patch needle noodle "$WEIR_STATE"/log/*
edged
ok 'a start knows everything' has '"live":true,"broadcast":"b2"' body /api/channels/bob
ok 'with its media' has /media/b2/video/9.m4s body /live/bob/video/index.m3u8
ok 'and has not read it all' exits 1 grep damaged "$T/weir-edged.err"
stop "$edged"
ok 'a rebuild does' exits 0 weir-rebuild channels
ok 'and tells of what it passed over' says 'the log is damaged, a block was passed over seq=1: '
ok 'without harm to the rest' says "$(sed 's/.* //' "$T/again")"
patch noodle needle "$WEIR_STATE"/log/*

# What is kept is not what the log says.
patch Alice Malic "$kept/data.mdb"
ok 'other bytes are found' exits 100 weir-rebuild --check channels
ok 'and told' says ' differs$'
ok 'a rebuild mends them' is "$(cat "$T/again")" weir-rebuild channels
head -c 8192 /dev/zero | tr '\0' x | dd of="$kept/data.mdb" conv=notrunc 2>/dev/null
edged
ok 'edged folds damage anew' grep -q 'channels is folded anew: it was damaged' "$T/weir-edged.err"
ok 'and serves' has '"title":"Alice"' body /api/channels/alice
stop "$edged"
ok 'as before' is "$(cat "$T/again") same" weir-rebuild --check channels
rm -rf "$WEIR_STATE/projections"
edged
ok 'edged makes a missing one' has '"title":"Alice"' body /api/channels/alice
ok 'in silence' exits 1 grep anew "$T/weir-edged.err"
stop "$edged"
ok 'of the same bytes' is "$(cat "$T/again") same" weir-rebuild --check channels

# Where it cannot be kept a private one serves.
rm -rf "$WEIR_STATE/projections"
echo in the way >"$WEIR_STATE/projections"
edged
ok 'a place that cannot be is told' grep -q 'cannot keep the projection channels' "$T/weir-edged.err"
ok 'and viewers notice nothing' has '"live":true,"broadcast":"b2"' body /api/channels/bob
stop "$edged"
ok 'a rebuild has no such way out' exits 111 weir-rebuild channels
