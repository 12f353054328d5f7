#!/usr/bin/env node
// make bench: what weir claims, measured beside its peers in the same run.
// ROUNDS=n rounds of each (5), ONLY="log large edge ingest latency glass glass-ladder
// ladder waiters srt" those areas, SCALE=0.1 with a tenth of the events.
import { begin, table } from './report.mjs';
import { edge } from './edge.mjs';
import { glass, glassLadder } from './glass.mjs';
import { ingest } from './ingest.mjs';
import { ladder } from './ladder.mjs';
import { large } from './large.mjs';
import { latency } from './latency.mjs';
import { log } from './log.mjs';
import { srt } from './srt.mjs';
import { waiters } from './waiters.mjs';

const areas = {
	log,
	large,
	edge,
	ingest,
	latency,
	glass,
	'glass-ladder': glassLadder,
	ladder,
	waiters,
	srt,
};
const only = process.env.ONLY?.split(/[ ,]+/) ?? Object.keys(areas);

begin();
for (const name of only) {
	if (!(name in areas)) {
		console.error(`bench: ONLY=${name}: want ${Object.keys(areas)}`);
		process.exit(100);
	}
}
for (const name of only) {
	await areas[name]();
}
table();
process.exit(0);
