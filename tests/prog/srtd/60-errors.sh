#!/bin/sh
# What keeps weir-srtd from running, and how it says so.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
platform
# complains TEXT CODE COMMAND...: COMMAND says TEXT and exits with CODE.
complains() {
	want_text=$1; shift
	exits "$@" && grep -q -e "$want_text" "$T/exits.out" && return 0
	sed 's/^/# /' "$T/exits.out" >&2
	return 1
}
mkdir "$T/other"
other() { env WEIR_RUN="$T/other" "$@" "$BIN/weir-srtd"; }

ok 'a port in use' complains "listen on $at: Address already in use; is another weir-srtd running? set WEIR_SRT" \
    111 other WEIR_SRT="$at"
ok 'a bad address' complains 'WEIR_SRT=nonsense: want HOST:PORT' 100 other WEIR_SRT=nonsense
ok 'a foreign address' complains 'no interface has this address' 100 other WEIR_SRT=192.0.2.1:0
ok 'a latency that is none' complains 'WEIR_SRT_LATENCY' 100 other WEIR_SRT_LATENCY=soon
ok 'a second one here' complains 'another weir-srtd' 111 "$BIN/weir-srtd"
ok 'an unknown option' exits 100 "$BIN/weir-srtd" --nonsense
ok '-h tells' exits 0 "$BIN/weir-srtd" -h
ok 'every option' [ "$(grep -c '^ *--' "$T/exits.out")" -ge 12 ]

# The library is 1.5.1 in Debian 12, which says too little; elsewhere newer.
packages() {
	printf 'Package: %s\nStatus: install ok installed\nVersion: %s\n\n' \
	    libsrt1.5-openssl "$1" libsrt1.5-gnutls "$1" >"$T/packages"
}
packages 1.5.1-1+deb12u1
if env WEIR_RUN="$T/other" WEIR_SRT_PACKAGES="$T/packages" WEIR_SRT=nonsense \
    "$BIN/weir-srtd" 2>&1 | grep -q 'libsrt is'; then
	old() { other WEIR_SRT_PACKAGES="$T/packages" "$@"; }
	ok 'an old libsrt' complains 'libsrt is 1.5.1-1+deb12u1; before 1.5.1-1+deb12u2 strangers' 100 old
	ok 'nobody knows which' complains 'does not tell which package' 100 \
	    other WEIR_SRT_PACKAGES="$T/nothing"
	packages 1.5.1-1+deb12u3
	ok 'a newer one' complains 'WEIR_SRT=nonsense' 100 old WEIR_SRT=nonsense
	ok 'weir-up goes on without it' sh -c "
		mkdir -p '$T/up' && export WEIR_STATE='$T/up' WEIR_RUN='$T/up/run' \
		    WEIR_SRT_PACKAGES='$T/nothing' &&
		mkfifo '$T/up.ready' && { NOTIFY_FD=3 '$BIN/weir-up' 3>'$T/up.ready' \
		    >'$T/up.out' 2>'$T/up.err' & } && up=\$! && read -r _ <'$T/up.ready' &&
		grep -q 'weir-srtd cannot run (see above); going on without it' '$T/up.err' &&
		! grep -q srt:// '$T/up.out' && kill -TERM \$up && wait \$up"
	packages 1.5.1-1
	ok '--allow-old' sh -c "! env WEIR_RUN='$T/other' WEIR_SRT_PACKAGES='$T/packages' \
	    WEIR_SRT=nonsense '$BIN/weir-srtd' --allow-old 2>&1 | grep -q 'upgrade'"
else
	echo '# this libsrt is newer than 1.5.1'
fi
ok 'SIGTERM ends it' stop "$srtd"
ok 'and takes the address away' [ ! -e "$WEIR_RUN/srtd.addr" ]
