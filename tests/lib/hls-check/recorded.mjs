// Every playlist that a test fetched, by whatever means: curl's traces and
// records of our own, kept in one folder while the test ran.

import { readdir, readFile, stat } from 'node:fs/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { unquote } from './grammar.mjs';
import { History } from './history.mjs';
import { MediaCheck } from './media-bytes.mjs';
import { segmentsOf } from './media.mjs';
import { parsePlaylist } from './playlist.mjs';
import { checkRungs, picturesOf } from './rungs.mjs';

const now_ms = () => performance.timeOrigin + performance.now();
let written = 0;

// Keep a playlist in FOLDER: TEXT, that was the answer for URL; it may come out
// of a browser's CACHE.
export function record(folder, url, start_ms, text, cache = false) {
  const name = `${Math.floor(start_ms * 1e6)}.${process.pid}.${written++}.json`;
  writeFileSync(join(folder, name), JSON.stringify({ url, start_ms, end_ms: now_ms(), text, cache }));
}

// From now on each playlist that fetch() gets is kept in FOLDER.
export function recordFetch(folder) {
  const real = globalThis.fetch;
  globalThis.fetch = async (what, options) => {
    const start_ms = now_ms(), answer = await real(what, options);
    const url = String(what?.url ?? what);
    if (answer.status === 200 && url.includes('.m3u8') && options?.method !== 'HEAD')
      await record(folder, url, start_ms, await answer.clone().text());
    return answer;
  };
}

// The answers in TRACE, as `curl --trace` writes them: blocks of octets under
// lines that say which way they went.
function readTrace(trace) {
  const answers = [];
  let url = '', head = '', body = [];
  const done = () => {
    if (/^HTTP\/1\.1 200/.test(head) && url.includes('.m3u8') && body.length > 0) {
      const octets = Buffer.concat(body);
      answers.push({ url, text: String(/^content-encoding: gzip/im.test(head) ? gunzipSync(octets) : octets) });
    }
    head = '';
    body = [];
  };
  let block = '';
  const lines = trace.split('\n');
  const take = (text) => {
    const octets = Buffer.from(text, 'hex');
    if (block === '=> Send header') {
      const m = /^([A-Z]+) (\S+)/.exec(octets);
      if (m) {
        done();
        url = m[1] === 'GET' ? m[2] : '';
      }
    } else if (block === '<= Recv header') head += octets.toString('latin1');
    else if (block === '<= Recv data') body.push(octets);
  };
  let hex = '';
  for (const line of lines) {
    const m = /^[0-9a-f]{4,}: ((?:[0-9a-f]{2} )+)/.exec(line);
    if (m) {
      hex += m[1].replaceAll(' ', '');
      continue;
    }
    take(hex);
    hex = '';
    block = /^(=>|<=) (Send|Recv) (header|data)/.exec(line)?.[0] ?? '';
  }
  take(hex);
  done();
  return answers;
}

async function readRecords(folder) {
  const records = [];
  for (const name of await readdir(folder)) {
    const path = join(folder, name), text = await readFile(path, 'latin1');
    if (name.endsWith('.json')) {
      records.push(JSON.parse(Buffer.from(text, 'latin1')));
      continue;
    }
    const start_ms = Number(name.split('.')[0]) / 1e6;
    const end_ms = (await stat(path)).mtimeMs;
    for (const answer of readTrace(text)) records.push({ ...answer, start_ms, end_ms });
  }
  return records.sort((a, b) => a.start_ms - b.start_ms);
}

// A playlist is the same one when it is at the same place and of the same
// media: a channel's URL leads to its newest broadcast.
function identity(url, p) {
  const s = segmentsOf(p)[0];
  const uri = s?.uri ?? s?.parts?.[0].uri ?? unquote(p.hints[0]?.get('URI')) ?? '';
  const { pathname, searchParams: asked } = new URL(url, 'http://x');
  // Another window or form, or a look into the past, is another playlist.
  const other = ['window', 'at', 'form'].map((name) => asked.get(name) ?? '').join(' ');
  return `${pathname} ${other} ${uri.replace(/[^/]*$/, '')}`;
}

// The playlists of one broadcast's pictures are checked as one: KEY, of P at
// URL, without the track.
function siblings(key, url) {
  const { pathname } = new URL(url, 'http://x');
  const track = pathname.split('/').at(-2);
  return key.replace(`/${track}/index.m3u8`, '').replace(`/${track}/`, '/');
}

// The octets of what a playlist names, from the folder that is served.
function readMedia(media, uri) {
  const path = join(media, (uri ?? '').replace(/^\/media\//, ''));
  for (const name of [path, `${path}.tmp`]) if (uri && existsSync(name)) return readFileSync(name);
  return null;
}

function checkOctets(check, media, p, fault) {
  for (const s of segmentsOf(p)) {
    const whole = readMedia(media, s.uri ?? s.parts[0].uri), init = readMedia(media, s.map);
    const last = s.parts?.at(-1), told = s.uri ? whole?.length : last.offset + last.bytes;
    if (whole && init && whole.length >= told) check.check(p, s, whole.subarray(0, told), init, fault);
  }
}

// What is wrong with the playlists that were kept in FOLDER, whose media are
// still in MEDIA, but for faults that one of EXCUSES fits: as SAY hears it.
// Resolves to how many playlists there were, how many different ones.
export async function checkRecorded(folder, media, excuses, say) {
  const told = new Set(), lists = new Map(), texts = new Map(), pictures = new Set();
  const records = await readRecords(folder);
  for (const { url, text, start_ms, end_ms, cache } of records) {
    const where = new URL(url, 'http://x').pathname;
    const fault = (f) => {
      if (told.has(where + f) || excuses.some((e) => e.test(f))) return;
      told.add(where + f);
      say(where, f);
    };
    let p = texts.get(text);
    const fresh = p === undefined;
    if (fresh) {
      p = parsePlaylist(text);
      p.faults.forEach(fault);
      texts.set(text, p);
    }
    for (const uri of p.kind === 'multivariant' ? picturesOf(p) : [])
      pictures.add(new URL(uri, new URL(url, 'http://x')).pathname);
    if (p.kind !== 'media') continue;
    const key = identity(url, p);
    const list = lists.get(key) ??
      { name: where, group: siblings(key, url), history: new History(), check: new MediaCheck() };
    lists.set(key, list);
    // What was waited for may be kept (bis 6.2.5.2): every later answer does.
    const cached = cache === true && url.includes('_HLS_msn');
    const seen = list.history.see(p, start_ms, end_ms, cached);
    seen.faults.forEach(fault);
    if (fresh && media) checkOctets(list.check, media, seen.playlist, fault);
  }
  const groups = new Map();
  for (const l of lists.values()) groups.set(l.group, [...(groups.get(l.group) ?? []), l]);
  for (const group of groups.values()) {
    const rungs = group.filter((l) => pictures.has(l.name));
    if (rungs.length > 1)
      checkRungs(rungs.map(({ name, history }) => ({ name, memory: history.memory })), (name, f) => {
        if (!excuses.some((e) => e.test(f))) say(name, f);
      });
  }
  return { playlists: records.length, different: texts.size };
}
