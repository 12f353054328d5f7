// What a viewer chose, kept in the browser.

// Storage may be refused (private windows, blocked cookies); the pages then
// work without memory.
export function recall(name: string): string | null {
	try {
		return localStorage.getItem(name);
	} catch {
		return null;
	}
}

export function remember(name: string, value: string | null): void {
	try {
		if (value === null) {
			localStorage.removeItem(name);
		} else {
			localStorage.setItem(name, value);
		}
	} catch {
		// Nothing to do: the choice lasts as long as the page.
	}
}
