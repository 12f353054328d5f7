#!/bin/sh
# shellcheck disable=SC2016 # what stands in single quotes is for jq
# Killed, told to stop, short of disk, looked at while it writes.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/segment.sh"

picture clip 320x240 12
nut clip -i "$T/clip.mp4" -c copy
size=$(stat -c %s "$T/clip.nut")
media=$WEIR_STATE/media

# wait_for FILE: until it is there.
wait_for() { soon test -e "$1"; }
# feed BYTES: start weir-segment on a pipe that stays open behind BYTES bytes.
feed() {
	rm -f "$T/in"; mkfifo "$T/in"
	weir-segment --broadcast "$name" --part 0 <"$T/in" >"$T/$name.ev" 2>"$T/$name.err" &
	pid=$!; pids="$pids $pid"
	exec 9>"$T/in"
	head -c "$1" "$T/clip.nut" >&9
}
# events: what came is made readable.
events() { weir-cat --json "$T/$name.ev" >"$T/$name.json"; }

name=killed
feed $((size / 2))
told() { [ "$(weir-cat --json "$T/$name.ev" | grep -c SegmentReady)" -ge "$1" ]; }
soon told 10 # all that is whole
kill -9 "$pid"; wait "$pid" 2>/dev/null
exec 9>&-
echo half >"$media/killed/video/99.m4s.tmp"
before=$(find "$media/killed/video" -name '*.m4s' | wc -l)
ok 'killed, then started again' segment killed --part 0 <"$T/clip.nut"
ok 'it tells again what was told, and goes on with the next number' that killed "
    [.[] | select(.type == \"SegmentReady\" and .track == \"video\") | .msn // 0] ==
    [range(0; $before + 12)]"
ok 'with the next run' that killed '
    [.[] | select(.type == "TrackStarted") | .run] == [1, 1, 2, 2]'
ok 'after a discontinuity of both' that killed "
    [.[] | select(.discontinuity) | .track] | sort == [\"audio\", \"video\"]"
ok 'under the same promise' that killed '.[0].target_us == 1000000'
ok 'it is sound' sound killed
ok 'it decodes' decodes killed
ok 'what was half written is gone' [ ! -e "$media/killed/video/99.m4s.tmp" ]

for signal in 15 2; do # SIGTERM, SIGINT
	name=stop$signal
	feed $((size / 2))
	wait_for "$media/$name/video/2.m4s"
	kill -$signal "$pid"
	wait "$pid"
	ok "signal $signal: exit 0" [ $? -eq 0 ]
	exec 9>&-
	events
	ok 'the last segments are made and the tracks ended' that "$name" '
	    [.[-2:][].type] == ["TrackEnded", "TrackEnded"] and
	    [.[-3].type] == ["SegmentReady"]'
	ok 'it is sound' sound "$name"
	ok 'it decodes' decodes "$name"
done

# A limit on the size of files stands for a disk that is full.
small() { (ulimit -f 40; segment small --part 0 <"$T/clip.nut"); }
small
ok 'no room for a segment: exit 111' [ $? -eq 111 ]
ok 'it says so' grep -q 'File too large' "$T/small.err"
ok 'nothing half written is left' [ -z "$(find "$media/small" -name '*.m4s*')" ]
if mkdir "$T/disk" && mount -t tmpfs -o size=300k none "$T/disk" 2>/dev/null; then
	WEIR_STATE=$T/disk segment full --part 0 <"$T/clip.nut"
	ok 'the disk is full: exit 111' [ $? -eq 111 ]
	ok 'it says so' grep -q 'No space left' "$T/full.err"
	ok 'nothing half written is left' \
	    [ -z "$(find "$T/disk" -name '*.tmp')" ]
	# What was told is there, whole.
	real=$WEIR_STATE; WEIR_STATE=$T/disk
	ok 'what was told is sound' sound full
	WEIR_STATE=$real
	umount "$T/disk"
fi
chmod_test() {
	mkdir -p "$T/file"; : >"$T/file/media"
	WEIR_STATE=$T/file segment folder --part 0 <"$T/clip.nut"
	[ $? -eq 111 ] && grep -q 'open folder' "$T/folder.err"
}
ok 'no folder can be made: exit 111' chmod_test

# Whoever looks sees whole segments only: each has the size its boxes say.
cat >"$T/boxes" <<'END'
import os, sys
def whole(path):
    data = open(path, 'rb').read()
    at = 0
    while at + 8 <= len(data):
        at += int.from_bytes(data[at:at + 4], 'big')
    return at == len(data) > 0
seen = 0
while os.path.exists(sys.argv[1]):
    for dir, _, files in os.walk(sys.argv[2]):
        for f in files:
            if f.endswith(('.m4s', '.mp4')):
                seen += 1
                if not whole(os.path.join(dir, f)):
                    sys.exit('half: ' + f)
print(seen)
END
: >"$T/running"
python3 "$T/boxes" "$T/running" "$WEIR_STATE/media/watched" >"$T/seen" 2>&1 &
watcher=$!
for i in 1 2 3 4 5 6 7 8; do segment watched --part 0 <"$T/clip.nut" || echo "# run $i" >&2; done
rm "$T/running"
ok 'a reader never sees half a segment' wait $watcher
ok 'and it saw some' [ "$(cat "$T/seen")" -gt 20 ]

# While it reads what strangers send it can do nothing else.
name=jailed
feed $((size / 2))
wait_for "$media/jailed/video/2.m4s"
grep -q '^NoNewPrivs:.1' "/proc/$pid/status" &&
    grep -q '^Seccomp:.2' "/proc/$pid/status" || jail=open
case $BIN in
*asan*|*tsan*) ok 'system calls are confined # skip sanitizers need them' : ;;
*) ok 'system calls are confined' [ -z "${jail-}" ] ;;
esac
exec 9>&-
wait "$pid"

# The second on one broadcast waits for the first, and then gives up.
name=locked
feed $((size / 2))
wait_for "$media/locked/video/2.m4s"
weir-segment --broadcast locked <"$T/clip.nut" >/dev/null 2>"$T/second.err"
ok 'two at once: exit 111' [ $? -eq 111 ]
ok 'it says so' grep -q 'another process' "$T/second.err"
exec 9>&-
wait "$pid"
ok 'the first is none the worse' [ $? -eq 0 ]
