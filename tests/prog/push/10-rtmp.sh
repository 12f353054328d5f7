#!/bin/sh
# One input to several services at once, as it is, without a key being seen.
# shellcheck disable=SC2016,SC2154 # for the shells inside; keys come from platform
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=push.sh
. "$(dirname "$0")/push.sh"
platform alice bob carol
footage "$T/one.nut" 4 320x180
# Keys in a file, in the environment and on the command line.
echo "# ours
$RTMP/$bob_key" >"$T/to"
paced "$T/one.nut" >"$T/in.nut"
paced "$T/one.nut" |
    WEIR_PUSH_TO=$RTMP/$carol_key weir-push --tee --to-file "$T/to" "$RTMP/$alice_key" \
    >"$T/tee.nut" 2>"$T/err" &
push=$!; pids="$pids $push"
for c in alice bob carol; do
	ok "$c is live" soon told $c 1 BroadcastStarted
done
seen() {
	tr '\0' '\n' <"/proc/$push/cmdline" | grep -q -e "$alice_key" -e "$bob_key" -e "$carol_key"
}
ok 'the one who sends is still there' test -d "/proc/$push"
ok 'no key stands in its command line' exits 1 seen
ok 'it ends with its input' wait "$push"
for c in alice bob carol; do
	ok "the broadcast of $c is over" soon told $c 1 BroadcastEnded
	ok 'since it said goodbye' test 'the encoder said goodbye' = \
	    "$(weir-cat --json -s live/$c -t BroadcastEnded | jq -r .data.reason)"
	weir-play "$c" >"$T/$c.nut"
	ok 'every picture came, the same' as_sent "$T/$c.nut"
done
ok 'what comes in goes out' cmp "$T/tee.nut" "$T/in.nut"
ok 'no key is in what it says' exits 1 grep -q -e "$alice_key" -e "$bob_key" -e "$carol_key" "$T/err"
ok 'but where it sends' said 3 '^weir-push: sending target=rtmp://127.0.0.1:[0-9]*$' "$T/err"

# Parameters change: another NUT file behind the first.
footage "$T/two.nut" 2 192x108
paced "$T/one.nut" "$T/two.nut" | weir-push "$RTMP/$alice_key" 2>"$T/err"
ok 'other parameters in the middle' said 1 sending "$T/err"
ok 'are a run of their own' soon told alice 2 BroadcastEnded
ok 'with all pictures' test 150 = "$(weir-play --format ts alice | ffmpeg -nostdin -v quiet -i - -map 0:v -f framemd5 - | grep -c '^0,')"

nginx_rtmp && {
	ok 'to nginx' sh -c 'weir-push "$2/x" <"$1/one.nut" 2>"$1/err"' - "$T" "$NGINX"
	ok 'which records it' soon plays "$T"/nginx/*.flv
	ok 'with every picture' as_sent "$T"/nginx/*.flv
}

ok 'no address' exits 100 weir-push
ok 'none that we can send to' exits 100 weir-push http://127.0.0.1/x
ok 'none in a file' exits 100 weir-push --to-file "$T/nothing"
ok 'what is no media' exits 100 sh -c 'head -c 100000 /dev/zero | weir-push rtmp://127.0.0.1:1/a/b'
ok 'a wrong key' exits 111 sh -c 'weir-push --finish-timeout 1 "$2/nobody" <"$1/one.nut" 2>"$1/err"' - "$T" "$RTMP"
ok 'is told as the server does' said 1 'it said: No channel has this stream key' "$T/err"
