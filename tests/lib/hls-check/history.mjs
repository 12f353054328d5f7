// What a playlist said before, and must not say otherwise now.

import { segmentsOf } from './media.mjs';

// A delta update as the full playlist that A, a full one, makes of it
// (bis 6.3.7); faults are its own.  DELTA stays as it is: the same one may be
// answered again.
export function mergeDelta(a, delta) {
  const old = a.segments.filter((s) => s.number >= delta.sequence).slice(0, delta.skipped);
  let map = old.at(-1)?.map ?? null;
  const before = delta.skipped > 0 ? old.at(-1)?.discontinuity : undefined;
  const base = before === undefined ? 0 : before - delta.discontinuity;
  const join = (s) => {
    map = s.map ?? map;
    return { ...s, map, discontinuity: s.discontinuity + base };
  };
  const merged = { ...delta, skipped: 0, segments: [...old, ...delta.segments.map(join)],
    growing: delta.growing && join(delta.growing) };
  if (old.length < delta.skipped)
    merged.faults = [...delta.faults, `skips ${delta.skipped} segments, ${old.length} of which are known`];
  return merged;
}

// What is wrong with the order of A, which was answered before B was asked
// for (6.2.1, 6.2.2).
function compareOrder(a, b, fault) {
  if (b.sequence < a.sequence) fault(`EXT-X-MEDIA-SEQUENCE went from ${a.sequence} back to ${b.sequence} (6.2.2)`);
  if (b.discontinuity < a.discontinuity)
    fault(`EXT-X-DISCONTINUITY-SEQUENCE went from ${a.discontinuity} back to ${b.discontinuity} (6.2.2)`);
  if (a.ended && !b.ended) fault('EXT-X-ENDLIST is gone (6.2.1)');
  const lastA = a.sequence + a.skipped + a.segments.length - 1;
  const lastB = b.sequence + b.skipped + b.segments.length - 1;
  if (a.ended && (lastA !== lastB || a.sequence !== b.sequence)) fault('changed after EXT-X-ENDLIST (6.2.1)');
  if (lastB < lastA) fault(`segments ${lastB + 1} to ${lastA} are gone from the end (6.2.1)`);
  if (a.growing && !b.ended && lastB < a.growing.number &&
      (b.growing?.parts.length ?? 0) < a.growing.parts.length)
    fault(`segment ${a.growing.number} had ${a.growing.parts.length} parts, and has ${b.growing?.parts.length ?? 0}`);
}

// Everything that was ever said of the segments of one playlist, whenever:
// these rules do not ask which of two fetches was first.
class Memory {
  constructor() {
    this.segments = new Map(); // by number
    this.parts = new Map(); // by number: those there ever were
    this.files = new Map(); // by URI: the number of the segment
    this.fixed = new Map(); // of the playlist itself
  }

  keep(map, key, value, differ) {
    if (!map.has(key)) map.set(key, value);
    else differ(map.get(key));
  }

  fix(name, value, fault) {
    this.keep(this.fixed, name, value, (was) => {
      if (was !== value) fault(`${name} went from ${was} to ${value} (6.2.1)`);
    });
  }

  segment(s, fault) {
    const name = `segment ${s.number}`, uri = s.uri ?? s.parts[0].uri;
    this.keep(this.files, uri, s.number, (was) => {
      if (was !== s.number) fault(`${uri} was segment ${was}, is segment ${s.number}`);
    });
    this.keep(this.segments, s.number, { ...s, uri, parts: undefined }, (was) => {
      if (was.uri !== uri) fault(`${name} was ${was.uri}, is ${uri} (6.2.1)`);
      was.duration ??= s.duration;
      if (s.duration !== undefined && was.duration !== s.duration)
        fault(`${name} lasted ${was.duration} s, lasts ${s.duration}`);
      was.map ??= s.map;
      if (s.map && was.map !== s.map) fault(`${name} had the map ${was.map}, has ${s.map}`);
      if (was.discontinuity !== s.discontinuity)
        fault(`${name} had discontinuity number ${was.discontinuity}, has ${s.discontinuity} (6.2.2)`);
      // A date that was said is fixed; one that follows from others drifts.
      const drift = s.date !== undefined && was.date !== undefined ? 1 : 250;
      if (s.at !== undefined && was.at !== undefined && Math.abs(s.at - was.at) > drift)
        fault(`${name}'s date moved by ${s.at - was.at} ms`);
      was.date ??= s.date;
      was.at ??= s.at;
    });
    if (s.parts) this.partsOf(s, fault);
  }

  partsOf(s, fault) {
    const known = this.parts.get(s.number) ?? { list: [], whole: false };
    this.parts.set(s.number, known);
    for (const [i, part] of s.parts.entries()) {
      known.list[i] ??= part;
      if (JSON.stringify(known.list[i]) !== JSON.stringify(part))
        fault(`part ${i} of segment ${s.number} changed`);
    }
    const whole = s.uri !== undefined;
    if ((whole || known.whole) && s.parts.length !== known.list.length && (whole || s.parts.length > known.list.length))
      fault(`segment ${s.number} had ${known.list.length} parts, is whole with ${s.parts.length}`);
    if (known.whole && known.list.length > known.count)
      fault(`segment ${s.number} was whole with ${known.count} parts, and has ${known.list.length}`);
    if (whole) Object.assign(known, { whole: true, count: s.parts.length });
  }
}

// The fetches of one playlist.
export class History {
  constructor() {
    this.memory = new Memory();
    this.seen = []; // of late
    this.reports = [];
  }

  // The server was gone: what it knew of the segment that grows went with it.
  interrupted() {
    for (const { playlist } of this.seen) playlist.growing = null;
  }

  // What is wrong with P, asked for at START and there at END (any clock),
  // beside what was seen before.  P may be a delta update; one that was CACHED
  // may be of any time.
  see(p, start = this.seen.length, end = start, cached = false) {
    const faults = [];
    const fault = (s) => faults.push(s);
    if (p.skipped > 0) {
      const { segments } = this.memory;
      const old = [];
      for (let n = p.sequence; n < p.sequence + p.skipped; n++)
        if (segments.has(n)) old.push(segments.get(n));
      // A browser may know what we never saw.
      if (old.length === p.skipped) p = mergeDelta({ segments: old }, p);
      else return { faults, playlist: p };
    }
    this.memory.fix('EXT-X-TARGETDURATION', p.target, fault);
    this.memory.fix('EXT-X-PLAYLIST-TYPE', p.type, fault);
    if (p.partTarget !== null) this.memory.fix('PART-TARGET', p.partTarget, fault);
    for (const s of segmentsOf(p)) this.memory.segment(s, fault);
    // The latest of those that were there before this one was asked for.
    const before = this.seen.findLast((a) => a.end <= start);
    if (before && !cached) compareOrder(before.playlist, p, fault);
    if (!cached) this.seen.push({ playlist: p, end });
    if (this.seen.length > 64) this.seen.shift();
    return { faults, playlist: p };
  }
}

// What is wrong with playlist B as a later load of A.
export function compareReload(a, b) {
  if (a.kind !== b.kind) return [`was a ${a.kind} playlist, is a ${b.kind} one`];
  if (a.kind !== 'media') return [];
  const history = new History();
  const { faults } = history.see(a, 0, 0);
  const last = a.sequence + a.segments.length - 1;
  if (b.sequence > last + 1) faults.push(`segments ${last + 1} to ${b.sequence - 1} were never shown`);
  return [...faults, ...history.see(b, 1, 1).faults];
}
