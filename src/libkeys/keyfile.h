#ifndef KEYS_KEYFILE_H
#define KEYS_KEYFILE_H

#include "keyring.h"

#include <stdbool.h>

/* One key's file: its name, its bytes, and what is done to it; DIR_FD is the
 * directory's descriptor.  Private to libkeys. */

enum {
	KEYFILE_NAME_SIZE = 2 * 32 + 1,
	KEYFILE_BYTES = 4 + KEY_BYTES + 4 /* "WKY1", the key, its CRC-32C */
};

/* The name of SUBJECT's file: the hexadecimal digits of its BLAKE2b-256. */
void keyfile_name(char name[KEYFILE_NAME_SIZE], struct str subject);

/* NAME is one that keyfile_name() could give. */
bool keyfile_is_name(const char *name);

/* Read it: 1, 0 when it is not there or was overwritten, -1 with errno. */
int keyfile_read(int dir_fd, const char *name, struct key *out);

/*
 * Write it as NAME, which is no key's name while it is not synced: a key that
 * is found is one that stays.  0, or -1 with errno and none.
 */
int keyfile_write(int dir_fd, const char *name, const struct key *k);

/* Have what was written as NAME on disk for certain.  0, or -1 with errno. */
int keyfile_sync(int dir_fd, const char *name);

/* Overwrite, unlink and sync.  1, 0 when it is not there, -1 with errno. */
int keyfile_destroy(int dir_fd, const char *name);

/* Fill in K's mark. */
void key_mark(struct key *k);

#endif
