#ifndef TMP_H
#define TMP_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A private directory for one test, into PATH of at least 64 bytes. */
static inline char *
tmp_make(char *path)
{
	(void)snprintf(path, 64, "/tmp/t.XXXXXX");
	if (mkdtemp(path) == NULL) {
		perror("mkdtemp");
		exit(1);
	}
	return path;
}

static inline int
tmp_remove_one(
    const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

/* Remove PATH and everything in it. */
static inline void
tmp_remove(const char *path)
{
	(void)nftw(path, tmp_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
