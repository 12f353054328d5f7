#!/bin/sh
# The disk and the clock fail under weir-logd while producers say things:
# what was answered is there once, in its place, whatever went wrong.
. "${0%/*}/../../lib/sh.sh"
: "${TORTURE:?TORTURE names the directory of fault.so}"

RUNS=8
EACH=12

# fault PLAN COMMAND...: COMMAND on a machine that breaks as PLAN says.
fault() {
	plan=$1; shift
	exec env FAULT_PLAN="$plan" LD_PRELOAD="$TORTURE/fault.so" \
	    ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" "$@"
}
# broken PLAN: start weir-logd on such a machine.
broken() {
	rm -f "$T/weir-logd.ready"
	mkfifo "$T/weir-logd.ready"
	(NOTIFY_FD=3 fault "$1" "$BIN/weir-logd" 3>"$T/weir-logd.ready") \
	    >"$T/weir-logd.out" 2>"$T/weir-logd.err" &
	pid=$!; pids="$pids $pid"
	read -r _ <"$T/weir-logd.ready"
}
# produce P [PLAN]: some weir-appends, each of which waits for its answers.
produce() {
	run=0
	while [ "$run" -lt "$RUNS" ]; do
		i=0
		while [ "$i" -lt "$EACH" ]; do
			i=$((i + 1))
			printf '{"id":"p%s-%s-%s","type":"NoteWritten","subject":"n/%s","data":{"text":"%s"}}\n' \
			    "$1" "$run" "$i" "$i" "$run"
		done >"$T/in.$1"
		(fault "${2:-}" "$BIN/weir-append" -a) <"$T/in.$1" >"$T/answers" 2>>"$T/append.err" || return 1
		sed "s/^/p$1-$run-/" "$T/answers" >>"$T/said"
		run=$((run + 1))
	done
}
# What was answered, and what there is.
agree() {
	awk '{print $1, $3, $4}' "$T/said" | sort >"$T/a"
	weir-cat --json | jq -r '"\(.id) \(.seq) \(.version)"' | sort >"$T/b"
	[ -s "$T/a" ] && cmp "$T/a" "$T/b"
}
gone() { ! grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }
# after PLAN CODE: weir-logd ends with CODE, "lives": it does not; another
# one goes on where it ended.
p=0
after() {
	p=$((p + 1))
	broken "$1"
	logd=$pid
	produce "$p" &
	producer=$!
	got=0
	if [ "$2" != lives ]; then
		soon gone "$logd" || kill -9 "$logd"
		wait "$logd" || got=$?
		[ "$got" -eq "$2" ] || { echo "# exit $got, want $2"; return 1; }
		cp "$T/weir-logd.err" "$T/first.err"
		start weir-logd
		logd=$pid
	fi
	wait "$producer" || return 1
	stop "$logd" || return 1
	agree && exits 0 weir-verify
}

starts() { (fault "$1" "$BIN/weir-logd") 2>"$T/first.err"; }
ok "no room for the journal: exit 111" exits 111 starts zeros:2:ENOSPC
ok "says so" grep -q 'No space left on device' "$T/first.err"
ok "a disk without fault" after "" lives
ok "EIO of a sync: exit 111, nothing answered that is not there" after sync:8:EIO 111
# Whichever of them was the one: that of a commit, or of what moves blocks.
ok "says what it did" grep -q -e 'commit .* events: Input/output error' \
    -e 'move blocks to their place: Input/output error' "$T/first.err"
ok "EIO of a meta page" after meta:1:EIO 111
ok "says what it did" grep -q 'move blocks to their place: Input/output error' "$T/first.err"
ok "EIO of a write" after write:5:EIO 111
ok "a write that is cut short: it writes the rest" after write:7:short lives
ok "ENOSPC of a write: it lives and goes on" after write:1:ENOSPC lives
ok "and said so" grep -q 'events are stored again' "$T/weir-logd.err"
ok "ENOSPC of a meta page: LMDB gives up, so we do" after meta:1:ENOSPC 111
ok "EDQUOT of a write" after write:1:EDQUOT lives
ok "no room ahead of the writes (ENOSPC)" after fallocate:1:ENOSPC:4 lives
ok "and said so" grep -q 'producers are held back' "$T/weir-logd.err"
ok "no room ahead of the writes (EDQUOT)" after fallocate:1:EDQUOT:4 lives
ok "a file system that cannot promise room" after fallocate:1:EOPNOTSUPP:0 lives
ok "killed before a sync" after sync:6:die 9
ok "killed in a meta page's sync" after meta:1:die 9

# The clock goes back a day, then ahead, here and at the producers.
ok "a clock that goes back" after clock:30:-86400 lives
broken clock:20:86400
logd=$pid
ok "producers with clocks of their own" produce 90 clock:3:-86400
ok "and others" produce 91 clock:5:864000
ok "stops" stop "$logd"
ok "what they were answered is there" agree
ok "seqs are in order whatever the times say" \
    [ "$(weir-cat --json | jq -r .seq | sort -nc && echo fine)" = fine ]
ok "verifies clean" exits 0 weir-verify
