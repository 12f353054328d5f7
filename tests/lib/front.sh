# Sourced by the tests of fronts, after sh.sh and edge.sh: a broadcast in parts,
# and a front before it.
# shellcheck shell=sh disable=SC2034,SC2154
WEIR_HTTP_TRUST=127.0.0.1 WEIR_HTTP_PER_ADDRESS=8
export WEIR_HTTP_TRUST WEIR_HTTP_PER_ADDRESS

# front NAME: start it before a weir-edged of its own; $front is its pid and
# $https where it listens.
front() {
	logd
	edged
	channel_added alice Alice
	broadcast_started alice b1
	track b1 video 1 ',"part_us":200000'
	segments b1 video 0 2
	parts b1 video 3 0 1
	WEIR_FRONT=127.0.0.1:$(node -e '
		const s = require("net").createServer().listen(0, "127.0.0.1", () => {
			console.log(s.address().port);
			s.close();
		});')
	export WEIR_FRONT
	https=https://$WEIR_FRONT
	# Varnish goes on as another user.
	chmod 711 "$T"
	TMPDIR=$T "$(dirname "$0")/../../pipelines/$1" >"$T/front.out" 2>"$T/front.err" &
	front=$!; pids="$pids $front"
	soon curl -skf "$https/healthz" || sed 's/^/# /' "$T/front.err"
}
# through PATH [CURL-OPTION...]: what the front answers.
through() { p=$1; shift; curl -sk -m 60 "$@" "$https$p"; }
# many N PATH: N viewers ask at once, each over a connection of its own;
# prints the statuses they got, each once, with their number.
many() {
	i=0
	while [ "$((i += 1))" -le "$1" ]; do
		printf 'url = "%s%s"\noutput = "/dev/null"\n' "$https" "$2"
	done >"$T/many"
	"$WEIR_CURL" -sk --no-progress-meter --http1.1 -m 60 -Z --parallel-max 300 --parallel-immediate \
	    -w '%{http_code}\n' -K "$T/many" | sort | uniq -c | tr -s ' '
}
# asked KIND: how many requests of it the edge has answered.
asked() {
	body /metrics |
	    sed -n "s/^weir_edge_responses_total{kind=\"$1\".*} //p" |
	    awk '{ n += $1 } END { print n + 0 }'
}
# A player that tells of itself in the query is heard by the edge.
tells_in_query() {
	ok 'who tells of itself in the query' is 200 through \
	    '/media/b1/video/0.m4s?CMCD=bl%3D700%2Csid%3D%22query%22' -o /dev/null -w '%{http_code}'
	ok 'is heard by the edge' soon has 'weir_edge_players 1' body /metrics
}
waiting() { body /metrics | grep -qx "weir_edge_requests_waiting $1"; }
