#ifndef KEYS_KEYRING_H
#define KEYS_KEYRING_H

#include "str.h"

#include <stdint.h>

/*
 * The keys under which personal fields are sealed: a file for each subject
 * that has one, in a directory (usually $WEIR_STATE/keys) that is no part of
 * the log.  docs/privacy.md gives the bytes.  weir-logd alone writes there;
 * others read, as far as they may.
 */
struct keyring;

enum { KEY_BYTES = 32, KEY_MARK_BYTES = 8 };

/* Whoever holds one wipes it (key_wipe) when done. */
struct key {
	uint8_t bytes[KEY_BYTES];
	uint8_t mark[KEY_MARK_BYTES]; /* tells it from other keys */
};

void key_wipe(struct key *k);

/*
 * The keys in DIR, for reading: the directory need not be there, or be ours
 * to read; then there are no keys.  Nothing is remembered: a key that was
 * destroyed is not found.  NULL with errno.
 */
struct keyring *keyring_open(const char *dir);

/*
 * For weir-logd: DIR is made when it is missing, and nobody else may enter
 * it.  Some keys are kept in locked memory.  NULL with errno (EPERM: DIR is
 * open to others and not ours to close).
 */
struct keyring *keyring_open_writer(const char *dir);

void keyring_close(struct keyring *k);

/*
 * The key of SUBJECT into *OUT: 1; 0 when there is none; -1 with errno
 * (EKEYREJECTED: its file is damaged).
 */
int keyring_find(struct keyring *k, struct str subject, struct key *out);

/*
 * Make a key for SUBJECT, which has none.  0 with *OUT, or -1 with errno and
 * nothing made.
 */
int keyring_make(struct keyring *k, struct str subject, struct key *out);

/*
 * Have what was made on disk for certain: before anything that is sealed under
 * it may be.  0, or -1 with errno, after which only a new process knows what is
 * there.
 */
int keyring_sync(struct keyring *k);

/*
 * Destroy the key of SUBJECT: overwritten, unlinked, and both on disk for
 * certain.  1; 0 when there was none; -1 with errno, and it may be there still.
 */
int keyring_destroy(struct keyring *k, struct str subject);

#endif
