// Where decoding of a track may begin, as its samples say themselves.

// The message at AT of LENGTH is a recovery point that is exact at once: its
// recovery_frame_cnt is 0, a single bit that is set (ITU-T H.264, D.1.8).
function recovers(b, at, length) {
  const end = at + length;
  for (at++; at + 2 < end;) {
    let type = 0, size = 0;
    while (b[at] === 0xff) type += b[at++];
    type += b[at++];
    while (b[at] === 0xff) size += b[at++];
    size += b[at++];
    if (type === 6 && b[at] & 0x80) return true;
    at += size;
  }
  return false;
}

function* units(b, at, end) {
  for (; at + 4 < end; at += 4 + b.readUInt32BE(at))
    yield { at: at + 4, length: b.readUInt32BE(at) };
}

function avc(b, from, to) {
  let recovery = false;
  for (const { at, length } of units(b, from, to)) {
    const type = b[at] & 31;
    if (type === 5) return 'idr';
    if (type === 6 && recovers(b, at, length)) recovery = true;
  }
  return recovery ? 'recovery' : null;
}

// IDR; CRA and BLA may be followed by pictures that are shown before them.
function hevc(b, from, to) {
  for (const { at } of units(b, from, to)) {
    const type = (b[at] >> 1) & 63;
    if (type === 19 || type === 20) return 'idr';
    if (type >= 16 && type <= 21) return 'recovery';
  }
  return null;
}

// A keyframe that is shown, behind its sequence header (AV1, 5.3 and 5.9.2).
function av1(b, at, to) {
  for (let sequence = false; at < to;) {
    const type = (b[at] >> 3) & 15, sized = b[at] & 2;
    let size = 0, shift = 0;
    at += b[at] & 4 ? 2 : 1;
    if (sized) {
      do size |= (b[at] & 127) << shift, shift += 7;
      while (b[at++] & 128);
    } else {
      size = to - at;
    }
    if (type === 1) sequence = true;
    // show_existing_frame, frame_type and show_frame are its first bits.
    if ((type === 3 || type === 6) && b[at] >> 4 === 1) return sequence ? 'idr' : null;
    at += size;
  }
  return null;
}

// frame_marker, profile, show_existing_frame, frame_type (VP9, 6.2).
function vp9(b, at) {
  const profile = ((b[at] >> 5) & 1) | ((b[at] >> 3) & 2);
  const bits = profile === 3 ? b[at] >> 1 : b[at] >> 2;
  return b[at] >> 6 === 2 && (bits & 3) === 0 ? 'idr' : null;
}

const ways = { avc1: avc, hvc1: hevc, av01: av1, vp09: vp9 };

// Where decoding CODEC, a sample entry's type, may begin: 'idr', 'recovery' or
// null.
export function access(b, sample, codec) {
  const way = ways[codec];
  if (!way) throw new Error(`nothing is known of ${codec}`);
  return way(b, sample.at, sample.at + sample.size);
}

// Can the samples of FRAGMENTS be decoded without what was before them?
// Pictures that are shown before the first, which is no IDR, cannot.
export function standsAlone(b, fragments, codec) {
  const samples = fragments.flatMap((f) => f.samples);
  const begin = access(b, samples[0], codec);
  return begin === 'idr' ||
    (begin === 'recovery' && samples.every((s) => s.pts >= samples[0].pts));
}
