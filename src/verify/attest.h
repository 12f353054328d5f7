#ifndef VERIFY_ATTEST_H
#define VERIFY_ATTEST_H

#include "log.h"

/*
 * What one may say of a log, and check later.  Each returns an exit code after
 * reporting what is wrong; results go to stdout.
 */

/* The last seq and the digest of the log's end, of a chain that holds. */
int attest_digest(struct log *l);

/* A statement about the log, signed with the secret key in KEY. */
int attest_sign(struct log *l, const char *key);

/*
 * Does the log begin with exactly what the statement in FILE, signed with the
 * key whose public half is in PUBLIC, says?
 */
int attest_against(struct log *l, const char *file, const char *public);

/* A new pair of keys, KEY and KEY.pub. */
int attest_keygen(const char *key);

#endif
