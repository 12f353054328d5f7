#include "store.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "num.h"
#include "str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOCK_TRIES = 250, LOCK_PAUSE_MS = 20, MAX_PROMISE_US = 60000000 };

#define TMP ".tmp"
#define PROMISE "target_us"

struct store {
	char path[PATH_MAX];
	int fd;
	uint64_t promise_us;
};

/* One process writes a broadcast; the one before may still be finishing. */
static int
lock(const struct store *s)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(s->fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		(void)poll(NULL, 0, LOCK_PAUSE_MS);
	}
	err_sys("lock %s, which another process may be writing", s->path);
	return -1;
}

static int
read_promise(struct store *s)
{
	char text[32] = "";
	int fd = openat(s->fd, PROMISE, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n == -1)
		return -1;
	text[strcspn(text, "\n")] = '\0';
	return num_parse(text, 1, MAX_PROMISE_US, &s->promise_us);
}

int
store_open(struct store **out, const char *broadcast)
{
	struct store *s = calloc(1, sizeof(*s));
	char name[PATH_MAX];

	if (s == NULL) {
		err_sys("allocate");
		return -1;
	}
	s->fd = -1;
	if ((size_t)snprintf(name, sizeof(name), "media/%s", broadcast) >=
		sizeof(name) ||
	    conf_path(s->path, CONF_STATE, name) == -1 ||
	    file_mkdirs(s->path, 0755) == -1 ||
	    (s->fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1) {
		err_sys("open folder %s", s->path);
		goto err_store;
	}
	if (lock(s) == -1)
		goto err_store;
	if (read_promise(s) == -1) {
		err_sys("read %s/" PROMISE, s->path);
		goto err_store;
	}
	*out = s;
	return 0;
err_store:
	store_close(s);
	return -1;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		(void)close(s->fd);
	free(s);
}

int
store_folder(const struct store *s)
{
	return s->fd;
}

uint64_t
store_promise(const struct store *s)
{
	return s->promise_us;
}

int
store_set_promise(struct store *s, uint64_t promise_us)
{
	char text[32];
	struct iovec v = {.iov_base = text};
	const struct store_track here = {.fd = s->fd};

	v.iov_len =
	    (size_t)snprintf(text, sizeof(text), "%" PRIu64 "\n", promise_us);
	/* D10: the promise is on disk before anything is said under it. */
	if (store_put(&here, PROMISE, &v, 1) == -1)
		return -1;
	s->promise_us = promise_us;
	return 0;
}

/* The number between PREFIX and SUFFIX in NAME.  0, or -1: it is no such. */
static int
number(const char *name, const char *prefix, const char *suffix, uint64_t *out)
{
	size_t p = strlen(prefix), n = strlen(name), s = strlen(suffix);
	char digits[24];

	if (n < p + s || memcmp(name, prefix, p) != 0 ||
	    strcmp(name + n - s, suffix) != 0 ||
	    str_copy(digits, sizeof(digits),
		(struct str){name + p, n - p - s}) == -1)
		return -1;
	return num_parse(digits, 0, INT64_MAX, out);
}

static int
scan(struct store_track *t, uint64_t growing)
{
	char keep[64];
	int fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;
	const struct dirent *e;

	if (fd == -1)
		return -1;
	if ((dir = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return -1;
	}
	(void)snprintf(keep, sizeof(keep), "%" PRIu64 ".m4s" TMP, growing);
	while ((e = readdir(dir)) != NULL) {
		size_t n = strlen(e->d_name);
		uint64_t v;

		/* D11: half written when its process died, and not told of. */
		if (strcmp(e->d_name, keep) == 0)
			continue;
		if (n > sizeof(TMP) - 1 &&
		    strcmp(e->d_name + n - (sizeof(TMP) - 1), TMP) == 0)
			(void)unlinkat(t->fd, e->d_name, 0);
		else if (number(e->d_name, "init-", ".mp4", &v) == 0)
			t->run = v > t->run ? v : t->run;
		else if (number(e->d_name, "", ".m4s", &v) == 0)
			t->msn = v >= t->msn ? v + 1 : t->msn;
	}
	(void)closedir(dir);
	return 0;
}

int
store_track(
    struct store *s, const char *name, uint64_t growing, struct store_track *t)
{
	*t = (struct store_track){.fd = -1};
	if ((mkdirat(s->fd, name, 0755) == -1 && errno != EEXIST) ||
	    (t->fd = openat(s->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) ==
		-1 ||
	    scan(t, growing) == -1) {
		err_sys("open folder %s/%s", s->path, name);
		if (t->fd != -1)
			(void)close(t->fd);
		return -1;
	}
	return 0;
}

static int
write_all(int fd, struct iovec *v, int n)
{
	while (n > 0) {
		ssize_t k = writev(fd, v, n);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return -1;
		for (; n > 0 && (size_t)k >= v->iov_len; v++, n--)
			k -= (ssize_t)v->iov_len;
		if (n > 0) {
			v->iov_base = (char *)v->iov_base + k;
			v->iov_len -= (size_t)k;
		}
	}
	return 0;
}

/* The name under which F grows. */
static void
growing(const struct store_file *f, char tmp[64])
{
	(void)snprintf(tmp, 64, "%s" TMP, f->name);
}

void
store_drop(const struct store_track *t, struct store_file *f)
{
	char tmp[64];

	if (f->fd == -1)
		return;
	growing(f, tmp);
	(void)unlinkat(t->fd, tmp, 0);
	(void)close(f->fd);
	f->fd = -1;
}

int
store_begin(const struct store_track *t, const char *name, struct store_file *f)
{
	char tmp[64];

	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	growing(f, tmp);
	f->fd =
	    openat(t->fd, tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (f->fd == -1)
		err_sys("create %s", tmp);
	return f->fd == -1 ? -1 : 0;
}

int
store_resume(
    const struct store_track *t, const char *name, struct store_file *f)
{
	char tmp[64];

	(void)snprintf(f->name, sizeof(f->name), "%s", name);
	growing(f, tmp);
	f->fd = openat(t->fd, tmp, O_RDWR | O_CLOEXEC);
	return f->fd == -1 ? -1 : 0;
}

int
store_unfinish(struct store_track *t)
{
	char name[48], tmp[64];

	(void)snprintf(name, sizeof(name), "%" PRIu64 ".m4s", t->msn - 1);
	(void)snprintf(tmp, sizeof(tmp), "%s" TMP, name);
	if (renameat(t->fd, name, t->fd, tmp) == -1)
		return -1;
	t->msn--;
	return 0;
}

int
store_add(struct store_file *f, struct iovec *v, int n)
{
	if (write_all(f->fd, v, n) == 0)
		return 0;
	err_sys("write %s" TMP, f->name);
	return -1;
}

void
store_leave(struct store_file *f)
{
	if (f->fd != -1)
		(void)close(f->fd);
	f->fd = -1;
}

int
store_end(const struct store_track *t, struct store_file *f)
{
	char tmp[64];
	int fd = f->fd;

	growing(f, tmp);
	if (renameat(t->fd, tmp, t->fd, f->name) == -1) {
		err_sys("rename %s to %s", tmp, f->name);
		store_drop(t, f);
		return -1;
	}
	f->fd = -1;
	/*
	 * D12: whole under its name, not on disk yet.  A journalling file
	 * system commits the name no later than the blocks that this sync
	 * has it allocate, so one sync does for both.
	 */
	if (fdatasync(fd) == -1) {
		err_sys("sync %s", f->name);
		goto err_name;
	}
	if (close(fd) == 0)
		return 0;
	fd = -1;
	err_sys("close %s", f->name);
err_name:
	(void)unlinkat(t->fd, f->name, 0);
	if (fd != -1)
		(void)close(fd);
	return -1;
}

int
store_put(const struct store_track *t, const char *name, struct iovec *v, int n)
{
	struct store_file f;

	if (store_begin(t, name, &f) == -1)
		return -1;
	if (store_add(&f, v, n) == -1) {
		store_drop(t, &f);
		return -1;
	}
	return store_end(t, &f);
}
