#!/usr/bin/env node
// Checks HLS playlists against RFC 8216; section numbers are its.  Those of
// Low-Latency HLS ("bis") are of draft-pantos-hls-rfc8216bis-17.
//
//   node hls-check.mjs [--watch SECONDS] [--late SECONDS] URL...
//       fetches each playlist and what it refers to; with --watch live
//       media playlists are reloaded for so long and compared; a segment
//       may be --late (1) seconds late, for the encoder's machine may be slow.
//       A low-latency playlist is followed part by part, as its players do,
//       and its parts must be the octets of the segment they make up.
//   node hls-check.mjs --reloads FILE...
//       the files are the same playlist, loaded again and again.
//   node hls-check.mjs FILE...
//
// Prints a line for each fault and exits 1 when there was one, 2 when it
// was called wrong.  No dependencies but node itself.

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

// Where a tag may stand, and whether more than once.
const tags = {
  'EXTM3U': { in: 'both', once: true },
  'EXT-X-VERSION': { in: 'both', once: true, value: 'integer' },
  'EXT-X-INDEPENDENT-SEGMENTS': { in: 'both', once: true, value: 'none' },
  'EXT-X-START': { in: 'both', once: true, value: 'attributes' },
  'EXTINF': { in: 'media', value: 'extinf' },
  'EXT-X-BYTERANGE': { in: 'media', value: 'byterange' },
  'EXT-X-DISCONTINUITY': { in: 'media', value: 'none' },
  'EXT-X-KEY': { in: 'media', value: 'attributes' },
  'EXT-X-MAP': { in: 'media', value: 'attributes' },
  'EXT-X-PROGRAM-DATE-TIME': { in: 'media', value: 'date' },
  'EXT-X-DATERANGE': { in: 'media', value: 'attributes' },
  'EXT-X-GAP': { in: 'media', value: 'none' },
  'EXT-X-TARGETDURATION': { in: 'media', once: true, value: 'integer' },
  'EXT-X-MEDIA-SEQUENCE': { in: 'media', once: true, value: 'integer' },
  'EXT-X-DISCONTINUITY-SEQUENCE': { in: 'media', once: true, value: 'integer' },
  'EXT-X-ENDLIST': { in: 'media', once: true, value: 'none' },
  'EXT-X-PLAYLIST-TYPE': { in: 'media', once: true, value: 'type' },
  'EXT-X-I-FRAMES-ONLY': { in: 'media', once: true, value: 'none' },
  'EXT-X-SERVER-CONTROL': { in: 'media', once: true, value: 'attributes' },
  'EXT-X-PART-INF': { in: 'media', once: true, value: 'attributes' },
  'EXT-X-PART': { in: 'media', value: 'attributes' },
  'EXT-X-PRELOAD-HINT': { in: 'media', value: 'attributes' },
  'EXT-X-RENDITION-REPORT': { in: 'media', value: 'attributes' },
  'EXT-X-SKIP': { in: 'media', once: true, value: 'attributes' },
  'EXT-X-MEDIA': { in: 'multivariant', value: 'attributes' },
  'EXT-X-STREAM-INF': { in: 'multivariant', value: 'attributes' },
  'EXT-X-I-FRAME-STREAM-INF': { in: 'multivariant', value: 'attributes' },
  'EXT-X-SESSION-DATA': { in: 'multivariant', value: 'attributes' },
  'EXT-X-SESSION-KEY': { in: 'multivariant', value: 'attributes' },
};

// Attributes by tag: their type, "!" when required (4.2, 4.3).
const attributes = {
  'EXT-X-MAP': { 'URI': 'quoted!', 'BYTERANGE': 'quoted' },
  'EXT-X-SERVER-CONTROL': {
    'CAN-SKIP-UNTIL': 'float', 'CAN-SKIP-DATERANGES': 'yesno', 'HOLD-BACK': 'float',
    'PART-HOLD-BACK': 'float', 'CAN-BLOCK-RELOAD': 'yesno',
  },
  'EXT-X-PART-INF': { 'PART-TARGET': 'float!' },
  'EXT-X-PART': {
    'URI': 'quoted!', 'DURATION': 'float!', 'INDEPENDENT': 'yesno', 'BYTERANGE': 'range',
    'GAP': 'yesno',
  },
  'EXT-X-PRELOAD-HINT': {
    'TYPE': 'word!', 'URI': 'quoted!', 'BYTERANGE-START': 'integer',
    'BYTERANGE-LENGTH': 'integer',
  },
  'EXT-X-RENDITION-REPORT': { 'URI': 'quoted!', 'LAST-MSN': 'integer!', 'LAST-PART': 'integer' },
  'EXT-X-SKIP': { 'SKIPPED-SEGMENTS': 'integer!', 'RECENTLY-REMOVED-DATERANGES': 'quoted' },
  'EXT-X-KEY': {
    'METHOD': 'word!', 'URI': 'quoted', 'IV': 'hex', 'KEYFORMAT': 'quoted',
    'KEYFORMATVERSIONS': 'quoted',
  },
  'EXT-X-START': { 'TIME-OFFSET': 'signed!', 'PRECISE': 'yesno' },
  'EXT-X-DATERANGE': { 'ID': 'quoted!', 'START-DATE': 'quoted!' },
  'EXT-X-MEDIA': {
    'TYPE': 'word!', 'URI': 'quoted', 'GROUP-ID': 'quoted!', 'LANGUAGE': 'quoted',
    'ASSOC-LANGUAGE': 'quoted', 'NAME': 'quoted!', 'DEFAULT': 'yesno',
    'AUTOSELECT': 'yesno', 'FORCED': 'yesno', 'INSTREAM-ID': 'quoted',
    'CHARACTERISTICS': 'quoted', 'CHANNELS': 'quoted',
  },
  'EXT-X-STREAM-INF': {
    'BANDWIDTH': 'integer!', 'AVERAGE-BANDWIDTH': 'integer', 'CODECS': 'quoted',
    'RESOLUTION': 'resolution', 'FRAME-RATE': 'float', 'HDCP-LEVEL': 'word',
    'AUDIO': 'quoted', 'VIDEO': 'quoted', 'SUBTITLES': 'quoted',
    'CLOSED-CAPTIONS': 'any',
  },
};

const attributeTypes = {
  integer: /^[0-9]{1,20}$/,
  hex: /^0[xX][0-9A-F]+$/,
  float: /^[0-9]+(\.[0-9]+)?$/,
  signed: /^-?[0-9]+(\.[0-9]+)?$/,
  quoted: /^"[^"\r\n]*"$/,
  word: /^[^",\s]+$/,
  yesno: /^(YES|NO)$/,
  resolution: /^[0-9]+x[0-9]+$/,
  range: /^"[0-9]+@[0-9]+"$/,
  any: /^("[^"\r\n]*"|[^",\s]+)$/,
};

// "A=1,B="x,y"" as a Map; a fault for what does not fit (4.2).
function parseAttributes(tag, text, fault) {
  const list = new Map();
  const wanted = attributes[tag] ?? {};
  let rest = text;
  while (true) {
    const m = /^([A-Z0-9-]+)=("[^"]*"|[^",]*)(,|$)/.exec(rest);
    if (!m) {
      fault(`${tag}: the attribute list is malformed at '${rest}'`);
      break;
    }
    const [all, name, value, more] = m;
    if (list.has(name)) fault(`${tag}: ${name} stands twice`);
    list.set(name, value);
    const type = wanted[name]?.replace('!', '');
    if (type && !attributeTypes[type].test(value))
      fault(`${tag}: ${name}=${value} is no ${type}`);
    rest = rest.slice(all.length);
    if (more === '') break;
  }
  for (const [name, type] of Object.entries(wanted))
    if (type.endsWith('!') && !list.has(name)) fault(`${tag}: ${name} is missing`);
  return list;
}

const unquote = (s) => (s === undefined ? undefined : s.slice(1, -1));

// One playlist's text as an object; what is wrong goes into its faults.
export function parsePlaylist(text) {
  const p = {
    kind: null, version: 1, needs: 1, target: null, sequence: 0, discontinuity: 0,
    type: null, ended: false, independent: false, segments: [], variants: [],
    media: [], faults: [], control: null, partTarget: null, skipped: 0, hints: [],
    reports: [], growing: null,
  };
  let line = 0;
  const fault = (s) => p.faults.push(line > 0 ? `line ${line}: ${s}` : s);
  const need = (version, why) => {
    if (version > p.needs) Object.assign(p, { needs: version, why });
  };
  if (text.startsWith('\ufeff')) fault('begins with a byte order mark (4.1)');
  if (/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(text)) fault('holds control characters (4.1)');
  if (text.normalize('NFC') !== text) fault('is not in Unicode form NFC (4.1)');
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) !== '') fault('the last line does not end');
  if (lines[0] !== '#EXTM3U') fault('does not begin with #EXTM3U (4.3.1.1)');
  const seen = new Set();
  const belongs = (kind, what) => {
    if (kind === 'both') return;
    if (p.kind === null) p.kind = kind;
    else if (p.kind !== kind) fault(`${what} in a ${p.kind} playlist (4.1)`);
  };
  let next = {};      // what is said of the segment to come
  let map = null, discontinuities = 0, variant = null, haveSegment = false;
  for (const raw of lines.slice(0, -1)) {
    line++;
    if (raw === '' || (raw.startsWith('#') && !raw.startsWith('#EXT'))) continue;
    if (!raw.startsWith('#')) {
      if (/\s/.test(raw)) fault('a URI holds blanks (4.1)');
      if (variant) {
        p.variants.push({ ...variant, uri: raw });
        variant = null;
        continue;
      }
      belongs('media', 'a segment');
      if (next.duration === undefined) fault('a segment without EXTINF (4.3.2.1)');
      p.segments.push({ ...next, uri: raw, map,
        number: p.sequence + p.skipped + p.segments.length,
        discontinuity: p.discontinuity + discontinuities });
      haveSegment = true;
      next = {};
      continue;
    }
    if (variant) fault('EXT-X-STREAM-INF is not followed by its URI (4.3.4.2)');
    variant = null;
    const colon = raw.indexOf(':');
    const tag = raw.slice(1, colon === -1 ? undefined : colon);
    const value = colon === -1 ? null : raw.slice(colon + 1);
    const rule = tags[tag];
    if (!rule) continue; // unknown tags are passed over (6.3.1)
    belongs(rule.in, tag);
    if (rule.once && seen.has(tag)) fault(`${tag} stands twice`);
    seen.add(tag);
    let list = null, number = null;
    if (rule.value === 'none' && value !== null) fault(`${tag} takes no value`);
    if (rule.value && rule.value !== 'none' && value === null) {
      fault(`${tag} has no value`);
      continue;
    }
    if (rule.value === 'attributes') list = parseAttributes(tag, value, fault);
    if (rule.value === 'integer') {
      if (!attributeTypes.integer.test(value)) fault(`${tag}:${value} is no integer`);
      number = Number(value);
    }
    switch (tag) {
    case 'EXT-X-VERSION': p.version = number; break;
    case 'EXT-X-INDEPENDENT-SEGMENTS': p.independent = true; break;
    case 'EXT-X-TARGETDURATION': p.target = number; break;
    case 'EXT-X-MEDIA-SEQUENCE':
      if (haveSegment) fault('EXT-X-MEDIA-SEQUENCE after a segment (4.3.3.2)');
      p.sequence = number;
      break;
    case 'EXT-X-DISCONTINUITY-SEQUENCE':
      if (haveSegment || discontinuities > 0)
        fault('EXT-X-DISCONTINUITY-SEQUENCE after a segment or discontinuity (4.3.3.3)');
      p.discontinuity = number;
      break;
    case 'EXT-X-PLAYLIST-TYPE':
      if (!/^(EVENT|VOD)$/.test(value)) fault(`the playlist type is ${value} (4.3.3.5)`);
      p.type = value;
      break;
    case 'EXT-X-ENDLIST': p.ended = true; break;
    case 'EXT-X-I-FRAMES-ONLY': p.iframes = true; need(4, tag); break;
    case 'EXT-X-DISCONTINUITY': discontinuities++; break;
    case 'EXT-X-PROGRAM-DATE-TIME': {
      // With a time zone, and to the millisecond as it should be (4.3.2.6).
      const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;
      next.date = Date.parse(value);
      if (!iso.test(value) || Number.isNaN(next.date)) fault(`${value} is no date (4.3.2.6)`);
      break;
    }
    case 'EXTINF': {
      const m = /^(\d+(\.\d+)?)(,[^\r\n]*)?$/.exec(value);
      if (!m) { fault(`EXTINF:${value} is no duration (4.3.2.1)`); break; }
      if (m[3] === undefined) fault('EXTINF lacks its comma (4.3.2.1)');
      if (m[2]) need(3, 'a duration with decimals');
      next.duration = Number(m[1]);
      break;
    }
    case 'EXT-X-BYTERANGE':
      if (!/^\d+(@\d+)?$/.test(value)) fault(`EXT-X-BYTERANGE:${value} (4.3.2.2)`);
      next.range = value;
      need(4, tag);
      break;
    case 'EXT-X-KEY':
      if (list.has('IV')) need(2, 'IV');
      if (list.has('KEYFORMAT') || list.has('KEYFORMATVERSIONS')) need(5, 'KEYFORMAT');
      break;
    case 'EXT-X-MAP':
      map = unquote(list.get('URI')) ?? null;
      p.hasMap = true;
      break;
    case 'EXT-X-SERVER-CONTROL': p.control = list; break;
    case 'EXT-X-PART-INF': p.partTarget = Number(list.get('PART-TARGET')); break;
    case 'EXT-X-PART': {
      const [bytes, offset] = (unquote(list.get('BYTERANGE')) ?? '').split('@').map(Number);
      (next.parts ??= []).push({ uri: unquote(list.get('URI')), bytes, offset,
        duration: Number(list.get('DURATION')), independent: list.get('INDEPENDENT') === 'YES' });
      break;
    }
    case 'EXT-X-PRELOAD-HINT': p.hints.push(list); break;
    case 'EXT-X-RENDITION-REPORT': p.reports.push(list); break;
    case 'EXT-X-SKIP':
      if (haveSegment || next.parts) fault('EXT-X-SKIP after a segment (bis 4.4.5.2)');
      p.skipped = Number(list.get('SKIPPED-SEGMENTS'));
      need(9, tag);
      break;
    case 'EXT-X-MEDIA': p.media.push(list); break;
    case 'EXT-X-STREAM-INF': variant = { list }; break;
    }
  }
  line = 0;
  if (variant) fault('EXT-X-STREAM-INF is not followed by its URI (4.3.4.2)');
  if (next.parts && next.duration === undefined) {
    p.growing = { ...next, map, number: p.sequence + p.skipped + p.segments.length,
      discontinuity: p.discontinuity + discontinuities };
    next = {};
  }
  if (Object.keys(next).length > 0) fault('tags of a segment without its URI');
  if (p.hasMap) need(p.iframes ? 5 : 6, 'EXT-X-MAP');
  if (p.kind === 'media') checkMedia(p, seen, fault);
  else if (p.kind === 'multivariant') checkMultivariant(p, fault);
  else fault('is neither a media nor a multivariant playlist');
  if (p.version < p.needs) fault(`needs version ${p.needs} for ${p.why} (7), and says ${p.version}`);
  if (p.needs > 1 && !seen.has('EXT-X-VERSION')) fault('lacks EXT-X-VERSION (7)');
  return p;
}

function checkMedia(p, seen, fault) {
  if (!seen.has('EXT-X-TARGETDURATION')) fault('lacks EXT-X-TARGETDURATION (4.3.3.1)');
  let total = 0, clock = null;
  for (const s of p.segments) {
    const name = `segment ${s.number}`;
    if (p.target !== null && Math.round(s.duration) > p.target)
      fault(`${name} lasts ${s.duration} s, more than the target ${p.target} (4.3.3.1)`);
    if (/\.(m4s|mp4|m4v|m4a)(\?|$)/.test(s.uri) && !s.map && p.skipped === 0)
      fault(`${name} is fragmented MP4 without EXT-X-MAP (3.3)`);
    // Dates follow the durations within a second, or a discontinuity.
    if (s.date !== undefined && clock && clock.discontinuity === s.discontinuity &&
        Math.abs(s.date - clock.date) > 1000)
      fault(`${name}'s date jumps by ${s.date - clock.date} ms without a discontinuity`);
    const date = s.date ?? (clock && clock.discontinuity === s.discontinuity ? clock.date : undefined);
    clock = date === undefined ? null
      : { date: date + s.duration * 1000, discontinuity: s.discontinuity };
    s.at = date;
    total += s.duration;
  }
  if (p.type && p.sequence > 0) fault('segments were removed in spite of the playlist type (6.2.1)');
  checkLowLatency(p, fault);
  if (!p.ended && p.sequence > 0 && p.skipped === 0 && total < 3 * p.target)
    fault(`only ${total.toFixed(3)} s are left, less than three target durations (6.2.2)`);
}

// What Low-Latency HLS adds.
function checkLowLatency(p, fault) {
  const segments = p.growing ? [...p.segments, p.growing] : p.segments;
  const number = (name) => (p.control?.has(name) ? Number(p.control.get(name)) : null);
  const holdBack = number('PART-HOLD-BACK'), skipUntil = number('CAN-SKIP-UNTIL');
  if (p.partTarget !== null) {
    if (holdBack === null) fault('lacks PART-HOLD-BACK (bis 4.4.3.8)');
    else if (holdBack < 3 * p.partTarget - 1e-6)
      fault(`PART-HOLD-BACK is ${holdBack}, less than three times ${p.partTarget} (bis 4.4.3.8)`);
  } else if (segments.some((s) => s.parts)) fault('parts without EXT-X-PART-INF (bis 4.4.3.7)');
  if (skipUntil !== null && skipUntil < 6 * p.target)
    fault(`CAN-SKIP-UNTIL is ${skipUntil}, less than six times ${p.target} (bis 4.4.3.8)`);
  if (p.skipped > 0 && skipUntil === null) fault('EXT-X-SKIP without CAN-SKIP-UNTIL (bis 6.2.5.1)');
  let after = p.growing ? p.growing.parts.reduce((sum, q) => sum + q.duration, 0) : 0;
  for (const s of [...p.segments].reverse()) {
    // The playlist's end may be a growing segment: one target more.
    if (s.parts && after > 4 * p.target + 0.5)
      fault(`segment ${s.number} still has its parts ${after.toFixed(1)} s before the end (bis 6.2.2)`);
    after += s.duration;
  }
  for (const s of segments) {
    let end = 0, lasts = 0;
    for (const [i, part] of (s.parts ?? []).entries()) {
      const name = `part ${i} of segment ${s.number}`;
      if (part.offset !== end) fault(`${name} begins at ${part.offset}, not ${end}`);
      if (part.duration > p.partTarget + 1e-6)
        fault(`${name} lasts ${part.duration} s, more than ${p.partTarget} (bis 4.4.4.9)`);
      if (i < s.parts.length - 1 && part.duration < 0.85 * p.partTarget)
        fault(`${name} lasts ${part.duration} s, less than 85 % of ${p.partTarget} (bis 4.4.4.9)`);
      if (s.uri && part.uri !== s.uri) fault(`${name} is of ${part.uri}, the segment of ${s.uri}`);
      end = part.offset + part.bytes;
      lasts += part.duration;
    }
    if (s.parts && s.duration !== undefined && Math.abs(lasts - s.duration) > 0.01)
      fault(`the parts of segment ${s.number} last ${lasts.toFixed(3)} s, it ${s.duration} s`);
  }
  const types = p.hints.map((h) => h.get('TYPE'));
  if (new Set(types).size < types.length) fault('two hints of one type (bis 4.4.5.3)');
  if (p.ended && p.hints.length > 0) fault('a hint behind the end');
  for (const h of p.hints) {
    const last = p.growing?.parts.at(-1);
    if (last && (unquote(h.get('URI')) !== last.uri ||
        Number(h.get('BYTERANGE-START')) !== last.offset + last.bytes))
      fault('the hint does not continue the last part');
  }
}

// A delta update as the full playlist that A, a full one, makes of it
// (bis 6.3.7); faults are its own.
export function mergeDelta(a, delta) {
  const old = a.segments.filter((s) => s.number >= delta.sequence).slice(0, delta.skipped);
  const merged = { ...delta, skipped: 0, segments: [...old, ...delta.segments] };
  if (old.length < delta.skipped)
    merged.faults = [...delta.faults, `skips ${delta.skipped} segments, ${old.length} of which are known`];
  let map = old.at(-1)?.map ?? null;
  let before = old.at(-1)?.discontinuity ?? delta.discontinuity;
  const base = before - delta.discontinuity;
  for (const s of [...delta.segments, ...(delta.growing ? [delta.growing] : [])]) {
    s.map ??= map;
    map = s.map;
    if (delta.skipped > 0) s.discontinuity += base;
  }
  return merged;
}

function checkMultivariant(p, fault) {
  const groups = new Map();
  for (const m of p.media) {
    const id = `${m.get('TYPE')} ${m.get('GROUP-ID')}`;
    if (!/^(AUDIO|VIDEO|SUBTITLES|CLOSED-CAPTIONS)$/.test(m.get('TYPE') ?? ''))
      fault(`EXT-X-MEDIA: TYPE=${m.get('TYPE')} (4.3.4.1)`);
    if (m.get('TYPE') === 'CLOSED-CAPTIONS') {
      if (m.has('URI')) fault('closed captions have no URI (4.3.4.1)');
      if (!m.has('INSTREAM-ID')) fault('closed captions lack INSTREAM-ID (4.3.4.1)');
    } else if (m.has('INSTREAM-ID')) fault('INSTREAM-ID is for closed captions only (4.3.4.1)');
    if (m.get('TYPE') === 'SUBTITLES' && !m.has('URI')) fault('subtitles lack URI (4.3.4.1)');
    if (m.has('FORCED') && m.get('TYPE') !== 'SUBTITLES') fault('FORCED is for subtitles (4.3.4.1)');
    if (m.get('DEFAULT') === 'YES' && m.has('AUTOSELECT') && m.get('AUTOSELECT') !== 'YES')
      fault('a default rendition has AUTOSELECT=YES (4.3.4.1)');
    const group = groups.get(id) ?? [];
    group.push(m);
    groups.set(id, group);
  }
  for (const [id, group] of groups) { // 4.3.4.1.1
    const names = group.map((m) => m.get('NAME'));
    if (new Set(names).size < names.length) fault(`two renditions of ${id} have one name`);
    if (group.filter((m) => m.get('DEFAULT') === 'YES').length > 1)
      fault(`group ${id} has two defaults`);
  }
  if (p.variants.length === 0) fault('offers no variant');
  for (const { list } of p.variants) {
    for (const type of ['AUDIO', 'VIDEO', 'SUBTITLES'])
      if (list.has(type) && !groups.has(`${type} ${list.get(type)}`))
        fault(`EXT-X-STREAM-INF: there is no group ${type} ${list.get(type)} (4.3.4.2)`);
    if (Number(list.get('AVERAGE-BANDWIDTH')) > Number(list.get('BANDWIDTH')))
      fault('AVERAGE-BANDWIDTH is above BANDWIDTH (4.3.4.2)');
    if (Number(list.get('BANDWIDTH')) === 0) fault('BANDWIDTH is 0');
    if (!list.has('CODECS')) fault('EXT-X-STREAM-INF lacks CODECS (4.3.4.2)');
  }
}

// What is wrong with playlist B as a later load of A (6.2.1, 6.2.2).
export function compareReload(a, b) {
  const faults = [];
  const fault = (s) => faults.push(s);
  if (a.kind !== b.kind) return [`was a ${a.kind} playlist, is a ${b.kind} one`];
  if (a.kind !== 'media') return faults;
  if (a.target !== b.target) fault(`EXT-X-TARGETDURATION went from ${a.target} to ${b.target} (6.2.1)`);
  if (a.type !== b.type) fault(`EXT-X-PLAYLIST-TYPE went from ${a.type} to ${b.type} (6.2.1)`);
  if (b.sequence < a.sequence) fault(`EXT-X-MEDIA-SEQUENCE went from ${a.sequence} back to ${b.sequence} (6.2.2)`);
  if (b.discontinuity < a.discontinuity)
    fault(`EXT-X-DISCONTINUITY-SEQUENCE went from ${a.discontinuity} back to ${b.discontinuity} (6.2.2)`);
  if (a.ended && !b.ended) fault('EXT-X-ENDLIST is gone (6.2.1)');
  const lastA = a.sequence + a.segments.length - 1, lastB = b.sequence + b.segments.length - 1;
  if (a.ended && (lastA !== lastB || a.sequence !== b.sequence)) fault('changed after EXT-X-ENDLIST (6.2.1)');
  if (lastB < lastA) fault(`segments ${lastB + 1} to ${lastA} are gone from the end (6.2.1)`);
  if (b.sequence > lastA + 1) fault(`segments ${lastA + 1} to ${b.sequence - 1} were never shown`);
  const later = new Map(b.segments.map((s) => [s.number, s]));
  if (a.partTarget !== null && b.partTarget !== null && a.partTarget !== b.partTarget)
    fault(`PART-TARGET went from ${a.partTarget} to ${b.partTarget}`);
  for (const s of [...a.segments, ...(a.growing ? [a.growing] : [])]) {
    const t = later.get(s.number) ?? (b.growing?.number === s.number ? b.growing : undefined);
    if (!s.parts || !t?.parts) continue;
    for (const [i, part] of s.parts.entries())
      if (JSON.stringify(part) !== JSON.stringify(t.parts[i]))
        fault(`part ${i} of segment ${s.number} changed`);
  }
  for (const s of a.segments) {
    const t = later.get(s.number);
    if (!t) continue;
    if (t.uri !== s.uri) fault(`segment ${s.number} was ${s.uri}, is ${t.uri} (6.2.1)`);
    if (t.duration !== s.duration) fault(`segment ${s.number} lasted ${s.duration} s, lasts ${t.duration}`);
    if (t.map !== s.map) fault(`segment ${s.number} had the map ${s.map}, has ${t.map}`);
    if (t.discontinuity !== s.discontinuity)
      fault(`segment ${s.number} had discontinuity number ${s.discontinuity}, has ${t.discontinuity} (6.2.2)`);
    if (s.at !== undefined && t.at !== undefined && Math.abs(s.at - t.at) > 1000)
      fault(`segment ${s.number}'s date moved by ${t.at - s.at} ms`);
  }
  return faults;
}

async function load(url) {
  const r = await fetch(url, { redirect: 'follow' });
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
      const r = await fetch(url, { method: 'HEAD' });
      known.set(url, r.ok ? Number(r.headers.get('content-length')) : null);
    }
    return known.get(url);
  };
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const withQuery = (url, query) => url + (url.includes('?') ? '&' : '?') + query;

// The octets of RANGE of URL, or null.
async function octets(url, range) {
  const r = await fetch(url, range ? { headers: { Range: `bytes=${range}` } } : {});
  return r.ok ? Buffer.from(await r.arrayBuffer()) : null;
}

// Follow the low-latency playlist P of URL part by part until UNTIL or its
// end; how many loads, parts, and the last playlist.
async function followParts(url, p, until, say) {
  const parts = new Map(); // by segment's URI: what was read of it, in order
  let loads = 0, count = 0;
  while (!p.ended && Date.now() < until) {
    for (const s of [...p.segments, ...(p.growing ? [p.growing] : [])]) {
      if (!s.parts) continue;
      const uri = s.parts[0].uri, have = parts.get(uri) ?? [];
      if (have === 'done') continue;
      while (have.length < s.parts.length) {
        const { offset, bytes } = s.parts[have.length];
        const got = await octets(new URL(uri, url), `${offset}-${offset + bytes - 1}`);
        if (got?.length !== bytes) say(url, `part ${have.length} of ${uri}: ${got?.length} octets of ${bytes}`);
        have.push(got ?? Buffer.alloc(0));
        count++;
      }
      parts.set(uri, have);
      if (s.uri) {
        const whole = await octets(new URL(uri, url));
        if (!whole?.equals(Buffer.concat(have))) say(url, `the parts of ${uri} are not the segment`);
        parts.set(uri, 'done');
      }
    }
    const msn = p.sequence + p.segments.length, part = p.growing?.parts.length ?? 0;
    const skip = ++loads % 2 === 0 && p.control.has('CAN-SKIP-UNTIL');
    let next = await load(withQuery(url, `_HLS_msn=${msn}&_HLS_part=${part}${skip ? '&_HLS_skip=YES' : ''}`));
    if (next.skipped > 0) next = mergeDelta(p, next);
    for (const f of next.faults) say(url, f);
    for (const f of compareReload(p, next)) say(url, f);
    const last = next.sequence + next.segments.length;
    if (!next.ended && last <= msn && (last < msn || (next.growing?.parts.length ?? 0) <= part))
      say(url, `a reload for ${msn}/${part} came without it (bis 6.2.5.2)`);
    p = next;
  }
  return { loads, parts: count, last: p };
}

// Check the media playlist at URL, for WATCH seconds.
async function checkMediaUrl(url, { watch, late }, say, probe) {
  const until = Date.now() + watch * 1000;
  let last = await load(url), changed = Date.now(), loads = 1;
  const resources = async (p) => {
    for (const s of p.segments)
      for (const uri of [s.map, s.uri])
        if (uri && !((await probe(new URL(uri, url).href)) > 0))
          say(url, `segment ${s.number}: ${uri} is not there, or empty`);
  };
  for (const f of last.faults) say(url, f);
  await resources(last);
  let parts = 0;
  while (!last.ended && Date.now() < until) {
    if (last.control?.get('CAN-BLOCK-RELOAD') === 'YES') {
      const seen = await followParts(url, last, until, say);
      loads += seen.loads;
      parts += seen.parts;
      last = seen.last;
      await resources(last);
      continue;
    }
    await wait(Math.max(200, (last.target ?? 1) * 500)); // half a target: 6.3.4
    const p = await load(url);
    loads++;
    for (const f of p.faults) say(url, f);
    for (const f of compareReload(last, p)) say(url, f);
    await resources(p);
    // What slid out stays for as long as the playlist lasted (6.2.2).
    for (const s of last.segments)
      if (s.number < p.sequence && !(await fetch(new URL(s.uri, url), { method: 'HEAD' })).ok)
        say(url, `segment ${s.number} went as soon as it left the playlist (6.2.2)`);
    const grew = p.sequence + p.segments.length > last.sequence + last.segments.length;
    if (grew || p.ended) changed = Date.now();
    else if (Date.now() - changed > 1500 * p.target + late * 1000) {
      say(url, `nothing new for ${Date.now() - changed} ms, the target is ${p.target} s (6.2.2)`);
      changed = Date.now();
    }
    last = p;
  }
  return { loads, parts, segments: last.sequence + last.segments.length, ended: last.ended };
}

// Check the playlist at URL and those it names.  SAY gets (url, fault).
// Resolves to what was seen of each media playlist, by URL.
export async function checkUrl(url, { watch = 0, late = 1, say = () => {} } = {}) {
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
  return seen;
}

async function main(argv) {
  let watch = 0, late = 1, reloads = false, faults = 0;
  const say = (where, fault) => {
    faults++;
    console.log(`${where}: ${fault}`);
  };
  const names = [];
  for (let i = 0; i < argv.length; i++) {
    if (argv[i] === '--watch') watch = Number(argv[++i]);
    else if (argv[i] === '--late') late = Number(argv[++i]);
    else if (argv[i] === '--reloads') reloads = true;
    else names.push(argv[i]);
  }
  if (names.length === 0 || Number.isNaN(watch + late)) {
    console.error('usage: hls-check.mjs [--watch SECONDS] [--late SECONDS] URL... | [--reloads] FILE...');
    return 2;
  }
  let before = null;
  for (const name of names) {
    try {
      if (/^https?:/.test(name)) {
        const seen = await checkUrl(name, { watch, late, say });
        for (const [url, s] of Object.entries(seen))
          console.log(`# ${url}: ${s.loads} loads, ${s.segments} segments${s.parts > 0 ? `, ${s.parts} parts` : ''}${s.ended ? ', ended' : ''}`);
        continue;
      }
      const p = parsePlaylist(await readFile(name, 'utf8'));
      for (const f of p.faults) say(name, f);
      if (reloads && before) for (const f of compareReload(before, p)) say(name, f);
      before = p;
    } catch (e) {
      say(name, e.message);
    }
  }
  return faults > 0 ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await main(process.argv.slice(2));
