#!/bin/sh
# pipelines/front-nginx with the real program.
# shellcheck source=../lib/sh.sh
. "$(dirname "$0")/../lib/sh.sh"
# shellcheck source=../lib/edge.sh
. "$(dirname "$0")/../lib/edge.sh"
# shellcheck source=../lib/front.sh
. "$(dirname "$0")/../lib/front.sh"

PATH=$PATH:/usr/sbin
if ! command -v nginx >/dev/null; then
	ok 'nginx is not installed # skip' true
	exit
fi
# A certificate of the operator's own.
mkdir "$T/pem"
"$(dirname "$0")/../../pipelines/front-cert" "$T/pem" 2>/dev/null >"$T/pem/names"
WEIR_FRONT_CERT=$T/pem/cert.pem WEIR_FRONT_KEY=$T/pem/key.pem
export WEIR_FRONT_CERT WEIR_FRONT_KEY
ok 'one for a trial is made' grep -qx "$WEIR_FRONT_KEY" "$T/pem/names"
front front-nginx
list='/live/alice/video/index.m3u8?broadcast=b1'
ok 'it is the one that is shown' curl -sf -m 60 --cacert "$WEIR_FRONT_CERT" "$https/healthz" -o /dev/null
ok 'HTTP/2 outside' is 2 through /healthz -o /dev/null -w '%{http_version}'
ok 'a playlist' has '/2.m4s' through "$list"
ok 'packed for who takes it' has '#EXTM3U' through "$list" --compressed
ok 'with parts' soon has 'BYTERANGE="10@10"' through "$list"

through "$list&_HLS_msn=3&_HLS_part=2" >"$T/list" &
one=$!
through "$list&_HLS_msn=3&_HLS_part=2" --compressed >"$T/packed" &
two=$!
through /media/b1/video/3.m4s -D "$T/head" -r 20- >"$T/part" &
hint=$!
ok 'each that waits does so at the edge' soon waiting 3
parts b1 video 3 2 2
wait "$one" "$two" "$hint"
ok 'the part is in it' grep -q 'BYTERANGE="10@20"' "$T/list"
ok 'packed or not' cmp -s "$T/list" "$T/packed"
ok 'the octets, exactly' is 'part 03 02' cat "$T/part"
ok 'of which they say what they are' grep -qi '^content-range: bytes 20-29/\*' "$T/head"
before=$(asked playlist)
ok 'who comes later' has 'BYTERANGE="10@20"' through "$list&_HLS_msn=3&_HLS_part=2"
ok 'is given what is kept' is "$before" asked playlist

before=$(asked media)
ok 'a hundred ask for a segment' is ' 100 200' many 100 /media/b1/video/2.m4s
ok 'which costs one' is "$((before + 1))" asked media
for tell in 'CMCD=bl%3D100' 'CMCD=bl%3D200&a=1' 'a=1&CMCD=bl%3D300' 'a=1'; do
	through "/media/b1/video/1.m4s?$tell" -o /dev/null -H "CMCD-Session: $tell"
done
ok 'what a player tells of itself makes no other object' is "$((before + 3))" asked media
tells_in_query

i=0
while [ "$((i += 1))" -le 8 ]; do
	through "$list&_HLS_msn=4&x=$i" --interface 127.0.0.5 -o /dev/null &
	pids="$pids $!"
done
ok 'eight requests of one viewer wait' soon waiting 8
ok 'the ninth is too much' is 429 through "$list&_HLS_msn=4&x=9" \
    --interface 127.0.0.5 -H 'X-Forwarded-For: 127.0.0.9' -o /dev/null -w '%{http_code}'
ok 'but not of another' is 200 through "$list&x=9" --interface 127.0.0.6 -o /dev/null -w '%{http_code}'

kill -TERM "$front"
ok 'it ends' wait "$front"
gone() { ! through /healthz; }
ok 'and all of it' soon gone
stop "$edged" >/dev/null
stop "$logd" >/dev/null
