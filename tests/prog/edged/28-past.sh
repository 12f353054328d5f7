#!/bin/sh
# What was served at a time gone by, for operators alone.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"

logd
edged
token=$(weir-token --role operator --for 1h)
now() { curl -s -m 60 "$url$1"; }
# then AT PATH: as it was, with the token.
then_() {
	mark='?'
	case $2 in *'?'*) mark='&' ;; esac
	curl -s -m 60 -H "Authorization: Bearer $token" "$url$2${mark}at=$1"
}
seq() { now /metrics | sed -n 's/^weir_edge_log_seq //p'; }
# keep NAME: what is served now, and at which seq.
keep() {
	seq >"$T/$1.seq"
	now /api/channels >"$T/$1.channels"
	now /api/channels/alice >"$T/$1.alice"
	now /live/alice/video/index.m3u8 >"$T/$1.video"
	now '/live/alice/audio/index.m3u8?window=60' >"$T/$1.audio"
	now /live/alice/index.m3u8 >"$T/$1.index"
}
# same NAME: it is served again.
same() {
	at=$(cat "$T/$1.seq")
	then_ "$at" /api/channels | cmp - "$T/$1.channels" &&
	    then_ "$at" /api/channels/alice | cmp - "$T/$1.alice" &&
	    then_ "$at" /live/alice/video/index.m3u8 | cmp - "$T/$1.video" &&
	    then_ "$at" '/live/alice/audio/index.m3u8?window=60' | cmp - "$T/$1.audio" &&
	    then_ "$at" /live/alice/index.m3u8 | sed "s/&at=$at//" | cmp - "$T/$1.index"
}

channel_added bob ''
channel_added alice 'Alice'
broadcast_started alice b1
track b1 video 1
track b1 audio 1
segments b1 video 0 299
segments b1 audio 0 299
soon has /299.m4s now /live/alice/audio/index.m3u8
keep growing
segments b1 video 300 399
segments b1 audio 300 399
soon has /399.m4s now /live/alice/audio/index.m3u8
weir-channel window alice 2min
soon has '#EXT-X-MEDIA-SEQUENCE:280' now /live/alice/video/index.m3u8
keep windowed
moment=$(date -u +%Y-%m-%dT%H:%M:%S.%6NZ)
say MediaRemoved recording/b1 '{"track":"video","first_msn":0,"last_msn":299}'
soon has '#EXT-X-MEDIA-SEQUENCE:300' now /live/alice/video/index.m3u8
keep removed
broadcast_ended alice b1
soon has '#EXT-X-ENDLIST' now /live/alice/video/index.m3u8
say ChannelTitled channel/alice '{"name":"alice","title":"Another"}'
soon has Another now /api/channels/alice
broadcast_started alice b2
track b2 video 1
segments b2 video 0 9
soon has /b2/video/9.m4s now /live/alice/video/index.m3u8

ok 'what was live' same growing
ok 'with its window' same windowed
ok 'and without what was removed' same removed
ok 'not what is now' has '"broadcast":"b2"' now /api/channels/alice
ok 'also by the time' is "$(cat "$T/windowed.alice")" then_ "$moment" /api/channels/alice
ok 'in another zone' is "$(cat "$T/windowed.alice")" then_ "$(TZ=UTC date -d "$moment" +%Y-%m-%dT%H:%M:%S.%6N%%2B00:00)" /api/channels/alice
ok 'a player goes on in the past' has "video/index.m3u8?broadcast=b1&at=$(cat "$T/growing.seq")" then_ "$(cat "$T/growing.seq")" /live/alice/index.m3u8
by_id() { then_ "$(cat "$T/growing.seq")" '/live/alice/video/index.m3u8?broadcast=b1' | cmp - "$T/growing.video"; }
ok 'by the broadcast, too' by_id
ok 'what was not there yet' is '{"error":{"status":404,"message":"It was not there then."}}' \
    then_ "$(cat "$T/growing.seq")" '/live/alice/video/index.m3u8?broadcast=b2'
ok 'before all there was nothing' is '{"channels":[]}' then_ 0 /api/channels
stop "$edged"
edged
ok 'a restart changes nothing of it' same growing

# st AT [CURL-OPTION...]: the status of what was at AT.
st() { a=$1; shift; status "/api/channels?at=$a" "$@"; }
bearer() { printf 'Authorization: Bearer %s' "$1"; }
good=$(bearer "$token")
ok 'not at what is no time' is 400 st yesterday -H "$good"
ok 'of which it says so' has 'at is a seq, or a date-time' \
    curl -s -H "$good" "$url/api/channels?at=yesterday"
ok 'nor at none' is 400 st '' -H "$good"
ok 'nor at two' is 400 st '1&at=2' -H "$good"
ok 'of which it says so, as the API does' \
    is '{"error":{"status":400,"message":"The request'"'"'s target is malformed."}}' \
    curl -s -H "$good" "$url/api/channels?at="
ok 'nor ahead of the log' is 400 st 99999999 -H "$good"
ok 'nor of the time' is 400 st 2999-01-01T00:00:00Z -H "$good"
ok 'nor before there was time' is 400 st 2026-13-01T00:00:00Z -H "$good"
ok 'not without a token' is 401 st 1
ok 'which is said' is '{"error":{"status":401,"message":"This takes a token for the role operator."}}' now '/api/channels?at=1'
ok 'to a player, too' is 401 status '/live/alice/video/index.m3u8?at=1'
ok 'and how it is done' is 'Bearer realm="weir"' header WWW-Authenticate '/api/channels?at=1'
ok 'not with one that is none' is 401 st 1 -H 'Authorization: Bearer x'
ok 'nor with a password' is 401 st 1 -H 'Authorization: Basic YTpi'
ok 'nor with two' is 400 st 1 -H "$good" -H "$good"
ok 'the scheme in any letters' is 200 st 1 -H "Authorization: bearer $token"

# What is forged, with the public key at hand.
forge() {
	python3 - "$WEIR_STATE/tokens" "$@" <<'P'
import base64, glob, hashlib, hmac, json, subprocess, sys, tempfile, time
keys, kind = sys.argv[1], sys.argv[2]
pub = glob.glob(keys + '/*.pub')[0]
kid = pub.split('/')[-1][:-4]
b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b'=').decode()
now = int(time.time())
head = {'alg': 'ES256', 'typ': 'JWT', 'kid': kid}
body = {'iss': 'weir', 'aud': 'weir-edged', 'role': 'operator', 'iat': now, 'nbf': now, 'exp': now + 600}
def der_to_raw(der):
    def num(at):
        n = der[at + 1]
        return int.from_bytes(der[at + 2:at + 2 + n], 'big').to_bytes(32, 'big'), at + 2 + n
    r, at = num(2)
    return r + num(at)[0]
def es256(text):
    with tempfile.NamedTemporaryFile() as f:
        f.write(text.encode()); f.flush()
        return der_to_raw(subprocess.run(['openssl', 'dgst', '-sha256', '-sign', pub[:-4] + '.key', f.name],
                          capture_output=True, check=True).stdout)
sign = es256
if kind == 'hs256':
    head['alg'] = 'HS256'
    sign = lambda t: hmac.new(open(pub, 'rb').read(), t.encode(), hashlib.sha256).digest()
elif kind in ('none', 'None'):
    head['alg'] = kind
    sign = lambda t: b''
elif kind == 'empty': sign = lambda t: b''
elif kind == 'zero': sign = lambda t: bytes(64)
elif kind == 'expired': body.update(iat=now - 600, nbf=now - 600, exp=now - 31)
elif kind == 'early': body.update(nbf=now + 120)
elif kind == 'audience': body['aud'] = 'another'
elif kind == 'issuer': body['iss'] = 'another'
elif kind == 'type': head['typ'] = 'at+jwt'
elif kind == 'path': head['kid'] = '../tokens/' + kid
elif kind == 'sql': head['kid'] = "x' OR '1'='1"
elif kind == 'jku': head['jku'] = 'http://127.0.0.1/keys'
elif kind == 'role': body['role'] = 'viewer'
elif kind == 'leeway': body.update(iat=now - 60, nbf=now - 60, exp=now - 5)
elif kind == 'large': body['x'] = 'y' * 9000
text = b64(json.dumps(head).encode()) + '.' + b64(json.dumps(body).encode())
print(text + '.' + b64(sign(text)))
P
}
ok 'one that is made by hand, but right' is 200 st 1 -H "$(bearer "$(forge good)")"
ok 'half a minute is forgiven' is 200 st 1 -H "$(bearer "$(forge leeway)")"
for kind in hs256 none None empty zero expired early audience issuer type path sql jku large; do
	ok "one that is forged: $kind" is 401 st 1 -H "$(bearer "$(forge $kind)")"
done
ok 'one for another role' is 403 st 1 -H "$(bearer "$(forge role)")"
# A megabyte is no head of a request; the peer may be gone before it is sent.
head -c 1000000 /dev/zero | tr '\0' a >"$T/large"
large() {
	code=$(curl -s -o /dev/null -w '%{http_code}' -H "@$T/header" "$url/api/channels?at=1")
	case $code in 400 | 401 | 431 | 000) ;; *) echo "# $code" >&2; return 1 ;; esac
}
{ printf 'Authorization: Bearer '; cat "$T/large"; } >"$T/header"
ok 'nor one of a megabyte' large
ok 'who is served still' is 200 st 1 -H "$good"
weir-token --revoke "$(weir-token --list | cut -f1)"
ok 'a key that is destroyed opens nothing' is 401 st 1 -H "$good"
ok 'ends well' stop "$edged"
ok 'the log stops' stop "$logd"
