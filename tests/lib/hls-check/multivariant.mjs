// The rules of a multivariant playlist (in RFC 8216: master playlist).

export function checkMultivariant(p, fault) {
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

