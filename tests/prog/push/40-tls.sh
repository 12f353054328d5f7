#!/bin/sh
# Over RTMPS, to who shows the right certificate and to nobody else.
# shellcheck disable=SC2016,SC2154 # for the shells inside; keys come from platform
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=push.sh
. "$(dirname "$0")/push.sh"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 2 \
    -keyout "$T/key.pem" -out "$T/cert.pem" 2>/dev/null
export WEIR_RTMPS=127.0.0.1:0 WEIR_RTMPS_CERT="$T/cert.pem" WEIR_RTMPS_KEY="$T/key.pem"
platform alice
footage "$T/one.nut" 3 320x180
TLS=rtmps://localhost:$(sed 's/.*://' "$WEIR_RUN/rtmps.addr")/live
try() { weir-push --finish-timeout 3 "$@" <"$T/one.nut" 2>"$T/err"; }
ok 'a certificate that the system does not trust' exits 111 try "$TLS/$alice_key"
ok 'is told' said 1 'cannot send: .* target=rtmps://localhost:[0-9]* retry_ms' "$T/err"
ok 'one that was named' try --ca-file "$T/cert.pem" "$TLS/$alice_key"
ok 'is sent to' soon told alice 1 BroadcastEnded
weir-play alice >"$T/out.nut"
ok 'every picture' as_sent "$T/out.nut"
ok 'another name than the certificate has' exits 111 \
    try --ca-file "$T/cert.pem" "rtmps://127.0.0.1:${TLS##*:}/$alice_key"
ok 'nobody else heard of it' told alice 1 BroadcastStarted
