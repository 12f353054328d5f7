#!/bin/sh
# Over SRT, as MPEG-TS, with a passphrase that nobody sees.
# shellcheck disable=SC2016 # for the shells inside
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/live.sh
. "$(dirname "$0")/../../lib/live.sh"
# shellcheck source=../../lib/footage.sh
. "$(dirname "$0")/../../lib/footage.sh"
# shellcheck source=push.sh
. "$(dirname "$0")/push.sh"
if ! ffmpeg -v quiet -protocols | grep -qx ' *srt'; then
	echo '# FFmpeg knows no SRT here'
	exit
fi
footage "$T/one.nut" 4 320x180
port=$(free_port)
# The receiver goes away when the sender says goodbye.
ffmpeg -nostdin -v error -y -i "srt://127.0.0.1:$port?mode=listener&passphrase=correct-horse" \
    -c copy -f nut "$T/out.nut" 2>"$T/ff.err" &
ff=$!; pids="$pids $ff"
soon grep -q "$(printf ':%04X ' "$port")" /proc/net/udp
echo "srt://127.0.0.1:$port?passphrase=wrong-horse-1" >"$T/to"
ok 'a wrong passphrase' exits 111 sh -c 'weir-push --finish-timeout 3 --to-file "$1/to" <"$1/one.nut" 2>"$1/err"' - "$T"
ok 'is refused' said 1 "cannot send: .* target=srt://127.0.0.1:$port retry_ms" "$T/err"
ok 'and seen by nobody' exits 1 grep -q horse "$T/err"
echo "srt://127.0.0.1:$port?passphrase=correct-horse" >"$T/to"
paced "$T/one.nut" | weir-push --to-file "$T/to" 2>"$T/err"
ok 'the right one' said 1 "sending target=srt://127.0.0.1:$port" "$T/err"
ok 'the receiver ends' wait "$ff"
# The latency of what is received last is lost with the connection.
ok 'nearly every picture came' test "$(frames "$T/out.nut" | wc -l)" -ge 90
got=$(frames "$T/out.nut" | sed -n 1,80p)
ok 'the same' test "$got" = "$(frames "$T/one.nut" | sed -n 1,80p)"
