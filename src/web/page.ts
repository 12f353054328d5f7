// What the browser's tab and a search engine read of a page.
export function describePage(title: string, description: string): void {
	document.title = title;
	document
		.querySelector('meta[name="description"]')
		?.setAttribute('content', description);
}
