#ifndef AUTH_TOKENKEY_H
#define AUTH_TOKENKEY_H

#include "buf.h"
#include "str.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Keys by which tokens are signed, in a folder ($WEIR_STATE/tokens): of each
 * KID.key, which only its owner may read, and KID.pub, which is all that is
 * needed to check one, both in PEM (RFC 7468) and for ECDSA with P-256.  An id
 * says when its key was made, so that the last one in byte order is the newest.
 * Without its files a key is no more, and no token that it signed is any good.
 */
enum { TOKENKEY_ID_SIZE = 18, TOKENKEY_MAX_BYTES = 1024 };

/* True when S can be a key's id: it then is a file's name and no path. */
bool tokenkey_is_id(struct str s);

/* Seconds since the epoch when the key KID was made. */
uint64_t tokenkey_made_s(const char kid[TOKENKEY_ID_SIZE]);

/*
 * Make a key in DIR, and DIR when it is not there; its id into KID.  0, or -1
 * with errno.
 */
int tokenkey_make(const char *dir, char kid[TOKENKEY_ID_SIZE]);

/* The newest key in DIR.  0, or -1 with errno ENOENT or the system's. */
int tokenkey_newest(const char *dir, char kid[TOKENKEY_ID_SIZE]);

/* Call FN for each key in DIR, the oldest first, until it returns non-zero.  0,
 * what FN returned, or -1 with errno. */
typedef int tokenkey_fn(void *arg, const char kid[TOKENKEY_ID_SIZE]);
int tokenkey_each(const char *dir, tokenkey_fn *fn, void *arg);

/*
 * The text of KID's secret or public key into OUT, with a NUL behind it.  0, or
 * -1 with errno: ENOENT, EPERM (others may read a secret one), EBADMSG (it is
 * no regular file, or too long), or the system's.
 */
int tokenkey_secret(const char *dir, const char *kid, struct buf *out);
int tokenkey_public(const char *dir, const char *kid, struct buf *out);

/* Destroy KID.  0, or -1 with errno ENOENT or the system's. */
int tokenkey_remove(const char *dir, const char *kid);

#endif
