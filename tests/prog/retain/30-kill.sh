#!/bin/sh
# weir-retain is killed again and again while clips are made: nothing that is
# named is gone, a clip and a removal never cross, and the next run finishes.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
# shellcheck source=../../lib/retain.sh
. "$(dirname "$0")/../../lib/retain.sh"

ROUNDS=${ROUNDS:-20}
MANY=12

# What the log says of each segment: "there" or "gone", and its file.
cat >"$T/fold.jq" <<'EOF2'
reduce .[] as $e ({};
  ($e.subject | split("/")[1]) as $b | $e.data as $d |
  if $e.type == "SegmentReady" then
    .[$b + "/" + $d.track + "/" + (($d.msn // 0) | tostring) + ".m4s"] = "there"
  elif $e.type == "MediaRemoved" then
    reduce range($d.first_msn // 0; ($d.last_msn // 0) + 1) as $i (.;
      .[$b + "/" + $d.track + "/" + ($i | tostring) + ".m4s"] = "gone")
  elif $e.type == "RecordingRemoved" then
    with_entries(if .key | startswith($b + "/") then .value = "gone" else . end)
  else . end)
| to_entries[] | "\(.value) \(.key)"
EOF2
folded() {
	weir-cat --json -t SegmentReady -t MediaRemoved -t RecordingRemoved |
	    jq -rs -f "$T/fold.jq"
}
# missing: files that the log says are there, and are not.
missing() {
	folded | sed -n 's/^there //p' | while read -r f; do
		[ -e "$WEIR_STATE/media/$f" ] || echo "$f"
	done
}
# left: files of what the log says is gone.
left() {
	folded | sed -n 's/^gone //p' | while read -r f; do
		[ ! -e "$WEIR_STATE/media/$f" ] || echo "$f"
	done
}
# clipped BROADCAST: make a clip of it, unless something of it went already;
# what is seen and what is said are some time apart, as with any program.
clipped() {
	seen=$(weir-cat --json -s "recording/$1")
	case $seen in *Removed*) return ;; esac
	v=$(printf '%s' "$seen" | grep -c .)
	printf '{"type":"ClipCreated","expect":%d,"subject":"recording/%s","data":{"clip":"c-%s","channel":"alice","from_us":20000000,"to_us":21000000}}\n' \
	    "$v" "$1" "$1" | weir-append >/dev/null 2>&1
}
# crossed: clips that were made of what was gone already, or goes after.
crossed() {
	weir-cat --json -t ClipCreated | jq -r '.subject | split("/")[1]' |
	    while read -r b; do
		for t in video audio; do
			[ -e "$WEIR_STATE/media/$b/$t/20.m4s" ] || echo "$b/$t"
		done
	done
}

logd
for r in 0 1 2 3 4 5 6 7 8 9 10 11; do
	recording alice "b$r" 40 40
done
round=0
while [ "$round" -lt "$ROUNDS" ]; do
	weir-retain --max-age 30d --grace 0 >/dev/null 2>&1 &
	retain=$!
	clipped "b$((MANY - 1 - round % MANY))" || :
	sleep "0.0$((round * 7 % 10))$((round * 3 % 10))"
	kill -9 "$retain" 2>/dev/null
	wait "$retain" 2>/dev/null
	[ -z "$(missing)" ] || break
	round=$((round + 1))
done
ok "was killed $ROUNDS times, and nothing is gone that is named" [ "$round" -eq "$ROUNDS" ]
ok "the next run finishes" exits 0 weir-retain --max-age 30d --grace 0
ok "all that was said to go is gone" is "" left
ok "and nothing else" is "" missing
ok "clips have what they need" is "" crossed
ok "some were made" [ "$(weir-cat --json -t ClipCreated | wc -l)" -gt 0 ]
ok "some recordings went" [ "$(weir-cat --json -t RecordingRemoved | wc -l)" -gt 0 ]
ok "each once" [ -z "$(weir-cat --json -t RecordingRemoved | jq -r .subject | sort | uniq -d)" ]
exits 0 stop "$logd"
