#!/bin/sh
# pipelines/front-varnish with the real programs: many viewers are one to the edge.
# shellcheck source=../lib/sh.sh
. "$(dirname "$0")/../lib/sh.sh"
# shellcheck source=../lib/edge.sh
. "$(dirname "$0")/../lib/edge.sh"
# shellcheck source=../lib/front.sh
. "$(dirname "$0")/../lib/front.sh"

PATH=$PATH:/usr/sbin
for program in varnishd hitch; do
	command -v "$program" >/dev/null && continue
	ok "$program is not installed # skip" true
	exit
done
front front-varnish
list='/live/alice/video/index.m3u8?broadcast=b1'
ok 'HTTP/2 outside' is 2 through /healthz -o /dev/null -w '%{http_version}'
ok 'a playlist' has '/2.m4s' through "$list"
ok 'with parts' soon has 'BYTERANGE="10@10"' through "$list"
ok 'HTTP/1.1, too' has '#EXTM3U' through "$list" --http1.1

before=$(asked playlist)
many 100 "$list&_HLS_msn=3&_HLS_part=2" >"$T/got" &
crowd=$!
ok 'one waits at the edge' soon waiting 1
through "$list&_HLS_msn=3&_HLS_part=2" --compressed >"$T/list" &
one=$!
through /media/b1/video/3.m4s -D "$T/head" -r 20- >"$T/part" &
hint=$!
ok 'and one for the part itself' soon waiting 2
parts b1 video 3 2 2
wait "$crowd" "$one" "$hint"
ok 'a hundred viewers got the part' is ' 100 200' cat "$T/got"
ok 'for which the edge was asked once' is "$((before + 1))" asked playlist
ok 'it is in it' grep -q 'BYTERANGE="10@20"' "$T/list"
ok 'the octets, exactly' is 'part 03 02' cat "$T/part"
ok 'of which they say what they are' grep -qi '^content-range: bytes 20-29/\*' "$T/head"
ok 'with 206' grep -q '^HTTP/2 206' "$T/head"
ok 'what came before' is 'part 03 01' through /media/b1/video/3.m4s -r 10-19

before=$(asked media)
ok 'a hundred ask for a segment' is ' 100 200' many 100 /media/b1/video/2.m4s
ok 'which costs one' is "$((before + 1))" asked media
for tell in 'CMCD=bl%3D100' 'CMCD=bl%3D200&a=1' 'a=1&CMCD=bl%3D300' 'a=1'; do
	through "/media/b1/video/1.m4s?$tell" -o /dev/null -H "CMCD-Session: $tell"
done
ok 'what a player tells of itself makes no other object' is "$((before + 3))" asked media
tells_in_query
ok 'what is too far ahead' is 400 through "$list&_HLS_msn=9" -o /dev/null -w '%{http_code}'
ok 'what is not there' is 404 through /live/bob/index.m3u8 -o /dev/null -w '%{http_code}'

# A viewer's limit is the viewer's, and nobody may claim to be another.
i=0
while [ "$((i += 1))" -le 8 ]; do
	through "$list&_HLS_msn=4&x=$i" --interface 127.0.0.5 -o /dev/null &
	pids="$pids $!"
done
ok 'eight requests of one viewer wait' soon waiting 8
ok 'the ninth is too much' is 429 through "$list&_HLS_msn=4&x=9" \
    --interface 127.0.0.5 -H 'X-Forwarded-For: 127.0.0.9' -o /dev/null -w '%{http_code}'
ok 'but not of another' is 200 through "$list&x=9" --interface 127.0.0.6 -o /dev/null -w '%{http_code}'
ok 'who speaks to the edge itself has its own' is 200 status "$list"

kill -TERM "$front"
ok 'it ends' wait "$front"
gone() { ! through /healthz; }
ok 'and all of it' soon gone
ok 'nothing is left behind' [ -z "$(find "$T" -maxdepth 1 -name 'front-varnish.*')" ]
stop "$edged" >/dev/null
stop "$logd" >/dev/null
