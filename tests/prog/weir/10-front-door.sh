#!/bin/sh
# weir finds, lists and runs the programs beside it.
. "$(dirname "$0")/../../lib/sh.sh"

mkdir "$T/bin" "$T/path"
cp "$BIN/weir" "$T/bin/weir"
weir=$T/bin/weir
# said TEXT COMMAND...: true when COMMAND's output holds TEXT.
said() {
	text=$1; shift
	"$@" >"$T/said.out" 2>&1
	grep -qF -e "$text" "$T/said.out" || { sed 's/^/# /' "$T/said.out" >&2; return 1; }
}
prog() {
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod +x "$1"
}
# shellcheck disable=SC2016 # the script's own variables
prog "$T/bin/weir-cat" 'echo "beside:$0:$#:$*"; exit 7'
prog "$T/path/weir-cat" 'echo path'
# shellcheck disable=SC2016 # the script's own variables
prog "$T/path/weir-far" 'echo "far away:$*:${WEIR_A-unset}:${WEIR_B-unset}:${OTHER-unset}"'
export PATH="$T/path:$PATH"
unset WEIR_CONF
WEIR_STATE=$T/state; export WEIR_STATE

ok 'no argument lists the commands' said 'To work with the log:' "$weir"
ok '-h does too' exits 0 "$weir" -h
ok '--version tells the version' said 'weir 0.' "$weir" --version
ok 'what stands beside weir is listed' said '  cat ' "$weir" --help
ok 'what PATH has is listed' said '  far' "$weir" -h
ok 'help alone lists' said '  cat ' "$weir" help
ok 'a full stdout is not passed over' exits 111 sh -c "'$weir' >/dev/full"
ok 'the program beside weir runs, before the one of PATH' said "cat:3:a b  c" "$weir" cat a 'b ' c
ok 'its exit code is weir'\''s' exits 7 "$weir" cat
ok 'PATH is searched too' said 'far away:x:' "$weir" far x
ok 'help NAME asks it' said 'far away:-h:' "$weir" help far
ok 'an unknown command is permanent' exits 100 "$weir" zzzzz
ok 'a slip is recognized' said 'did you mean cat?' "$weir" cta
ok 'a path is no command' exits 100 "$weir" ../path/weir-far
ok 'an option is no command' exits 100 "$weir" -x

printf '# settings\nWEIR_A="from the file"\nWEIR_B=file\nOTHER=file\n' >"$T/conf"
ok 'settings come from WEIR_CONF' said ':from the file:file:' env WEIR_CONF="$T/conf" "$weir" far
ok 'the environment has the last word' said ':mine:file:' env WEIR_A=mine WEIR_CONF="$T/conf" "$weir" far
ok 'keys of others are left alone' said ':file:unset' env WEIR_CONF="$T/conf" "$weir" far
ok 'a named file that is missing is an error' exits 100 env WEIR_CONF="$T/none" "$weir" far
printf 'WEIR_A=1\nnonsense\n' >"$T/bad"
ok 'a bad line is told by number' said "$T/bad: line 2 is not KEY=value" env WEIR_CONF="$T/bad" "$weir" far
ok 'and stops the command' exits 100 env WEIR_CONF="$T/bad" "$weir" far
