#!/bin/sh
# A signed digest proves that the log begins with what was signed, and tells
# every other log.
. "${0%/*}/../../lib/sh.sh"

note() { event NoteWritten n/a "{\"text\":\"$1\"}" | weir-append; }
against() { exits "$1" weir-verify --against "$T/statement" --public "$T/key.pub"; }
said() { grep -q "$1" "$T/exits.out" || { sed 's/^/# /' "$T/exits.out" >&2; return 1; }; }
# signed: seq and digest of the statement's last point.
signed() { sed -n 's/^digest //p' "$T/statement" | tail -n 1; }

ok "makes a key" exits 0 weir-verify --keygen "$T/key"
ok "that is its owner's alone" [ "$(stat -c %a "$T/key")" = 600 ]
ok "and a public one" grep -qE '^weir-public-key-1 [0-9a-f]{64}$' "$T/key.pub"
ok "never over another" exits 100 weir-verify --keygen "$T/key"
ok "no log is permanent" exits 100 weir-verify --digest

start weir-logd
logd=$pid
ok "an empty log has a digest" [ "$(weir-verify --digest)" = "0 $(printf %064d 0)" ]
for i in 1 2 3 4 5; do note "$i"; done
digest=$(weir-verify --digest)
echo "$digest" >"$T/digest"
ok "seq and digest of the end" grep -qE '^5 [0-9a-f]{64}$' "$T/digest"
weir-verify --sign "$T/key" >"$T/statement"
ok "a statement says the same" [ "$(signed)" = "$digest" ]
ok "it is small" [ "$(wc -c <"$T/statement")" -lt 8192 ]
ok "the log is what was signed" against 0
ok "and it says so" said '^the log begins with what was signed on 2.*, up to seq 5$'
for i in 6 7 8; do note "$i"; done
ok "it still is when more has come" against 0
ok "but the digest is another" [ "$(weir-verify --digest)" != "$digest" ]

# Removed events leave their hashes.
weir-verify --sign "$T/key" >"$T/statement"
ok "removes some" exits 0 weir-compact -t NoteWritten --keep 2
ok "the log is still what was signed" against 0
ok "and it tells of the removed" said 'up to seq 8; 6 of its events were removed since$'

# Who may sign, and what they signed.
weir-verify --keygen "$T/k2"
ok "another key did not sign this" exits 100 weir-verify --against "$T/statement" --public "$T/k2.pub"
sed 's/^removed 0/removed 1/' "$T/statement" >"$T/forged"
ok "a changed statement is told" exits 100 weir-verify --against "$T/forged" --public "$T/key.pub"
ok "as such" said 'this key did not sign it, or it was changed'
head -n 3 "$T/statement" >"$T/forged"
ok "a part is none" exits 100 weir-verify --against "$T/forged" --public "$T/key.pub"
ok "a secret key is no public one" exits 100 weir-verify --against "$T/statement" --public "$T/key"
chmod 640 "$T/key"
ok "a key that others read signs nothing" exits 100 weir-verify --sign "$T/key"
chmod 600 "$T/key"

# A log that was cut off, and one of which the past was told anew.
exits 0 stop "$logd"
weir-backup "$T/copy" >/dev/null
mv "$WEIR_STATE/log" "$T/kept"
start weir-logd
logd=$pid
for i in 1 2 3; do note "$i"; done
ok "another log is not what was signed" against 100
ok "from its first block on" said 'differs between seq 1 and 1$'
exits 0 stop "$logd"
rm -rf "$WEIR_STATE/log"
mkdir "$T/part"
cut=$(find "$T/copy" -name '*.blocks')
# The first block alone: its length stands at offset 20.
head -c "$(od -An -tu4 -j20 -N4 "$cut" | tr -d ' ')" "$cut" >"$T/part/${cut##*/}"
ok "a part of it is restored" exits 0 weir-restore "$T/part"
ok "a log that was cut off is told" against 100
ok "with its end" said '^.*the log ends at seq 1, but was signed up to seq 2'
# And goes on with another story: every chain in itself is whole.
start weir-logd
logd=$pid
for i in 2 3 4 5 6 7 8 9; do note "$i, as it never was"; done
exits 0 stop "$logd"
ok "a past that was told anew hangs together" exits 0 weir-verify --digest
ok "yet not what was signed" against 100
ok "from where it was changed" said 'differs between seq 2 and 2$'
rm -rf "$WEIR_STATE/log"
mv "$T/kept" "$WEIR_STATE/log"
ok "the right one is right again" against 0

# A flipped bit in the hash of a removed event.
hash=$(od -An -v -tx1 -j68 -N32 "$cut" | tr -d ' \n')
perl -e '
	my ($file, $hex) = @ARGV;
	open my $f, "+<:raw", $file or die;
	local $/;
	my $all = <$f>;
	my ($needle, $at, $n) = (pack("H*", $hex), 0, 0);
	while (($at = index($all, $needle, $at)) >= 0) {
		seek $f, $at, 0;
		print $f chr(ord(substr $all, $at, 1) ^ 1);
		$at++, $n++;
	}
	exit !$n' "$WEIR_STATE/log/data.mdb" "$hash"
ok "damage is told" against 100
ok "with its place" said 'the chain breaks at seq 1: the CRC does not fit'
ok "no digest is given then" exits 100 weir-verify --digest
ok "and nothing signed" exits 100 weir-verify --sign "$T/key"

for words in '--digest --sign k' '--against f' '--public k' '--keygen k --digest'; do
	# shellcheck disable=SC2086
	ok "refuses: $words" exits 100 weir-verify $words
done
