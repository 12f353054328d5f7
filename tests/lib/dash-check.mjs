#!/usr/bin/env node
// Checks DASH manifests against ISO/IEC 23009-1 (section numbers are its,
// fifth edition) and against the files they name.
//
//   node dash-check.mjs [--watch SECONDS] [--all] URL
//       fetches the manifest, and of each representation the initialization
//       section and the newest segments (or --all), which must have the times
//       that it says.  With --watch it is loaded again and again, as often as
//       it wants, and what it says must not contradict what it said.
//
// With DASH_XSD, a path to DASH-MPD.xsd, xmllint checks it by that, too.
// Prints a line for each fault and what was seen, and exits 1 when there was
// one, 2 when it was called wrong.

import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from './dash-check/manifest.mjs';
import { readFragments, readInit } from './hls-check/fragment.mjs';

const require = createRequire(
  new URL('../../src/web/package.json', import.meta.url),
);
const mpdParser = require('mpd-parser');

const newest = 8; // segments of a representation that are looked into
const faults = new Set();
const fault = (text) => faults.add(text);

// What the periods of M say of each other (5.3.2.1).
function checkPeriods(m) {
  if (new Set(m.periods.map((p) => p.id)).size !== m.periods.length) {
    fault('two periods have the same id');
  }
  m.periods.forEach((p, i) => {
    const next = m.periods[i + 1];
    // What the next period has, too, belongs to both.
    const shared = (r, last) =>
      next?.representations.some(
        (o) =>
          o.media === r.media &&
          o.segments.some((s) => s.number === last.number),
      );
    const end = Math.max(
      ...p.representations.map((r) => {
        const last = r.segments.at(-1);
        return r.at(shared(r, last) ? last.time : last.time + last.duration);
      }),
    );
    if (next !== undefined && next.start <= p.start) {
      fault(`period ${next.id} begins before ${p.id}`);
    }
    // A sound frame may hang over.
    if (next !== undefined && end > next.start + 0.05) {
      fault(`period ${p.id} ends at ${end}, the next begins at ${next.start}`);
    }
    if (p.duration !== undefined && end > p.start + p.duration + 0.05) {
      fault(`period ${p.id} has media beyond its duration`);
    }
    if (!m.dynamic && next === undefined && end > m.duration + 0.05) {
      fault(`media goes on until ${end}, the manifest until ${m.duration}`);
    }
  });
}

// Another parser must find the same segments.
function checkParsed(m, url) {
  const parsed = mpdParser.parse(m.text, { manifestUri: url });
  const lists = [
    ...parsed.playlists,
    ...Object.values(parsed.mediaGroups.AUDIO ?? {}).flatMap((g) =>
      Object.values(g).flatMap((label) => label.playlists),
    ),
  ];
  const count = (kind) =>
    m.periods
      .flatMap((p) => p.representations)
      .filter((r) => r.kind === kind)
      .reduce((sum, r) => sum + r.segments.length, 0);
  const theirs = lists.reduce((sum, l) => sum + l.segments.length, 0);
  if (theirs !== count('video') + count('audio')) {
    fault(
      `mpd-parser finds ${theirs} segments, not ${count('video') + count('audio')}`,
    );
  }
}

// When what DATA has is shown, and how long, in ticks.
function times(data) {
  const samples = readFragments(data).flatMap((f) => f.samples);
  const first = Math.min(...samples.map((s) => s.pts));
  return {
    time: first,
    duration: Math.max(...samples.map((s) => s.pts + s.duration)) - first,
  };
}

// A segment was not as long as one manifest foretold; the next one knows.
class Foretold extends Error {}

const files = new Map();
async function get(url) {
  const response = await fetch(url);
  if (response.status !== 200) {
    throw new Error(`${response.status} for ${new URL(url).pathname}`);
  }
  return Buffer.from(await response.arrayBuffer());
}

// One that was looked into is the same for ever, but for what is foretold.
async function checkFile(url, check) {
  if (files.has(url)) {
    return;
  }
  try {
    check(await get(url));
    files.set(url, true);
  } catch (e) {
    if (!(e instanceof Foretold)) {
      fault(`${new URL(url).pathname}: ${e.message}`);
    }
  }
}

async function checkMedia(m, url, all) {
  const last = m.periods.at(-1);
  for (const r of m.periods.flatMap((p) => p.representations)) {
    await checkFile(new URL(r.initialization, url).href, (data) => {
      if (readInit(data).hz !== r.timescale) {
        throw new Error(`counts no ${r.timescale} ticks a second`);
      }
    });
    // The last one of a low-latency manifest grows; of sound, which follows
    // the picture, the one before it may, too, as long as one manifest says.
    const whole = r.early > 0 ? r.segments.slice(0, -1) : r.segments;
    const late = r.early > 0 && r.kind === 'audio' ? whole.at(-1) : undefined;
    for (const s of all ? whole : whole.slice(-newest)) {
      const href = r.media.replace('$Number$', s.number);
      await checkFile(new URL(href, url).href, (data) => {
        const is = times(data);
        const frame = r.timescale / 20;
        // A picture may fall silent in the middle of a segment.
        const silent = s === r.segments.at(-1) && !last.representations.includes(r);
        const text = `is ${is.time} + ${is.duration}, should be ${s.time} + ${s.duration}`;
        if (Math.abs(is.time - s.time) > frame) {
          throw new Error(text);
        }
        if (
          is.duration - s.duration > frame ||
          (is.duration - s.duration < -frame && !silent)
        ) {
          throw s === late ? new Foretold(text) : new Error(text);
        }
      });
    }
  }
}

// What is true of NOW and of BEFORE, its earlier state (5.4).
function checkUpdate(before, now) {
  if (before.begun !== now.begun) {
    fault('availabilityStartTime changed');
  }
  if (!before.dynamic && now.dynamic) {
    fault('what had ended goes on');
  }
  if (now.published < before.published) {
    fault('it was published before its predecessor');
  }
  if (
    before.text !== now.text &&
    now.published === before.published &&
    now.dynamic &&
    before.periods.length === now.periods.length
  ) {
    const counts = (m) =>
      m.periods
        .map((p) => p.representations.map((r) => r.segments.length).join())
        .join(';');
    if (counts(before) === counts(now)) {
      fault('another text of the same time of publication');
    }
  }
  for (const p of now.periods) {
    const old = before.periods.find((o) => o.id === p.id);
    if (old === undefined) {
      continue;
    }
    if (old.start !== p.start) {
      fault(`period ${p.id} moved from ${old.start} to ${p.start}`);
    }
    for (const r of p.representations) {
      const was = old.representations.find((o) => o.id === r.id);
      if (was === undefined) {
        continue;
      }
      if (was.offset !== r.offset || was.initialization !== r.initialization) {
        fault(`${r.id} of period ${p.id} is another one now`);
      }
      const known = new Map(was.segments.map((s) => [s.number, s]));
      for (const s of r.segments) {
        const k = known.get(s.number);
        // How long the last one is was foretold.
        if (k !== undefined && k.time !== s.time && k !== was.segments.at(-1)) {
          fault(
            `segment ${s.number} of ${r.id} moved from ${k.time} to ${s.time}`,
          );
        }
      }
    }
  }
}

function checkSchema(text) {
  if (process.env.DASH_XSD === undefined) {
    return;
  }
  try {
    execFileSync(
      'xmllint',
      ['--noout', '--schema', process.env.DASH_XSD, '-'],
      {
        input: text,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
  } catch (e) {
    fault(`xmllint: ${String(e.stderr).split('\n')[0]}`);
  }
}

async function load(url, all) {
  const m = parse((await get(url)).toString(), fault);
  checkSchema(m.text);
  checkPeriods(m);
  checkParsed(m, url);
  await checkMedia(m, url, all);
  return m;
}

async function checkClock(m, url) {
  if (m.clock === undefined) {
    return;
  }
  const text = (await get(new URL(m.clock, url))).toString().trim();
  const off_ms = Math.abs(Date.parse(text) - Date.now());
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) || off_ms > 5000) {
    fault(`${text} is not the hour`);
  }
}

const { values, positionals } = parseArgs({
  options: {
    watch: { type: 'string', default: '0' },
    all: { type: 'boolean' },
  },
  allowPositionals: true,
});
const watch_ms = Number(values.watch) * 1000;
if (positionals.length !== 1 || !(watch_ms >= 0)) {
  console.error('usage: dash-check.mjs [--watch SECONDS] [--all] URL');
  process.exit(2);
}
let [url] = positionals;
let loads = 1;
let m = await load(url, values.all);
await checkClock(m, url);
for (
  const end = performance.now() + watch_ms;
  performance.now() < end && m.dynamic;
  loads++
) {
  await pause(m.update * 1000);
  url = new URL(m.location ?? url, url).href;
  const next = await load(url, values.all);
  checkUpdate(m, next);
  m = next;
}
for (const text of faults) {
  console.log(`fault: ${text}`);
}
console.log(
  `${loads} loads, ${m.periods.length} periods, ${files.size} files, ${m.text.length} bytes`,
);
process.exitCode = faults.size === 0 ? 0 : 1;
