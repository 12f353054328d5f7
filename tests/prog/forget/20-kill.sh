#!/bin/sh
# weir-logd is killed before every step that it takes with keys: what was
# said is there, readable until it is forgotten and never after.
. "${0%/*}/../../lib/sh.sh"
: "${TORTURE:?TORTURE names the directory of steps.so}"

# dying STEP: start a weir-logd that dies before that step, the last of
# which are those of the commit; or lives, when there are not so many.
dying() {
	rm -f "$T/weir-logd.ready"
	mkfifo "$T/weir-logd.ready"
	NOTIFY_FD=3 STEPS_DIE=$1 LD_PRELOAD="$TORTURE/steps.so" \
	    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
	    "$BIN/weir-logd" 3>"$T/weir-logd.ready" 2>"$T/dying.err" &
	pid=$!; pids="$pids $pid"
	read -r _ <"$T/weir-logd.ready"
}
gone() { ! grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }
answered() { gone "$1" || [ -s "$T/answer" ]; }
name() { weir-cat --json -t UserAdded | jq -r .data.name; }
keys() { find "$WEIR_STATE/keys" -type f ! -name "new*" | wc -l; }
# life STEP COMMAND...: COMMAND asks a weir-logd that dies, and then another
# one, for the same; 0 when it died, 1 when it lived through all of its steps.
life() {
	rm -f "$T/answer" # the last one's
	dying "$1"; shift
	logd=$pid
	"$@" >"$T/answer" 2>"$T/answer.err" & asker=$!
	within 30 answered "$logd" || return 2
	gone "$logd"; died=$?
	[ "$died" -ne 0 ] || { wait "$logd" 2>/dev/null; start weir-logd; logd=$pid; }
	wait "$asker" || { cat "$T/answer.err"; return 2; }
	stop "$logd" || return 2
	return "$died"
}
add() { printf '{"id":"ada","type":"UserAdded","subject":"user/1","data":{"name":"Ada"}}\n' | weir-append -a; }
forget() { weir-forget --yes user/1; }

# Right after sealing, and right after forgetting.
readable() {
	[ "$(name)" = Ada ] && [ "$(keys)" -eq 1 ] &&
	    grep -qE '^1 (stored|duplicate) 1 1$' "$T/answer" && exits 0 weir-verify
}
forgotten() {
	[ "$(name)" = null ] && [ "$(keys)" -eq 0 ] &&
	    [ "$(weir-cat --json | jq -r .type | words)" = 'UserAdded SubjectForgotten' ] &&
	    exits 0 weir-verify
}
words() { tr '\n' ' ' | sed 's/ $//'; }
# each_step CHECK COMMAND...: COMMAND with a death at each step; leaves $step.
each_step() {
	check=$1; shift
	step=0 died=0 right=0
	while [ "$died" -eq 0 ]; do
		step=$((step + 1))
		rm -rf "$WEIR_STATE"
		cp -r "$T/before" "$WEIR_STATE"
		life "$step" "$@"; died=$?
		if "$check"; then right=$((right + 1)); else echo "# step $step"; fi
	done
	[ "$died" -eq 1 ] && [ "$right" -eq "$step" ]
}

mkdir "$T/before"
ok "what is said is there, once, and to be read" each_step readable add
ok "whichever of many steps it died at" [ "$step" -gt 6 ]
rm -r "$T/before"
cp -r "$WEIR_STATE" "$T/before"
ok "who is to be forgotten is, once" each_step forgotten forget
ok "whichever of many steps it died at" [ "$step" -gt 6 ]

# Whoever asked dies with it: she is forgotten or not, and nothing between.
alone() {
	dying "$1"; logd=$pid
	weir-forget --yes --timeout 1 user/1 >"$T/answer" 2>&1
	wait "$logd" 2>/dev/null
	start weir-logd; logd=$pid
	# null-1: zeros are left, which are no key.
	case $(name)-$(keys) in
	Ada-1|null-0|null-1) ;;
	*) echo "# step $1: $(name)-$(keys)"; return 1 ;;
	esac
	forget >"$T/answer" && stop "$logd" && forgotten
}
wrong=0
while [ "$step" -gt 1 ]; do
	step=$((step - 1))
	rm -rf "$WEIR_STATE"
	cp -r "$T/before" "$WEIR_STATE"
	alone "$step" || wrong=$((wrong + 1))
done
ok "asking again does it" [ "$wrong" -eq 0 ]
