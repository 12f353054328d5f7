#!/bin/sh
# A way that is long and loses packets: nothing is missing in the end.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
way() {
	python3 "$here/relay.py" "$at" 100 5 1 >"$T/relay" &
	pids="$pids $!"
	soon test -s "$T/relay"
	over=$(cat "$T/relay")
}
. "$(dirname "$0")/loss.sh"
