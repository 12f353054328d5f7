// The playlist checker's own test: good playlists pass, each broken one is
// refused for the reason given.  Prints TAP.

import { compareReload, mergeDelta } from './hls-check/history.mjs';
import { parsePlaylist } from './hls-check/playlist.mjs';

let n = 0;
function ok(condition, name, detail = '') {
  console.log(`${condition ? 'ok' : 'not ok'} ${++n} - ${name}`);
  if (!condition) {
    console.log(`# ${detail}`);
    process.exitCode = 1;
  }
}

const media = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:5
#EXT-X-DISCONTINUITY-SEQUENCE:1
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init-1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:00:00.000Z
#EXTINF:2.000000,
5.m4s
#EXTINF:2.400000,
6.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-2.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:01:00.000Z
#EXTINF:2.000000,
7.m4s
`;
const multivariant = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="one",DEFAULT=YES,AUTOSELECT=YES,URI="a.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=900000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="a"
v.m3u8
`;

const part = (n, offset) =>
  `#EXT-X-PART:DURATION=0.500000,URI="${n}.m4s",BYTERANGE="10@${offset}"\n`;
const parted = `${media
  .replace('VERSION:7', 'VERSION:9')
  .replace('#EXT-X-MEDIA', `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.0,PART-HOLD-BACK=1.530000
#EXT-X-PART-INF:PART-TARGET=0.510000
#EXT-X-MEDIA`)
  .replace('#EXTINF:2.000000,\n7.m4s', `${[0, 10, 20, 30].map((at) => part(7, at)).join('')}#EXTINF:2.000000,\n7.m4s`)}${part(8, 0)}${part(8, 10)}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="8.m4s",BYTERANGE-START=20
#EXT-X-RENDITION-REPORT:URI="../audio/index.m3u8",LAST-MSN=8,LAST-PART=1
`;
// Twelve seconds stand behind what a delta update leaves out.
const old = [1, 2, 3, 4].map((n) => `#EXT-X-PROGRAM-DATE-TIME:2026-11-20T11:59:5${2 * n}.000Z\n#EXTINF:2.000000,\n${n}.m4s\n`).join('');
const map = '#EXT-X-MAP:URI="init-1.mp4"\n';
const long = parted.replace('SEQUENCE:5', 'SEQUENCE:1').replace(map, map + old);
const delta = long.replace(map, '').replace(old.slice(0, old.indexOf('1.m4s') + 6), '#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n');

for (const [name, text] of Object.entries({ media, multivariant, 'low-latency': parted, long, delta, closed: `${media}#EXT-X-ENDLIST\n` })) {
  const p = parsePlaylist(text);
  ok(p.faults.length === 0, `a good ${name} playlist`, p.faults.join('; '));
}

// [what is broken, the text, what the fault must say]
const swap = (text, from, to) => {
  if (!text.includes(from)) throw new Error(`nothing to swap: ${from}`);
  return text.replace(from, to);
};
const broken = [
  ['no first line', swap(media, '#EXTM3U\n', ''), '4.3.1.1'],
  ['byte order mark', `\ufeff${media}`, 'byte order mark'],
  ['a tab', swap(media, '5.m4s', '5\t.m4s'), 'control characters'],
  ['cut short', media.slice(0, -1), 'does not end'],
  ['no target duration', swap(media, '#EXT-X-TARGETDURATION:2\n', ''), '4.3.3.1'],
  ['a target duration twice', swap(media, '#EXT-X-TARGETDURATION:2\n', '#EXT-X-TARGETDURATION:2\n'.repeat(2)), 'twice'],
  ['a target duration with decimals', swap(media, 'DURATION:2', 'DURATION:2.0'), 'no integer'],
  ['a segment too long', swap(media, '2.400000', '2.500000'), 'more than the target'],
  ['no EXTINF', swap(media, '#EXTINF:2.400000,\n', ''), 'without EXTINF'],
  ['EXTINF without a comma', swap(media, '2.400000,', '2.400000'), 'comma'],
  ['EXTINF of nothing', swap(media, 'EXTINF:2.400000', 'EXTINF:-1'), 'no duration'],
  ['no map', swap(media, '#EXT-X-MAP:URI="init-1.mp4"\n', ''), 'without EXT-X-MAP'],
  ['a map without URI', swap(media, 'URI="init-1.mp4"', 'BYTERANGE="1@2"'), 'URI is missing'],
  ['a map that is not quoted', swap(media, '"init-1.mp4"', 'init-1.mp4'), 'is no quoted'],
  ['version too low for a map', swap(media, 'VERSION:7', 'VERSION:5'), 'needs version 6'],
  ['no version', swap(media, '#EXT-X-VERSION:7\n', ''), 'EXT-X-VERSION'],
  ['media sequence too late', `${swap(media, '#EXT-X-MEDIA-SEQUENCE:5\n', '')}#EXT-X-MEDIA-SEQUENCE:5\n`, '4.3.3.2'],
  ['discontinuity sequence too late', swap(swap(media, '#EXT-X-DISCONTINUITY-SEQUENCE:1\n', ''), '7.m4s', '#EXT-X-DISCONTINUITY-SEQUENCE:1\n7.m4s'), '4.3.3.3'],
  ['a date without a zone', swap(media, '12:00:00.000Z', '12:00:00.000'), 'no date'],
  ['a date that jumps', swap(media, '#EXTINF:2.400000', '#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:30:00.000Z\n#EXTINF:2.400000'), 'jumps'],
  ['too short a window', swap(media, '#EXTINF:2.400000,\n6.m4s\n', ''), 'three target durations'],
  ['a dangling tag', `${media}#EXTINF:1.0,\n`, 'without its URI'],
  ['a value where none belongs', swap(media, '#EXT-X-DISCONTINUITY\n', '#EXT-X-DISCONTINUITY:1\n'), 'no value'],
  ['an unknown type', swap(media, '#EXT-X-VERSION:7', '#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:LIVE'), '4.3.3.5'],
  ['removal from an event', swap(media, '#EXT-X-VERSION:7', '#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:EVENT'), '6.2.1'],
  ['both kinds at once', swap(multivariant, 'v.m3u8\n', 'v.m3u8\n#EXT-X-TARGETDURATION:2\n'), 'in a multivariant'],
  ['neither kind', '#EXTM3U\n', 'neither'],
  ['no bandwidth', swap(multivariant, 'BANDWIDTH=1000000,', ''), 'BANDWIDTH is missing'],
  ['bandwidth in words', swap(multivariant, 'BANDWIDTH=1000000', 'BANDWIDTH=much'), 'no integer'],
  ['average above peak', swap(multivariant, '=900000', '=1900000'), 'AVERAGE-BANDWIDTH'],
  ['codecs without quotes', swap(multivariant, '"avc1.64001f,mp4a.40.2"', 'avc1.64001f'), 'no quoted'],
  ['no codecs', swap(multivariant, 'CODECS="avc1.64001f,mp4a.40.2",', ''), 'lacks CODECS'],
  ['a resolution of words', swap(multivariant, '1280x720', '720p'), 'no resolution'],
  ['an attribute twice', swap(multivariant, 'FRAME-RATE=29.970', 'RESOLUTION=1x1'), 'twice'],
  ['a blank between attributes', swap(multivariant, ',AUDIO="a"', ', AUDIO="a"'), 'malformed'],
  ['a group that is not there', swap(multivariant, 'AUDIO="a"', 'AUDIO="b"'), 'no group'],
  ['a rendition without a name', swap(multivariant, 'NAME="one",', ''), 'NAME is missing'],
  ['a default that is not selected', swap(multivariant, 'AUTOSELECT=YES', 'AUTOSELECT=NO'), 'AUTOSELECT=YES'],
  ['two renditions of one name', swap(multivariant, '#EXT-X-STREAM-INF', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="one",URI="b.m3u8"\n#EXT-X-STREAM-INF'), 'one name'],
  ['two defaults', swap(multivariant, '#EXT-X-STREAM-INF', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="two",DEFAULT=YES,URI="b.m3u8"\n#EXT-X-STREAM-INF'), 'two defaults'],
  ['parts without their target', swap(parted, '#EXT-X-PART-INF:PART-TARGET=0.510000\n', ''), 'bis 4.4.3.7'],
  ['no hold-back', swap(parted, ',PART-HOLD-BACK=1.530000', ''), 'bis 4.4.3.8'],
  ['too little hold-back', swap(parted, '=1.530000', '=1.200000'), 'three times'],
  ['skipping too much', swap(parted, '=12.0', '=11.0'), 'six times'],
  ['a part too long', swap(parted, 'DURATION=0.500000,URI="8', 'DURATION=0.520000,URI="8'), 'more than 0.51'],
  ['a part too short', swap(parted, 'DURATION=0.500000,URI="8', 'DURATION=0.400000,URI="8'), '85 %'],
  ['a hole between parts', swap(parted, '10@10"', '10@11"'), 'begins at 11'],
  ['a part of another file', swap(parted, 'URI="7.m4s",BYTERANGE="10@20', 'URI="6.m4s",BYTERANGE="10@20'), 'is of 6.m4s'],
  ['parts that are not all', swap(parted, part(7, 30), ''), 'the parts of segment 7 last'],
  ['a hint elsewhere', swap(parted, 'START=20', 'START=30'), 'does not continue'],
  ['two hints', swap(parted, '#EXT-X-REND', '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="8.m4s",BYTERANGE-START=20\n#EXT-X-REND'), 'two hints'],
  ['a hint behind the end', `${parted}#EXT-X-ENDLIST\n`, 'behind the end'],
  ['a range without its place', swap(parted, '"10@10"', '"10"'), 'no range'],
  ['an ordinary hold-back that is short', swap(parted, 'PART-HOLD-BACK', 'HOLD-BACK=5.9,PART-HOLD-BACK'), 'HOLD-BACK is 5.9'],
  ['parts without blocking reload', swap(parted, 'CAN-BLOCK-RELOAD=YES,', ''), 'no blocking reload'],
  ['parts without delta updates', swap(parted, 'CAN-SKIP-UNTIL=12.0,', ''), 'no delta updates'],
  ['parts without a date', swap(parted, '#EXT-X-PROGRAM-DATE-TIME:2026-11-20T12:00:00.000Z\n', ''), 'B.1'],
  ['parts without a hint', swap(parted, '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="8.m4s",BYTERANGE-START=20\n', ''), 'no hint'],
  ['a hint of no kind', swap(parted, 'TYPE=PART', 'TYPE=PAST'), 'TYPE=PAST'],
  ['two reports of one', `${parted}#EXT-X-RENDITION-REPORT:URI="../audio/index.m3u8",LAST-MSN=8,LAST-PART=1\n`, 'two reports'],
  ['a part target above the target', swap(parted, 'TARGET=0.510000', 'TARGET=2.100000'), 'more than the target'],
  ['a part that lasts as long as it likes', swap(parted, 'DURATION=0.500000,URI="7', 'DURATION=0.478000,URI="7'), 'the parts of segment 7 last'],
  ['a discontinuity among parts', swap(parted, part(8, 10), `#EXT-X-DISCONTINUITY\n${part(8, 10)}`), 'behind parts'],
  ['a part without octets', swap(parted, '10@20', '0@20'), 'no octets'],
  ['a map that changes in between', swap(media, '#EXT-X-DISCONTINUITY\n', ''), 'another EXT-X-MAP'],
  ['a date that goes back', swap(media, '12:01:00.000Z', '11:01:00.000Z'), 'goes back'],
  ['a gap of a low version', swap(media, '#EXTINF:2.400000', '#EXT-X-GAP\n#EXTINF:2.400000'), 'needs version 8'],
  ['a delta that skips too much', swap(delta, '#EXT-X-PROGRAM-DATE-TIME:2026-11-20T11:59:54.000Z\n#EXTINF:2.000000,\n2.m4s\n', ''), 'skips what is'],
  ['a delta of a low version', swap(delta, 'VERSION:9', 'VERSION:8'), 'needs version 9'],
  ['a variant without URI', swap(multivariant, 'v.m3u8\n', ''), 'followed by its URI'],
];
for (const [name, text, want] of broken) {
  const faults = parsePlaylist(text).faults.join('; ');
  ok(faults.includes(want), `refuses: ${name}`, `faults: ${faults || '(none)'}`);
}

const slid = swap(swap(swap(media, 'SEQUENCE:5', 'SEQUENCE:6'), '#EXTINF:2.000000,\n5.m4s\n', ''),
  '12:00:00.000Z', '12:00:02.000Z') + '#EXTINF:2.000000,\n8.m4s\n';
const reload = (a, b) => compareReload(parsePlaylist(a), parsePlaylist(b)).join('; ');
ok(reload(media, slid) === '', 'a good reload', reload(media, slid));
ok(reload(media, media) === '', 'the same again');
const badReloads = [
  ['the sequence goes back', slid, media, 'back to 5'],
  ['the target changes', media, swap(slid, 'DURATION:2', 'DURATION:3'), 'TARGETDURATION went'],
  ['a segment is rewritten', media, swap(slid, '6.m4s', 'x.m4s'), 'was 6.m4s'],
  ['a duration is rewritten', media, swap(slid, '2.400000', '2.300000'), 'lasted 2.4'],
  ['a map is rewritten', media, swap(slid, 'init-2', 'init-3'), 'had the map'],
  ['the numbers do not follow', media, swap(slid, 'MEDIA-SEQUENCE:6', 'MEDIA-SEQUENCE:5'), 'was 5.m4s'],
  ['a discontinuity is forgotten', media, swap(slid, 'DISCONTINUITY-SEQUENCE:1', 'DISCONTINUITY-SEQUENCE:2'), 'discontinuity number'],
  ['the end is taken back', `${media}#EXT-X-ENDLIST\n`, media, 'ENDLIST is gone'],
  ['growth after the end', `${media}#EXT-X-ENDLIST\n`, `${slid}#EXT-X-ENDLIST\n`, 'changed after'],
  ['the newest segment goes', slid, swap(slid, '#EXTINF:2.000000,\n8.m4s\n', ''), 'gone from the end'],
  ['segments are left out', media, swap(slid, 'MEDIA-SEQUENCE:6', 'MEDIA-SEQUENCE:16'), 'never shown'],
  ['dates are moved', media, swap(slid, '12:00:02.000Z', '12:00:12.000Z'), 'date moved'],
];
const later = parted.replace('#EXT-X-PRELOAD', `${part(8, 20)}#EXT-X-PRELOAD`).replace('START=20', 'START=30');
ok(reload(parted, later) === '', 'a good reload with parts', reload(parted, later));
const merged = mergeDelta(parsePlaylist(long), parsePlaylist(delta));
ok(merged.faults.length === 0 && compareReload(parsePlaylist(long), merged).length === 0 &&
  merged.segments.map((s) => s.number).join() === '1,2,3,4,5,6,7',
'a delta update makes the same playlist', compareReload(parsePlaylist(long), merged).join('; '));
// One behind a discontinuity that it skips, answered twice.
const resumed = parsePlaylist(swap(long, '1.m4s', '#EXT-X-DISCONTINUITY\n1.m4s')), twice = parsePlaylist(delta);
const first = JSON.stringify(mergeDelta(resumed, twice)), second = JSON.stringify(mergeDelta(resumed, twice));
ok(first === second, 'the same delta update makes the same playlist again', second);
badReloads.push(
  ['a part is rewritten', parted, parted.replace('DURATION=0.500000,URI="8', 'DURATION=0.490000,URI="8'), 'part 0 of segment 8 changed'],
  ['a part is gone', later, parted, 'had 3 parts, and has 2'],
  ['the part target changes', parted, parted.replace('TARGET=0.51', 'TARGET=0.50'), 'PART-TARGET went'],
);
for (const [name, a, b, want] of badReloads)
  ok(reload(a, b).includes(want), `refuses: ${name}`, `faults: ${reload(a, b) || '(none)'}`);
console.log(`1..${n}`);
