#ifndef CORE_FILE_H
#define CORE_FILE_H

#include "buf.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Make directory PATH and its parents with MODE.  0 when it is there at
 * the end, or -1 with errno.
 */
int file_mkdirs(const char *path, mode_t mode);

/* Write all of P, through short writes and EINTR.  0, or -1 with errno. */
int file_write(int fd, const void *p, size_t n);

/* The same at offset AT of FD, wherever that stands. */
int file_write_at(int fd, const void *p, size_t n, off_t at);

/*
 * Append what FD still gives to B.  0 at end of file, or -1 with errno
 * (EMSGSIZE: more than B may hold).
 */
int file_read(int fd, struct buf *b);

/*
 * Replace PATH by N bytes at P so that a reader sees the old file or the
 * new one, never a part: a temporary file beside it, then rename(2).  With
 * SYNC both the bytes and the name are on disk on return.  0, or -1 with
 * errno and PATH as it was.
 */
int file_replace(const char *path, const void *p, size_t n, bool sync);

/* fsync the directory that holds PATH.  0, or -1 with errno. */
int file_sync_parent(const char *path);

/*
 * Take the lock file PATH (made when missing) for the life of the returned
 * descriptor, and write this process's id into it.  -1 with errno EBUSY
 * when another process holds it; *HOLDER is then its id, or 0.
 */
int file_lock(const char *path, pid_t *holder);

/* The process that holds the lock file PATH, or 0 when none does. */
pid_t file_lock_holder(const char *path);

#endif
