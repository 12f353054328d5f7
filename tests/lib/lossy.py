#!/usr/bin/env python3
"""Datagrams there and back, each late, some not at all.

lossy.py PORT-FILE HOST:PORT LATE-MS LOST-PERCENT [SECONDS]

Listens on a port of its own, which it writes into PORT-FILE; what comes there
goes to HOST:PORT, and what comes back to whoever sent last.  Which datagrams
are lost is the same each time; after SECONDS from the first one, none is: who
closes without waiting for what is to be sent again loses its end to nobody else.
"""
import heapq
import os
import random
import select
import socket
import sys
import time

name, target, late_ms, percent = sys.argv[1:5]
seconds = float(sys.argv[5]) if len(sys.argv) > 5 else float('inf')
host, port = target.rsplit(':', 1)
late, lost = float(late_ms) / 1000, float(percent) / 100
dice = random.Random(7)
front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
front.bind(('127.0.0.1', 0))
back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
back.connect((host, int(port)))
for s in (front, back):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
with open(name + '.new', 'w', encoding='ascii') as f:
    f.write(f'{front.getsockname()[1]}\n')
os.rename(name + '.new', name)

waiting, caller, n, end = [], None, 0, None
while True:
    wait = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    ready, _, _ = select.select([front, back], [], [], wait)
    now = time.monotonic()
    for s in ready:
        try:
            data, sender = s.recvfrom(65536)
        except ConnectionRefusedError:
            continue
        if s is front:
            caller = sender
        end = now + seconds if end is None else end
        if now >= end or dice.random() >= lost:
            n += 1
            heapq.heappush(waiting, (now + late, n, s, data))
    while waiting and waiting[0][0] <= now:
        _, _, s, data = heapq.heappop(waiting)
        try:
            if s is front:
                back.send(data)
            elif caller:
                front.sendto(data, caller)
        except ConnectionRefusedError:
            pass
