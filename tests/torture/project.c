/*
 * project drive LOG DIR SEED COMMITS: fold the story that drive.c appended to
 * the log in LOG into a projection kept in DIR, COMMITS times some of it,
 * telling the recorder what was written.
 *
 * project replay TRACE LOG DIR SEED SAMPLES [broken]: cut the power at every
 * moment that TRACE tells of, leave what the disk might hold in DIR, and look
 * whether the projection is one of those that were written, the last one or
 * the one before it, and goes on from there.  With "broken" syncs are taken
 * for nothing, and damage must be found.  TAP is the caller's.
 */
#include "disk.h"
#include "err.h"
#include "projection.h"
#include "story.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_SECONDS = 20, MAX_TOLD = 5, KEYS = 300, ROW_MAX = 6000 };

/* Rows of all sizes come, change and go. */
static int
fold_story(struct projection *p, const struct event *e)
{
	uint64_t r = story_mix(e->seq);
	size_t len = e->data.len < ROW_MAX ? e->data.len : ROW_MAX;
	char key[32];

	(void)snprintf(key, sizeof(key), "row/%u", (unsigned)(r % KEYS));
	if (r >> 16 & 1 && projection_put(p, str_from(key),
			       (struct str){e->data.p, len}) == -1)
		return -1;
	(void)snprintf(
	    key, sizeof(key), "row/%u", (unsigned)((r >> 20) % KEYS));
	if (projection_del(p, str_from(key)) == -1)
		return -1;
	return projection_put(p, e->subject, e->id);
}

static const struct projection_type type = {
    .name = "story", .version = 1, .apply = fold_story};

static void
mark(enum trace_op op, uint64_t seq)
{
	if (fault_mark != NULL)
		fault_mark(op, seq);
}

static int
drive(char *argv[])
{
	struct log *l = log_open(argv[0]);
	struct projection *p;
	uint64_t seed = strtoull(argv[2], NULL, 10);
	uint64_t commits = strtoull(argv[3], NULL, 10);
	struct event e;
	pid_t holder;

	if (l == NULL ||
	    (p = projection_open(&type, l, argv[1], &holder)) == NULL) {
		err_sys("open %s", argv[1]);
		return EXIT_TEMP;
	}
	/* What the one before wrote, and was killed before it could say so. */
	mark(TRACE_ANSWERED, projection_seq(p));
	for (uint64_t i = 0; i < commits; i++) {
		uint64_t n = 1 + (story_mix(seed * 1000003 + i) >> 8) % 30;

		while (n > 0 && projection_next(p, &e) == 1)
			n--;
		mark(TRACE_TRY, projection_seq(p));
		if (projection_commit(p) == -1) {
			err_sys("commit");
			return EXIT_TEMP;
		}
		mark(TRACE_ANSWERED, projection_seq(p));
	}
	/* As if killed: nothing is closed. */
	return EXIT_OK;
}

struct replay {
	const char *log_dir, *dir;
	struct disk disk;
	uint64_t tried, written, before; /* seqs of the newest commits */
	uint64_t cuts, bad, at;
};

static void
fail(const char *what, uint64_t n)
{
	printf("# %s (%" PRIu64 ", %s)\n", what, n, strerror(errno));
	(void)fflush(stdout);
	_exit(1);
}

static void
fold_all(struct projection *p)
{
	struct event e;
	int n;

	while ((n = projection_run(p, 1000, &e)) == 1)
		;
	if (n == -1)
		fail("it cannot be folded", projection_seq(p));
}

/* P has the rows that the log says. */
static void
check_rows(struct projection *p, struct log *l)
{
	uint8_t a[PROJECTION_DIGEST_BYTES], b[PROJECTION_DIGEST_BYTES];
	struct projection *again =
	    projection_open_private(&type, l, NULL, projection_seq(p));

	if (again == NULL)
		fail("no private projection", 0);
	fold_all(again);
	if (projection_digest(p, a) == -1 || projection_digest(again, b) == -1)
		fail("there is no digest", projection_seq(p));
	if (projection_seq(again) != projection_seq(p) ||
	    memcmp(a, b, sizeof(a)) != 0)
		fail("other rows", projection_seq(p));
	projection_close(again);
}

static void
check(const struct replay *r)
{
	struct log *l = log_open(r->log_dir);
	struct projection *p;
	pid_t holder;
	uint64_t seq;

	if (l == NULL)
		fail("there is no log", 0);
	if ((p = projection_open(&type, l, r->dir, &holder)) == NULL)
		fail("it cannot be opened", 0);
	seq = projection_seq(p);
	if (projection_anew(p) != NULL && r->before > 0)
		fail(projection_anew(p), r->before);
	if (seq != r->tried && seq != r->written && seq != r->before)
		fail("a state that was never written", seq);
	check_rows(p, l);
	fold_all(p);
	if (projection_commit(p) == -1)
		fail("a commit fails", projection_seq(p));
	check_rows(p, l);
	projection_close(p);
	log_close(l);
}

/* Make DIR as a power cut leaves it, and look. */
static void
cut(struct replay *r, enum disk_cut how, uint64_t seed)
{
	char path[PATH_MAX];
	int fd, status = 1;
	pid_t child;

	(void)snprintf(path, sizeof(path), "%s/story/lock.mdb", r->dir);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/story/data.mdb", r->dir);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1 || disk_cut(&r->disk, how, seed, fd) == -1) {
		perror(path);
		exit(1);
	}
	(void)close(fd);
	(void)fflush(stdout);
	if ((child = fork()) == 0) {
		(void)alarm(CHILD_SECONDS);
		if (r->bad >= MAX_TOLD &&
		    freopen("/dev/null", "w", stdout) == NULL)
			exit(1);
		check(r);
		(void)fflush(stdout);
		_exit(0); /* exit(3) would move the trace that is read */
	}
	(void)waitpid(child, &status, 0);
	r->cuts++;
	if (status != 0 && ++r->bad <= MAX_TOLD)
		printf("# at record %" PRIu64 ", %s, seed %" PRIu64
		       ", written %" PRIu64 ": status %d\n",
		    r->at, disk_cut_name[how], seed, r->written, status);
}

static void
cut_all(struct replay *r, uint64_t seed, uint64_t samples)
{
	cut(r, DISK_NONE, 0);
	if (r->disk.versions == 0 && r->disk.sizes == 0)
		return;
	cut(r, DISK_ALL, 1);
	for (uint64_t i = 0; i < samples; i++) {
		uint64_t x = story_mix(seed + r->at * 7919 + i);

		cut(r, DISK_BUT_ONE + (x >> 8) % (DISK_CUTS - DISK_BUT_ONE), x);
	}
}

static int
replay(int argc, char *argv[])
{
	struct replay r = {.log_dir = argv[1], .dir = argv[2]};
	bool broken = argc == 6 && strcmp(argv[5], "broken") == 0;
	uint64_t seed = strtoull(argv[3], NULL, 10);
	uint64_t samples = strtoull(argv[4], NULL, 10);
	FILE *f = fopen(argv[0], "r");
	uint8_t *bytes = NULL;
	char path[PATH_MAX];
	struct trace t;

	(void)snprintf(path, sizeof(path), "%s/story", r.dir);
	(void)mkdir(r.dir, 0755);
	(void)mkdir(path, 0755);
	while (f != NULL && fread(&t, sizeof(t), 1, f) == 1) {
		if (t.op == TRACE_WRITE &&
		    ((bytes = realloc(bytes, t.len)) == NULL ||
			fread(bytes, 1, t.len, f) != t.len))
			break;
		if (t.op == TRACE_TRY)
			r.tried = t.offset;
		if (t.op == TRACE_ANSWERED && t.offset != r.written) {
			r.before = r.written;
			r.written = t.offset;
		}
		disk_do(&r.disk, &t, bytes, broken && r.before > 0);
		r.at++;
		if (broken && r.bad > 0)
			break;
		cut_all(&r, seed, samples);
	}
	if (f != NULL)
		(void)fclose(f);
	printf("# %" PRIu64 " power cuts in %" PRIu64 " records, %" PRIu64
	       " written, %" PRIu64 " bad\n",
	    r.cuts, r.at, r.written, r.bad);
	disk_fini(&r.disk);
	free(bytes);
	return r.cuts == 0 || (r.bad > 0) != broken;
}

int
main(int argc, char *argv[])
{
	err_setprog("project");
	if (argc == 6 && strcmp(argv[1], "drive") == 0)
		return drive(argv + 2);
	if (argc >= 7 && strcmp(argv[1], "replay") == 0)
		return replay(argc - 2, argv + 2);
	return EXIT_PERM;
}
