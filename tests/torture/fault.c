/*
 * Preloaded into a program: records what it does to the log's file and
 * breaks the disk, the memory or the clock under it.  In the environment:
 *
 *	FAULT_TRACE	file to append records to (trace.h)
 *	FAULT_PLAN	KIND:N:WHAT[:TIMES],...  The N-th call (from 1) of a
 *			KIND, and the TIMES - 1 calls after it (0: all), go
 *			wrong as WHAT says:
 *	  write		ENOSPC, EDQUOT, EIO; short (half is written); die (the
 *			write is done, a sync it implies is not, exit 9)
 *	  zeros		the same, of writes of nothing else, which count as
 *			no write
 *	  meta		the same, of writes to O_SYNC and O_DSYNC files only
 *	  fallocate	ENOSPC, EDQUOT, EOPNOTSUPP
 *	  sync		EIO; die.  Writes to O_SYNC and O_DSYNC files count
 *	  clock		seconds by which CLOCK_REALTIME is off, for instance
 *			-86400
 *
 * Files are those named *.mdb, without lock.mdb, and the journal.
 */
#include "trace.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { WRITE, ZEROS, META, FALLOCATE, SYNC, CLOCK, KINDS };

enum { DIE = -1, SHORT = -2, FINE = 0 };

struct plan {
	uint64_t calls, from, times;
	int what;
	long seconds;
};

static struct plan plan[KINDS];
static int trace_fd = -1;

static void
take_plan(char *item)
{
	static const char *const name[KINDS] = {
	    "write", "zeros", "meta", "fallocate", "sync", "clock"};
	static const struct {
		const char *name;
		int what;
	} what[] = {{"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EIO", EIO},
	    {"EOPNOTSUPP", EOPNOTSUPP}, {"short", SHORT}, {"die", DIE}};
	char *save, *kind = strtok_r(item, ":", &save);
	char *n = strtok_r(NULL, ":", &save), *w = strtok_r(NULL, ":", &save);
	char *times = strtok_r(NULL, ":", &save);

	if (kind == NULL || n == NULL || w == NULL)
		abort();
	for (int k = 0; k < KINDS; k++) {
		if (strcmp(kind, name[k]) != 0)
			continue;
		plan[k].from = strtoull(n, NULL, 10);
		plan[k].times = times ? strtoull(times, NULL, 10) : 1;
		plan[k].seconds = strtol(w, NULL, 10);
		for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++)
			if (strcmp(w, what[i].name) == 0)
				plan[k].what = what[i].what;
		return;
	}
	abort();
}

static void put_trace(enum trace_op op, int file, uint64_t offset, uint64_t len,
    const void *bytes);

static void __attribute__((constructor)) begin(void)
{
	const char *file = getenv("FAULT_TRACE"), *set = getenv("FAULT_PLAN");
	char items[512], *save;

	if (file != NULL)
		trace_fd =
		    open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (set != NULL && strlen(set) < sizeof(items)) {
		memcpy(items, set, strlen(set) + 1);
		for (char *i = strtok_r(items, ",", &save); i != NULL;
		     i = strtok_r(NULL, ",", &save))
			take_plan(i);
	}
	put_trace(TRACE_START, 0, 0, 0, NULL);
}

/* What is to become of this call of KIND. */
static int
fate(enum kind k)
{
	uint64_t n = ++plan[k].calls;

	if (plan[k].from == 0 || n < plan[k].from ||
	    (plan[k].times > 0 && n >= plan[k].from + plan[k].times))
		return FINE;
	return plan[k].what;
}

static void
put_trace(enum trace_op op, int file, uint64_t offset, uint64_t len,
    const void *bytes)
{
	struct trace t = {op, (uint32_t)file, offset, len};
	struct iovec v[2] = {{&t, sizeof(t)},
	    {(void *)(uintptr_t)bytes, bytes != NULL ? (size_t)len : 0}};

	if (trace_fd != -1 && syscall(SYS_writev, trace_fd, v, 2) < 0)
		abort();
}

void
fault_mark(enum trace_op op, uint64_t seq)
{
	put_trace(op, 0, seq, 0, NULL);
}

static bool
ends(const char *path, size_t n, const char *with)
{
	size_t k = strlen(with);

	return n >= k && memcmp(path + n - k, with, k) == 0;
}

/* Which file of the log's is FD?  -1: none. */
static int
file_of(int fd)
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if ((n = readlink(link, path, sizeof(path))) == -1)
		return -1;
	if (ends(path, (size_t)n, "/journal"))
		return TRACE_JOURNAL;
	return ends(path, (size_t)n, ".mdb") &&
		       !ends(path, (size_t)n, "/lock.mdb")
		   ? TRACE_DATA
		   : -1;
}

static bool
ours(int fd)
{
	return file_of(fd) != -1;
}

static bool
is_folder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool
synced(int fd)
{
	return (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
}

static bool
is_zeros(const char *p, size_t n)
{
	return n > 0 && p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

static ssize_t
write_at(int fd, const void *p, size_t n, off_t at)
{
	int how = fate(is_zeros(p, n) ? ZEROS : WRITE);
	int meta = synced(fd) ? fate(META) : FINE;
	ssize_t k;

	if (meta != FINE)
		how = meta;
	if (how > 0) {
		errno = how;
		return -1;
	}
	if (how == SHORT)
		n /= 2;
	if ((k = syscall(SYS_pwrite64, fd, p, n, at)) <= 0)
		return k;
	put_trace(TRACE_WRITE, file_of(fd), (uint64_t)at, (uint64_t)k, p);
	if (how == DIE)
		_exit(9);
	if (!synced(fd))
		return k;
	if ((how = fate(SYNC)) == DIE)
		_exit(9);
	if (how > 0) {
		put_trace(TRACE_FAIL_RANGE, file_of(fd), (uint64_t)at,
		    (uint64_t)k, NULL);
		errno = how;
		return -1;
	}
	put_trace(
	    TRACE_SYNC_RANGE, file_of(fd), (uint64_t)at, (uint64_t)k, NULL);
	return k;
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (!ours(fd))
		return syscall(SYS_pwrite64, fd, p, n, at);
	return write_at(fd, p, n, at);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off_t at)
{
	return pwrite(fd, p, n, at);
}

static ssize_t
write_here(int fd, const void *p, size_t n)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	ssize_t k = write_at(fd, p, n, at);

	if (k > 0)
		(void)lseek(fd, k, SEEK_CUR);
	return k;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	return ours(fd) ? write_here(fd, p, n) : syscall(SYS_write, fd, p, n);
}

/* V as one write: one call that may go wrong. */
static ssize_t
gathered(int fd, const struct iovec *v, int count, off_t at, bool here)
{
	size_t n = 0, to = 0;
	char *all;
	ssize_t k;

	for (int i = 0; i < count; i++)
		n += v[i].iov_len;
	if ((all = malloc(n)) == NULL)
		return -1;
	for (int i = 0; i < count; i++) {
		memcpy(all + to, v[i].iov_base, v[i].iov_len);
		to += v[i].iov_len;
	}
	k = here ? write_here(fd, all, n) : write_at(fd, all, n, at);
	free(all);
	return k;
}

ssize_t
writev(int fd, const struct iovec *v, int count)
{
	if (!ours(fd))
		return syscall(SYS_writev, fd, v, count);
	return gathered(fd, v, count, 0, true);
}

ssize_t
pwritev(int fd, const struct iovec *v, int count, off_t at)
{
	if (!ours(fd))
		return syscall(SYS_pwritev, fd, v, count, at, 0);
	return gathered(fd, v, count, at, false);
}

ssize_t
pwritev64(int fd, const struct iovec *v, int count, off_t at)
{
	return pwritev(fd, v, count, at);
}

static int
sync_file(int fd, long call)
{
	int how;

	if (is_folder(fd)) {
		put_trace(TRACE_SYNC_FOLDER, 0, 0, 0, NULL);
		return (int)syscall(call, fd);
	}
	if (!ours(fd))
		return (int)syscall(call, fd);
	how = fate(SYNC);
	if (how == DIE)
		_exit(9);
	if (how > 0) {
		put_trace(TRACE_FAIL, file_of(fd), 0, 0, NULL);
		errno = how;
		return -1;
	}
	/* What counts is the record; tests need not wait for a disk. */
	put_trace(TRACE_SYNC, file_of(fd), 0, 0, NULL);
	return 0;
}

int
fdatasync(int fd)
{
	return sync_file(fd, SYS_fdatasync);
}

int
fsync(int fd)
{
	return sync_file(fd, SYS_fsync);
}

/* The log is never written through its map: that would not be recorded. */
int
msync(void *p, size_t n, int flags)
{
	(void)p;
	(void)n;
	(void)flags;
	abort();
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	int how;

	if (!ours(fd))
		return (int)syscall(SYS_fallocate, fd, mode, at, n);
	if (mode != 0)
		abort(); /* not recorded */
	if ((how = fate(FALLOCATE)) > 0) {
		errno = how;
		return -1;
	}
	if (syscall(SYS_fallocate, fd, mode, at, n) != 0)
		return -1;
	put_trace(TRACE_SIZE, file_of(fd), (uint64_t)at, (uint64_t)n, NULL);
	return 0;
}

int
fallocate64(int fd, int mode, off_t at, off_t n)
{
	return fallocate(fd, mode, at, n);
}

int
ftruncate(int fd, off_t n)
{
	if (ours(fd))
		put_trace(TRACE_TRUNCATE, file_of(fd), (uint64_t)n, 0, NULL);
	return (int)syscall(SYS_ftruncate, fd, n);
}

int
ftruncate64(int fd, off_t n)
{
	return ftruncate(fd, n);
}

int
rename(const char *from, const char *to)
{
	size_t n = strlen(to);
	int rc = (int)syscall(SYS_rename, from, to);

	if (rc == 0 && n > 9 && strcmp(to + n - 9, "/data.mdb") == 0)
		put_trace(TRACE_RENAME, TRACE_DATA, 0, 0, NULL);
	return rc;
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int rc = (int)syscall(SYS_clock_gettime, id, t);

	if (rc == 0 && id == CLOCK_REALTIME && plan[CLOCK].from > 0 &&
	    ++plan[CLOCK].calls >= plan[CLOCK].from)
		t->tv_sec += plan[CLOCK].seconds;
	return rc;
}

#ifdef FAULT_MALLOC
static atomic_uint_fast64_t malloc_left;

/* glibc's own, which need no looking up. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void
fault_malloc_at(uint64_t n)
{
	atomic_store(&malloc_left, n);
}

uint64_t
fault_malloc_left(void)
{
	return atomic_load(&malloc_left);
}

static bool
no_memory(void)
{
	uint_fast64_t left = atomic_load(&malloc_left);

	if (left == 0)
		return false;
	atomic_store(&malloc_left, left - 1);
	if (left > 1)
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	return no_memory() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return no_memory() ? NULL : __libc_realloc(p, n);
}
#endif
