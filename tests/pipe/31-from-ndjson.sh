#!/bin/sh
# pipelines/from-ndjson: events in, what is not taken into a file of its own.
. "$(dirname "$0")/../lib/sh.sh"
from=$(dirname "$0")/../../pipelines/from-ndjson

start weir-logd
id=01a1f980-7fa7-75b9-88b4-db13e01e84ab
cat >"$T/in" <<END
{"specversion":"1.0","id":"$id","source":"elsewhere","time":"2026-01-02T03:04:05.678901Z","type":"NoteWritten","subject":"note/1","seq":77,"version":9,"data":{"text":"ä \\\\ \\"x\\""}}
not JSON

{"type":"NeverHeardOf","subject":"note/1","data":{}}
{"type":"NoteWritten","subject":"note/1","data":{"text":"second"}}
{"type":"NoteWritten","subject":"note/2","data":{"text":3}}
END
printf '%s' '{"id":"last","type":"NoteWritten","subject":"note/2","data":{"text":"no newline"}}' >>"$T/in"
ok 'it says that some were not taken' exits 100 timeout 60 "$from" "$T/rejects" <"$T/in"
sed -n '2p;4p;6p' "$T/in" >"$T/want"
ok 'they are in the file as they were' diff "$T/want" "$T/rejects"
ok 'and why is told' grep -q 'record 4: refused: no schema for the type NeverHeardOf' "$T/exits.out"
"$BIN/weir-cat" --json >"$T/log"
ok 'the others are stored' [ "$(jq -r .data.text "$T/log" | tail -n +2 | tr '\n' ,)" = 'second,no newline,' ]
ok 'with what they bore' exits 0 jq -es ".[0] | .id == \"$id\" and .source == \"elsewhere\" and
    .time == \"2026-01-02T03:04:05.678901Z\" and .seq == 1 and .data.text == \"ä \\\\ \\\"x\\\"\"" "$T/log"

sed 's/NeverHeardOf/NoteWritten/; s/"text":3/"text":"3"/; s/{}/{"text":"mended"}/; /^not/d' \
    "$T/rejects" >"$T/mended"
ok 'mended, they go in' exits 0 timeout 60 "$from" "$T/rejects" <"$T/mended"
ok 'and nothing is rejected' [ ! -s "$T/rejects" ]
before=$("$BIN/weir-cat" --json | wc -l)
"$BIN/weir-cat" --json >"$T/log"
ok 'what the log printed goes in again' timeout 60 "$from" "$T/rejects" <"$T/log"
ok 'and is not stored twice' [ "$("$BIN/weir-cat" --json | wc -l)" -eq "$before" ]
ok 'nor rejected' [ ! -s "$T/rejects" ]
ok 'nothing in, nothing wrong' timeout 60 "$from" "$T/rejects" </dev/null
