// The tracks of an MP4 file as ffmpeg writes it, for what wraps them anew:
// { kind, fourcc, config, width, samples: [{ us, composition, key, data }] },
// times in microseconds, which may begin below 0, the configuration as Enhanced RTMP has it.
'use strict';
const fs = require('fs');

const letters = (b, at) => b.toString('latin1', at, at + 4);

// The boxes of B as [type, body].
function* boxes(b) {
	for (let at = 0; at + 8 <= b.length;) {
		let head = 8;
		let n = b.readUInt32BE(at);
		if (n === 1) {
			n = Number(b.readBigUInt64BE(at + 8));
			head = 16;
		}
		yield [letters(b, at + 4), b.subarray(at + head, at + n)];
		at += n;
	}
}
// The first box of that PATH inside B.
function find(b, ...path) {
	for (const [type, body] of boxes(b))
		if (type === path[0])
			return path.length > 1 ? find(body, ...path.slice(1)) : body;
	return null;
}
// A full box's table of entries, each made by EACH from where it lies.
function table(b, bytes, each) {
	if (!b)
		return [];
	return [...Array(b.readUInt32BE(4)).keys()].map(i => each(8 + i * bytes));
}

function opusHead(dOps) {
	const head = Buffer.alloc(19);
	head.write('OpusHead');
	head[8] = 1;
	head[9] = dOps[1];
	head.writeUInt16LE(dOps.readUInt16BE(2), 10);
	head.writeUInt32LE(dOps.readUInt32BE(4), 12);
	head.writeUInt16LE(dOps.readUInt16BE(8), 16);
	return head;
}
// The object type and the specific information of an esds box.
function decoder(esds) {
	const info = {};
	const walk = (b, skip) => {
		for (let at = skip; at < b.length;) {
			const tag = b[at++];
			let n = 0;
			do
				n = n * 128 + (b[at] & 127);
			while (b[at++] & 128);
			const body = b.subarray(at, at + n);
			if (tag === 3)
				walk(body, 3);
			else if (tag === 4) {
				info.type = body[0];
				walk(body, 13);
			} else if (tag === 5)
				info.config = body;
			at += n;
		}
	};
	walk(esds, 4);
	return info;
}

// Sample entry TYPE with its boxes in B: the FourCC and the configuration.
function codec(type, b) {
	const box = name => find(b, name);
	switch (type) {
	case 'avc1':
		return ['avc1', box('avcC')];
	case 'hvc1':
	case 'hev1':
		return ['hvc1', box('hvcC')];
	case 'av01':
		return ['av01', box('av1C')];
	case 'vp09':
		return ['vp09', box('vpcC').subarray(4)];
	case 'Opus':
		return ['Opus', opusHead(box('dOps'))];
	case 'fLaC':
		return ['fLaC', Buffer.concat([Buffer.from('fLaC'), box('dfLa').subarray(4)])];
	case 'ac-3':
	case 'ec-3':
		return [type, Buffer.alloc(0)];
	case 'mp4a': {
		const { type: object, config } = decoder(box('esds'));
		return object === 0x40 ? ['mp4a', config] : ['.mp3', Buffer.alloc(0)];
	}
	default:
		throw new Error(`no codec ${type}`);
	}
}

function samples(file, stbl, hz) {
	const box = name => find(stbl, name);
	const u32 = (b, at) => b.readUInt32BE(at);
	const stsz = box('stsz'), stts = box('stts'), ctts = box('ctts'), stsc = box('stsc');
	const chunks = box('stco') ? table(box('stco'), 4, at => u32(box('stco'), at))
		: table(box('co64'), 8, at => Number(box('co64').readBigUInt64BE(at)));
	const runs = (b, value) => table(b, 8, at => Array(u32(b, at)).fill(value(at + 4))).flat();
	const steps = runs(stts, at => u32(stts, at));
	const offsets = runs(ctts, at => ctts.readInt32BE(at));
	const keys = box('stss') && new Set(table(box('stss'), 4, at => u32(box('stss'), at) - 1));
	const per = table(stsc, 12, at => ({ first: u32(stsc, at) - 1, n: u32(stsc, at + 4) }));
	const fixed = u32(stsz, 4);
	const all = [];
	let time = 0;
	chunks.forEach((start, chunk) => {
		const { n } = per.filter(p => p.first <= chunk).pop();
		for (let i = 0, at = start; i < n; i++) {
			const k = all.length;
			const len = fixed || u32(stsz, 12 + 4 * k);
			all.push({ us: Math.round(time / hz * 1e6),
				composition: Math.round((offsets[k] || 0) / hz * 1e6),
				key: !keys || keys.has(k), data: file.subarray(at, at + len) });
			at += len;
			time += steps[k];
		}
	});
	return all;
}

exports.tracks = name => {
	const file = fs.readFileSync(name);
	const tracks = [];
	for (const [type, trak] of boxes(find(file, 'moov'))) {
		if (type !== 'trak')
			continue;
		const hz = find(trak, 'mdia', 'mdhd').readUInt32BE(12);
		const stbl = find(trak, 'mdia', 'minf', 'stbl');
		const [[entry, body]] = boxes(find(stbl, 'stsd').subarray(8));
		const kind = letters(find(trak, 'mdia', 'hdlr'), 8) === 'vide' ? 'video' : 'audio';
		const [fourcc, config] = codec(entry, body.subarray(kind === 'video' ? 78 : 28));
		const all = samples(file, stbl, hz);
		// What is shown first is shown at 0: the edit list says so.
		const early = Math.min(...all.map(s => s.us + s.composition));
		all.forEach(s => { s.us -= early; });
		tracks.push({ kind, fourcc, config, width: kind === 'video' ? body.readUInt16BE(24) : 0,
			samples: all });
	}
	return tracks;
};
