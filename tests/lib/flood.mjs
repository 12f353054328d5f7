// Opens connections that send half a head and then nothing.
//
//   node flood.mjs HOST:PORT COUNT FIRST-ADDRESS [SAME]
//
// The N-th comes from FIRST-ADDRESS + N (127.0.1.1, 127.0.1.2, ...), or all
// from it with SAME.  Those that are closed are opened again 50 ms later.
// Prints "ready" when each was open or refused, and goes on until killed.

import { connect } from 'node:net';

const [where, count, first, same] = process.argv.slice(2);
const [host, port] = where.replace('http://', '').split(':');
const base = first.split('.').reduce((n, b) => n * 256 + Number(b), 0);
const address = (i) => {
  const n = base + (same ? 0 : i);
  return [24, 16, 8, 0].map((s) => (n >>> s) & 255).join('.');
};
let settled = 0;
const settle = () => {
  if (++settled === Number(count)) console.log('ready');
};
function open(i, done) {
  const socket = connect({ host, port: Number(port), localAddress: address(i) });
  socket.on('connect', () => {
    socket.write('GET /healthz HT');
    done();
  });
  socket.on('error', () => {});
  socket.on('data', () => {});
  socket.on('close', () => {
    done();
    setTimeout(open, 50, i, () => {});
  });
}
for (let i = 0; i < Number(count); i++) {
  let first = true;
  open(i, () => {
    if (first) settle();
    first = false;
  });
}
