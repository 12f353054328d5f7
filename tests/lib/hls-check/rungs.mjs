// What the renditions of one picture have in common (6.2.4): a player goes from
// one to the other in the middle of them.

const frame_ms = 100; // of the slowest pictures that tests have

// The pictures among the variants of multivariant playlist P: their URIs.
export function picturesOf(p) {
  return [...new Set(p.variants.filter((v) => v.list.has('RESOLUTION')).map((v) => v.uri))];
}

// LISTS are [{ name, memory }], the media playlists of one broadcast that show a
// picture, and all that was ever said in them.
export function checkRungs(lists, fault) {
  const [first, ...others] = lists;
  for (const { name, memory } of others) {
    const target = memory.fixed.get('EXT-X-TARGETDURATION');
    const same = first.memory.fixed.get('EXT-X-TARGETDURATION');
    if (target !== same) fault(name, `its target is ${target}, that of ${first.name} ${same} (6.2.4)`);
    // A recording that is closed for good counts from its own beginning.
    if (memory.fixed.get('EXT-X-PLAYLIST-TYPE') === 'VOD') continue;
    for (const s of memory.segments.values()) {
      const other = first.memory.segments.get(s.number);
      if (!other) continue;
      const off_ms = s.at - other.at;
      if (Math.abs(off_ms) > frame_ms)
        fault(name, `segment ${s.number} begins ${off_ms} ms after that of ${first.name} (6.2.4)`);
      if (s.discontinuity !== other.discontinuity)
        fault(name, `segment ${s.number} has discontinuity number ${s.discontinuity}, in ${first.name} ${other.discontinuity} (6.2.4)`);
    }
  }
}
