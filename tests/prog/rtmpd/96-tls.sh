#!/bin/sh
# RTMPS: encoders publish through TLS, and what is not TLS is closed; the
# certificate can be changed while they do.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
export WEIR_RTMPS=127.0.0.1:0 WEIR_RTMPS_CERT="$T/cert.pem" WEIR_RTMPS_KEY="$T/key.pem"

# certificate SERIAL: one with that, into the files above.
certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
	    -subj /CN=localhost -days 2 -set_serial "0x$1" -keyout "$T/key.$1" \
	    -out "$T/cert.$1" 2>/dev/null
	cp "$T/key.$1" "$WEIR_RTMPS_KEY"
	cp "$T/cert.$1" "$WEIR_RTMPS_CERT"
}
secure() { node "$here/rtmp.js" "tls:$tls" "$@"; }
# shows SERIAL: the server's certificate has it.
shows() {
	openssl s_client -connect "$tls" </dev/null 2>/dev/null |
	    openssl x509 -noout -serial 2>/dev/null | grep -qx "serial=$1"
}
failed() { [ "$(figure weir_rtmps_failed_handshakes_total)" -ge "$1" ]; }

start weir-logd
key=$("$BIN/weir-channel" add alice)
fails() { # TEXT COMMAND...: COMMAND exits 100 and says TEXT
	want=$1; shift
	rc=0
	"$@" >"$T/out" 2>"$T/err" || rc=$?
	sed 's/^/# /' "$T/err"
	[ "$rc" -eq 100 ] && grep -q "$want" "$T/err"
}
ok 'no certificate' fails 'cert.pem: .*No such file' "$BIN/weir-rtmpd"
certificate 0A
echo nonsense >"$WEIR_RTMPS_KEY"
ok 'no key' fails "certificate's key" "$BIN/weir-rtmpd"
cp "$T/key.0A" "$WEIR_RTMPS_KEY"
ok 'none said' fails 'WEIR_RTMPS_KEY is not set' env -u WEIR_RTMPS_KEY "$BIN/weir-rtmpd"
ok 'no address' fails 'WEIR_RTMPS' env WEIR_RTMPS=nowhere "$BIN/weir-rtmpd"

options='--start-timeout 2'
mkdir "$T/cred" && cp "$T/cert.0A" "$T/cred/rtmps.crt" && cp "$T/key.0A" "$T/cred/rtmps.key"
unset WEIR_RTMPS_CERT WEIR_RTMPS_KEY
export CREDENTIALS_DIRECTORY="$T/cred"
rtmpd
tls=$(cat "$WEIR_RUN/rtmps.addr")
ok "with systemd's credentials" shows 0A
ok 'it stops' stop "$rtmpd"
unset CREDENTIALS_DIRECTORY
export WEIR_RTMPS_CERT="$T/cert.pem" WEIR_RTMPS_KEY="$T/key.pem"

rtmpd
tls=$(cat "$WEIR_RUN/rtmps.addr")
ok 'it shows its certificate' shows 0A
ok 'ffmpeg publishes' ffmpeg -v error -i "$data/frog.mp4" -c copy -f flv "rtmps://$tls/live/$key"
ok 'which ends' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
protocol() { "$BIN/weir-cat" --json --type BroadcastStarted -s live/alice | jq -r .data.protocol | tail -n 1; }
ok 'the log says rtmps' [ "$(protocol)" = rtmps ]
whole() {
	set -- "$WEIR_STATE"/alice.*.nut
	[ "$(packets "$1" v)" -eq "$(packets "$data/frog.mp4" v)" ]
}
ok 'every picture is there' whole
ok 'in small pieces' secure publish "$key" 50 16
ok 'it ends, too' soon told alice 2 BroadcastEnded
# What TLS has decrypted no poller tells of.
ok 'all in one go' secure hasty "$key"
ok 'which ends' soon told alice 3 BroadcastEnded
ok 'without TLS, at the other port' rtmp publish "$key"
ok 'it ends' soon told alice 4 BroadcastEnded
ok 'the log says rtmp' [ "$(protocol)" = rtmp ]
ok 'a wrong key is told' secure refused wrong NetStream.Publish.Unauthorized
cut_off() { secure cut wrong 0 997 >"$T/cut"; }
ok 'cut anywhere' cut_off

noise() { { echo no; head -c 200000 /dev/urandom; } | openssl s_client -connect "$tls" -quiet >/dev/null 2>&1 || :; }
ok 'noise within TLS' noise
ok 'is no RTMP' soon said 'no RTMP handshake'
ok 'RTMP without TLS is closed' node "$here/rtmp.js" "$tls" wrong
ok 'and counted' soon failed 1
ok 'noise, too' node "$here/rtmp.js" "$tls" random
ok 'and counted, each' soon failed 61
ok 'why is said' said 'reason="TLS: '
silent() { node "$here/rtmp.js" "$tls" idle 3 >"$T/idle"; }
ok 'who says nothing is closed' silent
ok 'as too slow' soon said 'too slow to begin with TLS'
old() { openssl s_client -connect "$tls" -tls1_1 -cipher DEFAULT@SECLEVEL=0 </dev/null >"$T/old" 2>&1; }
ok 'TLS 1.1 is refused' [ "$(old; echo $?)" -ne 0 ]
ok 'TLS 1.2 is not' sh -c "openssl s_client -connect $tls -tls1_2 </dev/null >/dev/null 2>&1"

mkfifo "$T/hold"
secure stream "$key" <"$T/hold" >"$T/stream.out" 2>&1 &
stream=$!; pids="$pids $stream"
exec 9>"$T/hold"
ok 'one is live' soon grep -q live "$T/stream.out"
certificate 0B
kill -HUP "$rtmpd"
ok 'another certificate is shown after SIGHUP' soon shows 0B
echo nonsense >"$WEIR_RTMPS_CERT"
kill -HUP "$rtmpd"
ok 'a bad one is reported' soon said 'certificate of before stays in force'
ok 'and the last good one shown' shows 0B
cp "$T/cert.0A" "$WEIR_RTMPS_CERT"
kill -HUP "$rtmpd"
ok 'so is one of another key' soon said "read the certificate's key.*key values mismatch"
ok 'and not shown' shows 0B
ok 'who was live goes on' alive "$stream"
exec 9>&-
ok 'and ends as it wants' wait "$stream"
ok 'the expiry is a metric' [ "$(figure weir_rtmps_certificate_expires_seconds)" -gt "$(date +%s)" ]
ok 'it stops' stop "$rtmpd"
ok 'and its address is gone' [ ! -e "$WEIR_RUN/rtmps.addr" ]
