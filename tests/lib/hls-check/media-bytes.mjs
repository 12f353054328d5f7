// What a playlist says of its segments, against their octets.

import { access, standsAlone } from './access.mjs';
import { readFragments, readInit } from './fragment.mjs';

// What a frame lasts is told before the next one is there; that may be off by
// half a frame.
const COARSE_S = 0.02;

// Checks segments one after the other, each once.
export class MediaCheck {
  constructor() {
    this.inits = new Map(); // by URI
    this.done = new Map(); // by URI of a segment: where it ends
  }

  // Segment S of playlist P is WHOLE (or as much of it as there is); INIT is
  // its initialization section.  Octets that are no MP4 are not ours.
  check(p, s, whole, init, fault) {
    const uri = s.uri ?? s.parts[0].uri;
    if (this.done.has(uri)) return;
    if (whole.toString('latin1', 4, 8) !== 'moof' && whole.toString('latin1', 4, 8) !== 'styp') return;
    let fragments, track;
    try {
      fragments = readFragments(whole);
      track = this.inits.get(s.map) ?? readInit(init);
    } catch (e) {
      fault(`segment ${s.number}: ${e.message}`);
      return;
    }
    this.inits.set(s.map, track);
    const last = fragments.at(-1);
    if (s.uri !== undefined) {
      const lasts = fragments.reduce((sum, f) => sum + f.duration, 0) / track.hz;
      if (Math.abs(lasts - s.duration) > COARSE_S)
        fault(`segment ${s.number} lasts ${lasts.toFixed(6)} s, its EXTINF says ${s.duration}`);
      this.done.set(uri, { end: last.time + last.duration, ...track });
    }
    for (const [i, part] of (s.parts ?? []).entries())
      this.part(`part ${i} of segment ${s.number}`, part, whole, fragments, track, fault);
    if (p.independent && track.video && !standsAlone(whole, fragments, track.codec))
      fault(`segment ${s.number} needs what was before it, in spite of EXT-X-INDEPENDENT-SEGMENTS (4.3.5.1)`);
    this.follows(p, s, fragments[0].time, track, fault);
  }

  part(name, part, whole, fragments, track, fault) {
    const own = fragments.filter((f) => f.at >= part.offset && f.at < part.offset + part.bytes);
    if (own.length === 0 || own[0].at !== part.offset ||
        own.at(-1).at + own.at(-1).bytes !== part.offset + part.bytes) {
      fault(`${name} is not made of whole fragments (bis 3.1)`);
      return;
    }
    const lasts = own.reduce((sum, f) => sum + f.duration, 0) / track.hz;
    if (Math.abs(lasts - part.duration) > COARSE_S)
      fault(`${name} lasts ${lasts.toFixed(6)} s, and says ${part.duration}`);
    const independent = !track.video ||
      own.some((f) => f.samples.some((sample) => access(whole, sample, track.codec) !== null));
    if (part.independent && !independent)
      fault(`${name} says INDEPENDENT, and has no independent frame (bis 4.4.4.9)`);
    if (!part.independent && independent)
      fault(`${name} has an independent frame and does not say INDEPENDENT (bis 4.4.4.9)`);
  }

  // Where there is no discontinuity decoding times go on (4.3.2.3).
  follows(p, s, begins, track, fault) {
    const before = p.segments.find((b) => b.number === s.number - 1);
    const seen = before && this.done.get(before.uri);
    if (!seen || before.discontinuity !== s.discontinuity || before.map !== s.map) return;
    const gap_ms = ((begins - seen.end) * 1000) / track.hz;
    if (gap_ms < -1000 * COARSE_S || gap_ms > 100)
      fault(`segment ${s.number} begins ${gap_ms.toFixed(1)} ms behind the end of the one before, without a discontinuity`);
  }
}
