/*
 * drive DIR SEED COMMITS: append the story to the log in DIR, COMMITS times
 * some of it, as weir-logd would, telling the recorder what was answered.
 * Exits as weir-logd would when the disk fails.
 */
#include "err.h"
#include "story.h"
#include "trace.h"

#include <errno.h>
#include <stdlib.h>

enum { MAX_TRIES = 20 };

static void
mark(enum trace_op op, uint64_t seq)
{
	if (fault_mark != NULL)
		fault_mark(op, seq);
}

/* Stage N events and commit them.  0, or -1 with errno. */
static int
append(struct log_writer *w, struct story *s, uint64_t n)
{
	uint64_t head = log_writer_head(w);
	struct log_place place;

	for (uint64_t i = 1; i <= n; i++)
		if (story_tell(s, head + i) == -1 ||
		    log_writer_add(w, &s->event, &place) == -1 ||
		    place.verdict != LOG_STAGED || place.seq != head + i)
			return -1;
	mark(TRACE_TRY, head + n);
	if (log_writer_commit(w) == -1)
		return -1;
	mark(TRACE_ANSWERED, head + n);
	/* At times late, so that a commit finds the journal full. */
	return head % 2 == 0 ? log_writer_tend(w) : 0;
}

int
main(int argc, char *argv[])
{
	static struct story s;
	struct log_writer *w;
	uint64_t seed, commits;
	unsigned tries = 0;
	pid_t holder;

	err_setprog("drive");
	if (argc != 4)
		return EXIT_PERM;
	seed = strtoull(argv[2], NULL, 10);
	commits = strtoull(argv[3], NULL, 10);
	buf_init(&s.data, EVENT_MAX);
	if ((w = log_writer_open(argv[1], &holder)) == NULL) {
		err_sys("open %s", argv[1]);
		return EXIT_TEMP;
	}
	/* Who says one of these again is told that it is stored. */
	mark(TRACE_ANSWERED, log_writer_head(w));
	for (uint64_t i = 0; i < commits;) {
		uint64_t r = story_mix(seed * 1000003 + i);
		int rc = r % 11 == 0 ? log_writer_move(w)
				     : append(w, &s, 1 + (r >> 8) % 12);

		if (rc == 0) {
			i++;
			tries = 0;
			continue;
		}
		if (!log_writer_temporary(errno) || ++tries == MAX_TRIES) {
			err_sys("commit");
			return EXIT_TEMP;
		}
	}
	printf("%llu\n", (unsigned long long)log_writer_head(w));
	log_writer_close(w);
	buf_fini(&s.data);
	return EXIT_OK;
}
