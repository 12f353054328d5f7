#!/bin/sh
# Media files: heads, ranges, conditions, other origins, and nothing else
# than media files.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"

dir=$WEIR_STATE/media/b1/video
mkdir -p "$dir" "$WEIR_STATE/media/b1/audio"
head -c 3000000 /dev/urandom >"$dir/0.m4s"
printf 0123456789 >"$dir/1.m4s"
printf init >"$dir/init-1.mp4"
printf sound >"$WEIR_STATE/media/b1/audio/0.m4s"
: >"$dir/9.m4s"
logd
edged
seg=/media/b1/video/1.m4s

get() { curl -s -m 60 "$@" "$url$seg"; }
ok 'a segment as it is' sh -c "curl -s $url/media/b1/video/0.m4s | cmp - $dir/0.m4s"
ok 'its type' is video/mp4 header Content-Type $seg
ok 'that of sound' is audio/mp4 header Content-Type /media/b1/audio/0.m4s
ok 'its length' is 10 header Content-Length $seg
ok 'it never changes' is 'public, max-age=31536000, immutable' header Cache-Control $seg
ok 'ranges are known' is bytes header Accept-Ranges $seg
ok 'any origin may read it' is '*' header Access-Control-Allow-Origin $seg
ok 'and see the range' has Content-Range header Access-Control-Expose-Headers $seg
ok 'a HEAD has the length' is 10 header Content-Length $seg -I
ok 'and no body' is 0 curl -s -m 60 -I -o /dev/null -w '%{size_download}' "$url$seg"
ok 'the init section' is init curl -s "$url/media/b1/video/init-1.mp4"
ok 'an empty file' is '200 0' curl -s -o /dev/null -w '%{http_code} %{size_download}' "$url/media/b1/video/9.m4s"

tag=$(header ETag $seg)
ok 'a strong tag' test "${tag#\"}" != "$tag"
ok 'the same tag: 304' is 304 status $seg -H "If-None-Match: $tag"
ok 'one of several' is 304 status $seg -H "If-None-Match: \"x\", W/$tag"
ok 'another tag: 200' is 200 status $seg -H 'If-None-Match: "x"'
date=$(header Last-Modified $seg)
ok 'not modified since' is 304 status $seg -H "If-Modified-Since: $date"

ok 'a part' is 234 get -r 2-4
ok 'is 206' is 206 status $seg -r 2-4
ok 'says which' is 'bytes 2-4/10' header Content-Range $seg -r 2-4
ok 'from there on' is 789 get -r 7-
ok 'the last ones' is 89 get -r -2
ok 'more than there is' is 0123456789 get -r -200
ok 'past the end is cut' is 9 get -r 9-99
ok 'nothing there: 416' is 416 status $seg -r 10-
ok 'says the size' is 'bytes */10' header Content-Range $seg -r 10-
ok 'a backward range is ignored' is 0123456789 get -r 5-4
ok 'several get the whole' is 0123456789 get -r 0-1,4-5
many=$(printf '0-0,%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16)
ok 'a thousand do not' is 416 status $seg -r "${many}1-1"
ok 'If-Range that holds' is 234 get -r 2-4 -H "If-Range: $tag"
ok 'If-Range by date' is 234 get -r 2-4 -H "If-Range: $date"
ok 'If-Range that does not' is 0123456789 get -r 2-4 -H 'If-Range: "x"'
ok 'a range of a large file' sh -c "curl -s -r 100000-2900000 $url/media/b1/video/0.m4s >$T/part &&
	tail -c +100001 $dir/0.m4s | head -c 2800001 | cmp - $T/part"

ok 'preflight' is 204 status $seg -X OPTIONS -H 'Origin: http://x' -H 'Access-Control-Request-Method: GET'
ok 'says what is allowed' has Range header Access-Control-Allow-Headers $seg -X OPTIONS
ok 'no other methods' is 405 status $seg -X DELETE
ok 'says which' is 'GET, HEAD, OPTIONS' header Allow $seg -X PUT
ok 'none with a body' is 405 status $seg -d x

# Things that lie beside segments, or pretend to be some.
echo secret >"$T/secret"
ln -s "$T/secret" "$dir/2.m4s"
ln -s "$T" "$WEIR_STATE/media/b2"
mkfifo "$dir/3.m4s"
mkdir "$dir/4.m4s"
echo part >"$dir/.5.m4s.part"
mkdir -p "$T/video" && echo secret >"$T/video/0.m4s"
for p in b1/video/2.m4s b1/video/3.m4s b1/video/4.m4s b1/video/.5.m4s.part \
    b2/video/0.m4s b1/video/ b1/video b1 '' b1/video/00.m4s b1/video/1.M4S \
    b1/video/init-1.mp4.bak b1/VIDEO/1.m4s; do
	ok "not served: $p" is 404 status "/media/$p"
done
for p in ../secret b1/video/../../../secret %2e%2e/%2e%2e/secret \
    b1/..%2f..%2fsecret b1%2fvideo%2f1.m4s 'b1/video/1.m4s%00' \
    'b1/video\1.m4s' 'b1/video%5c1.m4s' b1/%2e/video/1.m4s; do
	ok "refused: $p" is 400 status "/media/$p"
done
ok 'the log is no media file' is 404 status /media/log/data/data.mdb
ok 'media has no listing' is 404 status /media/
ok 'it still answers' is 200 status $seg
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
