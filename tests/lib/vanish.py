"""Readers that wait for PATH, and then are gone without a word.

    python3 vanish.py URL N PATH

On a line on stdin each socket is closed with nothing sent (TCP_REPAIR, which
takes CAP_NET_ADMIN; exits 1 without).
"""
import socket
import sys
from urllib.parse import urlsplit

TCP_REPAIR = 19
url, n, path = sys.argv[1:]
at = urlsplit(url)
crowd = []
for _ in range(int(n)):
    s = socket.create_connection((at.hostname, at.port))
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    crowd.append(s)
sys.stdin.readline()
try:
    for s in crowd:
        s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        s.close()
except PermissionError:
    sys.exit(1)
