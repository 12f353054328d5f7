#ifndef KEYS_SEAL_H
#define KEYS_SEAL_H

#include "event.h"
#include "keyring.h"

/*
 * Personal fields between what a producer says and what is stored:
 * XChaCha20-Poly1305 (libsodium) under the key of whom they are about, bound to
 * the event's id, type and subject and to the field's name, so that none
 * can be read in another's place.  docs/privacy.md gives the bytes.
 */

/*
 * Whether the personal fields of SUBJECT, which has no key, are to be gone
 * from the start: 1, since it was forgotten; 0; or -1 with errno.
 */
typedef int seal_gone_fn(void *arg, struct str subject);

/*
 * *OUT is E, which was validated, with its personal fields sealed under keys
 * of K, made where there are none, or gone where GONE says so.  What E has
 * sealed or gone stays as it is.  Its data lies in B, which is emptied first,
 * unless there was nothing to do.  0, or -1 with errno: EBADMSG with WHY, of
 * CAP bytes, when E is not to be stored; those of keyring.h; ENOMEM.
 */
int seal_event(struct keyring *k, const struct event *e, seal_gone_fn *gone,
    void *arg, struct event *out, struct buf *b, char *why, size_t cap);

/*
 * *OUT is E with its personal fields as text, those gone for which there is
 * no key.  Its data lies in B, as above.  0, or -1 with errno: EBADMSG when
 * E's data is not what its schema says, those of keyring.h, ENOMEM.
 */
int seal_open_event(
    struct keyring *k, const struct event *e, struct event *out, struct buf *b);

#endif
