#!/bin/sh
# pipelines/to-clickhouse into a ClickHouse of its own.
. "$(dirname "$0")/../lib/sh.sh"
to=$(dirname "$0")/../../pipelines/to-clickhouse

if ! command -v clickhouse-server >/dev/null || ! command -v clickhouse-client >/dev/null; then
	ok 'ClickHouse is not installed # skip' true
	exit
fi
mkdir -p "$T/ch/tmp"
# shellcheck disable=SC2046 # two words
set -- $(python3 -c '
import socket
s = [socket.socket() for _ in range(3)]
for x in s: x.bind(("127.0.0.1", 0))
print(*(x.getsockname()[1] for x in s))')
cat >"$T/ch.xml" <<END
<yandex><logger><level>error</level><console>1</console></logger>
<listen_host>127.0.0.1</listen_host><tcp_port>$1</tcp_port><http_port>$2</http_port>
<interserver_http_port>$3</interserver_http_port>
<path>$T/ch/</path><tmp_path>$T/ch/tmp/</tmp_path><mark_cache_size>5242880</mark_cache_size>
<users_config>ch-users.xml</users_config><default_profile>default</default_profile>
<default_database>default</default_database></yandex>
END
cat >"$T/ch-users.xml" <<END
<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default>
<password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile>
<quota>default</quota></default></users></yandex>
END
(cd "$T/ch" && exec clickhouse-server --config-file="$T/ch.xml") >"$T/ch.log" 2>&1 &
pids="$pids $!"
port=$1
q() { clickhouse-client --port "$port" --query "$1"; }
soon q 'select 1'

start weir-logd
{
	event NoteWritten note/1 '{"text":"ä \"x\" \\ \t\u0001 \\N"}'
	event NoteWritten note/2 '{"text":"second"}'
} | "$BIN/weir-append"
has() { [ "$(q 'select count() from weir')" -eq "$1" ]; }
"$to" weir --port "$port" & one=$!; pids="$pids $one"
ok 'what is in the log arrives' soon has 2
event NoteWritten note/3 '{"text":"third"}' | "$BIN/weir-append"
ok 'and what comes' soon has 3
stop $one 2>/dev/null
for i in $(seq 200); do event NoteWritten note/4 "{\"text\":\"$i\"}"; done | "$BIN/weir-append"
"$to" weir --port "$port" & one=$!; pids="$pids $one"
ok 'a restart goes on where it was' soon has 203
stop $one 2>/dev/null
q "select seq, id, toString(time, 'UTC') as time, type, subject, data from weir order by seq format JSONEachRow" |
    jq -c '[(.seq | tonumber), .id, .time, .type, .subject, (.data | fromjson)]' >"$T/got"
"$BIN/weir-cat" --json | jq -c '[.seq, .id, (.time[:19] | sub("T"; " ")), .type, .subject, .data]' >"$T/want"
ok 'every event is there once, as in the log' diff "$T/want" "$T/got"
ok 'no database is an end that says so' exits 210 timeout 60 "$to" weir --port 1
