#include "keydir.h"
#include "file.h"
#include "keyfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct mirror {
	int src, dst; /* descriptors */
	struct keydir_report *report;
};

/* Have the key NAME of the source in the copy.  0, or -1 with errno. */
static int
copy_one(struct mirror *m, const char *name)
{
	struct key from, to;
	int n = keyfile_read(m->src, name, &from), rc = 0;

	if (n != 1)
		return n; /* 0: destroyed meanwhile */
	if (keyfile_read(m->dst, name, &to) != 1 ||
	    memcmp(from.bytes, to.bytes, sizeof(to.bytes)) != 0) {
		rc = keyfile_write(m->dst, "new", &from) == 0
			 ? renameat(m->dst, "new", m->dst, name)
			 : -1;
		m->report->added += rc == 0;
	}
	key_wipe(&from);
	key_wipe(&to);
	return rc;
}

/* Destroy the key NAME of the copy if the source has none. */
static int
drop_one(struct mirror *m, const char *name)
{
	if (faccessat(m->src, name, F_OK, 0) == 0) {
		m->report->keys++;
		return 0;
	}
	if (errno != ENOENT || keyfile_destroy(m->dst, name) == -1)
		return -1;
	m->report->destroyed++;
	return 0;
}

/* Call FN for the name of each key in the directory FD. */
static int
each_name(int fd, int (*fn)(struct mirror *, const char *), struct mirror *m)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = again != -1 ? fdopendir(again) : NULL;
	struct dirent *e;
	int rc = 0;

	if (d == NULL) {
		if (again != -1)
			(void)close(again);
		return -1;
	}
	while (rc == 0 && (errno = 0, e = readdir(d)) != NULL)
		if (keyfile_is_name(e->d_name))
			rc = fn(m, e->d_name);
	if (e == NULL && errno != 0)
		rc = -1;
	(void)closedir(d);
	return rc;
}

int
keydir_mirror(const char *src, const char *dst, struct keydir_report *report)
{
	struct mirror m = {.src = -1, .dst = -1, .report = report};
	struct stat st;
	int rc = -1, saved;

	*report = (struct keydir_report){0};
	if (sodium_init() == -1) {
		errno = ENOSYS;
		return -1;
	}
	if ((m.src = open(src, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    file_mkdirs(dst, 0700) == -1 ||
	    (m.dst = open(dst, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1 ||
	    fstat(m.dst, &st) == -1 ||
	    ((st.st_mode & 077) != 0 && fchmod(m.dst, 0700) == -1))
		goto out;
	/* One sync for all of them, not two for each. */
	if (each_name(m.src, copy_one, &m) == 0 && syncfs(m.dst) == 0 &&
	    each_name(m.dst, drop_one, &m) == 0)
		rc = file_sync_parent(dst);
out:
	saved = errno;
	if (m.src != -1)
		(void)close(m.src);
	if (m.dst != -1)
		(void)close(m.dst);
	errno = saved;
	return rc;
}
