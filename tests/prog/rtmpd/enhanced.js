// Media as Enhanced RTMP (veovera, version 2) wraps it: what ffmpeg's muxer
// in Debian cannot write.
'use strict';
const mp4 = require('./mp4.js');

const u8 = (...v) => Buffer.from(v);
const u24 = v => u8((v >> 16) & 255, (v >> 8) & 255, v & 255);

const START = 0, FRAMES = 1, END = 2, FRAMES_X = 3, METADATA = 4, TS_START = 5;
const MODEX = 7;
const multitrack = { video: 6, audio: 5 };
const ways = { one: 0, many: 1, codecs: 2 };

const withOffset = new Set(['avc1', 'hvc1']);

// One message: PARTS of { id, fourcc, body } of that PACKET type.  HOW: one,
// many or codecs for several tracks; nanos for ModEx.
exports.body = (kind, packet, key, parts, { how, nanos } = {}) => {
	const frame = kind === 'video' ? 0x80 | (key ? 1 : 2) << 4 : 0x90;
	const out = [];
	let first = how ? multitrack[kind] : packet;
	if (nanos !== undefined) {
		// A ModEx that nobody knows is to be passed over.
		out.push(u8(3 - 1), u24(nanos), u8(0 << 4 | MODEX), u8(0, 0x55, 15 << 4 | first));
		first = MODEX;
	}
	if (how)
		out.push(u8(ways[how] << 4 | packet));
	if (how !== 'codecs')
		out.push(Buffer.from(parts[0].fourcc));
	for (const { id, fourcc, body } of parts) {
		if (how === 'codecs')
			out.push(Buffer.from(fourcc));
		if (how)
			out.push(u8(id));
		if (how && how !== 'one')
			out.push(u24(body.length));
		out.push(body);
	}
	return Buffer.concat([u8(frame | first), ...out]);
};

// AV1's descriptor in MPEG-2 TS, of its configuration record.
const descriptor = av1C => Buffer.concat([u8(0x80, 4), av1C.subarray(0, 4)]);

// A sample's packet type and body.  X: leave composition offsets of 0 out.
function coded(track, sample, x) {
	const ms = Math.round(sample.composition / 1000);
	if (!withOffset.has(track.fourcc))
		return [FRAMES, sample.data];
	if (x && ms === 0)
		return [FRAMES_X, sample.data];
	return [FRAMES, Buffer.concat([u24(ms & 0xffffff), sample.data])];
}

// The messages { type, time, body } of all tracks in FILES, in order of time.
// OPTIONS: how; x; modex (times to the nanosecond); ts (AV1's descriptor);
// bare (no configuration of Opus and VP9).
exports.messages = (files, options = {}) => {
	const ids = { video: 0, audio: 0 };
	const tracks = files.flatMap(mp4.tracks).map(t => ({ ...t, id: ids[t.kind]++ }));
	const { how, x, modex, ts, bare } = options;
	const type = kind => (kind === 'video' ? 9 : 8);
	const wrap = (kind, packet, key, parts, nanos) =>
		exports.body(kind, packet, key, parts, { how, nanos });
	const starts = tracks.filter(t => t.config.length > 0 &&
		!(bare && (t.fourcc === 'Opus' || t.fourcc === 'vp09')))
		.map(t => ({ type: type(t.kind), time: 0, body: wrap(t.kind,
			ts && t.fourcc === 'av01' ? TS_START : START, true,
			[{ ...t, body: ts && t.fourcc === 'av01' ? descriptor(t.config) : t.config }]) }));
	const all = tracks.flatMap(t => t.samples.map(s => ({ t, s })))
		.sort((a, b) => a.s.us - b.s.us);
	const first = all[0].s.us;
	all.forEach(({ s }) => { s.us -= first; });
	const media = [];
	for (let i = 0; i < all.length;) {
		const { t, s } = all[i++];
		const [packet, body] = coded(t, s, x);
		const parts = [{ ...t, body }];
		while ((how === 'many' || how === 'codecs') && i < all.length) {
			const { t: t2, s: s2 } = all[i];
			const [packet2, body2] = coded(t2, s2, x);
			if (t2.kind !== t.kind || s2.us !== s.us || packet2 !== packet ||
				s2.key !== s.key || (how === 'many' && t2.fourcc !== t.fourcc))
				break;
			parts.push({ ...t2, body: body2 });
			i++;
		}
		const time = modex ? Math.floor(s.us / 1000) : Math.round(s.us / 1000);
		media.push({ type: type(t.kind), time,
			body: wrap(t.kind, packet, s.key, parts, modex ? s.us % 1000 * 1000 : undefined) });
	}
	const last = media[media.length - 1].time;
	const ends = tracks.map(t => ({ type: type(t.kind), time: last,
		body: wrap(t.kind, END, true, [{ ...t, body: u8() }]) }));
	const colours = tracks.filter(t => t.kind === 'video').slice(0, 1).map(t => ({
		type: 9, time: 0, body: exports.body('video', METADATA, true, [{ ...t,
			body: Buffer.from('\x02\x00\x09colorInfo\x03\x00\x00\x09', 'latin1') }]) }));
	return { tracks, messages: [...starts, ...colours, ...media, ...ends] };
};

// onMetaData's properties for TRACKS.
exports.metadata = tracks => {
	const about = { video: {}, audio: {} };
	for (const t of tracks) {
		const info = { [`${t.kind}codecid`]: Buffer.from(t.fourcc).readUInt32BE() };
		if (t.kind === 'video')
			info.width = t.width;
		if (t.id === 0)
			Object.assign(about[t.kind], info);
		else
			(about[t.kind][`${t.kind}TrackIdInfoMap`] ||= {})[t.id] = info;
	}
	return { ...about.video, ...about.audio };
};
