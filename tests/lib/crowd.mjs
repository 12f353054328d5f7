// Readers that wait for PATH, N at once, each over a connection of its own:
//
//   node crowd.mjs URL N PATH
//
// When all that are left were answered prints "COUNT STATUS" for each status and
// "COUNT different" for the bodies.  A line on stdin resets all.
import net from 'node:net';
import { createHash } from 'node:crypto';

const [, , base, n, path] = process.argv;
const { hostname, port } = new URL(base);
const statuses = new Map();
const bodies = new Set();
const sockets = [];
let answered = 0;

function take(text) {
  const [head, body] = text.split('\r\n\r\n');
  const status = head.slice(9, 12);
  statuses.set(status, (statuses.get(status) ?? 0) + 1);
  bodies.add(createHash('sha256').update(body).digest('hex'));
  if (++answered < Number(n)) return;
  for (const [s, count] of statuses) console.log(`${count} ${s}`);
  console.log(`${bodies.size} different`);
}
function open() {
  let text = '';
  const s = net.connect(Number(port), hostname, () =>
    s.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
  );
  s.setEncoding('latin1');
  s.on('data', (d) => {
    text += d;
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/\r\nContent-Length: (\d+)/.exec(text)?.[1]);
    if (end >= 0 && text.length >= end + 4 + length) take(text);
  });
  s.on('error', () => undefined);
  sockets.push(s);
}
for (let i = 0; i < Number(n); i++) open();
process.stdin.once('data', () => {
  for (const s of sockets) s.resetAndDestroy();
  process.exit(0);
});
