#ifndef KEYS_KEYDIR_H
#define KEYS_KEYDIR_H

#include <stdint.h>

/* Directories of keys as a whole, to keep a copy and to go back to it. */

struct keydir_report {
	uint64_t keys; /* in the copy, after all */
	uint64_t added, destroyed;
};

/*
 * Make DST, a directory that nobody else may enter and that is made when it is
 * missing, hold the keys that SRC holds and no others: a copy that went on
 * knowing a key would not let anybody be forgotten.  0, or -1 with errno;
 * doing it again mends what was half done.
 */
int keydir_mirror(
    const char *src, const char *dst, struct keydir_report *report);

#endif
