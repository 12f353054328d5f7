#!/bin/sh
# pipelines/to-webhook against a server that checks the signature, loses its
# temper now and then, and looks over the host's shoulder for secrets.
. "$(dirname "$0")/../lib/sh.sh"
hook=$(dirname "$0")/../../pipelines/to-webhook

cat >"$T/server.mjs" <<'END'
import { createHmac } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const [log, portFile] = process.argv.slice(2);
const key = Buffer.from(process.env.WEIR_WEBHOOK_SECRET.slice(6), "base64");
const tries = {};
function shown() {
	for (const p of readdirSync("/proc").filter((n) => /^\d+$/.test(n))) {
		let words = "";
		try {
			words = readFileSync(`/proc/${p}/cmdline`, "latin1");
		} catch {}
		if (words.includes("S2V5IG9m") || words.includes("token=abc")) return true;
	}
	return false;
}
const server = createServer(async (req, res) => {
	let body = "";
	for await (const chunk of req.setEncoding("utf8")) body += chunk;
	const id = req.headers["webhook-id"], at = req.headers["webhook-timestamp"];
	const mac = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
	const event = JSON.parse(body);
	const answers = { wait: [503, 429, 204], refuse: [404], moved: [301] }[event.data.text];
	const answer = (answers ?? [200])[(tries[id] = (tries[id] ?? 0) + 1) - 1];
	appendFileSync(log, JSON.stringify({
		text: event.data.text, answer, url: req.url, same: id === event.id,
		signed: req.headers["webhook-signature"] === `v1,${mac}`,
		fresh: Math.abs(Date.now() / 1000 - at) < 60,
		type: req.headers["content-type"], shown: shown(),
	}) + "\n");
	res.writeHead(answer, answer === 301 ? { location: "/" } : {}).end();
}).listen(0, "127.0.0.1", () => writeFileSync(portFile, `${server.address().port}\n`));
END
WEIR_WEBHOOK_SECRET=whsec_S2V5IG9mIHRoZSBob29rLCAyNCBieXRlcw==
export WEIR_WEBHOOK_SECRET
node "$T/server.mjs" "$T/got" "$T/port" & pids="$pids $!"
start weir-logd
for text in first wait '\"quoted\" \\ ä\t' refuse moved last; do
	event NoteWritten "note/$text" "{\"text\":\"$text\"}"
done | sed 's|note/[^,]*",|note/x",|' | "$BIN/weir-append"
soon test -s "$T/port"
WEIR_WEBHOOK_URL="http://127.0.0.1:$(cat "$T/port")/hook?token=abc"
export WEIR_WEBHOOK_URL

# all FILTER: true when FILTER holds for every request.
all() { jq -es "length > 0 and all(.[]; $1)" "$T/got" >/dev/null; }
ok 'it comes to the end' timeout 60 "$hook" --backoff 10 --once 2>"$T/err"
jq -r '"\(.text) \(.answer)"' "$T/got" >"$T/seen"
printf '%s\n' 'first 200' 'wait 503' 'wait 429' 'wait 204' '"quoted" \ ä	 200' \
    'refuse 404' 'moved 301' 'last 200' >"$T/want"
ok 'in order, 5xx and 429 tried again, 3xx and 4xx given up' diff "$T/want" "$T/seen"
ok 'every request is signed' all '.signed and .fresh'
ok 'carries the id' all .same
ok 'and is a CloudEvent' all '.type | startswith("application/cloudevents+json")'
ok 'to the whole address' all '.url == "/hook?token=abc"'
ok 'no command line shows the secret or the address' all '.shown | not'
ok 'what was given up can be listed' [ "$("$BIN/weir-each" --name webhook --dead | wc -l)" -eq 2 ]
ok 'and why is told' grep -q 'to-webhook: event 4 was answered 404' "$T/err"

echo "$WEIR_WEBHOOK_SECRET" >"$T/secret"
event NoteWritten note/y '{"text":"by file"}' | "$BIN/weir-append"
ok 'the secret may be in a file, and weir-each started otherwise' env -u WEIR_WEBHOOK_SECRET \
    WEIR_WEBHOOK_SECRET_FILE="$T/secret" timeout 60 "$BIN/weir-each" --name webhook --once \
    -- "$hook" --send
ok 'and signs as well' all .signed
ok 'a second run sends what is new only' [ "$(wc -l <"$T/got")" -eq 9 ]

event NoteWritten note/z '{"text":"unheard"}' | "$BIN/weir-append"
ok 'nobody there is a reason to try again' env WEIR_WEBHOOK_URL=http://127.0.0.1:1/ \
    timeout 60 "$hook" --backoff 10 --tries 3 --once 2>"$T/err"
ok 'three times' [ "$(grep -c '^curl: (7)' "$T/err")" -eq 3 ]
ok 'no secret, no start' exits 1 env -u WEIR_WEBHOOK_SECRET "$hook" --once
