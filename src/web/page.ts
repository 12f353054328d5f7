// What the browser's tab and a search engine read of a page.
export function describePage(title: string, description: string): void {
	document.title = title;
	document
		.querySelector('meta[name="description"]')
		?.setAttribute('content', description);
}

const key = 'weir-reloaded';
const pause_ms = 60_000;

// A part of the pages is gone from the server, most likely because it was
// updated since this tab was opened.  Load everything anew, unless the
// server is away (there would be nothing to load) or that was just tried.
export async function reloadOnce(): Promise<void> {
	const last = Number(sessionStorage.getItem(key) ?? 0);
	if (Date.now() - last < pause_ms) {
		return;
	}
	const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' });
	if (answer.ok) {
		sessionStorage.setItem(key, String(Date.now()));
		location.reload();
	}
}
