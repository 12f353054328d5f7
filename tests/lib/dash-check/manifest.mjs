// A manifest as weir-edged writes it, read (ISO/IEC 23009-1, fifth edition).
import { createRequire } from 'node:module';

const require = createRequire(
  new URL('../../../src/web/package.json', import.meta.url),
);
const { DOMParser } = require('@xmldom/xmldom');

function seconds(text, fault) {
  const m = /^PT(\d+(?:\.\d+)?)S$/.exec(text);
  if (m === null) {
    fault(`${text} is no duration of ours`);
    return NaN;
  }
  return Number(m[1]);
}

const attribute = (e, name) =>
  e.hasAttribute(name) ? e.getAttribute(name) : undefined;
const children = (e, name) =>
  [...Array(e.childNodes.length).keys()]
    .map((i) => e.childNodes[i])
    .filter((c) => c.nodeName === name);

function required(fault, e, ...names) {
  for (const name of names) {
    if (!e.hasAttribute(name)) {
      fault(`${e.nodeName} has no ${name}`);
    }
  }
}

// The segments of a SegmentTimeline (5.3.9.6), in ticks.
function timeline(template, fault) {
  const found = [];
  let number = Number(template.getAttribute('startNumber'));
  let time = 0;
  for (const s of children(children(template, 'SegmentTimeline')[0], 'S')) {
    required(fault, s, 'd');
    const t = Number(attribute(s, 't') ?? time);
    if (found.length > 0 && t < time) {
      fault(`segment ${number} begins at ${t}, before ${time}`);
    }
    time = t;
    for (let r = Number(attribute(s, 'r') ?? 0); r >= 0; r--) {
      const duration = Number(s.getAttribute('d'));
      found.push({ number: number++, time, duration });
      time += duration;
    }
  }
  return found;
}

function representation(e, set, period, fault) {
  required(fault, e, 'id', 'bandwidth', 'codecs');
  const template = children(e, 'SegmentTemplate')[0];
  required(
    fault,
    template,
    ...['timescale', 'startNumber', 'initialization', 'media'],
    'presentationTimeOffset',
  );
  const kind = set.getAttribute('contentType');
  if (kind === 'audio') {
    required(fault, e, 'audioSamplingRate');
    if (children(e, 'AudioChannelConfiguration').length !== 1) {
      fault('sound does not tell its channels');
    }
  } else {
    required(fault, e, 'width', 'height', 'frameRate');
  }
  const r = {
    id: e.getAttribute('id'),
    kind,
    period,
    timescale: Number(template.getAttribute('timescale')),
    offset: Number(template.getAttribute('presentationTimeOffset')),
    early: Number(attribute(template, 'availabilityTimeOffset') ?? 0),
    initialization: template.getAttribute('initialization'),
    media: template.getAttribute('media'),
    segments: timeline(template, fault),
  };
  if (r.segments.length === 0) {
    fault(`${r.id} has no segment in period ${period.id}`);
  }
  if (template.hasAttribute('availabilityTimeComplete') !== r.early > 0) {
    fault('availabilityTimeComplete without availabilityTimeOffset, or so');
  }
  // Where a segment lies on the manifest's own timeline (5.3.9.6.1).
  r.at = (time) => period.start + (time - r.offset) / r.timescale;
  return r;
}

// TEXT as an object; what is wrong in it goes to FAULT.
export function parse(text, fault) {
  const doc = new DOMParser({
    errorHandler: (level, message) => fault(`XML: ${level} ${message}`),
  }).parseFromString(text, 'application/xml');
  const e = doc.documentElement;
  const m = { text, dynamic: e.getAttribute('type') === 'dynamic' };
  required(fault, e, 'profiles', 'minBufferTime');
  if (m.dynamic) {
    required(
      fault,
      e,
      'availabilityStartTime',
      'publishTime',
      'minimumUpdatePeriod',
    );
    m.update = seconds(e.getAttribute('minimumUpdatePeriod'), fault);
    if (children(e, 'UTCTiming').length === 0) {
      fault('a live manifest tells no UTCTiming');
    }
  } else {
    required(fault, e, 'mediaPresentationDuration');
    m.duration = seconds(e.getAttribute('mediaPresentationDuration'), fault);
  }
  m.begun = attribute(e, 'availabilityStartTime');
  m.published = Date.parse(attribute(e, 'publishTime') ?? 0);
  m.location = children(e, 'Location')[0]?.textContent;
  m.clock = children(e, 'UTCTiming')[0]?.getAttribute('value');
  m.periods = children(e, 'Period').map((p) => {
    required(fault, p, 'id', 'start');
    const period = {
      id: p.getAttribute('id'),
      start: seconds(p.getAttribute('start'), fault),
      duration: p.hasAttribute('duration')
        ? seconds(p.getAttribute('duration'), fault)
        : undefined,
    };
    period.representations = children(p, 'AdaptationSet').flatMap((set) =>
      children(set, 'Representation').map((r) =>
        representation(r, set, period, fault),
      ),
    );
    return period;
  });
  return m;
}
