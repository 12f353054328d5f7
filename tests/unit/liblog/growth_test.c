/*
 * The map grows while others read, and a reader that died keeps the file from
 * being used again only until it is looked for.
 */
#include "store.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { GROWN_EVENTS = 1600, TEXT_BYTES = 8000, COMMITS = 6000 };

static void
make_dir(char dir[64])
{
	/* Where a sync costs nothing, when there is such a place. */
	(void)snprintf(dir, 64, "/dev/shm/t.XXXXXX");
	if (mkdtemp(dir) == NULL)
		(void)tmp_make(dir);
}

/* Append N events of LEN bytes about one of SUBJECTS.  0, or -1. */
static int
append(struct log_writer *w, unsigned n, size_t len, unsigned subjects)
{
	static char text[TEXT_BYTES];
	struct NoteWritten note = {.text = {text, len}};
	struct log_place place;
	struct event e;
	struct buf b;
	char id[64], subject[32];
	int rc = 0;

	memset(text, 'x', sizeof(text));
	buf_init(&b, EVENT_MAX);
	for (unsigned i = 0; i < n && rc == 0; i++) {
		(void)snprintf(subject, sizeof(subject), "g/%u",
		    (unsigned)(log_writer_head(w) + i) % subjects);
		buf_reset(&b);
		rc = event_begin(
		    &e, EVENT_NoteWritten, "test", str_from(subject), id);
		if (rc == 0)
			rc = EVENT_PUT(NoteWritten, &note, &b);
		e.data = buf_str(&b);
		if (rc == 0)
			rc = log_writer_add(w, &e, &place);
	}
	buf_fini(&b);
	return rc == 0 ? log_writer_commit(w) : -1;
}

/* In a walk over subjects: read the log, as a projection does. */
static int
look(void *arg, struct str subject, const struct log_subject *s)
{
	struct log_reader *r = log_reader_open_subject(arg, subject, 1);
	struct event e;
	uint64_t n = 0;
	int rc;

	if (r == NULL)
		return -1;
	while ((rc = log_reader_next(r, &e)) == 1)
		n++;
	log_reader_close(r);
	return rc == 0 && n >= s->version ? 0 : -1;
}

/* Follow the log in DIR to seq LAST; the exit code. */
static int
follow(const char *dir, uint64_t last, int ready)
{
	struct log *l = log_open(dir);
	struct log_reader *r = l != NULL ? log_reader_open(l, 1) : NULL;
	struct event e;
	uint64_t seq = 0, looks = 0;
	int n = 0;

	if (r == NULL || write(ready, "", 1) != 1)
		return 1;
	while (seq < last) {
		if ((n = log_reader_next(r, &e)) == -1)
			return 2;
		if (n == 1 && e.seq != ++seq)
			return 3;
		if (n == 0 && ++looks % 4 == 0 &&
		    log_subjects(l, STR("g/"), look, l) != 0)
			return 4;
	}
	log_reader_close(r);
	log_close(l);
	return 0;
}

static void
test_growth(void)
{
	struct log_writer *w;
	MDB_envinfo info;
	size_t first;
	pid_t holder, child;
	char dir[64], c;
	int status = -1, ready[2];
	bool fine = true;

	make_dir(dir);
	(void)setenv(STORE_MAP_SETTING, "1048576", 1);
	OK((w = log_writer_open(dir, &holder)) != NULL);
	(void)mdb_env_info(log_writer_log(w)->env, &info);
	first = info.me_mapsize;
	OK(first == STORE_MAP_MIN_BYTES);
	OK(append(w, 3, 10, 5) == 0);
	OK(pipe(ready) == 0);
	if ((child = fork()) == 0)
		_exit(follow(dir, GROWN_EVENTS + 3, ready[1]));
	OK(read(ready[0], &c, 1) == 1);
	for (unsigned i = 0; i < GROWN_EVENTS && fine; i += 8) {
		fine = append(w, 8, TEXT_BYTES, 5) == 0;
		if (i % 80 == 0)
			fine = fine && log_writer_move(w) == 0;
	}
	OK(fine);
	(void)mdb_env_info(log_writer_log(w)->env, &info);
	OK(info.me_mapsize >= 8 * first);
	(void)waitpid(child, &status, 0);
	OK(status == 0);
	printf(
	    "# the map grew from %zu to %zu bytes\n", first, info.me_mapsize);
	log_writer_close(w);

	/* Reopened, it is as large as it must be. */
	OK((w = log_writer_open(dir, &holder)) != NULL);
	OK(log_writer_head(w) == GROWN_EVENTS + 3);
	OK(append(w, 100, TEXT_BYTES, 5) == 0);
	log_writer_close(w);
	(void)unsetenv(STORE_MAP_SETTING);
	(void)close(ready[0]);
	(void)close(ready[1]);
	tmp_remove(dir);
}

/* A process that dies inside of a transaction. */
static void
die_reading(const char *dir)
{
	pid_t child = fork();

	if (child == 0) {
		struct log *l = log_open(dir);
		MDB_txn *txn;

		if (l == NULL || store_begin(l, &txn) != 0)
			_exit(1);
		(void)raise(SIGKILL);
	}
	(void)waitpid(child, NULL, 0);
}

/* Pages of the log after many commits while DEATHS readers died. */
static size_t
used_pages(unsigned deaths)
{
	struct log_writer *w;
	MDB_envinfo info;
	pid_t holder;
	char dir[64];
	bool fine;

	make_dir(dir);
	w = log_writer_open(dir, &holder);
	fine = w != NULL;
	for (unsigned i = 0; i < COMMITS && fine; i++) {
		if (deaths > 0 && i % (COMMITS / deaths) == 10)
			die_reading(dir);
		fine = append(w, 1, 100, 50) == 0;
		if (i % 20 == 0)
			fine = fine && log_writer_move(w) == 0;
	}
	OK(fine);
	(void)mdb_env_info(log_writer_log(w)->env, &info);
	log_writer_close(w);
	tmp_remove(dir);
	return info.me_last_pgno + 1;
}

static void
test_stale_readers(void)
{
	enum { COMMITS_UNSEEN = 256, PAGES_A_COMMIT = 8 };
	size_t alone = used_pages(0), once = used_pages(1),
	       often = used_pages(COMMITS / 500);

	printf("# pages: %zu, %zu after a reader died, %zu after %d did\n",
	    alone, once, often, COMMITS / 500);
	/* What one pins until it is found is all that it costs; the next one
	 * pins the same again. */
	OK(once <= alone + COMMITS_UNSEEN * PAGES_A_COMMIT);
	OK(often <= alone + COMMITS_UNSEEN * PAGES_A_COMMIT);
}

int
main(void)
{
	test_growth();
	test_stale_readers();
	return tap_done();
}
