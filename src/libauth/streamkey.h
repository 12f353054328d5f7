#ifndef AUTH_STREAMKEY_H
#define AUTH_STREAMKEY_H

#include "str.h"

/*
 * A stream key is a secret that opens one channel to an encoder.  It is
 * shown once and not kept: the log knows it by its hash, which is the name
 * of a subject, so that one look-up answers what a key opens.  The key has
 * 192 random bits, so a plain hash of it cannot be searched.
 */
enum {
	STREAMKEY_TEXT_SIZE = 33,         /* base64url of 24 bytes, NUL */
	STREAMKEY_SUBJECT_SIZE = 10 + 65, /* "streamkey/", hex, NUL */
	STREAMKEY_MAX_BYTES = 128         /* longer ones are none of ours */
};

/* A new key into DST.  0, or -1 when libsodium cannot start. */
int streamkey_make(char dst[STREAMKEY_TEXT_SIZE]);

/*
 * The subject of KEY: "streamkey/" and BLAKE2b-256 (RFC 7693) of its bytes
 * in lower-case hexadecimal.  0, or -1 when libsodium cannot start.
 */
int streamkey_subject(char dst[STREAMKEY_SUBJECT_SIZE], struct str key);

#endif
