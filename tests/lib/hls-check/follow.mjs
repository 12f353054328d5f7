// Playlists as a player loads them, again and again, and what they refer to.

import { unquote } from './grammar.mjs';
import { History } from './history.mjs';
import { MediaCheck } from './media-bytes.mjs';
import { segmentsOf } from './media.mjs';
import { parsePlaylist } from './playlist.mjs';
import { checkRungs, picturesOf } from './rungs.mjs';

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// A server that is gone or too busy may be back: for how long to ask again, and
// how often that was so.
const patience = { ms: 0, failures: 0 };

async function get(url, options = {}) {
  const until = Date.now() + patience.ms;
  for (;;) {
    const r = await fetch(url, { redirect: 'follow', ...options }).catch((e) => {
      if (Date.now() > until) throw e;
    });
    if (r && (r.status < 500 || Date.now() > until)) return r;
    patience.failures++;
    await wait(50);
  }
}

export async function load(url) {
  const r = await get(url);
  const text = await r.text();
  if (!r.ok) throw new Error(`answers ${r.status}`);
  const type = (r.headers.get('content-type') ?? '').split(';')[0].toLowerCase();
  const p = parsePlaylist(text);
  if (type !== 'application/vnd.apple.mpegurl' && type !== 'audio/mpegurl')
    p.faults.unshift(`has the type ${type} (4)`);
  return p;
}

// The length of what URL names, or null; asked for once.
function makeProbe() {
  const known = new Map();
  return async (url) => {
    if (!known.has(url)) {
      const r = await get(url, { method: 'HEAD' });
      known.set(url, r.ok ? Number(r.headers.get('content-length')) : null);
    }
    return known.get(url);
  };
}

const withQuery = (url, query) => url + (url.includes('?') ? '&' : '?') + query;

// The octets of RANGE of URL, or null.
async function octets(url, range) {
  for (;;) {
    const r = await get(url, range ? { headers: { Range: `bytes=${range}` } } : {});
    try {
      return r.ok ? Buffer.from(await r.arrayBuffer()) : null;
    } catch (e) {
      if (patience.ms === 0) throw e; // cut off in the middle
      patience.failures++;
    }
  }
}

// The octets that parts were read to have: each range means one thing.
class Ranges {
  constructor(url, say) {
    Object.assign(this, { url, say, parts: new Map(), inits: new Map(), media: new MediaCheck(), count: 0 });
  }

  async init(uri) {
    if (!this.inits.has(uri)) this.inits.set(uri, await octets(new URL(uri, this.url)));
    return this.inits.get(uri);
  }

  // Read what playlist P tells of and was not read yet.
  async read(p) {
    const say = (text) => this.say(this.url, text);
    for (const s of segmentsOf(p)) {
      if (!s.parts) continue;
      const uri = s.parts[0].uri, have = this.parts.get(uri) ?? [];
      if (have === 'done') continue;
      while (have.length < s.parts.length) {
        const { offset, bytes } = s.parts[have.length];
        const got = await octets(new URL(uri, this.url), `${offset}-${offset + bytes - 1}`);
        if (got?.length !== bytes) say(`part ${have.length} of ${uri}: ${got?.length} octets of ${bytes}`);
        have.push(got ?? Buffer.alloc(0));
        this.count++;
      }
      this.parts.set(uri, have);
      const glued = Buffer.concat(have);
      this.media.check(p, s, glued, await this.init(s.map), say);
      if (!s.uri) continue;
      const whole = await octets(new URL(uri, this.url));
      if (!whole?.equals(glued)) say(`the parts of ${uri} are not the segment`);
      this.parts.set(uri, 'done');
    }
  }

  // A hint is either wrong, or right to the octet (bis 4.4.5.3).
  hinted({ uri, start, answer }) {
    const have = this.parts.get(uri);
    if (!answer || !Array.isArray(have)) return;
    let at = 0;
    for (const part of have) {
      if (at === start && !part.equals(answer))
        this.say(this.url, `the hint at ${start} of ${uri} gave ${answer.length} octets, its part has ${part.length}`);
      at += part.length;
    }
  }
}

// Ask for the part that P hints at.
async function askHint(p, url) {
  const hint = p.hints.find((h) => h.get('TYPE') === 'PART');
  if (!hint) return {};
  const uri = unquote(hint.get('URI')), start = Number(hint.get('BYTERANGE-START') ?? 0);
  return { uri, start, answer: await octets(new URL(uri, url), `${start}-`).catch(() => null) };
}

// Follow the low-latency playlist P of URL part by part until UNTIL or its
// end; how many loads, parts, and the last playlist.
async function followParts(url, p, until, history, say) {
  const ranges = new Ranges(url, say);
  const boundary_ms = 1000 * Number(p.control?.get('CAN-SKIP-UNTIL') ?? 0);
  let loads = 0, had = Date.now();
  await ranges.read(p);
  while (!p.ended && Date.now() < until && p.control?.get('CAN-BLOCK-RELOAD') === 'YES') {
    const msn = p.sequence + p.segments.length, part = p.growing?.parts.length ?? 0;
    // Whose playlist is older than that may lack what is skipped (bis 6.3.7).
    const skip = ++loads % 2 === 0 && Date.now() - had < boundary_ms / 2;
    const hint = loads % 5 === 0 ? askHint(p, url) : null;
    const failures = patience.failures;
    const query = `_HLS_msn=${msn}&_HLS_part=${part}`;
    let next = await load(withQuery(url, skip ? `${query}&_HLS_skip=YES` : query));
    if (patience.failures > failures) {
      history.interrupted();
      if (skip) next = await load(withQuery(url, query));
    }
    had = Date.now();
    let seen = history.see(next);
    if (seen.playlist.skipped > 0) {
      say(url, `skips ${next.skipped} segments, not all of which were there a moment ago (bis 6.2.5.1)`);
      seen = history.see(await load(withQuery(url, query)));
    }
    for (const f of [...seen.playlist.faults, ...seen.faults]) say(url, f);
    p = seen.playlist;
    const last = p.sequence + p.segments.length;
    if (!p.ended && last <= msn && (last < msn || (p.growing?.parts.length ?? 0) <= part))
      say(url, `a reload for ${msn}/${part} came without it (bis 6.2.5.2)`);
    await ranges.read(p);
    if (hint) ranges.hinted(await hint);
  }
  return { loads, parts: ranges.count, last: p };
}

// Check the media playlist at URL, for WATCH seconds.
async function checkMediaUrl(url, { watch, late }, say, probe) {
  const until = Date.now() + watch * 1000, history = new History();
  let last = await load(url), changed = Date.now(), loads = 1, parts = 0;
  const see = (p) => {
    const seen = history.see(p);
    for (const f of [...seen.playlist.faults, ...seen.faults]) say(url, f);
    return seen.playlist;
  };
  const resources = async (p) => {
    for (const s of p.segments)
      for (const uri of s.gap ? [] : [s.map, s.uri])
        if (uri && !((await probe(new URL(uri, url).href)) > 0))
          say(url, `segment ${s.number}: ${uri} is not there, or empty`);
  };
  see(last);
  await resources(last);
  while (!last.ended && Date.now() < until) {
    if (last.control?.get('CAN-BLOCK-RELOAD') === 'YES') {
      const seen = await followParts(url, last, until, history, say);
      loads += seen.loads;
      parts += seen.parts;
      last = seen.last;
      await resources(last);
      continue;
    }
    await wait(Math.max(200, (last.target ?? 1) * 500)); // half a target: 6.3.4
    const p = see(await load(url));
    loads++;
    await resources(p);
    // What slid out stays for as long as the playlist lasted (6.2.2).
    for (const s of last.segments)
      if (s.number < p.sequence && !s.gap && !(await get(new URL(s.uri, url), { method: 'HEAD' })).ok)
        say(url, `segment ${s.number} went as soon as it left the playlist (6.2.2)`);
    const grew = p.sequence + p.segments.length > last.sequence + last.segments.length;
    if (grew || p.ended) changed = Date.now();
    else if (Date.now() - changed > 1500 * p.target + late * 1000) {
      say(url, `nothing new for ${Date.now() - changed} ms, the target is ${p.target} s (6.2.2)`);
      changed = Date.now();
    }
    last = p;
  }
  return { loads, parts, segments: last.sequence + last.segments.length, ended: last.ended, memory: history.memory };
}

// Check the playlist at URL and those it names.  SAY gets (url, fault).
// Resolves to what was seen of each media playlist, by URL.
// A server that fails may do so for PATIENT seconds.
export async function checkUrl(url, { watch = 0, late = 1, patient = 0, say = () => {} } = {}) {
  patience.ms = patient * 1000;
  const probe = makeProbe(), seen = {};
  const top = await load(url);
  if (top.kind !== 'multivariant') {
    seen[url] = await checkMediaUrl(url, { watch, late }, say, probe);
    return seen;
  }
  for (const f of top.faults) say(url, f);
  const uris = new Set([
    ...top.variants.map((v) => v.uri),
    ...top.media.filter((m) => m.has('URI')).map((m) => unquote(m.get('URI'))),
  ]);
  await Promise.all([...uris].map(async (uri) => {
    const media = new URL(uri, url).href;
    try {
      seen[media] = await checkMediaUrl(media, { watch, late }, say, probe);
    } catch (e) {
      say(media, e.message);
    }
  }));
  const pictures = picturesOf(top).map((uri) => new URL(uri, url).href).filter((media) => seen[media]);
  checkRungs(pictures.map((media) => ({ name: media, memory: seen[media].memory })), say);
  return seen;
}
