#!/usr/bin/env python3
"""srt.py HOST:PORT COMMAND...: SRT callers that say what became of them.

call STREAMID [PASSPHRASE [KEYLEN]]   in | rejected CODE
send STREAMID HEX TIMES               send bytes and wait for the end
feed STREAMID                         send what is on stdin, and close
hold STREAMID                         stay, silent, until stdin ends
many N STREAMID                       N callers at a time: a line each
"""
import ctypes
import socket
import struct
import sys
import time

for flavour in ('libsrt-gnutls.so.1.5', 'libsrt.so.1.5'):
    try:
        srt = ctypes.CDLL(flavour)
        break
    except OSError:
        pass
PASSPHRASE, PBKEYLEN, STREAMID, RCVSYN = 26, 27, 46, 2
BROKEN = 6
srt.srt_startup()
srt.srt_setloglevel(2)
host, port = sys.argv[1].rsplit(':', 1)
address = struct.pack('=HH4s8x', socket.AF_INET, socket.htons(int(port)),
                      socket.inet_aton(host))


def flag(s, name, value):
    if isinstance(value, int):
        value = struct.pack('=i', value)
    if srt.srt_setsockflag(s, name, value, len(value)) == -1:
        raise SystemExit('cannot set %d' % name)


def connect(streamid, passphrase=None, keylen=0):
    s = srt.srt_create_socket()
    if streamid:
        flag(s, STREAMID, streamid.encode('utf-8', 'surrogateescape'))
    if passphrase:
        flag(s, PASSPHRASE, passphrase.encode())
        if keylen:
            flag(s, PBKEYLEN, keylen)
    if srt.srt_connect(s, address, len(address)) == -1:
        return s, 'rejected %d' % srt.srt_getrejectreason(s)
    return s, 'in'


def until_broken(s):
    while srt.srt_getsockstate(s) < BROKEN:
        time.sleep(0.02)
    print('closed', flush=True)


command, rest = sys.argv[2], sys.argv[3:]
if command == 'call':
    keylen = int(rest[2]) if len(rest) > 2 else 0
    print(connect(rest[0], *rest[1:2], keylen=keylen)[1])
elif command == 'send':
    s, said = connect(rest[0])
    print(said, flush=True)
    if said == 'in':
        data = bytes.fromhex(rest[1])
        for _ in range(int(rest[2])):
            srt.srt_sendmsg(s, data, len(data), -1, 0)
        until_broken(s)
elif command == 'feed':
    s, said = connect(rest[0])
    print(said, flush=True)
    while said == 'in' and (piece := sys.stdin.buffer.read(1316)):
        if srt.srt_sendmsg(s, piece, len(piece), -1, 0) == -1:
            break
        time.sleep(0.001)
    time.sleep(0.5)
    srt.srt_close(s)
elif command == 'hold':
    s, said = connect(rest[0])
    print(said, flush=True)
    sys.stdin.read()
elif command == 'many':
    held = []
    for _ in range(int(rest[0])):
        s, said = connect(rest[1])
        held.append(s)
        print(said, flush=True)
srt.srt_cleanup()
