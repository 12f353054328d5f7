// What a line of a playlist may say: tags, their places, their attributes.
// Section numbers are RFC 8216's; those with "bis" are of
// draft-pantos-hls-rfc8216bis-17.

// Where a tag may stand, and whether more than once.
export const tags = {
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
    'CLOSED-CAPTIONS': 'any', 'VIDEO-RANGE': 'word',
  },
};

export const attributeTypes = {
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
export function parseAttributes(tag, text, fault) {
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

export const unquote = (s) => (s === undefined ? undefined : s.slice(1, -1));
