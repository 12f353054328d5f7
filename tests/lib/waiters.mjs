// Readers that wait and never get anything: waiters.mjs URL PATH N asks N times
// at once.  When the edge has refused as many as it does, and the others have
// waited for a while, all that wait are reset.  Prints "STATUS COUNT" for the
// answers that came.
import net from 'node:net';
import http from 'node:http';

const [, , base, path, n] = process.argv;
const { hostname, port } = new URL(base);
const answers = new Map();
const sockets = [];
const waiting = () =>
  new Promise((done) =>
    http.get(`${base}/metrics`, { agent: false }, async (r) => {
      let text = '';
      for await (const chunk of r) text += chunk;
      done(Number(/^weir_edge_requests_waiting (\d+)$/m.exec(text)[1]));
    }),
  );

for (let i = 0; i < Number(n); i++) {
  const s = net.connect(Number(port), hostname, () =>
    s.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
  );
  s.once('data', (d) => {
    const status = d.toString().slice(9, 12);
    answers.set(status, (answers.get(status) ?? 0) + 1);
    s.answered = true;
    s.destroy();
  });
  s.on('error', () => undefined);
  sockets.push(s);
}
const deadline = Date.now() + 60_000;
let seen = 0;
while (Date.now() < deadline) {
  const left = sockets.filter((s) => !s.answered).length;
  // Those that may look have looked.
  if ((await waiting()) === left && left < Number(n) && ++seen === 5) break;
  await new Promise((done) => setTimeout(done, 50));
}
for (const s of sockets) s.resetAndDestroy();
for (const [status, count] of answers) console.log(status, count);
