#include "blob.h"

#include "crc32c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct blob *
blob_make(struct str bytes)
{
	struct blob *b = malloc(sizeof(*b) + bytes.len + 1);

	if (b == NULL)
		return NULL;
	atomic_init(&b->holders, 1);
	b->len = bytes.len;
	if (bytes.len > 0)
		memcpy(b->byte, bytes.p, bytes.len);
	b->byte[bytes.len] = '\0';
	/*
	 * The same bytes get the same tag after a restart and on another
	 * host; 32 bits and the length tell two versions of one URL apart.
	 */
	(void)snprintf(b->etag, sizeof(b->etag), "\"%zx-%08x\"",
	    bytes.len & 0xffffffff, crc32c(0, bytes.p, bytes.len));
	return b;
}

struct blob *
blob_hold(struct blob *b)
{
	if (b != NULL)
		atomic_fetch_add_explicit(&b->holders, 1, memory_order_relaxed);
	return b;
}

void
blob_drop(struct blob **b)
{
	/* Whoever frees must see what every other holder did before. */
	if (*b != NULL && atomic_fetch_sub_explicit(
			      &(*b)->holders, 1, memory_order_acq_rel) == 1)
		free(*b);
	*b = NULL;
}

struct str
blob_str(const struct blob *b)
{
	return (struct str){b->byte, b->len};
}
