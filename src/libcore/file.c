#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_mkdirs(const char *path, mode_t mode)
{
	char part[PATH_MAX];
	struct stat st;
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(part)) {
		errno = n == 0 ? ENOENT : ENAMETOOLONG;
		return -1;
	}
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, mode) == -1 && errno != EEXIST) {
			/* A parent may be there and not be ours to make. */
			int saved = errno;

			if (stat(part, &st) == -1) {
				errno = saved;
				return -1;
			}
		}
	}
	if (stat(path, &st) == -1)
		return -1;
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

int
file_write(int fd, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t k = write(fd, s, n);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return -1;
		s += k;
		n -= (size_t)k;
	}
	return 0;
}

int
file_write_at(int fd, const void *p, size_t n, off_t at)
{
	const char *from = p;

	while (n > 0) {
		ssize_t k = pwrite(fd, from, n, at);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return -1;
		from += k;
		n -= (size_t)k;
		at += k;
	}
	return 0;
}

int
file_read(int fd, struct buf *b)
{
	enum { STEP = 65536 };

	for (;;) {
		ssize_t k;
		size_t room = b->max - b->len;

		if (room == 0) {
			/* Full: only the end of the file is still welcome. */
			char c;

			while ((k = read(fd, &c, 1)) == -1 && errno == EINTR)
				;
			if (k == 1)
				errno = EMSGSIZE;
			return k == 0 ? 0 : -1;
		}
		room = room < STEP ? room : STEP;
		if (buf_reserve(b, room) == -1)
			return -1;
		if ((k = read(fd, b->p + b->len, room)) == -1 && errno != EINTR)
			return -1;
		if (k == 0)
			return 0;
		b->len += k > 0 ? (size_t)k : 0;
	}
}

int
file_sync_parent(const char *path)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int fd, rc;

	if (str_copy(dir, sizeof(dir),
		(struct str){path, slash ? (size_t)(slash - path) : 0}) == -1)
		return -1;
	if (dir[0] == '\0')
		(void)str_copy(dir, sizeof(dir), slash ? STR("/") : STR("."));
	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	rc = fsync(fd);
	(void)close(fd);
	return rc;
}

int
file_replace(const char *path, const void *p, size_t n, bool sync)
{
	char tmp[PATH_MAX];
	int fd, saved;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp%ld", path,
		(long)getpid()) >= sizeof(tmp)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1)
		return -1;
	if (file_write(fd, p, n) == -1 || (sync && fdatasync(fd) == -1)) {
		saved = errno;
		(void)close(fd);
		goto err_tmp;
	}
	if (close(fd) == -1 || rename(tmp, path) == -1) {
		saved = errno;
		goto err_tmp;
	}
	return sync ? file_sync_parent(path) : 0;
err_tmp:
	(void)unlink(tmp);
	errno = saved;
	return -1;
}

int
file_lock(const char *path, pid_t *holder)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char line[32];
	int fd, n;

	*holder = 0;
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644)) == -1)
		return -1;
	if (fcntl(fd, F_SETLK, &whole) == -1) {
		int saved = errno;

		(void)close(fd);
		errno = saved;
		if (saved == EACCES || saved == EAGAIN) {
			*holder = file_lock_holder(path);
			errno = EBUSY;
		}
		return -1;
	}
	n = snprintf(line, sizeof(line), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == -1 || file_write(fd, line, (size_t)n) == -1) {
		int saved = errno;

		(void)close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

pid_t
file_lock_holder(const char *path)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	pid_t holder = 0;

	if (fd == -1)
		return 0;
	if (fcntl(fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK)
		holder = whole.l_pid;
	(void)close(fd);
	return holder;
}
