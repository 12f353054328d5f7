// A raw RTMP peer for tests: it builds every byte itself, so that it can
// also send wrong ones.  No dependencies; run by node.
//
// rtmp.js [tls:]HOST:PORT SCENARIO [ARGUMENT...]
//
// Most scenarios exit 0 when the server behaved, and print what they saw.
'use strict';
const net = require('net');
const tls = require('tls');
const enhanced = require('./enhanced.js');

const [where, scenario, ...args] = process.argv.slice(2);
const secure = where.startsWith('tls:');
const address = secure ? where.slice(4) : where;
const colon = address.lastIndexOf(':');
const host = address.slice(0, colon);
const port = Number(address.slice(colon + 1));

// How long anything may take, on the slowest machine.
const DEADLINE_MS = 60000;

const u8 = (...v) => Buffer.from(v);
const u16 = v => u8((v >> 8) & 255, v & 255);
const u24 = v => u8((v >> 16) & 255, (v >> 8) & 255, v & 255);
const u32 = v => {
	const b = Buffer.alloc(4);
	b.writeUInt32BE(v >>> 0);
	return b;
};
const amf = {
	number(v) {
		const b = Buffer.alloc(9);
		b.writeDoubleBE(v, 1);
		return b;
	},
	string: s => Buffer.concat([u8(2), u16(s.length), Buffer.from(s)]),
	nothing: u8(5),
	object: o => Buffer.concat([
		u8(3),
		...Object.entries(o).map(([k, v]) => Buffer.concat([
			u16(k.length), Buffer.from(k),
			typeof v === 'number' ? amf.number(v)
				: typeof v === 'string' ? amf.string(v) : amf.object(v)])),
		u8(0, 0, 9)]),
};

// One message in chunks of SIZE.
function message(csid, type, stream, time, body, size = 128) {
	const parts = [u8(csid), u24(Math.min(time, 0xffffff)), u24(body.length),
		u8(type, stream, 0, 0, 0)];
	const extended = time >= 0xffffff ? u32(time) : u8();
	parts.push(extended);
	for (let at = 0; at < body.length || at === 0; at += size) {
		if (at > 0)
			parts.push(u8(0xc0 | csid), extended);
		parts.push(body.subarray(at, at + size));
	}
	return Buffer.concat(parts);
}
const hello = Buffer.concat([u8(3), Buffer.alloc(2 * 1536)]);
const setSize = n => message(2, 1, 0, 0, u32(n));
const command = (stream, name, txn, ...rest) => Buffer.concat([
	amf.string(name), amf.number(txn), ...rest]);

const avcConfig = Buffer.from('0142e01eff0100142742e01ea9181687b600d418041a' +
	'db0ad7bdf01001000428de09c8', 'hex');
const aacConfig = u8(0x12, 0x10);
const videoConfig = Buffer.concat([u8(0x17, 0, 0, 0, 0), avcConfig]);
const audioConfig = Buffer.concat([u8(0xaf, 0), aacConfig]);
const nal = (key, n) => Buffer.concat([u32(n), u8(key ? 0x65 : 0x41),
	Buffer.alloc(n - 1, 0x88)]);
const video = (key, n) => Buffer.concat([
	u8(key ? 0x17 : 0x27, 1, 0, 0, 0), nal(key, n)]);
const audio = n => Buffer.concat([u8(0xaf, 1), Buffer.alloc(n, 0x21)]);

function connect(size = 128, more = {}) {
	return Buffer.concat([hello, size === 128 ? u8() : setSize(size),
		message(3, 20, 0, 0, command(0, 'connect', 1, amf.object({
			app: 'live', flashVer: 'FMLE/3.0 (rtmp.js)',
			tcUrl: 'rtmp://test/live', ...more})), size)]);
}
function publish(key, size = 128, more = {}) {
	return Buffer.concat([connect(size, more),
		message(3, 20, 0, 0, command(0, 'releaseStream', 2, amf.nothing,
			amf.string(key)), size),
		message(3, 20, 0, 0, command(0, 'FCPublish', 3, amf.nothing,
			amf.string(key)), size),
		message(3, 20, 0, 0, command(0, 'createStream', 4, amf.nothing), size),
		message(3, 20, 1, 0, command(1, 'publish', 5, amf.nothing,
			amf.string(key), amf.string('live')), size)]);
}
function frames(n, { from = 0, size = 128, bytes = 400 } = {}) {
	const parts = [];
	for (let i = 0; i < n; i++) {
		parts.push(message(6, 9, 1, from + i * 40,
			video(i % 25 === 0, bytes), size));
		parts.push(message(4, 8, 1, from + i * 40, audio(100), size));
	}
	return Buffer.concat(parts);
}
function media(n, options = {}) {
	const size = options.size || 128;
	return Buffer.concat([
		message(5, 18, 1, 0, Buffer.concat([
			amf.string('@setDataFrame'), amf.string('onMetaData'),
			amf.object({ width: 720, height: 480, videocodecid: 7,
				audiocodecid: 10, framerate: 25 })]), size),
		message(6, 9, 1, options.from || 0, videoConfig, size),
		message(4, 8, 1, options.from || 0, audioConfig, size),
		frames(n, options)]);
}
const goodbye = key => Buffer.concat([
	message(3, 20, 0, 0, command(0, 'FCUnpublish', 6, amf.nothing,
		amf.string(key))),
	message(3, 20, 0, 0, command(0, 'deleteStream', 7, amf.nothing,
		amf.number(1)))]);

// A connection that keeps what it hears.
function open() {
	const c = { said: '', closed: false, socket: secure ?
		tls.connect({ host, port, rejectUnauthorized: false }) :
		net.connect(port, host) };
	c.up = new Promise((yes, no) => {
		c.socket.on(secure ? 'secureConnect' : 'connect', yes);
		c.socket.on('error', no);
	});
	c.up.catch(() => {});
	c.socket.on('data', d => { c.said += d.toString('latin1'); });
	c.end = new Promise(yes => {
		c.socket.on('close', () => { c.closed = true; yes(); });
	});
	c.socket.on('error', () => {});
	return c;
}
const pause = ms => new Promise(yes => setTimeout(yes, ms));
async function until(what, test) {
	const end = Date.now() + DEADLINE_MS;
	while (!test()) {
		if (Date.now() > end)
			throw new Error(`never: ${what}`);
		await pause(5);
	}
}
const closed = c => until('the server closes', () => c.closed);
// Send BYTES; the server must close, having said SAID if that is given.
async function refused(bytes, said) {
	const c = open();
	await c.up;
	c.socket.write(bytes);
	await closed(c);
	if (said && !c.said.includes(said))
		throw new Error(`did not hear ${said}`);
}
async function live(key, bytes = publish(key)) {
	const c = open();
	await c.up;
	c.socket.write(bytes);
	await until('publish is accepted',
		() => c.said.includes('NetStream.Publish.Start') || c.closed);
	if (c.closed)
		throw new Error('refused: ' + (c.said.match(/Net[\w.]+(?=[^\w.])/g) || []).pop());
	return c;
}

// The tags of an FLV file: type, time, body.
function flvTags(file) {
	const b = require('fs').readFileSync(file);
	const tags = [];
	for (let at = 13; at + 11 <= b.length;) {
		const n = b.readUIntBE(at + 1, 3);
		tags.push({ type: b[at], time: b.readUIntBE(at + 4, 3) + b[at + 7] * 2 ** 24,
			body: b.subarray(at + 11, at + 11 + n) });
		at += 11 + n + 4;
	}
	return tags;
}
const isVideo = tag => tag.type === 9 && tag.body[1] === 1;
// What may be wrong with media: each gets tag I of N, and gives what is sent.
const faults = {
	none: tag => [tag],
	// The 32 bits of milliseconds begin anew.
	wrap: tag => [{ ...tag, time: (tag.time + 2 ** 32 - 1500) % 2 ** 32 }],
	back: (tag, i, n) => [{ ...tag, time: i < n / 2 ? tag.time + 100000 : tag.time }],
	pause: (tag, i, n) => [{ ...tag, time: tag.time + (i < n / 2 ? 0 : 5000) }],
	// Composition times that are below 0.
	early: tag => {
		const body = Buffer.from(tag.body);
		if (isVideo(tag))
			body.writeIntBE(body.readIntBE(2, 3) - 200, 2, 3);
		return [{ ...tag, time: tag.time + 1000, body }];
	},
	// NAL units of no octets, and frames of none at all.
	empty: (tag, i) => (isVideo(tag) && i % 3 === 0
		? [{ ...tag, body: Buffer.concat([tag.body.subarray(0, 5), u32(0), tag.body.subarray(5), u32(0)]) },
			{ ...tag, body: tag.body.subarray(0, 5) }]
		: [tag]),
	// A configuration without a sequence parameter set.
	nosps: tag => (tag.type === 9 && tag.body[1] === 0
		? [{ ...tag, body: Buffer.concat([tag.body.subarray(0, 10), u8(0xe0, 0)]) }] : [tag]),
	// None before the half.
	late: (tag, i, n) => (tag.type === 9 && tag.body[1] === 0 ? (faults.config = tag, [])
		: i === Math.floor(n / 2) ? [{ ...faults.config, time: tag.time }, tag] : [tag]),
	// A length that reaches behind its frame.
	long: (tag, i) => (isVideo(tag) && i % 7 === 0 && tag.body[0] >> 4 !== 1
		? [{ ...tag, body: Buffer.concat([tag.body.subarray(0, 5), u32(0x7fffffff), tag.body.subarray(9)]) }]
		: [tag]),
};

const scenarios = {
	// Publish the FLV FILES to KEY, one behind the other, with FAULT.
	async flv(key, fault, ...files) {
		const c = await live(key);
		for (const file of files) {
			const tags = flvTags(file);
			for (const [i, tag] of tags.entries())
				for (const { type, time, body } of faults[fault](tag, i, tags.length)) {
					c.socket.write(message(type === 9 ? 6 : 4, type, 1, time, body));
					if (c.socket.writableLength > 65536)
						await until('it is taken', () => c.socket.writableLength === 0 || c.closed);
				}
		}
		if (!c.closed)
			c.socket.write(goodbye(key));
		await closed(c);
		console.log((c.said.match(/NetStream\.[\w.]+/g) || []).pop());
	},
	// Publish the MP4 FILES to KEY as Enhanced RTMP; OPTIONS are words, see
	// enhanced.js.  Prints the last code that was heard.
	async enhanced(key, words, ...files) {
		const options = Object.fromEntries(
			words.split(',').map(w => w.split('=')).map(([k, v = true]) => [k, v]));
		const { tracks, messages } = enhanced.messages(files, options);
		const c = await live(key);
		const size = 65536;
		c.socket.write(setSize(size));
		if (!('mute' in options))
			c.socket.write(message(5, 18, 1, 0, Buffer.concat([
				amf.string('@setDataFrame'), amf.string('onMetaData'),
				amf.object(enhanced.metadata(tracks))]), size));
		for (const { type, time, body } of messages) {
			c.socket.write(message(type === 9 ? 6 : 4, type, 1, time, body, size));
			if (c.socket.writableLength > 65536)
				await until('it is taken', () => c.socket.writableLength === 0 || c.closed);
		}
		if (!c.closed)
			c.socket.end(message(3, 20, 0, 0,
				command(0, 'deleteStream', 7, amf.nothing, amf.number(1)), size));
		await closed(c);
		console.log((c.said.match(/NetStream\.[\w.]+/g) || []).pop());
	},
	// Publish N frames of KEY in chunks of SIZE and say goodbye.
	async publish(key, n = '50', size = '128') {
		const c = await live(key, publish(key, Number(size)));
		c.socket.write(media(Number(n), { size: Number(size) }));
		c.socket.write(Number(size) === 128 ? goodbye(key) :
			Buffer.concat([setSize(128).subarray(0, 0), message(3, 20, 0, 0,
				command(0, 'deleteStream', 7, amf.nothing, amf.number(1)),
				Number(size))]));
		await until('the end is answered',
			() => c.said.includes('NetStream.Unpublish.Success'));
		c.socket.end();
	},
	// The same, without waiting for any answer.
	async hasty(key, n = '400') {
		const c = open();
		await c.up;
		c.socket.write(Buffer.concat([publish(key), media(Number(n)), goodbye(key)]));
		await until('the end is answered',
			() => c.said.includes('NetStream.Unpublish.Success'));
		c.socket.end();
	},
	// Publish in real time until told to stop by the end of stdin.
	async stream(key, bytes = '2000') {
		const c = await live(key);
		let at = 0, stop = false;
		process.stdin.on('data', () => {});
		process.stdin.on('end', () => { stop = true; });
		c.socket.write(media(0));
		console.log('live');
		while (!stop && !c.closed) {
			c.socket.write(frames(25, { from: at, bytes: Number(bytes) }));
			at += 1000;
			await pause(100);
		}
		if (c.closed)
			throw new Error('the server closed: ' +
				(c.said.match(/Net[\w.]+/g) || []).pop());
		c.socket.write(goodbye(key));
		c.socket.end();
		await closed(c);
	},
	// Publish, being able to CAN (capsEx), until the server closes; then tell
	// the last code.
	async told(key, can) {
		const c = await live(key, publish(key, 128, { capsEx: Number(can) }));
		if (!['capsEx', 'fourCcList', 'hvc1', 'av01', 'Opus'].every(w => c.said.includes(w)))
			throw new Error('the answer to connect tells nothing of Enhanced RTMP');
		c.socket.write(media(5));
		console.log('live');
		await closed(c);
		console.log((c.said.match(/Net[A-Z]\w+\.[\w.]+/g) || []).pop());
	},
	// Publish, then fall silent.
	async silent(key) {
		const c = await live(key);
		c.socket.write(media(5));
		await closed(c);
	},
	// Send media that is not taken: TYPE and the first bytes in hex.
	async media(key, type, hex, said) {
		const c = await live(key);
		c.socket.write(message(6, Number(type), 1, 0, Buffer.from(hex, 'hex')));
		await closed(c);
		if (!c.said.includes(said))
			throw new Error(`did not hear ${said}`);
	},
	// Send each HEX as a message of the TYPE before it; that is survived.
	async garbage(key, ...words) {
		const c = await live(key);
		let type = 0;
		for (const word of words) {
			if (word.length === 1)
				type = Number(word);
			else
				c.socket.write(message(6, type, 1, 0, Buffer.from(word, 'hex')));
		}
		c.socket.write(goodbye(key));
		await until('the end is answered',
			() => c.said.includes('NetStream.Unpublish.Success'));
		c.socket.end();
	},
	// Timestamps beyond 24 bits and across 32 bits.
	async wrap(key) {
		const c = await live(key);
		c.socket.write(media(50, { from: 0xffffffff - 1000 }));
		c.socket.write(goodbye(key));
		c.socket.end();
		await closed(c);
	},
	// New parameters in mid-stream, and a track that comes late.
	async change(key) {
		const c = await live(key);
		const other = Buffer.from(avcConfig);
		other[2] = 0xc0;
		c.socket.write(message(6, 9, 1, 0, videoConfig));
		c.socket.write(Buffer.concat([...Array(60).keys()].map(i =>
			message(6, 9, 1, i * 40, video(i % 25 === 0, 400)))));
		c.socket.write(message(4, 8, 1, 2400, audioConfig));
		c.socket.write(frames(50, { from: 2400 }));
		c.socket.write(message(6, 9, 1, 4400,
			Buffer.concat([u8(0x17, 0, 0, 0, 0), other])));
		c.socket.write(frames(50, { from: 4400 }));
		c.socket.write(goodbye(key));
		c.socket.end();
		await closed(c);
	},
	async random() {
		const all = [];
		for (let i = 0; i < 60; i++) {
			const b = Buffer.alloc(20000);
			for (let j = 0; j < b.length; j++)
				b[j] = Math.floor(Math.random() * 256);
			if (i % 3 > 0)
				b[0] = 3;
			if (i % 3 === 2)
				hello.copy(b);
			all.push(refused(b));
		}
		await Promise.all(all);
	},
	'half-handshake': () => refused(hello.subarray(0, 700)),
	'chunk-size-0': () => refused(Buffer.concat([hello, setSize(0)])),
	'chunk-size-max': () => refused(
		Buffer.concat([hello, setSize(0x7fffffff)])),
	'chunk-size-negative': () => refused(
		Buffer.concat([hello, setSize(0x80000001)])),
	'length-lie': () => refused(Buffer.concat([hello,
		u8(3), u24(0), u24(0xffffff), u8(20, 0, 0, 0, 0), Buffer.alloc(9999)])),
	'type-3-first': () => refused(Buffer.concat([hello, u8(0xc3, 0)])),
	'amf-deep': () => refused(Buffer.concat([hello, message(3, 20, 0, 0,
		Buffer.concat([amf.string('connect'), amf.number(1),
			...Array(15000).fill(u8(3, 0, 1, 0x6b))]))])),
	'amf-too-deep': () => refused(Buffer.concat([hello, message(3, 20, 0, 0,
		Buffer.concat([amf.string('connect'), amf.number(1),
			...Array(100000).fill(u8(3, 0, 1, 0x6b))]))])),
	'amf-wide': () => refused(Buffer.concat([hello, message(3, 20, 0, 0,
		Buffer.concat([amf.string('connect'), amf.number(1),
			u8(10, 255, 255, 255, 255), Buffer.alloc(60000, 5)]))])),
	async 'chunk-streams'() {
		const c = open();
		await c.up;
		c.socket.write(Buffer.concat([hello, setSize(1)]));
		for (let i = 0; i < 65535 && !c.closed; i++)
			c.socket.write(Buffer.concat([u8(1), u8(i & 255, i >> 8), u24(0),
				u24(65535), u8(9, 1, 0, 0, 0, 1)]));
		await closed(c);
	},
	// One byte a tenth of a second.
	async loris() {
		const c = open(), bytes = publish('x');
		await c.up;
		for (let i = 0; !c.closed && i < bytes.length; i++) {
			c.socket.write(bytes.subarray(i, i + 1));
			await pause(100);
		}
		await closed(c);
	},
	// After being accepted: bombs and lies with the larger limits.
	async 'late-lies'(key) {
		const c = await live(key);
		c.socket.write(message(5, 18, 1, 0, Buffer.concat([
			amf.string('@setDataFrame'), amf.string('onMetaData'),
			...Array(15000).fill(u8(3, 0, 1, 0x6b))])));
		c.socket.write(setSize(0xffffff));
		for (let csid = 10; csid < 40 && !c.closed; csid++)
			c.socket.write(Buffer.concat([u8(csid), u24(0), u24(0xffffff),
				u8(9, 1, 0, 0, 0)]));
		await closed(c);
	},
	// N connections that say nothing; ends when all were closed.
	async idle(n) {
		const all = [...Array(Number(n))].map(() => open());
		await Promise.all(all.map(c => c.up));
		console.log('idle');
		await Promise.all(all.map(c => closed(c)));
	},
	// More than N connections: the rest is turned away at once.
	async crowd(n) {
		const all = [...Array(Number(n) + 5)].map(() => open());
		await until('five are turned away',
			() => all.filter(c => c.closed).length === 5);
		all.forEach(c => c.socket.destroy());
	},
	// Leave after each number of bytes of a short session.
	async cut(key, from = '0', step = '1') {
		const whole = Buffer.concat([publish(key), media(2, { bytes: 20 }),
			goodbye(key)]);
		let n = 0;
		for (let at = Number(from); at <= whole.length; at += Number(step)) {
			const c = open();
			await c.up;
			await new Promise(yes => c.socket.write(whole.subarray(0, at), yes));
			if (at % 2)
				c.socket.end();
			else if (secure)
				c.socket.destroy();
			else
				c.socket.resetAndDestroy();
			await closed(c);
			n++;
		}
		console.log(n);
	},
	// What an encoder sends, to the wrong port: it is closed.
	wrong: () => refused(publish('x')),
	// How long the handshake and the commands of a session are.
	length: async key => console.log(hello.length, publish(key).length),
	// Publish and wait for the code it is refused with.
	async refused(key, said) {
		await refused(publish(key), said);
	},
};

if (!Object.hasOwn(scenarios, scenario)) {
	console.error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
	process.exit(100);
}
scenarios[scenario](...args).then(() => process.exit(0), e => {
	console.error(`# ${scenario}: ${e.message}`);
	process.exit(1);
});
