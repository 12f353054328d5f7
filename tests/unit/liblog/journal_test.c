#include "journal.h"
#include "log.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Stage and commit a note of LEN bytes.  0, or -1 with errno. */
static int
say(struct log_writer *w, size_t len)
{
	static char text[8192];
	struct NoteWritten note = {.text = {text, len}};
	struct log_place place;
	char new_id[64];
	struct event e;
	struct buf b;
	int rc;

	memset(text, 'n', sizeof(text));
	buf_init(&b, EVENT_MAX);
	rc = event_begin(&e, EVENT_NoteWritten, "test", STR("note/1"), new_id);
	if (rc == 0 && (rc = EVENT_PUT(NoteWritten, &note, &b)) == 0) {
		e.data = buf_str(&b);
		rc = log_writer_add(w, &e, &place);
	}
	buf_fini(&b);
	return rc == 0 ? log_writer_commit(w) : -1;
}

/* Events from FROM on, which must follow each other; *FAULTS: damage. */
static uint64_t
walk(struct log *l, uint64_t from, unsigned *faults)
{
	struct log_reader *r = log_reader_open(l, from);
	uint64_t seen = 0;
	struct event e;
	int n;

	*faults = 0;
	while ((n = log_reader_next(r, &e)) != 0)
		if (n == -1)
			++*faults;
		else
			seen += e.seq == from + seen ? 1 : 1000000;
	log_reader_close(r);
	return seen;
}

/* The same by another process, that is, without the writer's handles. */
static bool
others_see(const char *dir, uint64_t want, unsigned want_faults)
{
	pid_t child = fork();
	int status = 1;

	if (child == 0) {
		struct log *l = log_open(dir);
		unsigned faults;
		uint64_t head, seen;

		if (l == NULL || log_head(l, &head) == -1)
			_exit(1);
		seen = walk(l, 1, &faults);
		if (seen != want || faults != want_faults ||
		    (faults == 0 && head != want))
			fprintf(stderr, "# saw %ju, faults %u, head %ju\n",
			    (uintmax_t)seen, faults, (uintmax_t)head);
		_exit(seen != want || faults != want_faults ||
		      (faults == 0 && head != want));
	}
	(void)waitpid(child, &status, 0);
	return status == 0;
}

/* Flip a bit at AT of the journal in DIR. */
static void
flip(const char *dir, off_t at)
{
	char path[256], c;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/journal", dir);
	fd = open(path, O_RDWR);
	if (pread(fd, &c, 1, at) != 1)
		abort();
	c = (char)(c ^ 1);
	if (pwrite(fd, &c, 1, at) != 1)
		abort();
	(void)close(fd);
}

/* A writer that is cut off after N blocks of one page each. */
static void
cut_off(const char *dir, unsigned n)
{
	pid_t child = fork(), holder;

	if (child == 0) {
		struct log_writer *w = log_writer_open(dir, &holder);

		for (unsigned i = 0; i < n; i++)
			if (w == NULL || say(w, 100) == -1)
				_exit(1);
		_exit(0); /* nothing is closed, nothing moved */
	}
	(void)waitpid(child, &(int){0}, 0);
}

static void
test_round(const char *dir)
{
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	unsigned faults;
	bool all = true;

	OK(w != NULL);
	/* 64 KiB hold sixteen blocks of a page. */
	for (uint64_t n = 1; n <= 100; n++) {
		all = all && say(w, 100 + n * 61 % 7000) == 0;
		if (n % 3 == 0)
			all = all && log_writer_tend(w) == 0;
		all = all && walk(log_writer_log(w), 1, &faults) == n &&
		      faults == 0;
		if (n % 10 == 0)
			all = all && others_see(dir, n, 0);
	}
	OK(all);
	log_writer_close(w);
	OK(others_see(dir, 100, 0));
}

static void
test_left(const char *dir)
{
	struct log_writer *w;
	pid_t holder;

	cut_off(dir, 5);
	OK(others_see(dir, 105, 0));
	w = log_writer_open(dir, &holder);
	OK(w != NULL && log_writer_head(w) == 105);
	OK(say(w, 10) == 0 && others_see(dir, 106, 0));
	log_writer_close(w);
}

/* The last block may be one that was being written; one before it not. */
static void
test_damage(const char *dir)
{
	struct log_writer *w;
	pid_t holder;

	cut_off(dir, 3); /* 107 to 109, behind what is left of 106 or over it */
	OK(others_see(dir, 109, 0));
	flip(dir, 2 * JOURNAL_PAGE + 80);
	OK(others_see(dir, 108, 0));
	flip(dir, JOURNAL_PAGE + 80);
	OK(others_see(dir, 107, 0));
	flip(dir, 2 * JOURNAL_PAGE + 80);
	OK(others_see(dir, 107, 1));
	OK(log_writer_open(dir, &holder) == NULL && errno == EBADMSG);
	flip(dir, JOURNAL_PAGE + 80);
	OK(others_see(dir, 109, 0));
	w = log_writer_open(dir, &holder);
	OK(w != NULL && log_writer_head(w) == 109);
	log_writer_close(w);
}

/* What is too large for the ring, and what was said just now. */
static void
test_times(const char *dir)
{
	pid_t holder;
	struct log_writer *w = log_writer_open(dir, &holder);
	uint64_t seq, before;
	struct event e;
	struct log_reader *r;
	unsigned faults;

	for (int i = 0; i < 3; i++)
		(void)say(w, 8000);
	r = log_reader_open(log_writer_log(w), 112);
	OK(log_reader_next(r, &e) == 1 && e.seq == 112);
	OK(log_seq_at(log_writer_log(w), 0, &seq) == 0 && seq == 1);
	OK(log_seq_at(log_writer_log(w), UINT64_MAX, &seq) == 0 && seq == 113);
	/* Of the journal's blocks the times count, too. */
	before = e.time_us;
	OK(log_seq_at(log_writer_log(w), before, &seq) == 0 && seq <= 112 &&
	    seq > 100);
	OK(log_writer_move(w) == 0 &&
	    walk(log_writer_log(w), 1, &faults) == 112);
	OK(log_reader_next(r, &e) == 0);
	OK(say(w, 1) == 0 && log_reader_next(r, &e) == 1 && e.seq == 113);
	log_reader_close(r);
	log_writer_close(w);
}

int
main(void)
{
	char dir[64];

	(void)setenv(JOURNAL_SETTING, "65536", 1);
	(void)tmp_make(dir);
	test_round(dir);
	test_left(dir);
	test_damage(dir);
	test_times(dir);
	tmp_remove(dir);
	return tap_done();
}
