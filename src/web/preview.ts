import type { Preview } from './api';

// The first thing that a playlist refers to, by PATTERN.
async function first(url: URL, ...patterns: RegExp[]): Promise<URL[]> {
	const response = await fetch(url);
	if (!response.ok) {
		throw new Error(`${url.pathname}: ${response.status}`);
	}
	const text = await response.text();
	return patterns.map((pattern) => {
		const m = pattern.exec(text);
		if (m?.[1] === undefined) {
			throw new Error(`${url.pathname} shows nothing`);
		}
		return new URL(m[1], url);
	});
}

// A picture of what the multivariant playlist PATH plays: its first segment.
export async function firstPicture(path: string): Promise<Preview> {
	const uri = /^([^#\s].*)$/m;
	const [variant] = await first(
		new URL(path, location.href),
		/^#EXT-X-STREAM-INF:.*\n([^#\s].*)$/m,
	);
	const [init, segment] = await first(
		variant!,
		/^#EXT-X-MAP:(?:.*,)?URI="([^"]+)"/m,
		uri,
	);
	return { init: init!.href, segment: segment!.href };
}
