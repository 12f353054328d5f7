// Sends octets to a TCP port and tells what came back.
//
//   node raw.mjs HOST:PORT TEXT [SECONDS]
//
// TEXT may hold \r \n \0 \t \xHH and \{CHARACTER*COUNT}.  Prints everything
// that was answered until the peer closed, then "closed" or, when it did
// not within SECONDS (60) after it said something, "open"; "silent" when it
// said nothing for a minute.

import { connect } from 'node:net';

const [where, text, seconds = '60'] = process.argv.slice(2);
const [host, port] = where.replace('http://', '').split(':');
const octets = Buffer.from(
  text.replace(/\\(?:([rn0t])|x([0-9a-f]{2})|\{(.)\*(\d+)\})/g, (_, c, hex, char, count) =>
    c ? { r: '\r', n: '\n', 0: '\0', t: '\t' }[c]
      : hex ? String.fromCharCode(parseInt(hex, 16)) : char.repeat(Number(count))),
  'latin1');
const socket = connect({ host, port: Number(port), allowHalfOpen: true });
const end = (how) => {
  console.log(how);
  process.exit(0);
};
socket.on('connect', () => socket.write(octets));
let timer = setTimeout(() => end('silent'), 60_000);
socket.on('data', (d) => {
  process.stdout.write(d);
  clearTimeout(timer);
  timer = setTimeout(() => end('open'), Number(seconds) * 1000);
});
socket.on('end', () => end('closed'));
socket.on('error', () => end('closed'));
