#!/bin/sh
# Who may not publish is told why, and closed.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/rtmpd.sh"
platform

# complains TEXT COMMAND...: COMMAND fails and says TEXT.
complains() {
	want=$1; shift
	if ! "$@" >"$T/complaint" 2>&1 && grep -q -e "$want" "$T/complaint"; then
		return 0
	fi
	sed 's/^/# /' "$T/complaint" >&2
	return 1
}
to() {
	ffmpeg -v error -i "$data/frog.mp4" -c copy -f flv "rtmp://$at/live/$1"
}
ok 'a wrong key, told to ffmpeg' complains 'No channel has this stream key' to wrong
ok 'as Unauthorized' rtmp refused wrong NetStream.Publish.Unauthorized
ok 'a missing key' rtmp refused '' NetStream.Publish.Unauthorized
ok 'a query alone' rtmp refused '?key=1' NetStream.Publish.Unauthorized
ok 'a long key' rtmp refused "$(printf '%0200d' 0)" NetStream.Publish.Unauthorized
ok 'they are counted' soon counts weir_rtmp_refused_key_total 5
ok 'watching' complains 'watch in a browser' \
    ffmpeg -v error -i "rtmp://$at/live/$key" -f null -
ok 'is counted' soon counts weir_rtmp_refused_play_total 1
ok 'HEVC without a word of it' rtmp media "$key" 9 1c00000000 'HEVC configuration is malformed'
ok 'VVC' rtmp media "$key" 9 9076766331 'VVC is not supported'
ok 'VP6' rtmp media "$key" 9 14 'VP6 is not supported'
ok 'Speex' rtmp media "$key" 8 bf00 'Speex is not supported'
ok 'a broken avcC' rtmp media "$key" 9 17000000000142 'H.264 configuration is malformed'
ok 'a broken AAC configuration' rtmp media "$key" 8 af00ff 'AAC configuration is malformed'
ok 'all of them ended' soon told alice 6 BroadcastEnded
ok 'with the reason' last_is alice 'BroadcastEnded: the stream was refused: the AAC configuration is malformed'

mkfifo "$T/hold"
rtmp stream "$key" <"$T/hold" >"$T/stream.out" 2>&1 &
stream=$!; pids="$pids $stream"
exec 9>"$T/hold"
ok 'one is live' soon grep -q live "$T/stream.out"
ok 'a second one is refused' rtmp refused "$key" NetStream.Publish.BadName
ok 'ffmpeg is told' complains 'live already' to "$key"
ok 'in the log of rtmpd, with the channel' said 'refused .*channel=alice .*live already'
ok 'the first goes on' alive "$stream"
exec 9>&-
ok 'and ends as it wants' wait "$stream"
ok 'which frees the channel' rtmp publish "$key"
ok 'its end is told' soon told alice 8 BroadcastEnded

"$BIN/weir-cat" --json --type StreamKeyAdded | jq -c '{type: "StreamKeyRevoked",
    subject: .subject, data: .data}' | "$BIN/weir-append" >"$T/append" 2>&1
ok 'a revoked key' rtmp refused "$key" NetStream.Publish.Unauthorized

kill -9 "$logd"
ok 'without the log a publish waits, then fails' rtmp refused "$key" NetStream.Failed
ok 'with the reason' said 'event log does not answer'
ok 'SIGTERM ends it all the same' stop "$rtmpd"
