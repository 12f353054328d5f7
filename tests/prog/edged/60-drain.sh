#!/bin/sh
# SIGTERM: what was begun is finished, nothing new is begun.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")

mkdir -p "$WEIR_STATE/media/b1/video"
head -c 30000000 /dev/zero >"$WEIR_STATE/media/b1/video/0.m4s"
logd
edged
# An idle connection, and one in the middle of a large file.
node "$here/../../lib/raw.mjs" "$url" 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n' >"$T/idle" &
idle=$!; pids="$pids $idle"
curl -s --limit-rate 10M -o "$T/file" "$url/media/b1/video/0.m4s" &
curl=$!; pids="$pids $curl"
ok 'a file is on its way' soon test -s "$T/file"
ok 'an idle connection is there' soon grep -q '^ok' "$T/idle"
kill -TERM "$edged"
ok 'the file arrives whole' wait "$curl"
ok 'every octet of it' cmp -s "$T/file" "$WEIR_STATE/media/b1/video/0.m4s"
ok 'the end is a good one' wait "$edged"
wait "$idle"
ok 'the idle connection was closed' is closed tail -n 1 "$T/idle"

# Someone who takes nothing delays the end up to the limit, and no longer.
edged
node -e '
const s = require("net").connect(process.argv[1], "127.0.0.1", () => {
	s.write("GET /media/b1/video/0.m4s HTTP/1.1\r\nHost: x\r\n\r\n");
	s.once("readable", () => { s.pause(); console.log("begun"); });
});
s.on("error", () => process.exit());
setTimeout(() => process.exit(), 300000);
' "${url##*:}" >"$T/stalled" &
stalled=$!; pids="$pids $stalled"
ok 'someone takes nothing' soon grep -q begun "$T/stalled"
before=$(date +%s)
kill -TERM "$edged"
wait "$edged"
ok 'which is not waited for' test $(($(date +%s) - before)) -le 60
kill "$stalled" 2>/dev/null
stop "$logd" >/dev/null
