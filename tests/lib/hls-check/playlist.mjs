// A playlist's text as an object, and what is wrong with the text itself.

import { attributeTypes, parseAttributes, tags, unquote } from './grammar.mjs';
import { checkMedia } from './media.mjs';
import { checkMultivariant } from './multivariant.mjs';

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
    case 'EXT-X-DISCONTINUITY':
      if (next.parts) fault('EXT-X-DISCONTINUITY behind parts of its segment');
      discontinuities++;
      next.breaks = true;
      break;
    case 'EXT-X-GAP':
      next.gap = true;
      need(8, tag);
      break;
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
      if (next.parts) fault('EXT-X-MAP behind parts of its segment');
      map = unquote(list.get('URI')) ?? null;
      p.hasMap = true;
      break;
    case 'EXT-X-SERVER-CONTROL': p.control = list; break;
    case 'EXT-X-PART-INF': p.partTarget = Number(list.get('PART-TARGET')); break;
    case 'EXT-X-PART': {
      const [bytes, offset] = (unquote(list.get('BYTERANGE')) ?? '').split('@').map(Number);
      (next.parts ??= []).push({ uri: unquote(list.get('URI')), bytes, offset,
        duration: Number(list.get('DURATION')), independent: list.get('INDEPENDENT') === 'YES',
        gap: list.get('GAP') === 'YES' });
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

