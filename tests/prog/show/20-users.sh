#!/bin/sh
# People in a projection: what is personal is there for whoever has the key,
# and gone with it, before and after a rebuild.
. "$(dirname "$0")/../../lib/sh.sh"

user() { weir-show users | jq -r "select(.id == \"$1\") | .$2"; }
rebuilt() { weir-rebuild users | grep -q "^users $1 "; }
plain() { grep -rqa -e 'Ada Lovelace' "$WEIR_STATE"; }

start weir-logd; logd=$pid
{
	event UserAdded user/1 '{"name":"Ada Lovelace","email":"ada@example.org"}'
	event UserAdded user/2 '{"name":"Grace"}'
} | weir-append
ok 'who is known' [ "$(weir-show users | jq -r .id | paste -sd ' ')" = '1 2' ]
ok 'by name' [ "$(user 1 name)" = 'Ada Lovelace' ]
ok 'and address' [ "$(user 1 email)" = ada@example.org ]
ok 'as far as it was told' [ "$(user 2 email)" = null ]
ok 'it is kept' rebuilt 2
ok 'sealed' [ "$(plain && echo open)" = '' ]
mv "$WEIR_STATE/keys" "$T/keys"
ok 'without the keys nobody has a name' [ "$(user 1 name) $(user 1 forgotten)" = 'null false' ]
mv "$T/keys" "$WEIR_STATE/keys"

weir-forget --yes user/1
ok 'who was forgotten is' [ "$(user 1 name) $(user 1 forgotten)" = 'null true' ]
ok 'the others are not' [ "$(user 2 name)" = Grace ]
ok 'as of before as well' \
    [ "$(weir-show --at 2 users | jq -r 'select(.id == "1").name')" = null ]
ok 'after a rebuild, too' rebuilt 3
ok 'she is gone' [ "$(user 1 name) $(user 1 forgotten)" = 'null true' ]
weir-show users >"$T/kept"
rm -r "$WEIR_STATE/projections/users"
ok 'what is kept is what it would be anew' cmp "$T/kept" - <<END
$(weir-show users)
END
event UserAdded user/1 '{"name":"Ada again"}' | weir-append
ok 'nobody comes back by being said again' [ "$(user 1 name 2>/dev/null)" = null ]
ok 'the log is whole' exits 0 weir-verify
stop "$logd" >/dev/null
