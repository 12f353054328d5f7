#ifndef EDGED_BLOB_H
#define EDGED_BLOB_H

#include "str.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Bytes that are made once and sent many times, by any thread: they never
 * change, and live until the last holder lets go.
 */
struct blob {
	atomic_uint holders;
	size_t len;
	char etag[24]; /* strong entity tag of these bytes, with its quotes */
	pthread_mutex_t lock; /* guards these */
	bool tried;
	struct blob *packed;
	char byte[];
};

/* A blob with a copy of BYTES, held once.  NULL with errno ENOMEM. */
struct blob *blob_make(struct str bytes);

/* Hold B once more; B, or NULL when it is NULL. */
struct blob *blob_hold(struct blob *b);

/*
 * B's bytes in the gzip coding (RFC 9110, 8.4.1.3), made when first asked for;
 * borrowed from B.  NULL when they are too few to be worth it, or memory ran
 * out.
 */
struct blob *blob_gzip(struct blob *b);

/* Let go of *B and make it NULL. */
void blob_drop(struct blob **b);

/* B's bytes, as long as it is held. */
struct str blob_str(const struct blob *b);

#endif
