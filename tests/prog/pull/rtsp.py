"""rtsp.py FILE: serve FILE once as an RTSP camera would (RFC 2326), its media
in the connection itself (10.12).  FFmpeg makes the RTP; the address is
printed."""
import re, socket, subprocess, sys, tempfile, threading, time

def bound(n=1):
    s = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(n)]
    for x in s:
        x.bind(('127.0.0.1', 0))
    return s

def command(media, sdp):
    c = ['ffmpeg', '-nostdin', '-v', 'error', '-re', '-i', sys.argv[1]]
    for kind, s in zip('va', media):
        c += ['-map', '0:' + kind, '-c', 'copy', '-f', 'rtp',
              'rtp://127.0.0.1:%d' % s.getsockname()[1]]
    return c + ['-sdp_file', sdp, '-y']

def forward(conn, lock, media):
    """Each datagram of the I-th track goes on channel 2I."""
    def one(i, s):
        s.settimeout(3)
        try:
            while True:
                p = s.recv(65536)
                with lock:
                    conn.sendall(b'$' + bytes([2 * i]) + len(p).to_bytes(2, 'big') + p)
        except OSError:
            pass
    threads = [threading.Thread(target=one, args=x) for x in enumerate(media)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    conn.shutdown(socket.SHUT_RDWR)

def description():
    """The SDP, with a control URL for each track."""
    with tempfile.NamedTemporaryFile() as f:
        media = bound(2)
        p = subprocess.Popen(command(media, f.name))
        text = ''
        while text.count('m=') < 2:
            time.sleep(0.05)
            text = open(f.name).read()
        p.kill()
        p.wait()
    out, n = [], 0
    for line in text.splitlines():
        if line.startswith('SDP:'):
            continue
        out.append(re.sub(r'^(m=\w+) \d+', r'\1 0', line))
        if line.startswith('a=rtpmap'):
            out.append('a=control:track%d' % n)
            n += 1
    return '\r\n'.join(out) + '\r\n'

def serve(conn):
    f, lock, sdp = conn.makefile('rb'), threading.Lock(), description()
    while line := f.readline().decode():
        method, url = line.split()[:2]
        head = {}
        while (h := f.readline().decode().strip()):
            k, _, v = h.partition(':')
            head[k.lower()] = v.strip()
        out, body = ['RTSP/1.0 200 OK', 'CSeq: ' + head.get('cseq', '0'), 'Session: 1'], ''
        if method == 'OPTIONS':
            out.append('Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN')
        elif method == 'DESCRIBE':
            body = sdp
            out += ['Content-Base: %s/' % url, 'Content-Type: application/sdp']
        elif method == 'SETUP':
            out.append('Transport: ' + head['transport'])
        out.append('Content-Length: %d' % len(body))
        with lock:
            conn.sendall(('\r\n'.join(out) + '\r\n\r\n' + body).encode())
        if method == 'PLAY':
            media = bound(2)
            threading.Thread(target=forward, args=(conn, lock, media), daemon=True).start()
            subprocess.Popen(command(media, '/dev/null'))
        if method == 'TEARDOWN':
            return

s = socket.create_server(('127.0.0.1', 0))
print('127.0.0.1:%d' % s.getsockname()[1], flush=True)
serve(s.accept()[0])
