#!/bin/sh
# What is not HTTP/1.1, or is too much of it, is refused and closed.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
# shellcheck source=../../lib/edge.sh
. "$(dirname "$0")/../../lib/edge.sh"
here=$(dirname "$0")

logd
edged
raw() { node "$here/../../lib/raw.mjs" "$url" "$@"; }
# The status line's number and whether the connection was closed.
said() { raw "$@" | tr -d '\r' | sed -n '1s/^HTTP\/1\.1 \([0-9]*\).*/\1/p; $p' | tr '\n' ' '; }
refuses() { ok "$1" is "$2 closed " said "$3"; }

ok 'a good one stays open' is '200 open ' said 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n' 1
refuses 'closed when asked' 200 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
refuses 'HTTP/1.0 closes' 200 'GET /healthz HTTP/1.0\r\n\r\n'
ok 'unless asked not to' is '200 open ' said 'GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n' 1
ok 'two in one go' is 2 sh -c "node $here/../../lib/raw.mjs $url 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' | grep -c '^HTTP/1.1 200'"

refuses 'no Host' 400 'GET / HTTP/1.1\r\nX: y\r\n\r\n'
refuses 'no field at all' 400 'GET / HTTP/1.1\r\n\r\n'
refuses 'two Hosts' 400 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'
refuses 'an odd Host' 400 'GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n'
refuses 'a blank before the colon' 400 'GET / HTTP/1.1\r\nHost : x\r\n\r\n'
refuses 'a bare LF' 400 'GET / HTTP/1.1\nHost: x\n\n'
refuses 'a bare LF after the request line' 400 'GET / HTTP/1.1\nHost: x\r\n\r\n'
refuses 'a bare LF between fields' 400 'GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n'
refuses 'a folded line' 400 'GET / HTTP/1.1\r\nHost: x\r\n y\r\nA: b\r\n\r\n'
refuses 'a folded first line' 400 'GET / HTTP/1.1\r\n y: z\r\nHost: x\r\n\r\n'
refuses 'a bare CR' 400 'GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n'
refuses 'two blanks in the request line' 400 'GET  / HTTP/1.1\r\nHost: x\r\n\r\n'
ok 'empty lines before a request are none' is '200 open ' said '\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n' 1
refuses 'a line without a colon' 400 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'
refuses 'length and chunks' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
refuses 'two lengths' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n'
refuses 'two that differ' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 4\r\n\r\n'
refuses 'a length that is none' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n'
refuses 'chunks' 400 'GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
refuses 'a negative length' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'
refuses 'a body' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd'
refuses 'a body that never comes' 400 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n'
refuses 'a POST' 405 'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd'
refuses 'a WebSocket' 404 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13\r\n\r\n'
refuses 'an unknown method' 501 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'
refuses 'another protocol' 400 'SSH-2.0-x\r\n\r\n'
refuses 'TLS' 408 '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'
refuses 'HTTP/2' 505 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
refuses 'HTTP/0.9' 400 'GET /\r\n\r\n'
refuses 'a NUL in the target' 400 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n'
refuses 'a NUL in a field' 400 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n'
refuses '10,000 octets of URL' 414 'GET /\{a*10000} HTTP/1.1\r\nHost: x\r\n\r\n'
refuses '16 KiB of URL' 400 'GET /\{a*16384} HTTP/1.1\r\nHost: x\r\n\r\n'
refuses '64 KiB of URL' 400 'GET /\{a*65536} HTTP/1.1\r\nHost: x\r\n\r\n'
refuses '64 KiB of a field' 400 'GET / HTTP/1.1\r\nHost: x\r\nA: \{a*65536}\r\n\r\n'
fields='A: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n'
refuses 'a hundred fields' 400 "GET / HTTP/1.1\r\nHost: x\r\n$fields$fields$fields$fields$fields$fields$fields$fields$fields\r\n"
ok 'the absolute form' is '404 open ' said "GET $url/nothing HTTP/1.1\r\nHost: x\r\n\r\n" 1
ok 'of any host' is '200 open ' said 'GET http://example.org/healthz HTTP/1.1\r\nHost: x\r\n\r\n' 1
ok 'also without a path' is '204 open ' said 'OPTIONS http://example.org HTTP/1.1\r\nHost: x\r\n\r\n' 1
refuses 'another scheme' 400 'GET ftp://example.org/ HTTP/1.1\r\nHost: x\r\n\r\n'
refuses 'somebody in it' 400 'GET http://a@example.org/ HTTP/1.1\r\nHost: x\r\n\r\n'
ok 'the server itself' is '204 open ' said 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n' 1
refuses 'which has no octets' 400 'GET * HTTP/1.1\r\nHost: x\r\n\r\n'
refuses 'an escape cut short' 400 'GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n'
ok 'half a head has its time' is '408 closed ' said 'GET / HT'
for p in /%00 /assets/%00 /@a%00b /%2e%2e%2f%2e%2e%2fetc/passwd '/media/%2e%2e/%2e%2e/x.m4s' /.htpasswd /.git/config /cgi-bin/x.cgi /index.shtml /index.php \
    /var/ /assets/ /%2e%2e/ /assets/..%2findex.html //etc/passwd; do
	case $(status "$p") in
	400 | 404) ok "nothing at $p" true ;;
	*) ok "nothing at $p" false ;;
	esac
done
ok 'API errors are JSON' is '{"error":{"status":404,"message":"The API has no such resource."}}' body /api/nothing
ok 'of methods too' has '"status":405' sh -c "curl -s -X POST -H 'Content-Length: 0' $url/api/channels"
ok 'an unknown path is a page' is 'text/html; charset=utf-8' header Content-Type /nothing
ok 'with 404' is 404 status /nothing
ok 'it still answers' is ok body /healthz
ok 'ends well' stop "$edged"
stop "$logd" >/dev/null
