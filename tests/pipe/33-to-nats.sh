#!/bin/sh
# pipelines/to-nats into the JetStream of a nats-server of its own.  Nothing
# in Debian speaks to NATS: Node's sockets do here.
. "$(dirname "$0")/../lib/sh.sh"
to=$(dirname "$0")/../../pipelines/to-nats

if ! command -v nats-server >/dev/null; then
	ok 'nats-server is not installed # skip' true
	exit
fi
nats-server -a 127.0.0.1 -p -1 --ports_file_dir "$T" -js -sd "$T/js" >"$T/nats.log" 2>&1 &
pids="$pids $!"
ports() { cat "$T"/nats-server_*.ports; }
soon ports
port=$(ports | jq -r '.nats[0]' | sed 's/.*://')
export WEIR_NATS="127.0.0.1/$port"

# ask SUBJECT JSON: what JetStream's API answers.
cat >"$T/ask.mjs" <<'END'
import { connect } from "node:net";
const [port, subject, body] = process.argv.slice(2);
const socket = connect(Number(port), "127.0.0.1");
socket.write(`CONNECT {"verbose":false}\r\nSUB _INBOX.ask 1\r\n` +
	`PUB ${subject} _INBOX.ask ${Buffer.byteLength(body)}\r\n${body}\r\n`);
let text = "";
socket.setEncoding("utf8").on("data", (chunk) => {
	const answer = /MSG \S+ 1 \d+\r\n(.*)\r\n/.exec((text += chunk));
	if (answer) console.log(answer[1]), socket.destroy();
});
END
ask() { timeout 60 node "$T/ask.mjs" "$port" "\$JS.API.$1" "$2"; }

start weir-logd
event NoteWritten note/1 '{"text":"ä \"x\" \\ %s"}' | "$BIN/weir-append"
ok 'where no stream takes it, it is tried again' timeout 60 "$to" --once --tries 2 --backoff 10 2>"$T/err"
ok 'and why is told' grep -q 'event 1 is not stored: NATS/1.0 503' "$T/err"
ok 'it is a dead letter then' [ "$("$BIN/weir-each" --name nats --dead | jq .tries)" -eq 2 ]
ask STREAM.CREATE.weir '{"name":"weir","subjects":["weir.*"]}' >"$T/stream"
ok 'a stream is made' exits 0 jq -e '.config.name == "weir"' "$T/stream"
"$BIN/weir-each" --name nats --retry all
for i in 2 3 4 5; do event NoteWritten "note/$i" "{\"text\":\"$i\"}"; done | "$BIN/weir-append"
ok 'with a stream all go out' timeout 60 "$to" --once
ok 'and are in it' [ "$(ask STREAM.INFO.weir '' | jq .state.messages)" -eq 5 ]
ok 'once, when all are sent again' timeout 60 "$to" --name again --once
ok 'for their ids are known' [ "$(ask STREAM.INFO.weir '' | jq .state.messages)" -eq 5 ]
for i in 1 2 3 4 5; do
	ask STREAM.MSG.GET.weir "{\"seq\":$i}" | jq -r '.message | "\(.subject) \(.data | @base64d)"'
done | sort >"$T/got"
"$BIN/weir-cat" --json | sed 's/^/weir.NoteWritten /' | sort >"$T/want"
ok 'as they are in the log' diff "$T/want" "$T/got"
ask STREAM.UPDATE.weir '{"name":"weir","subjects":["weir.*"],"max_msgs":5,"discard":"new"}' >"$T/stream"
event NoteWritten note/6 '{"text":"too much"}' | "$BIN/weir-append"
ok 'a stream that is full is a reason to try again' timeout 60 "$to" --once --tries 2 --backoff 10 2>"$T/err"
ok 'and why is told' [ "$(grep -c 'event 6 is not stored: .*maximum messages exceeded' "$T/err")" -eq 2 ]
event NoteWritten note/7 '{"text":"unheard"}' | "$BIN/weir-append"
ok 'nobody there is a reason to try again' env WEIR_NATS=127.0.0.1/1 timeout 60 "$to" --once --tries 2 --backoff 10 2>"$T/err"
ok 'twice' [ "$(grep -c 'dev/tcp/127.0.0.1/1: Connection refused' "$T/err")" -eq 2 ]
