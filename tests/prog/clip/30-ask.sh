#!/bin/sh
# What is asked for with POST /api/clips and does not make a clip, and why not.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
WEIR_CLIP_RATE=0 WEIR_CLIP_MAX=30
export WEIR_CLIP_RATE WEIR_CLIP_MAX

logd
channel_added alice Alice
broadcast_started alice b1
track b1 video 1
segments b1 video 0 59
edged
playable() { [ "$(status /vod/b1/index.m3u8)" = 200 ]; }
soon playable || exit 1

# ask JSON [CURL-OPTION...]
ask() {
	j=$1; shift
	curl -s -m 60 -o "$T/answer" -w '%{http_code}' \
	    -H 'Content-Type: application/json' "$@" --data-binary "$j" "$url/api/clips"
}
why() { jq -r .error.message "$T/answer"; }
clips() { weir-cat --json -t ClipCreated | wc -l; }

for j in '' '[' '[]' '"b1"' '{' '{}' '{"broadcast":"b1"}' '{"broadcast":"b1","from":1}' \
    '{"broadcast":"b1","from":1,"to":2,"from":3}' '{"broadcast":1,"from":1,"to":2}' \
    '{"broadcast":"../b1","from":1,"to":2}' '{"broadcast":"b1","from":-1,"to":2}' \
    '{"broadcast":"b1","from":1,"to":1e300}' '{"broadcast":"b1","from":"noon","to":2}' \
    '{"broadcast":"b1","from":true,"to":2}' '{"broadcast":"b1","from":1,"to":2,"title":7}' \
    '{"broadcast":"b1","from":1,"to":2,"title":"a\u0000b"}' \
    '{"broadcast":"b1","from":1,"to":2,"title":"a\nb"}' \
    '{"broadcast":"b1","from":1,"to":2}x'; do
	ok "is no clip: $j" is 400 ask "$j"
done
printf '{"broadcast":"b1","from":1,"to":2,"title":"\377"}' >"$T/bad"
ok "nor is what is not UTF-8" is 400 ask "@$T/bad"
printf '{"broadcast":"b1","from":1,"to":2,"title":"%0201d"}' 0 >"$T/long"
ok "nor a title that is too long" is 400 ask "@$T/long"
ok "of which it says so" has 'at most 200' why
head -c 10000 /dev/zero | tr '\0' '[' >"$T/deep"
ok "nor what is nested for ever" is 400 ask "@$T/deep"
head -c 20000 /dev/zero | tr '\0' ' ' >"$T/large"
ok "nor what is too large" is 413 ask "@$T/large"
head -c 200000 /dev/zero | tr '\0' ' ' >"$T/huge"
ok "by far" is 413 ask "@$T/huge"
ok "a page elsewhere does not ask" is 415 ask '{"broadcast":"b1","from":1,"to":2}' -H 'Content-Type: text/plain'
ok "no broadcast, no clip" is 404 ask '{"broadcast":"b2","from":1,"to":2}'
ok "it ends after it begins" is 422 ask '{"broadcast":"b1","from":2,"to":2}'
ok "it is not too long" is 422 ask '{"broadcast":"b1","from":2,"to":33}'
ok "of which it says so" has 'too long' why
ok "it is of what was sent" is 422 ask '{"broadcast":"b1","from":50,"to":76}'
ok "GET makes none" is 405 status /api/clips
ok "PUT neither" is 405 status /api/clips -X PUT
ok "nothing else takes a body" is 405 status /api/channels -X POST -d x
ok "two lengths of one body" is 400 status /api/clips -X POST -H 'Content-Length: 2' -H 'Content-Length: 3' -d xx
ok "chunks of what length nobody knows" is 411 status /api/clips -X POST -H 'Transfer-Encoding: chunked' -d xx
ok "a length and chunks" is 400 status /api/clips -X POST -H 'Content-Length: 2' -H 'Transfer-Encoding: chunked' -d xx
ok "none of these made one" is 0 clips

# Said again, and at the edge of what there is.
ok "a clip to just ahead of now" is 201 ask '{"broadcast":"b1","from":40,"to":61.5}'
ok "ends now" [ "$(jq .to "$T/answer")" = 60 ]
ok "with a key" is 201 ask '{"broadcast":"b1","from":1,"to":2}' -H 'Idempotency-Key: one'
c=$(jq -r .clip "$T/answer")
ok "said again" is 200 ask '{"broadcast":"b1","from":1,"to":2}' -H 'Idempotency-Key: one'
ok "is the same" [ "$(jq -r .clip "$T/answer")" = "$c" ]
ok "and no other" is 2 clips
ok "another key is another" is 201 ask '{"broadcast":"b1","from":1,"to":2}' -H 'Idempotency-Key: two'

# What is gone.
say MediaRemoved recording/b1 '{"track":"video","first_msn":5,"last_msn":9,"bytes":50}'
ok "of what was removed" is 409 ask '{"broadcast":"b1","from":6,"to":12}'
ok "of what is left" is 201 ask '{"broadcast":"b1","from":11,"to":14}'

# weir-logd goes away.
exits 0 stop "$logd"
ok "without weir-logd none is made" is 503 ask '{"broadcast":"b1","from":20,"to":22}' -H 'Idempotency-Key: three'
ok "and it says so" has 'cannot be written' why
logd
back() { case $(ask '{"broadcast":"b1","from":20,"to":22}' -H 'Idempotency-Key: three') in 20[01]) ;; *) return 1 ;; esac; }
ok "with it, the same again is" soon back
ok "and there is one of it" [ "$(weir-cat --json -t ClipCreated | jq -r 'select(.data.from_us == 20000000) | .id' | wc -l)" -eq 1 ]
exits 0 stop "$edged"

# So many a minute, or none at all.
WEIR_CLIP_RATE=2 edged
for i in 1 2; do
	ok "the first ones are taken ($i)" is 201 ask '{"broadcast":"b1","from":30,"to":31}'
done
# On a slow machine the next one may have become due meanwhile.
ok "then they are too many" soon is 429 ask '{"broadcast":"b1","from":30,"to":31}'
exits 0 stop "$edged"
WEIR_CLIPS=off edged
ok "where nobody may, nobody does" is 403 ask '{"broadcast":"b1","from":30,"to":31}'
ok "what is there is shown" is 200 status "/api/clips/$c"
exits 0 stop "$edged"
WEIR_CLIPS=token edged
ok "where a token is wanted, none will not do" is 401 ask '{"broadcast":"b1","from":30,"to":31}'
ok "nor another" is 401 ask '{"broadcast":"b1","from":30,"to":31}' -H 'Authorization: Bearer x.y.z'
ok "an operator's will" is 201 ask '{"broadcast":"b1","from":30,"to":31}' -H "Authorization: Bearer $(weir-token --role operator --for 1h)"
exits 0 stop "$edged"
ok "who may is said right" exits 100 env WEIR_CLIPS=everybody weir-edged
exits 0 stop "$logd"
