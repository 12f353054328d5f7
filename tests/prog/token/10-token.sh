#!/bin/sh
# Tokens for operators, and the keys that sign them.
# shellcheck source=../../lib/sh.sh
. "$(dirname "$0")/../../lib/sh.sh"
mkdir -p "$WEIR_STATE"
keys=$WEIR_STATE/tokens
# part N: that part of the token on stdin, decoded.
part() { python3 -c 'import sys, base64
p = sys.stdin.read().strip().split(".")['"$1"']
print(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4)).decode())'; }

ok 'a token' exits 0 weir-token --role operator --for 10min --name ann
token=$(cat "$T/exits.out")
ok 'alone on a line' [ "$(wc -l <"$T/exits.out")" -eq 1 ]
ok 'of three parts' sh -c "echo '$token' | grep -qE '^[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]{86}$'"
ok 'by ES256' [ "$(echo "$token" | part 0 | jq -r '.alg + .typ')" = ES256JWT ]
ok 'that says what it is for' [ "$(echo "$token" | part 1 | jq -c '[.iss,.aud,.role,.sub,.exp-.iat]')" = '["weir","weir-edged","operator","ann",600]' ]
ok 'made a key' [ "$(weir-token --list | wc -l)" -eq 1 ]
kid=$(weir-token --list | cut -f1)
ok 'which signed it' [ "$(echo "$token" | part 0 | jq -r .kid)" = "$kid" ]
ok 'and is secret' [ "$(stat -c %a "$keys/$kid.key")" = 600 ]
ok 'but for what checks' [ "$(stat -c %a "$keys/$kid.pub")" = 644 ]
ok 'another by the same' [ "$(weir token --role operator | part 0 | jq -r .kid)" = "$kid" ]
ok 'for an hour when nothing is said' [ "$(weir token -r operator | part 1 | jq '.exp-.iat')" -eq 3600 ]
second=$(weir-token --rotate)
ok 'a second key' [ "$(weir-token --list | wc -l)" -eq 2 ]
newest=$(weir-token --list | tail -n 1 | cut -f1)
ok 'the newest signs' [ "$(weir-token -r operator | part 0 | jq -r .kid)" = "$newest" ]
ok 'the first is destroyed' exits 0 weir-token --revoke "$kid"
ok 'and gone' [ "$(weir-token --list | cut -f1)" = "$second" ]
ok 'with its files' [ "$(ls "$keys")" = "$second.key
$second.pub" ]
ok 'one that is not there' exits 100 weir-token --revoke "$kid"
ok 'nor is a path' exits 100 weir-token --revoke ../x
chmod 644 "$keys/$second.key"
ok 'a key that others read signs nothing' exits 111 weir-token -r operator
ok 'another role' exits 100 weir-token --role admin
ok 'no life' exits 100 weir-token --role operator --for 0s
ok 'a life without end' exits 100 weir-token --role operator --for 400d
ok 'nothing wanted' exits 100 weir-token
ok 'too much' exits 100 weir-token --list --rotate
ok 'a name with blanks' exits 100 weir-token --role operator --name 'a b'
