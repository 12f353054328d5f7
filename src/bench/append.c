#include "bench.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "note.h"
#include "sample.h"
#include "uuid.h"
#include "writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

/* Subjects take turns, as the producers of bench_log() do. */
enum { SUBJECTS = 32 };

struct appender {
	const struct bench *ask;
	struct log_writer *writer;
	struct buf data;
	char subject[SUBJECTS][32];
	struct sample commit; /* with the move of blocks that it made due */
	uint64_t stored, bytes;
};

/* Stage N events, made at the same time, their ids counting up. */
static int
stage(struct appender *a, size_t n)
{
	size_t turn = (size_t)(a->stored / a->ask->batch % SUBJECTS);
	struct log_place place;
	struct event e;
	char id[UUID_TEXT_SIZE];

	if (event_begin(&e, EVENT_NoteWritten, "weir-bench",
		str_from(a->subject[turn]), id) == -1)
		return -1;
	e.data = buf_str(&a->data);
	for (size_t i = 0; i < n; i++) {
		if (log_writer_add(a->writer, &e, &place) == -1)
			return -1;
		a->bytes += log_writer_event(a->writer, i).len;
		uuid_next(id);
	}
	return 0;
}

/* A batch: stage, commit, and move blocks when that is due. */
static int
turn(struct appender *a, size_t n)
{
	uint64_t start_us;

	if (stage(a, n) == -1)
		return -1;
	start_us = clock_mono_us();
	if (log_writer_commit(a->writer) == -1 ||
	    log_writer_tend(a->writer) == -1)
		return -1;
	sample_add(&a->commit, clock_mono_us() - start_us);
	a->stored += n;
	return 0;
}

static void
print_result(struct appender *a, uint64_t took_us)
{
	const struct bench *ask = a->ask;

	printf("{\"batch\":%" PRIu64 ",\"count\":%" PRIu64 ",\"bytes\":%" PRIu64
	       ",\"seconds\":%.3f,\"events_per_s\":%.0f"
	       ",\"commits\":%zu,\"commit_bytes\":%" PRIu64
	       ",\"commit_p50_us\":%" PRIu64 ",\"commit_p99_us\":%" PRIu64
	       "}\n",
	    ask->batch, ask->count, ask->bytes, (double)took_us / 1e6,
	    took_us > 0 ? (double)a->stored * 1e6 / (double)took_us : 0,
	    a->commit.n, a->bytes / a->commit.n,
	    sample_percentile_us(&a->commit, 50),
	    sample_percentile_us(&a->commit, 99));
}

static int
run(struct appender *a)
{
	uint64_t start_us = clock_mono_us();

	while (a->stored < a->ask->count) {
		uint64_t left = a->ask->count - a->stored;

		if (turn(a, (size_t)(left < a->ask->batch ? left
							  : a->ask->batch)) ==
		    -1) {
			err_sys("append");
			return EXIT_TEMP;
		}
	}
	print_result(a, clock_mono_us() - start_us);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_TEMP;
}

int
bench_append(const struct bench *ask)
{
	struct appender a = {.ask = ask};
	char dir[PATH_MAX];
	pid_t holder;
	int rc = EXIT_TEMP;

	buf_init(&a.data, EVENT_MAX);
	for (size_t i = 0; i < SUBJECTS; i++)
		(void)snprintf(
		    a.subject[i], sizeof(a.subject[i]), "bench/%zu", i);
	if (conf_path(dir, CONF_STATE, "log") == -1 ||
	    note_put(ask->bytes, &a.data) == -1 ||
	    sample_init(&a.commit, ask->count / ask->batch + 1) == -1) {
		err_sys("start");
		goto out;
	}
	if ((a.writer = log_writer_open(dir, &holder)) == NULL) {
		if (errno == EBUSY)
			err_msg("the log in %s is another process's (pid %ld): "
				"append wants one of its own",
			    dir, (long)holder);
		else
			err_sys("open the log in %s", dir);
		goto out;
	}
	rc = run(&a);
out:
	log_writer_close(a.writer);
	sample_fini(&a.commit);
	buf_fini(&a.data);
	return rc;
}
