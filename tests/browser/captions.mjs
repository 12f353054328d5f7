// Pictures with captions inside them (CEA-608 in ATSC A/53 user data), for
// tests: no encoder at hand makes any.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

// CEA-608 sends seven bits and odd parity.
function parity(byte) {
	let ones = 0;
	for (let b = byte; b > 0; b >>= 1) {
		ones += b & 1;
	}
	return ones % 2 === 1 ? byte : byte | 0x80;
}

const control = (a, b) => [
	[a, b],
	[a, b],
];
const silence = (frames) => Array.from({ length: frames }, () => [0, 0]);

// The pairs of bytes, one a frame, that show TEXT for the second half of two
// seconds: begin a caption, row 15, the characters; show it; take it away.
function pairs(text) {
	const chars = [...text.padEnd(text.length + (text.length % 2))].map((c) =>
		c.charCodeAt(0),
	);
	const said = [
		...control(0x14, 0x20),
		...control(0x14, 0x2e),
		...control(0x14, 0x70),
	];
	for (let i = 0; i < chars.length; i += 2) {
		said.push([chars[i], chars[i + 1]]);
	}
	return [
		...said,
		...silence(28 - said.length),
		...control(0x14, 0x2f),
		...silence(28),
		...control(0x14, 0x2c),
	];
}

// A supplemental enhancement NAL unit that holds one pair.
function sei([a, b]) {
	const body = [
		...[0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03],
		...[0x41, 0xff, 0xfc, parity(a), parity(b), 0xff],
	];
	return Buffer.from([0, 0, 0, 1, 6, 4, body.length, ...body, 0x80]);
}

// STREAM, H.264 as Annex B has it with one slice a picture, with PAIRS.
function insert(stream, pairs) {
	const out = [];
	let from = 0;
	let frame = 0;
	for (let at = 0; at + 5 < stream.length; at++) {
		const start = stream.readUIntBE(at, 3) === 1;
		const type = stream[at + 3] & 31;
		if (start && (type === 1 || type === 5)) {
			// A start code may have a zero in front.
			const cut = at > 0 && stream[at - 1] === 0 ? at - 1 : at;
			out.push(stream.subarray(from, cut), sei(pairs[frame++ % pairs.length]));
			from = cut;
		}
	}
	return Buffer.concat([...out, stream.subarray(from)]);
}

// Make DIR/captioned.mp4, SECONDS long, which shows TEXT again and again.
export async function captioned(dir, text, seconds = 20) {
	const [raw, marked, mp4] = ['raw.h264', 'marked.h264', 'captioned.mp4'].map(
		(name) => join(dir, name),
	);
	await run('ffmpeg', [
		...['-v', 'error', '-nostdin', '-f', 'lavfi'],
		...['-i', `testsrc2=s=320x180:r=30:d=${seconds}`],
		...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '0'],
		...['-x264-params', 'slices=1:sliced-threads=0', '-pix_fmt', 'yuv420p'],
		...['-f', 'h264', raw],
	]);
	await writeFile(marked, insert(await readFile(raw), pairs(text)));
	await run('ffmpeg', [
		...['-v', 'error', '-nostdin', '-f', 'h264', '-r', '30', '-i', marked],
		...['-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`],
		...['-c:v', 'copy', '-c:a', 'aac', '-shortest', mp4],
	]);
	return mp4;
}
