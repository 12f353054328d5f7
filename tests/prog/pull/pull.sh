# Sourced by the tests of weir-pull, after sh.sh, live.sh, footage.sh and
# push.sh: sources.
# shellcheck shell=sh disable=SC2034,SC2154

# web FOLDER: serve it over HTTP; its address is then in $WEB.
web() {
	python3 -u -c 'import http.server, sys
class H(http.server.SimpleHTTPRequestHandler):
	def __init__(self, *a): super().__init__(*a, directory=sys.argv[1])
	def log_message(self, *a): print(self.path, flush=True)
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), H)
open(sys.argv[2], "w").write("http://127.0.0.1:%d" % s.server_address[1])
s.serve_forever()' "$1" "$T/web.at" >"$T/web.log" 2>&1 &
	pids="$pids $!"
	soon test -s "$T/web.at"
	WEB=$(cat "$T/web.at")
}
# pictures FILE: how many there are to decode.
pictures() { frames "$1" | wc -l; }
# packets FILE KIND: packets of the first stream of KIND (v or a).
packets() {
	ffprobe -v quiet -count_packets -select_streams "$2:0" \
	    -show_entries stream=nb_read_packets -of csv=p=0 - <"$1"
}
