#!/usr/bin/env python3
"""relay.py HOST:PORT DELAY_MS LOSS_PERCENT SEED: a bad way to HOST:PORT.

Prints the address it listens at. Each datagram, in both directions, comes
DELAY_MS later, or with that chance never.
"""
import heapq
import random
import select
import socket
import sys
import time

host, port = sys.argv[1].rsplit(':', 1)
delay, loss = float(sys.argv[2]) / 1000, float(sys.argv[3]) / 100
chance = random.Random(int(sys.argv[4]))
front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
front.bind(('127.0.0.1', 0))
back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
back.connect((host, int(port)))
for s in front, back:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    s.setblocking(False)
print('127.0.0.1:%d' % front.getsockname()[1], flush=True)
peer = None
due = []  # time, number, towards the server, bytes
count = 0


def take(s, inward):
    global peer, count
    while True:
        try:
            data, source = s.recvfrom(2048)
        except (BlockingIOError, ConnectionRefusedError):
            return
        if inward:
            peer = source
        count += 1
        if chance.random() >= loss:
            heapq.heappush(due, (time.monotonic() + delay, count, inward, data))


while True:
    wait = max(0, due[0][0] - time.monotonic()) if due else 1
    for s in select.select([front, back], [], [], wait)[0]:
        take(s, s is front)
    while due and due[0][0] <= time.monotonic():
        _, _, inward, data = heapq.heappop(due)
        try:
            back.send(data) if inward else front.sendto(data, peer)
        except OSError:
            pass
