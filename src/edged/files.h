#ifndef EDGED_FILES_H
#define EDGED_FILES_H

#include "reply.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>

/* The regular files below one directory, for sending. */
struct files {
	char dir[PATH_MAX];
	atomic_int fd; /* of the directory, or -1: it was not there yet */
};

struct file {
	int fd;
	uint64_t bytes, modified_s;
	char etag[48]; /* of this version of the name, with its quotes */
};

/* Serve what is below DIR, which need not be there yet.  0 or -1, errno. */
int files_init(struct files *f, const char *dir);
void files_fini(struct files *f);

/*
 * Look for the directory's path again: it may lead elsewhere now.  When it
 * leads nowhere the one that was found before stays.
 */
void files_renew(struct files *f);

/*
 * Open NAME, relative and without dots, as *OUT; the kernel sees to it that
 * nothing outside of the directory and no symbolic link is followed.  0, or
 * -1 with errno: ENOENT, also for what is no regular file.
 */
int files_open(struct files *f, const char *name, struct file *out);
void files_close(struct file *file);

/*
 * Send FILE, or the range of it that the request asks for (RFC 9110, 14):
 * R is a reply with status 200, to which the file's own fields are added.
 */
void files_send(
    struct exchange *x, const struct file *file, const struct reply *r);

/* The media type of a file called NAME, by its ending. */
const char *files_type(const char *name);

#endif
