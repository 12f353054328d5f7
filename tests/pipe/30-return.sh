#!/bin/sh
# An encoder that is killed and comes back, watched in a real browser: one
# broadcast, one page, a discontinuity and no hole in the numbers.
. "${0%/*}/../lib/sh.sh"
. "${0%/*}/../lib/live.sh"

ok "three daemons start" instance
KEY=$(weir-channel add alice)
weir-channel grace alice 10min
publish "$KEY"
list=$HTTP/live/alice/video/index.m3u8
ok "it goes live" soon segments 2 "$list"

# The page is open all the time, and tells what it shows in lines.
node "${0%/*}/../browser/witness.mjs" "$HTTP/@alice" >"$T/witness" 2>&1 &
witness=$!; pids="$pids $witness"
# shows WORD: the page has come to WORD since the last `now`.
now() { seen=$(wc -l <"$T/witness"); }
seen=0
shows() { tail -n +$((seen + 1)) "$T/witness" | grep -q "^$1"; }
api() { [ "$(curl -s "$HTTP/api/channels/alice" | jq -r "$1")" = "$2" ]; }
# story LINES: what the log says of the channel, with / between.
story() {
	got=$(weir-cat --json -s live/alice | jq -r .type | tr '\n' /)
	[ "$got" = "$1" ] || { echo "# $got" >&2; return 1; }
}
# vanish: no goodbye.
vanish() { kill -9 "$encoder"; wait "$encoder" 2>/dev/null; }
# discontinuities TRACK N: so many in its segments.
discontinuities() {
	n_found=$(weir-cat --json -t SegmentReady | jq -c "select(.data.track == \"$1\" and
	    (.data.msn // 0) > 0 and .data.discontinuity == true)" | wc -l)
	[ "$n_found" -eq "$2" ] || { echo "# $1: $n_found" >&2; return 1; }
}
# numbered TRACK: its segments are numbered without a hole.
numbered() {
	weir-cat --json -t SegmentReady |
	    jq -se "[.[].data | select(.track == \"$1\") | .msn // 0] | . == [range(length)]" >/dev/null
}
# late TRACK: how many ms lie between the ends and beginnings that do not meet.
late() {
	weir-cat --json -t SegmentReady | jq -s "[.[].data | select(.track == \"$1\")] |
	    [range(1; length) as \$i | .[\$i].start_us - .[\$i - 1].start_us -
	    .[\$i - 1].duration_us] | map(select(. > 500000)) | add / 1000 | floor"
}
# grown N: the playlist has N more segments than it had.
grown() { segments $((had + $1)) "$list"; }

ok "Chromium plays it" soon shows playing
now
vanish
gone_ms=$(date +%s%3N)
ok "the API says that it is interrupted" soon api '[.live, .interrupted] | join(" ")' 'true true'
ok "its playlist stays open" [ "$(curl -s "$list" | grep -c ENDLIST)" -eq 0 ]
ok "the page says that the streamer will be back" soon shows gap
had=$(curl -s "$list" | grep -c 'm4s$')
now
back_ms=$(date +%s%3N)
publish "$KEY"
ok "it goes on" soon grown 2
away_ms=$(($(date +%s%3N) - gone_ms))
ok "in the page, too, by itself" soon shows playing
echo "# pictures moved $(($(sed -n 's/^playing .* //p' "$T/witness" | tail -n 1) - back_ms)) ms after the encoder was started"
ok "the API says so" soon api '[.live, .interrupted] | join(" ")' 'true false'
ok "the log tells it" story BroadcastStarted/BroadcastInterrupted/BroadcastResumed/
for t in video audio; do
	ok "one discontinuity in $t" discontinuities "$t" 1
	ok "no hole in its numbers" numbered "$t"
	gap_ms=$(late "$t")
	echo "# $t: $gap_ms ms missing, of $away_ms ms"
	ok "its gap is marked, not filled" [ "$gap_ms" -gt 500 ]
	ok "and no longer than it was" [ "$gap_ms" -lt $((away_ms + 2000)) ]
done

# The ingest dies: the encoder notices, and is started again.
now
kill -9 "$rtmpd"
wait "$rtmpd" 2>/dev/null
wait "$encoder" 2>/dev/null
ok "without the ingest the page waits" soon shows stalled
start weir-rtmpd; rtmpd=$pid
RTMP=rtmp://$(cat "$WEIR_RUN/rtmpd.addr")/live
had=$(curl -s "$list" | grep -c 'm4s$')
now
publish "$KEY"
ok "with another ingest it goes on" soon grown 2
ok "in the page, too" soon shows playing
ok "as the same broadcast" story BroadcastStarted/BroadcastInterrupted/BroadcastResumed/BroadcastInterrupted/BroadcastResumed/
for t in video audio; do
	ok "another discontinuity in $t" discontinuities "$t" 2
	ok "no hole in its numbers" numbered "$t"
done
ok "its playlists follow RFC 8216" \
    node "${0%/*}/../lib/hls-check.mjs" --watch 3 --late 60 "$HTTP/live/alice/index.m3u8"

# A channel that does not wait.
weir-channel grace alice 1
vanish
publish "$KEY" # asks anew how long to wait
soon api .interrupted false
had=$(curl -s "$list" | grep -c 'm4s$')
soon grown 1
vanish
ok "nobody comes: the playlist is closed" soon api .live false
ok "the page tells the end" soon shows ended
ok "it was one broadcast" [ "$(weir-cat --json -t BroadcastStarted | wc -l)" -eq 1 ]
id=$(broadcast alice)
ok "every video segment decodes" decodes "$WEIR_STATE/media/$id/video"
ok "every audio segment decodes" decodes "$WEIR_STATE/media/$id/audio"
kill "$witness"
ok "the page was never loaded anew, and nothing went wrong in it" wait "$witness"
sed 's/^#* */# /' "$T/witness"
ok "the log verifies clean" exits 0 weir-verify
