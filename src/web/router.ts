// Which page a path names, and how to go there without loading anew.

export type Route =
	| { page: 'home' }
	| { page: 'channel'; name: string }
	| { page: 'recording'; id: string }
	| { page: 'clip'; id: string }
	| { page: 'studio'; name: string }
	| { page: 'missing'; path: string };

export function routeOf(path: string): Route {
	if (path === '/') {
		return { page: 'home' };
	}
	const m = /^\/@([a-z0-9][a-z0-9_-]{0,63})\/?$/i.exec(path);
	if (m?.[1] !== undefined) {
		return { page: 'channel', name: m[1].toLowerCase() };
	}
	const s = /^\/studio\/([a-z0-9][a-z0-9_-]{0,63})\/?$/.exec(path);
	if (s?.[1] !== undefined) {
		return { page: 'studio', name: s[1] };
	}
	const v = /^\/(vod|clip)\/([\w-]{1,64})\/?$/.exec(path);
	if (v?.[2] !== undefined) {
		return { page: v[1] === 'vod' ? 'recording' : 'clip', id: v[2] };
	}
	return { page: 'missing', path };
}

// A plain click on a link of ours becomes a change of route; anything else
// (new tab, download, another host) stays the browser's.
export function interceptLinks(
	go: (path: string, link: HTMLAnchorElement) => void,
): () => void {
	const onClick = (e: MouseEvent): void => {
		if (
			e.defaultPrevented ||
			e.button !== 0 ||
			e.metaKey ||
			e.ctrlKey ||
			e.shiftKey ||
			e.altKey
		) {
			return;
		}
		const link = e
			.composedPath()
			.find((n): n is HTMLAnchorElement => n instanceof HTMLAnchorElement);
		if (
			link === undefined ||
			link.origin !== location.origin ||
			link.target !== '' ||
			link.hasAttribute('download') ||
			link.getAttribute('href')?.startsWith('#') === true ||
			routeOf(link.pathname).page === 'missing'
		) {
			return;
		}
		e.preventDefault();
		go(link.pathname + link.search, link);
	};
	document.addEventListener('click', onClick);
	return () => document.removeEventListener('click', onClick);
}
