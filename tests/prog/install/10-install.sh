#!/bin/sh
# make install puts a whole platform below DESTDIR, and uninstall takes it
# away again.
. "$(dirname "$0")/../../lib/sh.sh"

top=$(cd "$(dirname "$0")/../../.." && pwd)
variant=dev
case $BIN in */.build/*/bin) variant=${BIN%/bin} variant=${variant##*/} ;; esac
unset MAKEFLAGS MFLAGS WEIR_CONF WEIR_WWW WEIR_PIPELINES
# build TARGET ARGS...: make it, quietly.
build() { make -s -C "$top" V="$variant" "$@" >"$T/make.out" 2>&1 || { sed 's/^/# /' "$T/make.out" >&2; return 1; }; }
has() { grep -q -e "$2" "$1" || { sed 's/^/# /' "$1" >&2; return 1; }; }
# A second weir on the PATH would stand in for what was not installed.
PATH=$(printf %s "$PATH" | sed "s|$BIN:||")

ok 'make install' build install DESTDIR="$T/d"
P=$T/d/usr/local
ok 'weir runs there' exits 0 "$P/bin/weir" -h
ok 'and finds the others' has "$T/exits.out" '^  up '
for p in "$BIN"/weir-*; do
	ok "${p##*/} is there and answers" exits 0 "$P/bin/weir" help "${p##*/weir-}"
done
ok 'an installed one looks for /run/weir' exits 1 env -u WEIR_RUN -u WEIR_STATE "$P/bin/weir" status --json
ok 'and not into this checkout' has "$T/exits.out" '"run":"/run/weir"'
ok 'the demo stays here' [ ! -e "$P/lib/weir/pipelines/demo" ]
ok 'units run what was installed' has "$P/lib/systemd/system/weir-logd.service" '^ExecStart=/usr/local/bin/weir-logd$'
ok 'the example settings are read without complaint' exits 1 env -u WEIR_RUN WEIR_CONF="$P/share/doc/weir/weir.conf" "$P/bin/weir" status
for m in weir.1 weir-up.1 weir-status.1 weir-operating.7; do
	page=$P/share/man/man${m##*.}/$m
	nroff -man -ww "$page" >"$T/page" 2>"$T/page.err"
	ok "$m renders without a warning" [ ! -s "$T/page.err" ]
	ok "and is a manual page" grep -q "^${m%.*}(${m##*.})" "$T/page"
done
if [ "$(id -u)" -eq 0 ] && command -v systemd-sysusers >/dev/null; then
	mkdir -p "$T/root/etc"
	ok 'users are made' systemd-sysusers --root="$T/root" "$P/lib/sysusers.d/weir.conf" 2>"$T/sysusers.err"
	ok 'of their own' grep -q '^weir-media:' "$T/root/etc/passwd"
	ok 'folders are made' systemd-tmpfiles --create --root="$T/root" "$P/lib/tmpfiles.d/weir.conf"
	ok 'the keys are closed to everybody else' [ "$(stat -c %a "$T/root/var/lib/weir/keys")" = 700 ]
	ok 'the log is closed to ingest' [ "$(stat -c %a "$T/root/var/lib/weir/log")" = 2750 ]
fi
ok 'make uninstall' build uninstall DESTDIR="$T/d"
ok 'takes every file away' [ -z "$(find "$T/d" -type f)" ]
ok 'and our folders' [ ! -e "$P/lib/weir" ]

ok 'PREFIX is obeyed' build install DESTDIR="$T/e" PREFIX=/usr
ok 'in the units too' has "$T/e/usr/lib/systemd/system/weir-logd.service" '^ExecStart=/usr/bin/weir-logd$'
