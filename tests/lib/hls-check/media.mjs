// The rules of one media playlist.

import { unquote } from './grammar.mjs';

export const segmentsOf = (p) => (p.growing ? [...p.segments, p.growing] : p.segments);

export function checkMedia(p, seen, fault) {
  if (!seen.has('EXT-X-TARGETDURATION')) fault('lacks EXT-X-TARGETDURATION (4.3.3.1)');
  for (const s of p.segments) {
    const name = `segment ${s.number}`;
    if (p.target !== null && Math.round(s.duration) > p.target)
      fault(`${name} lasts ${s.duration} s, more than the target ${p.target} (4.3.3.1)`);
    if (/\.(m4s|mp4|m4v|m4a)(\?|$)/.test(s.uri) && !s.map && p.skipped === 0)
      fault(`${name} is fragmented MP4 without EXT-X-MAP (3.3)`);
  }
  checkClock(p, fault);
  checkMaps(p, fault);
  if (p.type && p.sequence > 0) fault('segments were removed in spite of the playlist type (6.2.1)');
  checkControl(p, fault);
  checkParts(p, fault);
  checkHints(p, fault);
  const total = p.segments.reduce((sum, s) => sum + s.duration, 0);
  if (!p.ended && p.sequence > 0 && p.skipped === 0 && total < 3 * p.target)
    fault(`only ${total.toFixed(3)} s are left, less than three target durations (6.2.2)`);
}

// Dates follow the durations within a second, or a discontinuity, behind
// which they go on: nobody's clock runs backwards.
function checkClock(p, fault) {
  let clock = null;
  for (const s of segmentsOf(p)) {
    const name = `segment ${s.number}`, unbroken = clock?.discontinuity === s.discontinuity;
    if (s.date !== undefined && clock && unbroken && Math.abs(s.date - clock.date) > 1000)
      fault(`${name}'s date jumps by ${s.date - clock.date} ms without a discontinuity`);
    if (s.date !== undefined && clock && s.date < clock.date - 1000)
      fault(`${name}'s date goes back by ${clock.date - s.date} ms (4.3.2.6)`);
    s.at = s.date ?? (unbroken ? clock.date : undefined);
    clock = s.at === undefined ? null
      : { date: s.at + (s.duration ?? 0) * 1000, discontinuity: s.discontinuity };
  }
}

// Another initialization section is another encoding (4.3.2.3, 4.3.2.5).
function checkMaps(p, fault) {
  let before = null;
  for (const s of segmentsOf(p)) {
    if (before && s.map !== before.map && s.map && before.map && s.discontinuity === before.discontinuity)
      fault(`segment ${s.number} has another EXT-X-MAP without a discontinuity (4.3.2.3)`);
    before = s;
  }
}

// What EXT-X-SERVER-CONTROL and EXT-X-PART-INF promise (bis 4.4.3, B.1).
function checkControl(p, fault) {
  const number = (name) => (p.control?.has(name) ? Number(p.control.get(name)) : null);
  const partHoldBack = number('PART-HOLD-BACK'), skipUntil = number('CAN-SKIP-UNTIL');
  const holdBack = number('HOLD-BACK');
  if (holdBack !== null && holdBack < 3 * p.target)
    fault(`HOLD-BACK is ${holdBack}, less than three times ${p.target} (bis 4.4.3.8)`);
  if (skipUntil !== null && skipUntil < 6 * p.target)
    fault(`CAN-SKIP-UNTIL is ${skipUntil}, less than six times ${p.target} (bis 4.4.3.8)`);
  if (p.control?.has('CAN-SKIP-DATERANGES') && skipUntil === null)
    fault('CAN-SKIP-DATERANGES without CAN-SKIP-UNTIL (bis 4.4.3.8)');
  if (p.skipped > 0 && skipUntil === null) fault('EXT-X-SKIP without CAN-SKIP-UNTIL (bis 6.2.5.1)');
  if (p.skipped > 0 && p.target !== null) {
    const shown = segmentsOf(p).reduce((sum, s) => sum + (s.duration ?? 0), 0);
    if (shown < skipUntil - 1e-6)
      fault(`skips what is ${shown.toFixed(1)} s before the end, less than ${skipUntil} (bis 4.4.5.2)`);
  }
  if (p.partTarget === null) {
    if (segmentsOf(p).some((s) => s.parts)) fault('parts without EXT-X-PART-INF (bis 4.4.3.7)');
    return;
  }
  if (partHoldBack === null) fault('lacks PART-HOLD-BACK (bis 4.4.3.8)');
  else if (partHoldBack < 3 * p.partTarget - 1e-6)
    fault(`PART-HOLD-BACK is ${partHoldBack}, less than three times ${p.partTarget} (bis 4.4.3.8)`);
  if (p.control?.get('CAN-BLOCK-RELOAD') !== 'YES') fault('parts, but no blocking reload (bis B.1)');
  if (skipUntil === null) fault('parts, but no delta updates (bis B.1)');
  if (p.target !== null && p.partTarget > p.target)
    fault(`PART-TARGET is ${p.partTarget}, more than the target ${p.target}`);
  if (!p.ended && p.skipped === 0 && p.segments[0]?.date === undefined)
    fault('parts, but no EXT-X-PROGRAM-DATE-TIME (bis B.1)');
}

// Parts are their segment, cut in pieces of one length (bis 4.4.4.9).
function checkParts(p, fault) {
  let after = p.growing ? p.growing.parts.reduce((sum, q) => sum + q.duration, 0) : 0;
  for (const s of [...p.segments].reverse()) {
    // The playlist's end may be a growing segment: one target more.
    if (s.parts && after > 4 * p.target + 0.5)
      fault(`segment ${s.number} still has its parts ${after.toFixed(1)} s before the end (bis 6.2.2)`);
    after += s.duration;
  }
  if (p.ended && p.growing) fault('parts of no segment behind the end');
  for (const s of segmentsOf(p)) {
    let end = 0, lasts = 0;
    for (const [i, part] of (s.parts ?? []).entries()) {
      const name = `part ${i} of segment ${s.number}`;
      if (part.offset !== end) fault(`${name} begins at ${part.offset}, not ${end}`);
      if (!(part.bytes > 0)) fault(`${name} has no octets`);
      if (part.duration > p.partTarget + 1e-6)
        fault(`${name} lasts ${part.duration} s, more than ${p.partTarget} (bis 4.4.4.9)`);
      if (i < s.parts.length - 1 && !part.gap && part.duration < 0.85 * p.partTarget - 1e-6)
        fault(`${name} lasts ${part.duration} s, less than 85 % of ${p.partTarget} (bis 4.4.4.9)`);
      if (s.uri && part.uri !== s.uri) fault(`${name} is of ${part.uri}, the segment of ${s.uri}`);
      if (part.uri !== s.parts[0].uri) fault(`${name} is of ${part.uri}, the first of ${s.parts[0].uri}`);
      if (s.gap && !part.gap) fault(`${name} is there, its segment a gap (bis 4.4.4.7)`);
      end = part.offset + part.bytes;
      lasts += part.duration;
    }
    // A part is told before the frame behind it is there; that may be off by
    // half a frame.
    if (s.parts && s.duration !== undefined && Math.abs(lasts - s.duration) > 0.02)
      fault(`the parts of segment ${s.number} last ${lasts.toFixed(6)} s, it ${s.duration} s`);
  }
}

function checkHints(p, fault) {
  const types = p.hints.map((h) => h.get('TYPE'));
  if (new Set(types).size < types.length) fault('two hints of one type (bis 4.4.5.3)');
  if (p.ended && p.hints.length > 0) fault('a hint behind the end');
  if (p.ended && p.reports.length > 0) fault('a rendition report behind the end');
  // Of what fell silent nobody knows whether more will come.
  if (p.partTarget !== null && !p.ended && !types.includes('PART') && !p.segments.at(-1)?.gap) fault('parts, but no hint (bis B.1)');
  const last = p.growing?.parts.at(-1);
  for (const h of p.hints) {
    if (!/^(PART|MAP)$/.test(h.get('TYPE'))) fault(`a hint of TYPE=${h.get('TYPE')} (bis 4.4.5.3)`);
    if (h.get('TYPE') !== 'PART') continue;
    const uri = unquote(h.get('URI')), start = Number(h.get('BYTERANGE-START') ?? 0);
    if (last && (uri !== last.uri || start !== last.offset + last.bytes))
      fault('the hint does not continue the last part');
    if (!last && p.segments.some((s) => s.uri === uri)) fault('hints at a part of a whole segment');
  }
  const uris = p.reports.map((r) => unquote(r.get('URI')));
  if (new Set(uris).size < uris.length) fault('two reports of one rendition (bis 4.4.5.4)');
}
