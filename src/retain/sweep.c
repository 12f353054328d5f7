#include "sweep.h"
#include "err.h"
#include "num.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_US (UINT64_C(86400) * 1000000)

enum { FOLDER = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* What is to become of a file. */
enum fate { STAYS, WAITS, GOES, NAMELESS };

/* The folder of pictures that weir-thumb makes; no track is called so. */
static const char thumb[] = "thumb";

/* One folder of a track, or that of pictures. */
struct place {
	struct sweep *s;
	const struct stock *r;
	const struct listed *b;
	const struct medium *track; /* NULL: none of it was ever announced */
	const char *name;
	int fd;
};

/* The number between PREFIX and SUFFIX in NAME. */
static bool
number(const char *name, const char *prefix, const char *suffix, uint64_t *out)
{
	size_t p = strlen(prefix), n = strlen(name), s = strlen(suffix);
	char digits[24];

	return n > p + s && memcmp(name, prefix, p) == 0 &&
	       strcmp(name + n - s, suffix) == 0 &&
	       str_copy(digits, sizeof(digits),
		   (struct str){name + p, n - p - s}) == 0 &&
	       num_parse(digits, 0, INT64_MAX, out) == 0;
}

/* A file that was said to be gone at GONE_US. */
static enum fate
gone(struct sweep *s, uint64_t gone_us)
{
	uint64_t until_us = gone_us + s->grace_us;

	if (until_us <= s->now_us)
		return GOES;
	if (until_us > s->wait_until_us)
		s->wait_until_us = until_us;
	return WAITS;
}

/*
 * Nothing names this file.  A writer may be about to, or may have said so to a
 * weir-logd that is away, unless that is long ago.
 */
static enum fate
nameless(const struct place *p, const char *name)
{
	uint64_t before_us = p->s->now_us > DAY_US ? p->s->now_us - DAY_US : 0;
	struct stat st;

	if (p->b->ended_us == 0 || p->b->ended_us > before_us ||
	    fstatat(p->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
	    (uint64_t)st.st_mtim.tv_sec * 1000000 > before_us)
		return STAYS;
	return NAMELESS;
}

static enum fate
fate(const struct place *p, const char *name)
{
	const struct piece *piece = NULL;
	uint64_t n;
	bool segment = number(name, "", ".m4s", &n);
	bool growing = !segment && number(name, "", ".m4s.tmp", &n);
	bool init = number(name, "init-", ".mp4", &n) ||
		    number(name, "init-", ".mp4.tmp", &n);

	if (!segment && !growing && !init)
		return STAYS; /* none of ours */
	if (p->r->removed_us != 0)
		return gone(p->s, p->r->removed_us);
	if (init)
		return STAYS; /* what is left needs it */
	if (segment && p->track != NULL)
		piece = medium_piece(p->track, n);
	if (piece == NULL)
		return nameless(p, name);
	return piece->removed_us != 0 ? gone(p->s, piece->removed_us) : STAYS;
}

/* One of weir-thumb's files: it goes with what is to be seen in it. */
static enum fate
picture_fate(const struct place *p, const char *name)
{
	uint64_t gone_us = p->r->removed_us;
	bool board = strncmp(name, "board-", 6) == 0;

	if (!board && strncmp(name, "live.", 5) != 0 &&
	    strncmp(name, "poster.", 7) != 0)
		return STAYS; /* none of ours */
	/* A storyboard is of all of a recording. */
	if (board && gone_us == 0 && p->b->ended_us != 0)
		gone_us = stock_removed_us(p->r);
	return gone_us != 0 ? gone(p->s, gone_us) : STAYS;
}

static void
take_away(const struct place *p, const char *name)
{
	/* D82: said and done; what a power cut brings back goes again. */
	if (unlinkat(p->fd, name, 0) == 0 || errno == ENOENT)
		return;
	err_sys("remove %s/%s/%s", p->b->broadcast, p->name, name);
	p->s->failed++;
}

/* The file NAME of P; true when it waits. */
static bool
file(const struct place *p, const char *name)
{
	struct stat st;

	switch (strcmp(p->name, thumb) == 0 ? picture_fate(p, name)
					    : fate(p, name)) {
	case WAITS:
		return true;
	case GOES:
		if (!p->s->dry_run)
			take_away(p, name);
		break;
	case NAMELESS:
		if (fstatat(p->fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			break;
		report_file(
		    p->s->report, p->b, p->name, name, (uint64_t)st.st_size);
		if (!p->s->dry_run)
			take_away(p, name);
		break;
	case STAYS:
		break;
	}
	return false;
}

/* What FN makes of the names in folder FD, as one of sweep_recording(). */
typedef int name_fn(void *arg, const char *name);

static int
each_name(int fd, name_fn *fn, void *arg)
{
	int own = openat(fd, ".", FOLDER), r = 0;
	DIR *dir = own != -1 ? fdopendir(own) : NULL;
	const struct dirent *e;

	if (dir == NULL) {
		if (own != -1)
			(void)close(own);
		return -1;
	}
	while ((e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.')
			r |= fn(arg, e->d_name);
	(void)closedir(dir);
	return r;
}

static int
on_file(void *arg, const char *name)
{
	return file(arg, name) ? 1 : 0;
}

/* The folder of one broadcast. */
struct folder {
	struct sweep *s;
	const struct stock *r;
	const struct listed *b;
	int fd;
};

static int
on_track(void *arg, const char *name)
{
	struct folder *f = arg;
	struct place p = {.s = f->s, .r = f->r, .b = f->b, .name = name};
	int r;

	if (!str_slug(str_from(name), STOCK_TRACK_SIZE - 1))
		return 0;
	p.track = stock_track(f->r, name);
	p.fd = openat(f->fd, name, FOLDER);
	if (p.fd == -1)
		return 0; /* no folder: the promise, say */
	r = each_name(p.fd, on_file, &p);
	(void)close(p.fd);
	/* It may hold what is not ours: then it stays. */
	if (r == 0 && f->r->removed_us != 0 && !f->s->dry_run)
		(void)unlinkat(f->fd, name, AT_REMOVEDIR);
	return r == -1 ? 0 : r;
}

/* What weir-segment keeps beside the tracks of a broadcast. */
static int
on_own(void *arg, const char *name)
{
	const struct folder *f = arg;
	uint64_t n;

	if (strcmp(name, "target_us") == 0 || number(name, "journal.", "", &n))
		(void)unlinkat(f->fd, name, 0);
	return 0;
}

int
sweep_recording(struct sweep *s, const struct stock *r, const struct listed *b)
{
	struct folder f = {.s = s, .r = r, .b = b};
	int n;

	f.fd = openat(s->media, b->broadcast, FOLDER);
	if (f.fd == -1 && errno == ENOENT)
		return 0;
	if (f.fd == -1 || (n = each_name(f.fd, on_track, &f)) == -1) {
		err_sys("look into the folder of %s", b->broadcast);
		if (f.fd != -1)
			(void)close(f.fd);
		return -1;
	}
	if (n == 0 && r->removed_us != 0 && !s->dry_run &&
	    gone(s, r->removed_us) == GOES) {
		(void)each_name(f.fd, on_own, &f);
		(void)unlinkat(s->media, b->broadcast, AT_REMOVEDIR);
	}
	(void)close(f.fd);
	return n;
}
