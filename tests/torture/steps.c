/*
 * Preloaded into a program: kills it before the N-th step that it makes on
 * disk, N being STEPS_DIE in the environment.  Steps are the calls below on
 * files in a folder "keys", and, from the first of those on, writes and syncs
 * of the log's journal.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_ulong steps;

static void
step(int fd)
{
	const char *die = getenv("STEPS_DIE");
	char link[64], path[4096];
	const char *name;
	bool keys, journal;
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	path[n > 0 ? n : 0] = '\0';
	name = strrchr(path, '/');
	keys = name != NULL &&
	       (strcmp(name, "/keys") == 0 || strstr(path, "/keys/") != NULL);
	journal = name != NULL && strcmp(name, "/journal") == 0;
	if (!keys && !(journal && steps > 0))
		return;
	if (++steps == (die != NULL ? strtoul(die, NULL, 10) : 0))
		(void)kill(getpid(), SIGKILL);
}

int
openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if (flags & O_CREAT) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (flags & (O_CREAT | O_WRONLY))
		step(dir);
	return (int)syscall(SYS_openat, dir, path, flags, mode);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	step(fd);
	return syscall(SYS_write, fd, p, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	step(fd);
	return syscall(SYS_pwrite64, fd, p, n, at);
}

int
fdatasync(int fd)
{
	step(fd);
	return (int)syscall(SYS_fdatasync, fd);
}

int
fsync(int fd)
{
	step(fd);
	return (int)syscall(SYS_fsync, fd);
}

int
renameat(int from, const char *a, int to, const char *b)
{
	step(from);
	return (int)syscall(SYS_renameat, from, a, to, b);
}

int
unlinkat(int dir, const char *path, int flags)
{
	step(dir);
	return (int)syscall(SYS_unlinkat, dir, path, flags);
}
