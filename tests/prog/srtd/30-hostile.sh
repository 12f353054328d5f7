#!/bin/sh
# What strangers may send to the port, and what those with a key may.
. "$(dirname "$0")/../../lib/sh.sh"
. "$(dirname "$0")/srtd.sh"
options='--start-timeout 2'
platform
"$BIN/weir-channel" add bob >"$T/bob"
bob=$(cat "$T/bob")

encoder "$key"
ok 'an encoder publishes' soon at_least weir_srt_frames_total 10

# garbage SEED: 3,000 packets: noise, and handshakes that are nearly right.
garbage() {
	python3 - "$at" "$1" <<'END'
import random, socket, struct, sys
host, port = sys.argv[1].rsplit(':', 1)
r = random.Random(int(sys.argv[2]))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
shake = struct.pack('>HHIIIIIIIIIII16s', 0x8000, 0, 0, 0, 0, 4, 2, 7, 1500,
                    8192, 1, 77, 0, b'\0' * 16)
for i in range(3000):
    if i % 3 == 0:
        p = r.randbytes(r.randrange(1, 1472))
    else:
        p = bytearray(shake + r.randbytes(r.randrange(0, 600)))
        if i % 3 == 1:
            p[20:28] = struct.pack('>II', 5, 0x4a17 << 16 | r.randrange(8))
            p[36:40] = struct.pack('>I', r.choice([1, 0xffffffff, 0xfffffffe]))
        for _ in range(r.randrange(0, 6)):
            p[r.randrange(len(p))] = r.randrange(256)
    s.sendto(bytes(p), (host, int(port)))
END
}
before=$(figure weir_srt_frames_total)
ok 'garbage' garbage 1
ok 'more of it' garbage 2
ok 'changes nothing' alive "$srtd"
ok 'for the encoder either' soon at_least weir_srt_frames_total "$((before + 100))"
ok 'who is still there' alive "$encoder"

noise=$(printf '%02632d' 0)
ok 'no transport stream' srt send "$bob" "$noise" 20
ok 'ends with the reason' soon last_is bob 'BroadcastEnded: no transport stream with media came'
ok 'and counts' soon counts weir_srt_refused_protocol_total 1
ffmpeg -nostdin -v error -f lavfi -i testsrc=s=320x180:r=25:d=2 -c:v mpeg2video \
    -f mpegts "$T/mpeg2.ts"
ok 'a codec that is not taken' srt feed "$bob" <"$T/mpeg2.ts"
ok 'is told by its name' soon said 'a stream within the transport stream is not taken channel=bob'
soon counts weir_srt_connections 1
ok 'nobody sends, and says nothing' srt send "$bob" 00 0
ok 'that ends, too' soon counts weir_srt_connections 1
ok 'the first goes on all the time' alive "$encoder"
kill -INT "$encoder"
ok 'to its end' soon last_is alice 'BroadcastEnded: the encoder said goodbye'
ok 'without a frame that was of no use' counts weir_srt_malformed_frames_total 0
ok 'SIGTERM ends it' stop "$srtd"
