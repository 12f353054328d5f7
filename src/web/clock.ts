// Time as people say it.  "Now" is the server's now: a viewer's clock that
// is wrong by an hour would make "live for 12 min" nonsense.

let ahead_ms = 0;

// The Date header is whole seconds, so only a real difference counts.
export function learnServerTime(
	date: string | null,
	asked: number,
	answered: number,
): void {
	const server = date === null ? NaN : Date.parse(date);
	if (Number.isNaN(server)) {
		return;
	}
	const difference = server + 500 - (asked + answered) / 2;
	ahead_ms = Math.abs(difference) > 2000 ? difference : 0;
}

export function now(): number {
	return Date.now() + ahead_ms;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function plural(n: number, noun: string): string {
	return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

// "12 min", "3 h 5 min", "2 days": a length, in the words of a glance.
export function lengthWords(ms: number): string {
	if (ms < minute) {
		return `${Math.max(1, Math.floor(ms / second))} s`;
	}
	if (ms < hour) {
		return `${Math.floor(ms / minute)} min`;
	}
	if (ms < day) {
		const h = Math.floor(ms / hour);
		const m = Math.floor((ms % hour) / minute);
		return m === 0 ? `${h} h` : `${h} h ${m} min`;
	}
	return plural(Math.floor(ms / day), 'day');
}

// "just now", "5 min ago", "3 h ago", "yesterday", "on 3 May".
export function agoWords(time: string): string {
	const at = Date.parse(time);
	const ms = now() - at;
	if (ms < minute) {
		return 'just now';
	}
	if (ms < hour) {
		return `${Math.floor(ms / minute)} min ago`;
	}
	if (ms < day) {
		return `${Math.floor(ms / hour)} h ago`;
	}
	if (ms < 2 * day) {
		return 'yesterday';
	}
	if (ms < 14 * day) {
		return `${Math.floor(ms / day)} days ago`;
	}
	return `on ${dayWords(at)}`;
}

function dayWords(at: number): string {
	const thisYear = new Date(at).getFullYear() === new Date(now()).getFullYear();
	return new Intl.DateTimeFormat(undefined, {
		day: 'numeric',
		month: 'long',
		...(thisYear ? {} : { year: 'numeric' }),
	}).format(at);
}

// "3 May 2026, 14:02", for the tooltip of a vaguer word.
export function exactWords(time: string): string {
	return new Intl.DateTimeFormat(undefined, {
		dateStyle: 'long',
		timeStyle: 'short',
	}).format(Date.parse(time));
}

// "1:02:03" or "4:05": a clock that ticks.
export function clockDigits(ms: number): string {
	const s = Math.max(0, Math.floor(ms / second));
	const two = (n: number) => String(n).padStart(2, '0');
	const h = Math.floor(s / 3600);
	const m = Math.floor((s % 3600) / 60);
	return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

export function since(time: string | null): number {
	return time === null ? 0 : Math.max(0, now() - Date.parse(time));
}

// "14:02:33": what clocks showed then, with the day where that was another.
export function timeWords(date: number): string {
	const today =
		new Date(now()).toDateString() === new Date(date).toDateString();
	return new Intl.DateTimeFormat(undefined, {
		timeStyle: 'medium',
		...(today ? {} : { dateStyle: 'short' }),
	}).format(date);
}

// Seconds from "83", "1:23", "1h2m3s"; undefined from anything else.
export function secondsOf(text: string | null): number | undefined {
	const m =
		/^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,7}(?:\.\d{1,3})?)$/.exec(
			text ?? '',
		) ??
		/^(?=\d)(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s)?$/.exec(text ?? '');
	return m === null
		? undefined
		: Number(m[1] ?? 0) * 3600 + Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0);
}
