/*
 * replay TRACE DIR SEED SAMPLES [broken]: cut the power at every moment that
 * TRACE tells of, leave what the disk might hold in DIR, and look whether the
 * log is whole and holds what was answered: once with nothing since the last
 * sync, once with everything, and SAMPLES times by chance.  With "broken"
 * syncs are taken for nothing, and damage must be found.  TAP on stdout.
 */
#include "disk.h"
#include "story.h"
#include "trace.h"
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TOLD = 5, CHILD_SECONDS = 20 };

/* A file of the log: its name may be on disk, or is for certain. */
struct file {
	struct disk disk;
	bool renamed, named;
};

struct replay {
	const char *dir;
	struct file file[TRACE_FILES];
	uint64_t answered;  /* the last seq */
	uint64_t *boundary; /* seqs with which a commit may end */
	size_t boundaries, boundaries_cap;
	uint64_t cuts, bad, at; /* AT: records so far */
};

/* What a check writes is gone with the next cut: it needs no room ahead, and
 * no disk. */
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

int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static void
fail(const char *what, uint64_t n)
{
	printf("# %s (%" PRIu64 ", %s)\n", what, n, strerror(errno));
	(void)fflush(stdout);
	_exit(1);
}

static bool
is_boundary(const struct replay *r, uint64_t head)
{
	bool found = head == 0;

	for (size_t i = 0; i < r->boundaries && !found; i++)
		found = r->boundary[i] == head;
	return found;
}

/* Every block, every event, the index; then the story itself. */
static void
check_whole(struct log *l, uint64_t head)
{
	static struct story s;
	struct verify_result result;
	struct log_reader *reader = log_reader_open(l, 1);
	uint64_t seen = 0;
	struct event e;

	buf_init(&s.data, EVENT_MAX);
	if (reader == NULL)
		fail("no reader", 0);
	if (verify_log(l, stdout, &result) == -1 || result.faults > 0)
		fail("weir-verify finds faults", result.faults);
	while (log_reader_next(reader, &e) == 1)
		if (!story_is(&s, &e) || e.seq != ++seen)
			fail("an event is not what was appended", e.seq);
	if (seen != head)
		fail("the log ends early", seen);
	log_reader_close(reader);
	buf_fini(&s.data);
}

/* What a reader finds; the head. */
static uint64_t
check_read(const struct replay *r, bool may_miss)
{
	struct log *l = log_open(r->dir);
	uint64_t head;

	if (l == NULL && errno == ENOENT && may_miss && r->answered == 0)
		return 0;
	if (l == NULL)
		fail("a reader cannot open it", 0);
	if (log_head(l, &head) == -1)
		fail("there is no head", 0);
	if (head < r->answered)
		fail("what was answered is not there", head);
	if (!is_boundary(r, head))
		fail("half a commit is there", head);
	check_whole(l, head);
	log_close(l);
	return head;
}

/* The next writer goes on where it ended. */
static void
check_write(const struct replay *r, uint64_t head)
{
	static struct story s;
	struct log_place place;
	struct log_writer *w;
	pid_t holder;

	buf_init(&s.data, EVENT_MAX);
	if ((w = log_writer_open(r->dir, &holder)) == NULL)
		fail("a writer cannot open it", 0);
	if (log_writer_head(w) != head)
		fail("the writer sees another head", log_writer_head(w));
	if (head > 0 && (story_tell(&s, head) == -1 ||
			    log_writer_add(w, &s.event, &place) == -1 ||
			    place.verdict != LOG_DUPLICATE ||
			    place.seq != head || place.version == 0))
		fail("the last id is not known", head);
	for (uint64_t n = 1; n <= 3; n++)
		if (story_tell(&s, head + n) == -1 ||
		    log_writer_add(w, &s.event, &place) == -1 ||
		    place.seq != head + n)
			fail("an event cannot be added", head + n);
	if (log_writer_commit(w) == -1 || log_writer_move(w) == -1)
		fail("a commit fails", head);
	check_whole(log_writer_log(w), head + 3);
	log_writer_close(w);
	buf_fini(&s.data);
}

/* The file NAME of R->DIR as a power cut leaves it. */
static void
make_file(const struct replay *r, const char *name, struct file *f,
    enum disk_cut how, uint64_t seed)
{
	char path[PATH_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", r->dir, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1 || disk_cut(&f->disk, how, seed, fd) == -1) {
		perror(path);
		exit(1);
	}
	(void)close(fd);
}

/* Make DIR as a power cut leaves it, and look.  0 when all is well. */
static int
cut(struct replay *r, enum disk_cut how, uint64_t seed)
{
	struct file *data = &r->file[TRACE_DATA];
	struct file *journal = &r->file[TRACE_JOURNAL];
	/* A name may be there before it is certain. */
	bool chance = how != DISK_NONE && seed % 2;
	bool named = data->named || (data->renamed && chance);
	char path[PATH_MAX];
	int status = 1;
	pid_t child;

	for (const char *const *f = (const char *const[]){"data.mdb", "new.mdb",
		 "lock.mdb", "writer.lock", "journal", "journal.window", NULL};
	     *f != NULL; f++) {
		(void)snprintf(path, sizeof(path), "%s/%s", r->dir, *f);
		(void)unlink(path);
	}
	make_file(r, named ? "data.mdb" : "new.mdb", data, how, seed);
	if (journal->named || (journal->renamed && chance))
		make_file(r, "journal", journal, how, story_mix(seed));
	(void)fflush(stdout);
	if ((child = fork()) == 0) {
		(void)alarm(CHILD_SECONDS);
		if (r->bad >= MAX_TOLD &&
		    freopen("/dev/null", "w", stdout) == NULL)
			exit(1);
		check_write(r, check_read(r, !named));
		(void)fflush(stdout);
		_exit(0); /* exit(3) would move the trace that is read */
	}
	(void)waitpid(child, &status, 0);
	r->cuts++;
	if (status == 0)
		return 0;
	if (++r->bad <= MAX_TOLD)
		printf("# at record %" PRIu64 ", %s, seed %" PRIu64
		       ", answered %" PRIu64 ": status %d\n",
		    r->at, disk_cut_name[how], seed, r->answered, status);
	return -1;
}

static void
note(struct replay *r, const struct trace *t)
{
	switch (t->op) {
	case TRACE_START:
		/* What had no name yet is made anew. */
		if (!r->file[TRACE_DATA].renamed)
			disk_reset(&r->file[TRACE_DATA].disk);
		break;
	case TRACE_RENAME:
		r->file[t->file].renamed = true;
		break;
	case TRACE_SYNC_FOLDER:
		for (int f = 0; f < TRACE_FILES; f++)
			r->file[f].named = r->file[f].renamed;
		break;
	case TRACE_ANSWERED:
		r->answered = t->offset;
		break;
	case TRACE_TRY:
		if (r->boundaries == r->boundaries_cap) {
			r->boundaries_cap += 1024;
			r->boundary = realloc(r->boundary,
			    r->boundaries_cap * sizeof(*r->boundary));
			if (r->boundary == NULL)
				abort();
		}
		r->boundary[r->boundaries++] = t->offset;
		break;
	default:
		/* The journal is made under its name. */
		if (t->file == TRACE_JOURNAL)
			r->file[TRACE_JOURNAL].renamed = true;
		break;
	}
}

/* Is everything on disk, so that there is only one way to cut? */
static bool
certain(const struct replay *r)
{
	bool all = true;

	for (int i = 0; i < TRACE_FILES; i++) {
		const struct file *f = &r->file[i];

		all = all && f->disk.versions == 0 && f->disk.sizes == 0 &&
		      f->named == f->renamed;
	}
	return all;
}

static bool
is_zeros(const uint8_t *p, uint64_t n)
{
	return n > 0 && p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

int
main(int argc, char *argv[])
{
	struct replay r = {0};
	bool broken = argc == 6 && strcmp(argv[5], "broken") == 0;
	uint64_t seed, samples;
	uint8_t *bytes = NULL;
	struct trace t;
	FILE *f;

	if (argc < 5 || (f = fopen(argv[1], "r")) == NULL) {
		perror("usage: replay TRACE DIR SEED SAMPLES [broken]");
		return 1;
	}
	r.dir = argv[2];
	seed = strtoull(argv[3], NULL, 10);
	samples = strtoull(argv[4], NULL, 10);
	(void)mkdir(r.dir, 0755);
	while (fread(&t, sizeof(t), 1, f) == 1) {
		if (t.op == TRACE_WRITE &&
		    ((bytes = realloc(bytes, t.len)) == NULL ||
			fread(bytes, 1, t.len, f) != t.len))
			break;
		note(&r, &t);
		disk_do(
		    &r.file[t.file].disk, &t, bytes, broken && r.answered > 0);
		r.at++;
		if (broken && r.bad > 0)
			break;
		/* Zeros ahead of what is written come in many pieces, one
		 * like the other. */
		if (t.op == TRACE_WRITE && r.at % 8 != 0 &&
		    is_zeros(bytes, t.len))
			continue;
		(void)cut(&r, DISK_NONE, 0);
		if (certain(&r))
			continue;
		(void)cut(&r, DISK_ALL, 1);
		for (uint64_t i = 0; i < samples; i++) {
			uint64_t x = story_mix(seed + r.at * 7919 + i);

			(void)cut(&r,
			    DISK_BUT_ONE +
				(x >> 8) % (DISK_CUTS - DISK_BUT_ONE),
			    x);
		}
	}
	(void)fclose(f);
	printf("# %" PRIu64 " power cuts in %" PRIu64 " records, %" PRIu64
	       " answered, %" PRIu64 " bad\n",
	    r.cuts, r.at, r.answered, r.bad);
	for (int i = 0; i < TRACE_FILES; i++)
		disk_fini(&r.file[i].disk);
	free(r.boundary);
	free(bytes);
	return r.cuts == 0 || (r.bad > 0) != broken;
}
