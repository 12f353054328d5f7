#!/bin/sh
# What the first version wrote is read, and gone on with, for ever; see
# tests/data/log-v1/README.md.
. "${0%/*}/../../lib/sh.sh"
V1="$(CDPATH='' cd "${0%/*}/../../data/log-v1" && pwd)"
mkdir -p "$WEIR_STATE"
tar -C "$WEIR_STATE" -xzf "$V1/state.tar.gz"

# Readers, before any writer of today touched it.
ok "it verifies clean" exits 0 weir-verify
ok "with every event" grep -qx '69 events, last seq 69, 0 faults' "$T/exits.out"
ok "weir-cat tells the story" exits 0 weir-cat --json
# Where an event has a newer version by now it is told in that.
newest='if .type == "TrackStarted" and .data.kind == "video"
    then .dataversion = 2 | .data.frame_rate_num = .data.frame_rate_mhz / 1000 |
	.data.frame_rate_den = 1 | del(.data.frame_rate_mhz)
    elif .type == "TrackStarted" then .dataversion = 2 else . end'
jq -cS "$newest" "$V1/story.ndjson" >"$T/newest"
jq -cS . "$T/exits.out" >"$T/told"
ok "as it was told then, but for what is told better by now" cmp "$T/told" "$T/newest"
ok "which are its eight tracks" \
    [ "$(grep -c '"dataversion":2' "$T/told")" -eq 8 ]
ok "it holds every stored type of then" \
    [ "$(jq -r .type "$V1/story.ndjson" | sort -u | wc -l)" -eq 14 ]

# A writer begins, without the index of the last two, and goes on.
start weir-logd; logd=$pid
ok "a writer begins on it" grep -q 'head=69' "$T/weir-logd.err"
event NoteWritten note/first '{"text":"A word of today."}' | weir-append -a >"$T/out"
ok "and goes on in seq and version" grep -qx '1 stored 70 3' "$T/out"
jq -c 'select(.id == "note-1") | del(.seq, .version)' "$V1/story.ndjson" |
    weir-append -a >"$T/out"
ok "it knows the ids of then" grep -qx '1 duplicate 12 1' "$T/out"
printf '{"type":"ChannelTitled","subject":"channel/bob","expect":2,"data":{"name":"bob","title":"Bob"}}\n' |
    weir-append -a >"$T/out"
ok "and where each subject stands" grep -qx '1 stored 71 3' "$T/out"

# Producers of then are still out there.
jq -c 'select(.type == "TrackStarted") | del(.seq, .version) |
    .id = "again-\(.id)" | .subject = "broadcast/again"' "$V1/story.ndjson" >"$T/tracks"
ok "what they say is taken" exits 0 weir-append <"$T/tracks"
ok "and read like the rest" \
    [ "$(weir-cat --json -s broadcast/again | jq -cS .data)" = "$(jq -cS "$newest | .data" "$T/tracks")" ]
ok "their words are kept" \
    [ "$(weir-cat -s broadcast/again | grep -ac frame_rate_mhz)" -gt 0 ]

# Projections.
start weir-edged
HTTP=http://$(cat "$WEIR_RUN/edged.addr")
channels() { jq -S '[.channels[] | {name, live, broadcast, since, ended, encoder, playlist, tracks}]'; }
curl -s "$HTTP/api/channels" | channels >"$T/channels"
channels <"$V1/channels.json" >"$T/channels.then"
ok "weir-edged shows its channels" cmp "$T/channels" "$T/channels.then"
title() { [ "$(curl -s "$HTTP/api/channels/$1" | jq -r .title)" = "$2" ]; }
ok "a title of then" title alice "Alice’s garden, 庭"
ok "and of today" within 30 title bob Bob
segments() { curl -s "$HTTP/live/alice/video/index.m3u8" | grep -c '\.m4s$'; }
told() {
	jq -r 'select(.type == "SegmentReady" and .data.track == "video") | .data.broadcast' \
	    "$V1/story.ndjson" | grep -c "$(jq -r '.channels[] | select(.name == "alice").broadcast' "$V1/channels.json")"
}
ok "and its segments" [ "$(segments)" -eq "$(told)" ]

# Consumers go on from the places that they kept.
# shellcheck disable=SC2016 # the command's own variables
weir-each --name place --once --type NoteWritten -- sh -c 'echo "$WEIR_EVENT_SEQ"' >"$T/place"
ok "weir-each goes on where it was" [ "$(cat "$T/place")" = "$(printf '69\n70')" ]
weir-each --name bad --worker one --dead >"$T/dead"
ok "its dead letter is kept" \
    [ "$(jq -r '"\(.seq) \(.reason)"' "$T/dead")" = '3 exit 100' ]
# shellcheck disable=SC2016 # the command's own variables
weir-each --name demo --claim --worker two --once --type ChannelAdded -- \
    sh -c 'echo "$WEIR_EVENT_SEQ"' >"$T/demo"
ok "what was done then is not done again" [ ! -s "$T/demo" ]

# A removed event of then leaves a hash as they were made then.
ok "weir-compact removes segments of then" exits 0 \
    weir-compact --type SegmentReady --keep 4
ok "which are gone" [ "$(weir-cat -j -t SegmentReady | wc -l)" -lt 24 ]
ok "the chain holds" exits 0 weir-verify
ok "the rest is backed up" exits 0 weir-backup "$T/backup"

ok "the writer drains" exits 0 stop "$logd"
ok "all of it verifies" exits 0 weir-verify
