/*
 * Insert into a table of SQLite, durably: a write-ahead log that is synced at
 * each commit.
 *
 *	sqlite FILE BATCH COUNT BYTES
 *
 * Begins with an empty table; BATCH rows are a transaction.  Prints one line
 * of JSON.
 */
#include "clock.h"
#include "err.h"
#include "num.h"
#include "sample.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct load {
	sqlite3 *db;
	sqlite3_stmt *begin, *insert, *commit;
	uint64_t batch, count, bytes;
	char *payload;
	struct sample wait;
};

static void
fail(struct load *l, const char *what)
{
	err_msg("%s: %s", what, sqlite3_errmsg(l->db));
	exit(EXIT_TEMP);
}

static sqlite3_stmt *
prepare(struct load *l, const char *sql)
{
	sqlite3_stmt *s;

	if (sqlite3_prepare_v2(l->db, sql, -1, &s, NULL) != SQLITE_OK)
		fail(l, sql);
	return s;
}

static void
step(struct load *l, sqlite3_stmt *s)
{
	if (sqlite3_step(s) != SQLITE_DONE || sqlite3_reset(s) != SQLITE_OK)
		fail(l, sqlite3_sql(s));
}

static void
open_table(struct load *l, const char *path)
{
	if (sqlite3_open(path, &l->db) != SQLITE_OK ||
	    sqlite3_exec(l->db,
		"pragma journal_mode = wal; pragma synchronous = full;"
		"drop table if exists event;"
		"create table event(seq integer primary key, d blob);",
		NULL, NULL, NULL) != SQLITE_OK)
		fail(l, path);
	l->begin = prepare(l, "begin immediate");
	l->insert = prepare(l, "insert into event(d) values (?)");
	l->commit = prepare(l, "commit");
	if (sqlite3_bind_blob(l->insert, 1, l->payload, (int)l->bytes,
		SQLITE_STATIC) != SQLITE_OK)
		fail(l, "bind");
}

static void
run(struct load *l)
{
	uint64_t start_us = clock_mono_us(), took_us;

	for (uint64_t done = 0; done < l->count;) {
		uint64_t begun_us = clock_mono_us(), left = l->count - done;
		uint64_t n = left < l->batch ? left : l->batch;

		step(l, l->begin);
		for (uint64_t i = 0; i < n; i++)
			step(l, l->insert);
		step(l, l->commit);
		sample_add(&l->wait, clock_mono_us() - begun_us);
		done += n;
	}
	took_us = clock_mono_us() - start_us;
	printf("{\"events_per_s\":%.0f,\"answer_p50_us\":%" PRIu64
	       ",\"answer_p99_us\":%" PRIu64 "}\n",
	    (double)l->count * 1e6 / (double)took_us,
	    sample_percentile_us(&l->wait, 50),
	    sample_percentile_us(&l->wait, 99));
}

int
main(int argc, char *argv[])
{
	struct load l = {0};

	err_setprog("sqlite");
	if (argc != 5 || num_parse(argv[2], 1, 65536, &l.batch) == -1 ||
	    num_parse(argv[3], 1, 100000000, &l.count) == -1 ||
	    num_parse(argv[4], 1, 4096, &l.bytes) == -1) {
		err_msg("usage: sqlite FILE BATCH COUNT BYTES");
		return EXIT_PERM;
	}
	if ((l.payload = malloc(l.bytes)) == NULL ||
	    sample_init(&l.wait, l.count / l.batch + 1) == -1) {
		err_sys("start");
		return EXIT_TEMP;
	}
	memset(l.payload, 'x', l.bytes);
	open_table(&l, argv[1]);
	run(&l);
	(void)sqlite3_finalize(l.begin);
	(void)sqlite3_finalize(l.insert);
	(void)sqlite3_finalize(l.commit);
	(void)sqlite3_close(l.db);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
}
