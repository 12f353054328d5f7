# Sourced after sh.sh and edge.sh: recordings of a stated age, to be removed.
# shellcheck shell=sh disable=SC2154

# ago DAYS: so long ago, as RFC 3339.
ago() { date -u -d "@$(($(date +%s) - $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ; }
# started CHANNEL BROADCAST DAYS, ended CHANNEL BROADCAST DAYS: so long ago.
started() {
	printf '{"type":"BroadcastStarted","time":"%s","subject":"live/%s","data":{"channel":"%s","broadcast":"%s","protocol":"rtmp"}}\n' \
	    "$(ago "$3")" "$1" "$1" "$2" | weir-append
}
ended() {
	printf '{"type":"BroadcastEnded","time":"%s","subject":"live/%s","data":{"channel":"%s","broadcast":"%s","reason":"over"}}\n' \
	    "$(ago "$3")" "$1" "$1" "$2" | weir-append
}
# recording CHANNEL BROADCAST DAYS SEGMENTS: one that ended, ten octets and a
# second a segment, video and audio.
recording() {
	started "$1" "$2" "$3"
	track "$2" video 1 && track "$2" audio 1
	segments "$2" video 0 $(($4 - 1))
	segments "$2" audio 0 $(($4 - 1))
	ended "$1" "$2" "$3"
}
# clip ID BROADCAST FROM_S TO_S
clip() {
	say ClipCreated "recording/$2" "{\"clip\":\"$1\",\"channel\":\"alice\",\"from_us\":$(($3 * 1000000)),\"to_us\":$(($4 * 1000000))}"
}
unclip() { say ClipRemoved "recording/$2" "{\"clip\":\"$1\"}"; }
# files BROADCAST: how many segments there are.
files() { find "$WEIR_STATE/media/$1" -name '*.m4s' 2>/dev/null | wc -l; }
# gone BROADCAST: what its events say is gone, a line each.
gone() {
	weir-cat --json -s "recording/$1" |
	    jq -r 'select(.type | test("Removed")) | "\(.type) \(.data.track // "-") \(.data.first_msn // 0) \(.data.last_msn // 0) \(.data.bytes // 0)"'
}
