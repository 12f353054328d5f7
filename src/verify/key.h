#ifndef VERIFY_KEY_H
#define VERIFY_KEY_H

#include "str.h"

#include <stdint.h>

/*
 * Keys to sign with, Ed25519 (RFC 8032).  Each is a file with one line: a
 * word that says what it is, and the key in hexadecimal.
 */
enum { KEY_SECRET_BYTES = 64, KEY_PUBLIC_BYTES = 32, KEY_SIGNATURE_BYTES = 64 };

struct key_secret {
	uint8_t bytes[KEY_SECRET_BYTES];
};
struct key_public {
	uint8_t bytes[KEY_PUBLIC_BYTES];
};

/*
 * Make a pair: the secret one into PATH, which only its owner may read, the
 * public one into PATH.pub.  0, or -1 with errno; EEXIST: never over another.
 */
int key_make(const char *path);

/*
 * Read one.  0, or -1 with errno: EBADMSG (it is none), EPERM (others may read
 * a secret one), or the system's.
 */
int key_load_secret(struct key_secret *k, const char *path);
int key_load_public(struct key_public *k, const char *path);

/* Forget a secret one. */
void key_wipe(struct key_secret *k);

void key_sign(const struct key_secret *k, struct str text,
    uint8_t signature[KEY_SIGNATURE_BYTES]);

/* 0, or -1 with errno EBADMSG: this key did not sign this. */
int key_check(const struct key_public *k, struct str text,
    const uint8_t signature[KEY_SIGNATURE_BYTES]);

#endif
