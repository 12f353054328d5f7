#!/bin/sh
# The keys of what is personal are copied and brought back by themselves.
. "${0%/*}/../../lib/sh.sh"

B=$T/backup
K=$T/keys
user() { event UserAdded "user/$1" "{\"name\":\"$2\"}" | weir-append; }
names() { WEIR_STATE=$1 weir-cat --json -t UserAdded | jq -c '[.data.name]' | tr -d '\n'; }
start weir-logd
user 1 Ada
user 2 Bo
ok "a copy of the log" exits 0 weir-backup "$B"
ok "says that it has no keys" grep -q '^without keys' "$T/exits.out"
ok "nor what they are for" [ "$(grep -rca Ada "$B" | grep -vc ':0$')" -eq 0 ]
ok "with keys" exits 0 weir-backup --keys "$K" "$B"
ok "says how many" grep -q ': 2 keys, 2 of them new, 0 destroyed' "$T/exits.out"
ok "nobody else may enter there" [ "$(stat -c %a "$K")" = 700 ]
ok "nor read one" [ -z "$(find "$K" -type f ! -perm 600)" ]
cp -r "$K" "$T/old"
user 3 Cleo
weir-forget --yes user/1 >"$T/out"
ok "keys alone" exits 0 weir-backup --keys "$K"
ok "the copy forgets, too" grep -q ': 2 keys, 1 of them new, 1 destroyed' "$T/exits.out"
weir-backup "$B" >"$T/out"
ok "not while weir-logd runs" exits 111 env WEIR_STATE="$T/new" weir-restore --keys "$K" "$B"
stop "$pid"

ok "restores log and keys" exits 0 env WEIR_STATE="$T/new" weir-restore --keys "$K" "$B"
ok "to what was readable" [ "$(names "$T/new")" = '[null]["Bo"]["Cleo"]' ]
ok "nobody else may enter" [ "$(stat -c %a "$T/new/keys")" = 700 ]
ok "not over other keys" exits 100 env WEIR_STATE="$T/new" weir-restore --keys "$K"
ok "and says so" grep -q 'there are keys' "$T/exits.out"

# Keys from before she was forgotten do not bring her back.
ok "a log without keys" exits 0 env WEIR_STATE="$T/third" weir-restore "$B"
ok "reads nothing" [ "$(names "$T/third")" = '[null][null][null]' ]
mkdir "$T/third/keys" # as a weir-logd leaves it
ok "old keys for it" exits 0 env WEIR_STATE="$T/third" weir-restore --keys "$T/old"
ok "but those of whom the log forgot" grep -q ': 1 keys, 1 more' "$T/exits.out"
ok "bring back others alone" [ "$(names "$T/third")" = '[null]["Bo"][null]' ]

ok "no keys to copy are told" exits 100 env WEIR_STATE="$T/none" weir-backup --keys "$K"
ok "no keys to restore, too" exits 100 env WEIR_STATE="$T/fourth" weir-restore --keys "$T/none"
ok "want something to do" exits 100 weir-restore
ok "a check wants a copy" exits 100 weir-backup --verify --keys "$K"
