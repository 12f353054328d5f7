#!/usr/bin/env node
// Checks HLS playlists against RFC 8216 and, where they have parts, against
// draft-pantos-hls-rfc8216bis-17; what it says names the section.
//
//   node hls-check.mjs [--watch SECONDS] [--late SECONDS] [--patient SECONDS] URL...
//       fetches each playlist and what it refers to; with --watch live
//       media playlists are reloaded for so long and compared; a segment
//       may be --late (1) seconds late, for the encoder's machine may be slow.
//       The server may be gone for as long as it is --patient (0).
//       A low-latency playlist is followed part by part, as its players do,
//       and its parts must be the octets of the segment they make up.
//   node hls-check.mjs --reloads FILE...
//       the files are the same playlist, loaded again and again.
//   node hls-check.mjs --recorded FOLDER [--media FOLDER] [--excuse FILE]
//       every playlist that a test fetched (see sh.sh); their media may still
//       be there; a fault that a line of FILE, a regular expression, fits is
//       what the test is about.
//   node hls-check.mjs FILE...
//
// Prints a line for each fault and exits 1 when there was one, 2 when it
// was called wrong.  No dependencies but node itself.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { checkUrl } from './hls-check/follow.mjs';
import { compareReload } from './hls-check/history.mjs';
import { parsePlaylist } from './hls-check/playlist.mjs';
import { checkRecorded } from './hls-check/recorded.mjs';

const usage = `usage: hls-check.mjs [--watch SECONDS] [--late SECONDS] [--patient SECONDS] URL...
       hls-check.mjs [--reloads] FILE...
       hls-check.mjs --recorded FOLDER [--media FOLDER] [--excuse FILE]`;
const MAX_FAULTS = 40; // printed

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'watch': { type: 'string', default: '0' },
      'late': { type: 'string', default: '1' },
      'patient': { type: 'string', default: '0' },
      'reloads': { type: 'boolean' },
      'recorded': { type: 'string' },
      'media': { type: 'string' },
      'excuse': { type: 'string' },
    },
  });
  const [watch, late, patient] = [values.watch, values.late, values.patient].map(Number);
  if (Number.isNaN(watch + late + patient) || (positionals.length === 0) === (values.recorded === undefined))
    throw new Error('what is to be checked?');
  return { ...values, watch, late, patient, names: positionals };
}

async function checkFolder({ recorded, media, excuse }, say) {
  const lines = excuse && existsSync(excuse) ? (await readFile(excuse, 'utf8')).split('\n') : [];
  const excuses = lines.filter((line) => line !== '').map((line) => new RegExp(line));
  const { playlists, different } = await checkRecorded(recorded, media, excuses, say);
  console.log(`# ${playlists} playlists, ${different} different ones`);
}

async function checkUrls(urls, options, say) {
  await Promise.all(urls.map(async (url) => {
    const seen = await checkUrl(url, { ...options, say }).catch((e) => say(url, e.message));
    for (const [media, s] of Object.entries(seen ?? {}))
      console.log(`# ${media}: ${s.loads} loads, ${s.segments} segments${s.parts > 0 ? `, ${s.parts} parts` : ''}${s.ended ? ', ended' : ''}`);
  }));
}

async function checkFiles(names, reloads, say) {
  let before = null;
  for (const name of names) {
    try {
      const p = parsePlaylist(await readFile(name, 'utf8'));
      for (const f of p.faults) say(name, f);
      if (reloads && before) for (const f of compareReload(before, p)) say(name, f);
      before = p;
    } catch (e) {
      say(name, e.message);
    }
  }
}

let asked;
try {
  asked = readArguments();
} catch (e) {
  console.error(`hls-check.mjs: ${e.message}\n${usage}`);
  process.exit(2);
}
let faults = 0;
const said = new Set();
const say = (where, fault) => {
  const line = `${where}: ${fault}`;
  if (said.has(line)) return;
  said.add(line);
  if (faults++ < MAX_FAULTS) console.log(line);
};
const isUrl = (name) => /^https?:/.test(name);
if (asked.recorded !== undefined) await checkFolder(asked, say);
await checkUrls(asked.names.filter(isUrl), asked, say);
await checkFiles(asked.names.filter((name) => !isUrl(name)), asked.reloads, say);
if (faults > MAX_FAULTS) console.log(`and ${faults - MAX_FAULTS} more`);
process.exitCode = faults > 0 ? 1 : 0;
