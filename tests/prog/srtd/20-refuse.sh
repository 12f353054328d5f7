#!/bin/sh
# Who may not publish is told why in the handshake.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
options='--per-address 3'
platform

ok 'a wrong key' told_by 'rejected 1401' wrong
ok 'no stream id' told_by 'rejected 1401' ''
ok 'one without a key' told_by 'rejected 1401' '#!::m=publish'
ok 'a long one' told_by 'rejected 1401' "$(printf '%0200d' 0)"
ok 'they are counted' soon counts weir_srt_refused_key_total 4
ok 'with a line' said 'refused address=127.0.0.1:.* reason="no channel has this stream key"'
ok 'the key of another channel' told_by 'rejected 1403' "#!::r=bob,m=publish,s=$key"
ok 'nonsense' told_by 'rejected 1400' '#!::r'
ok 'no text' told_by 'rejected 1400' "$(printf '\377\376')"
ok 'another syntax' told_by 'rejected 1400' '#!R5:x'
ok 'a wish to watch' told_by 'rejected 1405' "#!::r=alice,m=request,s=$key"
ok 'in plain words' told_by 'rejected 1405' "read:$key"
ok 'is counted' soon counts weir_srt_refused_play_total 2
ok 'both ways' told_by 'rejected 1405' "#!::r=alice,m=bidirectional,s=$key"
ok 'a file' told_by 'rejected 1415' "#!::r=alice,m=publish,t=file,s=$key"
ok 'nothing of this is a broadcast' told alice 0 BroadcastStarted

encoder "$key"
ok 'one is live' soon at_least weir_srt_frames_total 10
ok 'a second one is refused' told_by 'rejected 1409' "$key"
ok 'with the channel' soon said 'refused .*channel=alice .*live already'
ok 'counted' soon counts weir_srt_refused_busy_total 1
ok 'the first goes on' alive "$encoder"
kill -INT "$encoder"
ok 'and ends' soon last_is alice 'BroadcastEnded: .*'

"$BIN/weir-channel" add bob >"$T/bob"
bob=$(cat "$T/bob")
"$BIN/weir-cat" --json --type StreamKeyAdded >"$T/keys"
hash=$(jq -r 'select(.data.channel == "bob") | .subject' "$T/keys")
event BroadcastStarted live/bob '{"channel":"bob","broadcast":"b","protocol":"rtmp"}' |
    jq -c '.source = "weir-rtmpd"' | "$BIN/weir-append" >"$T/append" 2>&1
ok 'a channel that is live by other means' told_by 'rejected 1409' "$bob"
event StreamKeyRevoked "$hash" '{"channel":"bob"}' | "$BIN/weir-append" >"$T/append" 2>&1
ok 'a revoked key' told_by 'rejected 1401' "$bob"

# Connections of one address.
"$BIN/weir-channel" add carol >"$T/carol"
hold() {
	"$BIN/weir-channel" add "c$1" >"$T/c$1"
	srt hold "$(cat "$T/c$1")" <"$T/hold" >"$T/held$1" &
	pids="$pids $!"
}
mkfifo "$T/hold"
hold 1; hold 2; hold 3
exec 9>"$T/hold"
for i in 1 2 3; do ok "connection $i" soon grep -q in "$T/held$i"; done
ok 'one too many' told_by 'rejected 1402' "$(cat "$T/carol")"
ok 'is counted' soon counts weir_srt_refused_limit_total 1
exec 9>&-
ok 'until they are gone' soon counts weir_srt_connections 0

# Passphrases.  One that is wrong takes its place among those of the address for
# some seconds.
ok 'one is set' exits 0 "$BIN/weir-channel" passphrase alice correct-horse
ok 'without it' told_by 'rejected 11' "$key"
ok 'with another' told_by 'rejected 10' "$key" wrong-horse-or-so
ok 'with it' soon told_by in "$key" correct-horse
ok 'and AES-192' soon told_by in "$key" correct-horse 24
ok 'and AES-256' soon told_by in "$key" correct-horse 32
ok 'wrong ones are told in the end' soon said 'channel=alice reason="the passphrase was wrong or missing"'
ok 'media comes through' publish "$key" '&passphrase=correct-horse&pbkeylen=32'
ok 'to the pipe' soon sh -c "for f in '$WEIR_STATE'/alice.*.nut; do
    [ \"\$(ffprobe -v error -count_packets -select_streams v:0 -show_entries \
	stream=nb_read_packets -of csv=p=0 \"\$f\" | head -n 1)\" -ge 90 ] && exit 0; done; exit 1"
ok 'it is not in the log' sh -c "! grep -raq correct-horse '$WEIR_STATE/log'"
ok 'one that was forgotten' exits 0 "$BIN/weir-forget" --yes passphrase/alice
ok 'cannot be had' told_by 'rejected 1403' "$key" correct-horse
ok 'none at all' exits 0 "$BIN/weir-channel" passphrase alice off
ok 'lets in without' told_by in "$key"
ok 'and refuses who has one' told_by 'rejected 11' "$key" correct-horse

kill -9 "$logd"
ok 'without the log' told_by 'rejected 1503' "$key"
ok 'nobody waits long' told_by 'rejected 1503' "$key"
start weir-logd
ok 'with it again' soon told_by in "$key"
# Who guesses is not listened to.
srt many 25 wrong >"$T/many"
ok 'guesses' [ "$(head -n 1 "$T/many")" = 'rejected 1401' ]
ok 'soon are not looked at' [ "$(tail -n 1 "$T/many")" = 'rejected 1402' ]
ok 'SIGTERM ends it' stop "$srtd"
