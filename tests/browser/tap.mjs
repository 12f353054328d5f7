// TAP for prove, from asynchronous checks that wait and never sleep.
import { setTimeout as pause } from 'node:timers/promises';

let n = 0;
let bad = 0;

// However slow the machine is: only what fails takes that long.
const deadline_ms = 90_000;

// The value of FN as soon as it is truthy; throws after PATIENCE_MS.
export async function until(what, fn, patience_ms = deadline_ms) {
	const end = performance.now() + patience_ms;
	for (;;) {
		const value = await fn();
		if (value) {
			return value;
		}
		if (performance.now() > end) {
			throw new Error(`gave up waiting for: ${what}`);
		}
		await pause(50);
	}
}

// One check: passed when FN neither throws nor returns false.
export async function ok(description, fn) {
	n++;
	let why = '';
	try {
		if ((await fn()) === false) {
			why = 'it is false';
		}
	} catch (e) {
		why = e.stack ?? String(e);
	}
	if (why === '') {
		console.log(`ok ${n} - ${description}`);
	} else {
		bad++;
		console.log(`not ok ${n} - ${description}`);
		console.log(why.replace(/^/gm, '# '));
	}
}

export function equal(got, want) {
	if (JSON.stringify(got) !== JSON.stringify(want)) {
		throw new Error(`got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
	}
}

// Run the whole test, and whatever happens close what OPEN gave.
export async function test(open, body) {
	const things = [];
	try {
		await body(...(await open(things)));
	} catch (e) {
		bad++;
		n++;
		console.log(`not ok ${n} - the test ran to its end`);
		console.log((e.stack ?? String(e)).replace(/^/gm, '# '));
	} finally {
		for (const thing of things.reverse()) {
			await thing.close();
		}
	}
}

process.once('exit', () => {
	if (n === 0) {
		// Not a test, but a program that waits as tests do.
		return;
	}
	console.log(`1..${n}`);
	process.exitCode = bad === 0 ? 0 : 1;
});
