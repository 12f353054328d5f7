#!/bin/sh
# What can be wrong with settings is said in words.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
rtmpd
complains() {
	text=$1 code=$2; shift 2
	if exits "$code" "$@" && grep -q -e "$text" "$T/exits.out"; then
		return 0
	fi
	sed 's/^/# /' "$T/exits.out" >&2
	return 1
}
other() { env WEIR_RUN="$T/other" "$@" "$BIN/weir-rtmpd"; }
ok 'it serves before the log does' [ -n "$at" ]
ok 'a port in use' complains "listen on $at: Address already in use; is another weir-rtmpd running? set WEIR_RTMP" \
    111 other WEIR_RTMP="$at"
ok 'a bad address' complains 'WEIR_RTMP=nonsense: want HOST:PORT' 100 other WEIR_RTMP=nonsense
ok 'a foreign address' complains 'no interface has this address' 100 other WEIR_RTMP=192.0.2.1:0
ok 'a second one on this WEIR_RUN' complains 'another weir-rtmpd' 111 "$BIN/weir-rtmpd"
ok 'no pipeline is warned of' complains 'see WEIR_PIPELINES' 111 \
    other WEIR_PIPELINES="$T/none" WEIR_RTMP="$at"
ok 'an unknown option' exits 100 "$BIN/weir-rtmpd" --nonsense
ok 'an option without its number' exits 100 "$BIN/weir-rtmpd" --connections many
ok 'an operand' exits 100 "$BIN/weir-rtmpd" operand
ok 'help' exits 0 "$BIN/weir-rtmpd" -h
ok 'SIGTERM ends it' stop "$rtmpd"
