/*
 * A projection that tallies: for each subject how many notes, and the last
 * one.  A note "away" takes the subject's row away, "bad" contradicts the
 * contract.
 */
#include "projection.h"
#include "store.h"
#include "tap.h"
#include "tmp.h"
#include "writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char dir[64], log_dir[80], kept_dir[80];
static struct log_writer *writer;
static struct log *l;

/* The disk, as a test wants it. */
static int fallocate_errno, sync_errno;

int
fallocate(int fd, int mode, off_t offset, off_t len)
{
	(void)fd;
	(void)mode;
	(void)offset;
	(void)len;
	errno = fallocate_errno != 0 ? fallocate_errno : EOPNOTSUPP;
	return -1;
}

int
fdatasync(int fd)
{
	(void)fd;
	errno = sync_errno;
	return sync_errno != 0 ? -1 : 0;
}

static int apply_errno; /* the fold fails with, after it changed a row */

static int
tally(struct projection *p, const struct event *e)
{
	struct NoteWritten note;
	char row[128] = "";
	struct str old;
	unsigned n = 0;
	int found;

	if (EVENT_GET(e, NoteWritten, &note) == -1)
		return -1;
	if (str_eqz(note.text, "bad")) {
		errno = EBADMSG;
		return -1;
	}
	if (str_eqz(note.text, "away"))
		return projection_del(p, e->subject);
	if ((found = projection_get(p, e->subject, &old)) == -1)
		return -1;
	if (found == 1) {
		memcpy(row, old.p, old.len);
		n = (unsigned)strtoul(row, NULL, 10);
	}
	(void)snprintf(row, sizeof(row), "%u %.*s", n + 1, STRF(note.text));
	if (projection_put(p, e->subject, str_from(row)) == -1)
		return -1;
	if (apply_errno != 0) {
		errno = apply_errno;
		return -1;
	}
	return 0;
}

static const enum event_type notes[] = {EVENT_NoteWritten, EVENT_NONE};
static const struct projection_type first = {
    .name = "tally", .version = 1, .want = notes, .apply = tally};
static const struct projection_type second = {
    .name = "tally", .version = 2, .want = notes, .apply = tally};

static int
append(enum event_type type, const char *subject, const void *data)
{
	struct log_place place;
	struct event e;
	struct buf b;
	char id[64];
	int rc;

	buf_init(&b, EVENT_MAX);
	rc = event_begin(&e, type, "test", str_from(subject), id);
	if (rc == 0)
		rc = event_put(type, data, &b);
	e.data = buf_str(&b);
	if (rc == 0)
		rc = log_writer_add(writer, &e, &place);
	buf_fini(&b);
	return rc;
}

/* Append a note. */
static int
say(const char *subject, const char *text)
{
	struct NoteWritten note = {.text = str_from(text)};

	return append(EVENT_NoteWritten, subject, &note) == -1
		   ? -1
		   : log_writer_commit(writer);
}

/* Append N notes about many subjects in one block. */
static int
say_many(unsigned n)
{
	char subject[32], text[32];
	struct NoteWritten note = {.about = STR("")};

	for (unsigned i = 0; i < n; i++) {
		(void)snprintf(subject, sizeof(subject), "n/%u", i * 7 % 50);
		(void)snprintf(text, sizeof(text), "note %u", i);
		note.text = i % 31 == 0 ? STR("away") : str_from(text);
		if (append(EVENT_NoteWritten, subject, &note) == -1)
			return -1;
	}
	return log_writer_commit(writer);
}

static void
open_log(void)
{
	pid_t holder;

	writer = log_writer_open(log_dir, &holder);
	l = writer != NULL ? log_writer_log(writer) : NULL;
	OK(writer != NULL);
}

static void
new_log(void)
{
	log_writer_close(writer);
	tmp_remove(log_dir);
	open_log();
}

static struct projection *
keep(const struct projection_type *t)
{
	pid_t holder;

	return projection_open(t, l, kept_dir, &holder);
}

/* Fold to the end; how many were passed over, or -1. */
static int
fold(struct projection *p)
{
	struct event e;
	int n, passed = 0;

	while ((n = projection_run(p, 1000, &e)) != 0) {
		if (n == -1 && errno != EBADMSG)
			return -1;
		passed += n == -1;
	}
	return passed;
}

/* The row KEY of P is TEXT, or with NULL there is none. */
static bool
has(struct projection *p, const char *key, const char *text)
{
	struct str value;
	int n = projection_get(p, str_from(key), &value);

	return text != NULL ? n == 1 && str_eqz(value, text) : n == 0;
}

static int
list_row(void *arg, struct str key, struct str value)
{
	struct buf *b = arg;

	return buf_printf(b, "%.*s=%.*s;", STRF(key), STRF(value));
}

/* The rows of P that begin with PREFIX are WANT, "key=value;" each. */
static bool
lists(struct projection *p, const char *prefix, const char *want)
{
	struct buf b;
	bool same;

	buf_init(&b, 1 << 20);
	same = projection_walk(p, str_from(prefix), list_row, &b) == 0 &&
	       str_eqz(buf_str(&b), want);
	if (!same)
		printf("# %.*s\n", STRF(buf_str(&b)));
	buf_fini(&b);
	return same;
}

/* P is what folding from the first event to the same place gives. */
static bool
is_true(struct projection *p)
{
	uint8_t a[PROJECTION_DIGEST_BYTES], b[PROJECTION_DIGEST_BYTES];
	struct projection *again = projection_open_private(
	    p != NULL ? &first : NULL, l, NULL, projection_seq(p));
	bool same = again != NULL && fold(again) >= 0 &&
		    projection_seq(again) == projection_seq(p) &&
		    projection_digest(p, a) == 0 &&
		    projection_digest(again, b) == 0 &&
		    memcmp(a, b, sizeof(a)) == 0;

	projection_close(again);
	return same;
}

static void
rows(void)
{
	struct projection *p;

	OK(say("a", "one") == 0 && say("b", "two") == 0);
	OK((p = keep(&first)) != NULL && projection_anew(p) == NULL);
	OK(projection_seq(p) == 0 && lists(p, "", ""));
	OK(fold(p) == 0 && projection_seq(p) == 2);
	OK(has(p, "a", "1 one") && has(p, "b", "1 two") && has(p, "c", NULL));
	OK(lists(p, "", "a=1 one;b=1 two;"));
	OK(projection_commit(p) == 0 && lists(p, "", "a=1 one;b=1 two;"));
	/* What is written, and what is not yet, in one order. */
	OK(say("aa", "three") == 0 && say("a", "four") == 0);
	OK(say("b", "away") == 0 && say("c", "five") == 0 && fold(p) == 0);
	OK(lists(p, "", "a=2 four;aa=1 three;c=1 five;"));
	OK(lists(p, "a", "a=2 four;aa=1 three;"));
	OK(lists(p, "b", "") && has(p, "b", NULL));
	OK(projection_put(p, STR(""), STR("x")) == -1 && errno == EINVAL);
	OK(is_true(p));
	projection_close(p);
	/* That was not written, so it comes again. */
	OK((p = keep(&first)) != NULL && projection_seq(p) == 2);
	OK(lists(p, "", "a=1 one;b=1 two;"));
	OK(fold(p) == 0 && projection_commit(p) == 0);
	OK(lists(p, "", "a=2 four;aa=1 three;c=1 five;"));
	projection_close(p);
	OK((p = keep(&first)) != NULL && projection_seq(p) == 6);
	OK(lists(p, "", "a=2 four;aa=1 three;c=1 five;") && is_true(p));
	projection_close(p);
}

/* Types that are not wanted, events that cannot be, and each one given. */
static void
passing_over(void)
{
	struct ChannelAdded channel = {.name = STR("alice")};
	struct projection *p;
	struct event e;

	OK(append(EVENT_ChannelAdded, "channel/alice", &channel) == 0);
	OK(log_writer_commit(writer) == 0);
	OK(say("a", "bad") == 0 && say("a", "six") == 0);
	OK((p = keep(&first)) != NULL);
	OK(projection_next(p, &e) == 1 && e.type == EVENT_ChannelAdded);
	OK(projection_next(p, &e) == -1 && errno == EBADMSG && e.seq == 8 &&
	    e.type == EVENT_NoteWritten && projection_why(p) != NULL);
	OK(projection_next(p, &e) == 1 && e.seq == 9);
	OK(projection_next(p, &e) == 0 && projection_seq(p) == 9);
	OK(has(p, "a", "3 six") && has(p, "channel/alice", NULL));
	projection_close(p);
	OK((p = keep(&first)) != NULL && fold(p) == 1);
	OK(has(p, "a", "3 six") && projection_commit(p) == 0 && is_true(p));
	projection_close(p);
}

static void
the_past(void)
{
	struct projection *p;

	OK((p = projection_open_private(&first, l, NULL, 4)) != NULL);
	OK(fold(p) == 0 && projection_seq(p) == 4);
	OK(lists(p, "", "a=2 four;aa=1 three;b=1 two;"));
	projection_close(p);
	OK((p = projection_open_private(&first, l, NULL, 0)) != NULL);
	OK(fold(p) == 0 && lists(p, "", ""));
	projection_close(p);
	/* From what is kept on, where that is of use. */
	OK(say("d", "seven") == 0);
	OK((p = projection_open_private(&first, l, kept_dir, UINT64_MAX)) !=
	    NULL);
	OK(projection_seq(p) == 9 && fold(p) == 0 && has(p, "d", "1 seven"));
	OK(is_true(p));
	projection_close(p);
	OK((p = projection_open_private(&first, l, kept_dir, 4)) != NULL);
	OK(projection_seq(p) == 0);
	projection_close(p);
	OK((p = projection_open_private(&second, l, kept_dir, UINT64_MAX)) !=
	    NULL);
	OK(projection_seq(p) == 0);
	projection_close(p);
	/* None of this touched it. */
	OK((p = projection_open_kept(&first, l, kept_dir)) != NULL);
	OK(projection_seq(p) == 9 && has(p, "d", NULL) && is_true(p));
	projection_close(p);
}

static void
one_keeper(void)
{
	struct projection *p = keep(&first);
	pid_t child, parent = getpid(), holder;
	int status = 1;

	OK(p != NULL);
	if ((child = fork()) == 0)
		_exit(projection_open(&first, l, kept_dir, &holder) != NULL ||
		      errno != EBUSY || holder != parent);
	(void)waitpid(child, &status, 0);
	OK(status == 0);
	projection_close(p);
}

/* Another version of the fold, another log, damage. */
static void
beginning_anew(void)
{
	char path[128];
	struct projection *p;
	int fd;

	OK((p = keep(&second)) != NULL && projection_seq(p) == 0);
	OK(p != NULL && projection_anew(p) != NULL && lists(p, "", ""));
	OK(fold(p) == 1 && projection_commit(p) == 0);
	projection_close(p);
	OK((p = keep(&second)) != NULL && projection_anew(p) == NULL);
	OK(projection_seq(p) == 10);
	projection_close(p);
	OK(projection_open_kept(&first, l, kept_dir) == NULL &&
	    errno == ESTALE);

	/* As many events, but others. */
	new_log();
	for (int i = 0; i < 10; i++)
		OK(say("other", "story") == 0);
	OK(projection_open_kept(&second, l, kept_dir) == NULL &&
	    errno == ESTALE);
	OK((p = keep(&second)) != NULL && projection_anew(p) != NULL);
	OK(fold(p) == 0 && lists(p, "", "other=10 story;"));
	OK(projection_commit(p) == 0);
	projection_close(p);
	/* Fewer. */
	new_log();
	OK(say("other", "story") == 0);
	OK((p = keep(&second)) != NULL && projection_anew(p) != NULL);
	OK(fold(p) == 0 && lists(p, "", "other=1 story;"));
	OK(projection_commit(p) == 0);
	projection_close(p);

	(void)snprintf(path, sizeof(path), "%s/tally/data.mdb", kept_dir);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	for (off_t at = 0; at < 8192; at += 64)
		(void)!pwrite(fd, path, 64, at);
	(void)close(fd);
	OK((p = keep(&second)) != NULL && projection_anew(p) != NULL);
	OK(fold(p) == 0 && lists(p, "", "other=1 story;"));
	OK(projection_commit(p) == 0);
	OK(projection_drop(p) == 0 && projection_seq(p) == 0);
	OK(lists(p, "", "") && fold(p) == 0);
	projection_close(p);
	tmp_remove(kept_dir);
	OK(projection_open_kept(&second, l, kept_dir) == NULL &&
	    errno == ENOENT);
}

/* A child folds and dies at the N-th event, having written now and then. */
static int
die_at(unsigned n)
{
	pid_t child = fork();
	int status = 1;

	if (child == 0) {
		struct log *seen;
		struct projection *p;
		struct event e;
		pid_t holder;

		/* A process of its own, in truth: nothing is inherited. */
		seen = log_open(log_dir);
		p = seen == NULL
			? NULL
			: projection_open(&first, seen, kept_dir, &holder);
		for (unsigned i = 1; p != NULL; i++) {
			if (i == n || projection_next(p, &e) != 1)
				_exit(0);
			if (i % 97 == 0 && projection_commit(p) == -1)
				break;
		}
		_exit(1);
	}
	(void)waitpid(child, &status, 0);
	return status;
}

static void
dying(void)
{
	unsigned wrong = 0, far = 0;

	new_log();
	for (int i = 0; i < 40; i++)
		OK(say_many(100) == 0);
	log_writer_close(writer);
	writer = NULL;
	for (unsigned i = 0; i < 40; i++) {
		struct projection *p;

		wrong += die_at(1 + i * 37 % 400) != 0;
		l = log_open(log_dir);
		p = keep(&first);
		wrong += p == NULL || projection_anew(p) != NULL || !is_true(p);
		if (p != NULL && projection_seq(p) > far)
			far = (unsigned)projection_seq(p);
		projection_close(p);
		log_close(l);
	}
	printf("# came to %u\n", far);
	OK(wrong == 0 && far > 1000);
	open_log();
}

/* What a fold began and could not end is undone. */
static void
no_memory(void)
{
	struct projection *p = keep(&first);
	struct event e;

	OK(p != NULL && fold(p) == 0 && projection_commit(p) == 0);
	OK(say("z", "one") == 0 && say("z", "two") == 0);
	OK(projection_next(p, &e) == 1 && has(p, "z", "1 one"));
	apply_errno = ENOMEM;
	OK(projection_next(p, &e) == -1 && errno == ENOMEM);
	OK(has(p, "z", NULL));
	apply_errno = 0;
	OK(fold(p) == 0 && has(p, "z", "2 two") && is_true(p));
	OK(projection_commit(p) == 0);
	projection_close(p);
}

static void
full_and_bad_disks(void)
{
	struct projection *p = keep(&first);
	char path[128];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/tally/data.mdb", kept_dir);
	OK(p != NULL && say("z", "three") == 0 && fold(p) == 0);
	fallocate_errno = ENOSPC;
	/* A file that has room still may take it. */
	for (int i = 0; i < 200 && projection_commit(p) == 0; i++)
		OK(say_many(200) == 0 && fold(p) == 0);
	OK(projection_commit(p) == -1 && errno == ENOSPC);
	OK(say("z", "four") == 0 && fold(p) == 0 && has(p, "z", "4 four"));
	OK(projection_settle(p) == -1 && errno == ENOSPC);
	OK(projection_settle(p) == -1 && errno == ENOSPC);
	fallocate_errno = 0;
	OK(projection_commit(p) == 0 && is_true(p));
	OK(say("z", "five") == 0 && fold(p) == 0);
	/* After this nobody knows what the disk holds. */
	sync_errno = EIO;
	OK(projection_commit(p) == -1 && errno == EIO);
	sync_errno = 0;
	OK(stat(path, &st) == -1 && errno == ENOENT);
	OK(has(p, "z", "5 five") && projection_commit(p) == -1);
	OK(say("z", "six") == 0 && fold(p) == 0 && has(p, "z", "6 six"));
	OK(is_true(p));
	projection_close(p);
	OK((p = keep(&first)) != NULL && projection_seq(p) == 0);
	OK(fold(p) == 0 && projection_commit(p) == 0 && is_true(p));
	projection_close(p);
}

static int
large(struct projection *p, const struct event *e)
{
	static char value[PROJECTION_MAX_VALUE];
	char key[32];

	if (e->seq > 100)
		return 0;
	(void)snprintf(key, sizeof(key), "%d", (int)(e->seq % 100));
	memset(value, 'a' + (int)(e->seq % 26), sizeof(value));
	return projection_put(
	    p, str_from(key), (struct str){value, sizeof(value)});
}

/* More than the map holds at first. */
static void
growing(void)
{
	static const struct projection_type type = {
	    .name = "large", .version = 1, .apply = large};
	struct projection *p;
	unsigned whole = 0;
	struct str value;
	char key[32];

	OK((p = keep(&type)) != NULL && fold(p) == 0);
	OK(projection_commit(p) == 0);
	projection_close(p);
	OK((p = keep(&type)) != NULL && projection_anew(p) == NULL);
	for (int i = 0; i < 100; i++) {
		(void)snprintf(key, sizeof(key), "%d", i);
		whole += projection_get(p, str_from(key), &value) == 1 &&
			 value.len == PROJECTION_MAX_VALUE;
	}
	OK(whole == 100);
	projection_close(p);
}

static void
what_people_mean(void)
{
	uint64_t seq = 0, head;

	OK(log_head(l, &head) == 0);
	OK(log_seq_meant(l, "17", true, &seq) == 0 && seq == 17);
	OK(log_seq_meant(l, "now", false, &seq) == 0 && seq == head + 1);
	OK(log_seq_meant(l, "now", true, &seq) == 0 && seq == head);
	OK(log_seq_meant(l, "1999-01-01T00:00:00Z", false, &seq) == 0 &&
	    seq == 1);
	OK(log_seq_meant(l, "1999-01-01T00:00:00Z", true, &seq) == 0 &&
	    seq == 0);
	OK(log_seq_meant(l, "2999-01-01T00:00:00Z", true, &seq) == 0 &&
	    seq == head);
	OK(log_seq_meant(l, "soon", true, &seq) == -1 && errno == EINVAL);
	OK(log_seq_meant(NULL, "now", true, &seq) == -1 && errno == ENOTSUP);
	OK(log_seq_meant(NULL, "3", false, &seq) == 0 && seq == 3);
}

int
main(void)
{
	/* Where a sync costs nothing, when there is such a place. */
	(void)snprintf(dir, sizeof(dir), "/dev/shm/t.XXXXXX");
	if (mkdtemp(dir) == NULL)
		(void)tmp_make(dir);
	(void)snprintf(log_dir, sizeof(log_dir), "%s/log", dir);
	(void)snprintf(kept_dir, sizeof(kept_dir), "%s/projections", dir);
	open_log();
	rows();
	passing_over();
	the_past();
	one_keeper();
	beginning_anew();
	dying();
	no_memory();
	full_and_bad_disks();
	growing();
	what_people_mean();
	log_writer_close(writer);
	tmp_remove(dir);
	return tap_done();
}
