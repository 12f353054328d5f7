// SQLite with a write-ahead log that is synced at each commit.  It has one
// writer: its transactions take as many rows as are in flight elsewhere.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { built, installed, place, run } from './host.mjs';

export const version = () => run('sqlite3', ['--version']).split(' ')[0];

export async function sqlite({ disk, bytes }) {
	const load = join(built, 'sqlite');
	if (!existsSync(load) || !installed('sqlite3')) {
		return {
			id: 'sqlite',
			name: 'SQLite',
			absent: 'libsqlite3-dev or sqlite3 is not installed',
		};
	}
	const file = join(place(disk), 'db');
	return {
		id: 'sqlite',
		name: `SQLite ${version()} WAL FULL, in one process`,
		command: ({ producers, inflight, count }) =>
			`sqlite FILE ${producers * inflight} ${count} ${bytes}, ` +
			'synchronous=FULL, rows of a transaction',
		append: ({ producers, inflight, count }) =>
			JSON.parse(
				run(load, [file, producers * inflight, count, bytes].map(String)),
			),
		end() {},
	};
}

// What is in the log now, as rows of a table.
const fill = (n, bytes) => `
pragma journal_mode=wal; pragma synchronous=off;
create table event(seq integer primary key, version int, id text, source text,
 type text, subject text, time int, data blob);
insert into event with recursive c(i) as
 (select 1 union all select i + 1 from c where i < ${n})
 select i, i, printf('0190a6f8-%04x-7000-8000-%012x', i % 65536, i),
 'weir-bench', 'NoteWritten', printf('bench/%d', i % 32),
 1700000000000000 + i, randomblob(${bytes + 8}) from c;`;

// Reads COUNT of them.
export function reader({ disk, bytes }, count) {
	const db = join(place(disk), 'db');
	run('sqlite3', [db], { input: fill(count, bytes) });
	return () => {
		const out = run('sqlite3', [db], {
			input:
				'.timer on\nselect sum(version + length(data) + length(id) + ' +
				'length(source) + length(type) + length(subject) + (time & 1)) ' +
				'from event;\n',
		});
		return { events_per_s: count / Number(/real (\S+)/.exec(out)[1]) };
	};
}
