// Fragmented MP4 as far as playlists make promises about it: what a fragment
// lasts and where it lies (ISO/IEC 14496-12).

// The boxes of B from AT to END: [type, beginning of its content, its end].
function* boxes(b, at = 0, end = b.length) {
  while (at + 8 <= end) {
    const size = b.readUInt32BE(at);
    if (size < 8 || at + size > end) throw new Error(`a box of ${size} octets at ${at}`);
    yield { type: b.toString('latin1', at + 4, at + 8), at, from: at + 8, to: at + size };
    at += size;
  }
  if (at !== end) throw new Error(`${end - at} octets at ${at} are no box`);
}

function find(b, path, from, to) {
  for (const box of boxes(b, from, to))
    if (box.type === path[0])
      return path.length === 1 ? box : find(b, path.slice(1), box.from, box.to);
  return null;
}

// What an initialization section says of its track.
export function readInit(b) {
  const mdia = find(b, ['moov', 'trak', 'mdia']);
  const hdlr = find(b, ['hdlr'], mdia.from, mdia.to);
  const mdhd = find(b, ['mdhd'], mdia.from, mdia.to);
  const stsd = find(b, ['minf', 'stbl', 'stsd'], mdia.from, mdia.to);
  return {
    codec: b.toString('latin1', stsd.from + 12, stsd.from + 16),
    video: b.toString('latin1', hdlr.from + 8, hdlr.from + 12) === 'vide',
    hz: b.readUInt32BE(mdhd.from + (b[mdhd.from] === 1 ? 20 : 12)),
  };
}

// The samples of a track fragment run, with what its header leaves out.
function readRun(b, trun, tfhd) {
  const flags = b.readUInt32BE(trun.from) & 0xffffff;
  const count = b.readUInt32BE(trun.from + 4);
  let at = trun.from + 8;
  const take = (bit, otherwise) => {
    if (!(flags & bit)) return otherwise;
    at += 4;
    return b.readUInt32BE(at - 4);
  };
  const offset = take(0x1, 0), first = take(0x4, undefined);
  const samples = [];
  for (let i = 0; i < count; i++) {
    const sample = { duration: take(0x100, tfhd.duration), size: take(0x200, tfhd.size) };
    sample.flags = take(0x400, i === 0 && first !== undefined ? first : tfhd.flags);
    sample.shift = take(0x800, 0) | 0;
    samples.push(sample);
  }
  return { offset, samples };
}

function readHeader(b, tfhd) {
  const flags = b.readUInt32BE(tfhd.from) & 0xffffff;
  let at = tfhd.from + 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  const take = (bit) => (flags & bit ? b.readUInt32BE((at += 4) - 4) : 0);
  return { duration: take(0x8), size: take(0x10), flags: take(0x20) };
}

// The fragments of B: where each lies, its decoding time and its samples.
export function readFragments(b) {
  const fragments = [];
  let moof = null, begin = null;
  for (const box of boxes(b)) {
    begin ??= box.at;
    if (box.type === 'moof') moof = box;
    if (box.type !== 'mdat') continue;
    if (!moof) throw new Error(`an mdat without a moof at ${box.at}`);
    const traf = find(b, ['traf'], moof.from, moof.to);
    const tfdt = find(b, ['tfdt'], traf.from, traf.to);
    const header = readHeader(b, find(b, ['tfhd'], traf.from, traf.to));
    const run = readRun(b, find(b, ['trun'], traf.from, traf.to), header);
    let data = moof.at + run.offset, time = b[tfdt.from] === 1
      ? Number(b.readBigUInt64BE(tfdt.from + 4)) : b.readUInt32BE(tfdt.from + 4);
    const fragment = { at: begin, bytes: box.to - begin, time, samples: run.samples };
    for (const s of run.samples) {
      Object.assign(s, { at: data, dts: time, pts: time + s.shift });
      data += s.size;
      time += s.duration;
    }
    if (data > box.to) throw new Error(`samples reach ${data - box.to} octets beyond their mdat`);
    fragment.duration = time - fragment.time;
    fragments.push(fragment);
    moof = begin = null;
  }
  if (moof) throw new Error('a moof without its mdat');
  return fragments;
}
