#!/bin/sh
# weir-up starts, watches and stops programs; here they are stand-ins that
# note what happens to them.
. "$(dirname "$0")/../../lib/sh.sh"

mkdir "$T/bin"
cp "$BIN/weir-up" "$T/bin/"
real=$BIN
BIN=$T/bin
unset WEIR_CONF NO_COLOR

# fake NAME: a daemon that serves until SIGTERM.  Files steer it:
# $WEIR_RUN/NAME.exit holds the code to end with at once, NAME.deaf makes it
# pass over SIGTERM.
fake() {
	cat >"$T/bin/weir-$1" <<'END'
#!/bin/sh
me=${0##*weir-}
say() { echo "$*" >>"$WEIR_RUN/story"; }
[ ! -e "$WEIR_RUN/$me.exit" ] || exit "$(cat "$WEIR_RUN/$me.exit")"
echo "<6>weir-$me: hello from pid=$$" >&2
echo "<4>weir-$me: careful" >&2
echo "weir-other: in passing"
echo 127.0.0.1:80 >"$WEIR_RUN/$me.addr"
echo $$ >"$WEIR_RUN/$me.pid"
say "$me up"
trap 'say "$me down"; kill $!; exit 0' TERM
[ ! -e "$WEIR_RUN/$me.deaf" ] || trap 'say "$me deaf"' TERM
echo >&3
while :; do sleep 1000 & wait $!; done
END
	chmod +x "$T/bin/weir-$1"
}
# fresh: an instance of its own for each scenario.
fresh() {
	T2=$(mktemp -d "$T/i.XXXXXX")
	WEIR_STATE=$T2 WEIR_RUN=$T2/run
	export WEIR_STATE WEIR_RUN
	mkdir "$WEIR_RUN"
	rm -f "$T"/weir-up.*
}
has() { grep -q -e "$2" "$1" || { sed 's/^/# /' "$1" >&2; return 1; }; }
gone() { ! kill -0 "$1" 2>/dev/null; }
other() { [ "$(cat "$1")" != "$2" ]; }
for d in logd srtd rtmpd edged thumb; do fake $d; done

fresh
start weir-up
ok 'the log is up before the others' [ "$(head -n 1 "$WEIR_RUN/story")" = 'logd up' ]
ok 'all serve when it says so' [ "$(wc -l <"$WEIR_RUN/story")" -eq 5 ]
ok 'it tells where to watch' has "$T/weir-up.out" '^watch    http://127.0.0.1:80/$'
ok 'and where to publish' has "$T/weir-up.out" '^publish  rtmp://127.0.0.1:80/live '
ok 'by SRT, too' has "$T/weir-up.out" '^publish  srt://127.0.0.1:80?streamid=KEY'
ok 'lines bear the name, not the priority' soon has "$T/weir-up.err" '^rtmpd | careful$'
ok 'lines of its children say whose they are' soon has "$T/weir-up.err" '^logd  | weir-other: in passing$'
ok 'a second one on this WEIR_RUN is refused' exits 111 "$BIN/weir-up"
was=$(cat "$WEIR_RUN/rtmpd.pid")
kill -9 "$was"
ok 'one that dies is started again' soon other "$WEIR_RUN/rtmpd.pid" "$was"
ok 'which is told' has "$T/weir-up.err" 'weir-rtmpd ended; starting it again signal="Killed"'
ok 'the others were left alone' [ "$(grep -c 'edged up\|logd up' "$WEIR_RUN/story")" -eq 2 ]
ok 'SIGTERM ends it well' stop "$pid"
ok 'and the daemons in reverse order' [ "$(grep down "$WEIR_RUN/story" | tr '\n' ,)" = 'thumb down,edged down,rtmpd down,srtd down,logd down,' ]

fresh
start weir-up --quiet
ok 'quiet keeps warnings' soon has "$T/weir-up.err" 'edged | careful'
ok 'and drops the rest' [ "$(grep -c hello "$T/weir-up.err")" -eq 0 ]
kill -9 "$pid"
for d in logd rtmpd edged thumb; do
	ok "$d ends when weir-up is killed" soon gone "$(cat "$WEIR_RUN/$d.pid")"
done

fresh
: >"$WEIR_RUN/rtmpd.deaf"
start weir-up --stop-limit 3
ok 'one that does not end is killed' stop "$pid"
ok 'after it was asked' has "$WEIR_RUN/story" 'rtmpd deaf'
ok 'and the rest still ends in order' [ "$(tail -n 1 "$WEIR_RUN/story")" = 'logd down' ]
ok 'nothing is left of it' soon gone "$(cat "$WEIR_RUN/rtmpd.pid")"

fresh
echo 100 >"$WEIR_RUN/edged.exit"
ok 'exit 100 stops everything with 100' exits 100 "$BIN/weir-up"
ok 'the cause is told' has "$T/exits.out" 'weir-edged cannot run like this'
ok 'the log was stopped' has "$WEIR_RUN/story" 'logd down'

fresh
echo 111 >"$WEIR_RUN/logd.exit"
ok 'what never comes up is given up' exits 111 "$BIN/weir-up"
ok 'after three tries' has "$T/exits.out" 'weir-logd did not come up in 3 tries'
ok 'and the others are not tried' [ ! -e "$WEIR_RUN/story" ]

fresh
start weir-up
echo 100 >"$WEIR_RUN/edged.exit"
kill "$(cat "$WEIR_RUN/edged.pid")"
got=0; wait "$pid" || got=$?
ok 'exit 100 later on is final too' [ "$got" -eq 100 ]

fresh
rm "$BIN/weir-rtmpd"
ok 'a missing daemon is permanent' exits 100 "$BIN/weir-up"
ok 'and named' has "$T/exits.out" 'run .*/weir-rtmpd: No such file'

BIN=$real
ok 'a bad option is permanent' exits 100 "$BIN/weir-up" --nonsense
ok '-h tells' exits 0 "$BIN/weir-up" -h
