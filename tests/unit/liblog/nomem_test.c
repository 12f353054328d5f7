/*
 * Memory runs out at the n-th allocation, for every n until none fails: the
 * call says so, nothing is changed, and the same call works once there is
 * memory again.  Linked with --wrap these are the allocations of our own
 * libraries; with fault.so preloaded (make torture), of LMDB and others, too.
 */
#include "event.h"
#include "json.h"
#include "projection.h"
#include "removal.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include "../../torture/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

/* Allocations until the one that fails; 0: none will. */
static uint64_t left;

static bool
no_memory(void)
{
	if (left == 0 || --left > 0)
		return false;
	errno = ENOMEM;
	return true;
}

void *
__wrap_malloc(size_t n)
{
	return no_memory() ? NULL : __real_malloc(n);
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __real_calloc(n, size);
}

void *
__wrap_realloc(void *p, size_t n)
{
	return no_memory() ? NULL : __real_realloc(p, n);
}

/* The log need not be there ahead of what is written. */
int
fallocate(int fd, int mode, off_t offset, off_t len)
{
	(void)fd;
	(void)mode;
	(void)offset;
	(void)len;
	errno = EOPNOTSUPP;
	return -1;
}

static void
fail_at(uint64_t n)
{
	if (fault_malloc_at != NULL)
		fault_malloc_at(n);
	else
		left = n;
}

/* Did the one that was to fail come?  None fails from now on. */
static bool
failed(void)
{
	uint64_t n = fault_malloc_left != NULL ? fault_malloc_left() : left;

	fail_at(0);
	return n == 0;
}

struct story {
	const char *dir;
	struct log_writer *w;
	uint64_t number; /* of the next event */
	unsigned wrong;
	const char *where; /* it went wrong first */
};

static void
expect(struct story *s, bool fine, const char *where)
{
	if (!fine && s->wrong++ == 0)
		s->where = where;
}

/*
 * CALL is true when it did what it shall.  When it was the one that ran out
 * of memory, it said so, and now it does.
 */
#define TRY(s, call)                                                           \
	do {                                                                   \
		errno = 0;                                                     \
		if (!(call)) {                                                 \
			int e = errno;                                         \
			bool out = failed();                                   \
			expect(s, out &&e == ENOMEM, #call " says ENOMEM");    \
			expect(s, call, #call " works again");                 \
		}                                                              \
	} while (0)

/* Stage the next event, or one of an ID.  True with the VERDICT wanted. */
static bool
add(struct story *s, const char *id, uint64_t expected, enum log_verdict want)
{
	char name[32], subject[32], text[600], why[128];
	struct event e = {0};
	struct log_place place;
	struct buf line, keep;
	bool fine = false;
	uint64_t ours = fault_malloc_left != NULL ? fault_malloc_left() : 0;

	(void)snprintf(name, sizeof(name), "id-%d", (int)s->number);
	(void)snprintf(subject, sizeof(subject), "s/%d", (int)s->number % 900);
	(void)snprintf(text, sizeof(text),
	    "{\"id\":\"%s\",\"source\":\"t\",\"type\":\"NoteWritten\","
	    "\"subject\":\"%s\",\"time\":\"2026-01-02T03:04:05Z\","
	    "\"data\":{\"text\":\"%0300d\"}}",
	    id != NULL ? id : name, subject, (int)s->number);
	buf_init(&keep, EVENT_MAX_JSON);
	buf_init(&line, EVENT_MAX_JSON);
	/* What jansson makes of it is not the question. */
	if (ours > 0)
		fail_at(0);
	if (event_from_json(&e, str_from(text), &keep, why, sizeof(why)) ==
	    -1) {
		/* It tells people, who have no use for a number. */
		if (strstr(why, "memory") != NULL)
			errno = ENOMEM;
		goto out;
	}
	e.expect = expected;
	if (event_to_json(&e, &line) == -1)
		goto out;
	if (ours > 0)
		fail_at(ours);
	if (event_encode(&e, &line) == -1)
		goto out;
	if (log_writer_add(s->w, &e, &place) == -1)
		goto out;
	fine = place.verdict == want &&
	       (want != LOG_DUPLICATE || place.version > 0);
	if (want == LOG_STAGED)
		s->number++;
out:
	buf_fini(&line);
	buf_fini(&keep);
	return fine;
}

static bool
commit(struct story *s)
{
	uint64_t head = log_writer_head(s->w), staged = log_writer_staged(s->w);

	if (log_writer_commit(s->w) == 0)
		return log_writer_head(s->w) == head + staged;
	expect(s, log_writer_temporary(errno), "out of memory may be retried");
	expect(s, log_writer_head(s->w) == head, "the head stays");
	expect(s, log_writer_staged(s->w) == 0, "nothing is staged");
	/* What was to be stored is said again. */
	failed();
	s->number -= staged;
	for (uint64_t i = 0; i < staged; i++)
		expect(s, add(s, NULL, EVENT_ANY, LOG_STAGED), "said again");
	errno = ENOMEM;
	left = fault_malloc_left == NULL ? 0 : left;
	return false;
}

static int
count_one(void *arg, struct str subject, const struct log_subject *at)
{
	(void)subject;
	*(uint64_t *)arg += at->version;
	return 0;
}

static bool
subjects(struct story *s)
{
	uint64_t n = 0;

	if (log_subjects(log_writer_log(s->w), STR("s/"), count_one, &n) == -1)
		return false;
	return n == log_writer_head(s->w);
}

static bool
walk(struct story *s, const char *subject, uint64_t want)
{
	struct log *l = log_writer_log(s->w);
	struct log_reader *r =
	    subject != NULL ? log_reader_open_subject(l, str_from(subject), 1)
			    : log_reader_open(l, 1);
	struct event e;
	uint64_t n = 0;
	int rc, saved;

	if (r == NULL)
		return false;
	while ((rc = log_reader_next(r, &e)) == 1)
		n++;
	saved = errno;
	log_reader_close(r);
	errno = saved;
	return rc == 0 && n == want;
}

static int
tally(struct projection *p, const struct event *e)
{
	char row[32];
	struct str old;
	uint64_t n = 0;
	int found = projection_get(p, e->subject, &old);

	if (found == -1)
		return -1;
	if (found == 1)
		memcpy(&n, old.p, sizeof(n));
	n++;
	memcpy(row, &n, sizeof(n));
	return projection_put(p, e->subject, (struct str){row, sizeof(n)});
}

/* Fold the log into the projection that is kept, or into a private one. */
static bool
project(struct story *s, bool kept)
{
	static const struct projection_type type = {
	    .name = "tally", .version = 1, .apply = tally};
	uint8_t digest[PROJECTION_DIGEST_BYTES];
	struct log *l = log_writer_log(s->w);
	struct projection *p;
	struct event e;
	bool fine = false;
	pid_t holder;
	int n, saved;

	p = kept ? projection_open(&type, l, s->dir, &holder)
		 : projection_open_private(&type, l, s->dir, UINT64_MAX);
	if (p == NULL)
		return false;
	while ((n = projection_next(p, &e)) == 1)
		;
	/* What ran out meanwhile is tried again, by the same handle. */
	if (n == -1 && errno == ENOMEM) {
		(void)failed();
		while ((n = projection_next(p, &e)) == 1)
			;
		errno = ENOMEM;
	} else if (n == 0) {
		fine = projection_digest(p, digest) == 0 &&
		       projection_commit(p) == 0;
	}
	saved = errno;
	expect(s, n == 0 && projection_seq(p) == log_writer_head(s->w),
	    "all is folded");
	projection_close(p);
	errno = saved;
	return fine;
}

static bool
reopen(struct story *s)
{
	pid_t holder;

	if (s->w != NULL)
		log_writer_close(s->w);
	return (s->w = log_writer_open(s->dir, &holder)) != NULL;
}

/* Look for what is to go: each is the newest of its subject, so nothing is. */
static bool
removed(struct story *s)
{
	const struct removal_limits limits = {1000000, 1 << 20, 1000};
	struct removal r = {
	    .type = STR("NoteWritten"), .until = 40, .order = 41};

	return removal_load(log_writer_log(s->w), &r) == 0 &&
	       removal_step(log_writer_log(s->w), &r, 1, &limits) == 0 &&
	       r.next == 41 && r.count == 0;
}

/* The whole life of a log with the N-th allocation failing.  False: all had
 * what they wanted. */
static bool
live(struct story *s, uint64_t n)
{
	struct log_subject at;
	bool ran_out;

	fail_at(n);
	TRY(s, reopen(s));
	if (s->w == NULL)
		return failed();
	for (int i = 0; i < 40; i++)
		TRY(s, add(s, NULL, EVENT_ANY, LOG_STAGED));
	TRY(s, commit(s));
	TRY(s, add(s, "id-3", EVENT_ANY, LOG_DUPLICATE));
	TRY(s, add(s, NULL, 77, LOG_CONFLICT));
	TRY(s, subjects(s));
	TRY(s, log_writer_move(s->w) == 0);
	TRY(s, removed(s));
	for (int i = 0; i < 3; i++)
		TRY(s, add(s, NULL, EVENT_ANY, LOG_STAGED));
	TRY(s, commit(s));
	TRY(s, log_subject(log_writer_log(s->w), STR("s/1"), &at) == 0 &&
		   at.version == 1);
	TRY(s, subjects(s));
	TRY(s, walk(s, "s/2", 1));
	TRY(s, walk(s, NULL, log_writer_head(s->w)));
	TRY(s, project(s, true));
	TRY(s, project(s, false));
	TRY(s, reopen(s));
	if (s->w == NULL)
		return failed();
	TRY(s, walk(s, NULL, 43));
	ran_out = failed();
	log_writer_close(s->w);
	return ran_out;
}

/* Where a sync costs nothing, when there is such a place. */
static void
make_dir(char dir[64])
{
	(void)snprintf(dir, 64, "/dev/shm/t.XXXXXX");
	if (mkdtemp(dir) == NULL)
		(void)tmp_make(dir);
}

int
main(void)
{
	unsigned wrong = 0;
	bool ran_out = true;
	uint64_t n = 0;
	char dir[64];

	while (ran_out && n < 20000) {
		struct story s = {.dir = dir};

		make_dir(dir);
		ran_out = live(&s, ++n);
		tmp_remove(dir);
		if (s.wrong > 0 && wrong++ < 10)
			printf("# allocation %d: %s\n", (int)n, s.where);
	}
	printf("# %d allocations\n", (int)n - 1);
	OK(wrong == 0);
	OK(n > 20 && !ran_out);
	return tap_done();
}
