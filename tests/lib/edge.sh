# Sourced by the tests of weir-edged, after sh.sh: a state of its own, the
# log, and words to tell what happened.
# shellcheck shell=sh disable=SC2034,SC2154
WEIR_STATE=$T/state WEIR_RUN=$T/run WEIR_WWW=$T/www WEIR_HTTP=127.0.0.1:0
export WEIR_STATE WEIR_RUN WEIR_WWW WEIR_HTTP
: "${WEIR_HTTP_CONNECTIONS:=128}"
export WEIR_HTTP_CONNECTIONS
mkdir -p "$WEIR_STATE" "$WEIR_RUN" "$WEIR_WWW/assets"

# edged: start it; $edged is its pid and $url where it listens.
edged() {
	rm -f "$T/weir-edged.ready"
	start weir-edged
	edged=$pid
	url=http://$(cat "$WEIR_RUN/edged.addr")
}
logd() {
	rm -f "$T/weir-logd.ready"
	start weir-logd
	logd=$pid
}

# say TYPE SUBJECT DATA: append one event.
say() {
	printf '{"type":"%s","subject":"%s","data":%s}\n' "$1" "$2" "$3" |
	    "$BIN/weir-append"
}
channel_added() {
	say ChannelAdded "channel/$1" "{\"name\":\"$1\",\"title\":\"$2\"}"
}
broadcast_started() {
	say BroadcastStarted "live/$1" \
	    "{\"channel\":\"$1\",\"broadcast\":\"$2\",\"protocol\":\"rtmp\"}"
}
broadcast_ended() {
	say BroadcastEnded "live/$1" \
	    "{\"channel\":\"$1\",\"broadcast\":\"$2\",\"reason\":\"over\"}"
}
# track BROADCAST NAME RUN [MORE]
track() {
	case $2 in
	audio*) more='"kind":"audio","codecs":"mp4a.40.2","sample_rate_hz":48000,"channels":2' ;;
	*) more='"kind":"video","codecs":"avc1.64001f","width":640,"height":360,"frame_rate_mhz":25000' ;;
	esac
	mkdir -p "$WEIR_STATE/media/$1/$2"
	echo "init $3" >"$WEIR_STATE/media/$1/$2/init-$3.mp4"
	say TrackStarted "broadcast/$1" "{\"broadcast\":\"$1\",\"track\":\"$2\",\"run\":$3,\"init_bytes\":7,\"target_us\":1000000,$more${4:-}}"
}
# segments BROADCAST TRACK FIRST LAST [RUN [MORE]]: a second each.
segments() {
	i=$3
	mkdir -p "$WEIR_STATE/media/$1/$2"
	while [ "$i" -le "$4" ]; do
		echo "segment $i" >"$WEIR_STATE/media/$1/$2/$i.m4s"
		printf '{"type":"SegmentReady","subject":"broadcast/%s","data":{"broadcast":"%s","track":"%s","msn":%d,"run":%d,"start_us":%d,"duration_us":1000000,"bytes":10,"hash":"%064d","independent":true%s}}\n' \
		    "$1" "$1" "$2" "$i" "${5:-1}" \
		    "$((1700000000000000 + i * 1000000))" 0 "${6:-}"
		i=$((i + 1))
	done | "$BIN/weir-append"
}

# parts BROADCAST TRACK MSN FIRST LAST: 200 ms and 10 octets each, which the
# growing segment gets before they are told of.
parts() {
	f=$WEIR_STATE/media/$1/$2/$3.m4s.tmp
	mkdir -p "$WEIR_STATE/media/$1/$2"
	i=$4
	while [ "$i" -le "$5" ]; do
		printf 'part %02d %02d' "$(($3 % 100))" "$i" | head -c 10 >>"$f"
		printf '{"type":"PartReady","subject":"broadcast/%s","data":{"broadcast":"%s","track":"%s","msn":%d,"part":%d,"run":1,"start_us":%d,"duration_us":200000,"offset":%d,"bytes":10,"independent":%s}}\n' \
		    "$1" "$1" "$2" "$3" "$i" \
		    "$((1700000000000000 + $3 * 1000000 + i * 200000))" \
		    "$((i * 10))" "$([ "$i" -eq 0 ] && echo true || echo false)"
		i=$((i + 1))
	done | "$BIN/weir-append"
}
# whole BROADCAST TRACK MSN [MORE]: the growing segment is one, of a second.
whole() {
	f=$WEIR_STATE/media/$1/$2/$3.m4s
	mv "$f.tmp" "$f"
	say SegmentReady "broadcast/$1" "{\"broadcast\":\"$1\",\"track\":\"$2\",\"msn\":$3,\"run\":1,\"start_us\":$((1700000000000000 + $3 * 1000000)),\"duration_us\":1000000,\"bytes\":$(wc -c <"$f"),\"hash\":\"$(printf %064d 0)\",\"independent\":true${4:-}}"
}

# body PATH, status PATH [CURL-OPTION...], header NAME PATH [CURL-OPTION...]
body() { curl -s -m 60 "$url$1"; }
status() {
	p=$1; shift
	curl -s -m 60 -o /dev/null -w '%{http_code}' --path-as-is "$@" "$url$p"
}
header() {
	h=$1 p=$2; shift 2
	curl -s -m 60 -o /dev/null -D - "$@" "$url$p" | tr -d '\r' |
	    sed -n "s/^$h: //Ip"
}
# is WANT COMMAND...: COMMAND prints exactly WANT.
is() {
	want=$1; shift
	got=$("$@")
	[ "$got" = "$want" ] || { echo "# got '$got', want '$want'" >&2; return 1; }
}
# has WANT COMMAND...: what COMMAND prints holds WANT.
has() {
	want=$1; shift
	got=$("$@")
	case $got in *"$want"*) ;; *) return 1 ;; esac
}
