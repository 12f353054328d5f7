// Bundles src/web into the directory given (default ../../.build/www):
// index.html, and assets/ whose names carry a hash of their bytes, so that
// they may be cached for ever.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import {
	mkdir,
	readFile,
	readdir,
	rename,
	rm,
	writeFile,
} from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, '../../.build/www'));
const work = `${out}.new`;

// hls.js is bundled from its sources, because only there can the parts that
// weir has no use for be left out: a third of its bytes.
const hls = {
	__VERSION__: JSON.stringify(
		JSON.parse(
			await readFile(join(here, 'node_modules/hls.js/package.json'), 'utf8'),
		).version,
	),
	__USE_ALT_AUDIO__: 'true',
	__USE_CMCD__: 'true',
	__USE_CONTENT_STEERING__: 'false',
	__USE_EME_DRM__: 'false',
	__USE_IFRAMES__: 'false',
	__USE_INTERSTITIALS__: 'false',
	__USE_M2TS_ADVANCED_CODECS__: 'false',
	__USE_MEDIA_CAPABILITIES__: 'false',
	__USE_SUBTITLES__: 'true',
	__USE_VARIABLE_SUBSTITUTION__: 'false',
	__HLS_WORKER_BUNDLE__: 'undefined',
	__IN_WORKER__: 'false',
};

const common = {
	absWorkingDir: here,
	bundle: true,
	minify: true,
	target: ['es2022', 'safari16'],
	outdir: join(work, 'assets'),
	entryNames: '[name]-[hash]',
	chunkNames: '[name]-[hash]',
	assetNames: '[name]-[hash]',
	legalComments: 'none',
	metafile: true,
	logLevel: 'warning',
};

// The path under the site of what ENTRY became.
function outputOf(result, entry) {
	for (const [path, o] of Object.entries(result.metafile.outputs)) {
		if (o.entryPoint === entry) {
			return `/assets/${basename(path)}`;
		}
	}
	throw new Error(`nothing was built from ${entry}`);
}

// Write BYTES into assets/ as NAME with their hash in it; returns the path.
async function asset(name, bytes) {
	const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
	const hashed = `${basename(name, extname(name))}-${hash}${extname(name)}`;
	await writeFile(join(work, 'assets', hashed), bytes);
	return `/assets/${hashed}`;
}

await rm(work, { recursive: true, force: true });
await mkdir(join(work, 'assets'), { recursive: true });

const [modules, first, style] = await Promise.all([
	build({
		...common,
		entryPoints: ['main.ts'],
		format: 'esm',
		splitting: true,
		alias: { 'hls.js': './node_modules/hls.js/src/hls.ts' },
		define: hls,
	}),
	build({ ...common, entryPoints: ['first.ts'], format: 'iife' }),
	build({ ...common, entryPoints: ['site.css'] }),
]);

const names = {
	'first.ts': outputOf(first, 'first.ts'),
	'site.css': outputOf(style, 'site.css'),
	'main.ts': outputOf(modules, 'main.ts'),
	'favicon.svg': await asset(
		'favicon.svg',
		await readFile(join(here, 'favicon.svg')),
	),
};
let html = await readFile(join(here, 'index.html'), 'utf8');
for (const [from, to] of Object.entries(names)) {
	if (!html.includes(`"${from}"`)) {
		throw new Error(`index.html does not refer to ${from}`);
	}
	html = html.replaceAll(`"${from}"`, `"${to}"`);
}
await writeFile(join(work, 'index.html'), html);

// What is bundled is passed on under its own licence.
const packages = new Set(
	Object.keys(modules.metafile.inputs)
		.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
		.filter((name) => name !== undefined),
);
let licences = '';
for (const name of [...packages].sort()) {
	const dir = join(here, 'node_modules', name);
	const files = await readdir(dir);
	const file = files.find((f) => /^licen[cs]e/i.test(f));
	const { version, license } = JSON.parse(
		await readFile(join(dir, 'package.json'), 'utf8'),
	);
	const text =
		file === undefined ? '' : await readFile(join(dir, file), 'utf8');
	licences += `${name} ${version}, ${license}\n\n${text.trim()}\n\n\n`;
}
await asset('licences.txt', licences);

// Text goes out compressed to those who take it: once and for all, here.
for (const dir of [work, join(work, 'assets')]) {
	for (const name of await readdir(dir)) {
		if (/\.(css|html|js|svg|txt)$/.test(name)) {
			const bytes = await readFile(join(dir, name));
			await writeFile(join(dir, `${name}.gz`), gzipSync(bytes, { level: 9 }));
		}
	}
}

// A server that is running has pages all the while: the new parts come
// first, then the page that names them, and what nothing names goes last.
const made = await readdir(join(work, 'assets'));
await mkdir(join(out, 'assets'), { recursive: true });
for (const name of made) {
	await rename(join(work, 'assets', name), join(out, 'assets', name));
}
for (const name of ['index.html.gz', 'index.html']) {
	await rename(join(work, name), join(out, name));
}
for (const name of await readdir(join(out, 'assets'))) {
	if (!made.includes(name)) {
		await rm(join(out, 'assets', name));
	}
}
await rm(work, { recursive: true });
