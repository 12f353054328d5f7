#include "blob.h"

#include "crc32c.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Less does not fill a packet, packed or not. */
enum { LEAST_BYTES = 512 };

struct blob *
blob_make(struct str bytes)
{
	struct blob *b = malloc(sizeof(*b) + bytes.len + 1);

	if (b == NULL)
		return NULL;
	if ((errno = pthread_mutex_init(&b->lock, NULL)) != 0) {
		free(b);
		return NULL;
	}
	b->tried = false;
	b->packed = NULL;
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
			      &(*b)->holders, 1, memory_order_acq_rel) == 1) {
		blob_drop(&(*b)->packed);
		(void)pthread_mutex_destroy(&(*b)->lock);
		free(*b);
	}
	*b = NULL;
}

/* 15 bits of window, and 16 for gzip's wrapping: no name and no time in it. */
static struct blob *
pack(const struct blob *b)
{
	struct blob *packed = NULL;
	z_stream z = {0};
	size_t cap;
	Bytef *out;

	if (b->len > UINT_MAX / 2 ||
	    deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	cap = deflateBound(&z, b->len);
	if ((out = malloc(cap)) == NULL)
		goto end;
	/* zlib does not write where it reads, but does not say so. */
	memcpy(&z.next_in, &(const char *){b->byte}, sizeof(z.next_in));
	z.avail_in = (uInt)b->len;
	z.next_out = out;
	z.avail_out = (uInt)cap;
	if (deflate(&z, Z_FINISH) == Z_STREAM_END)
		packed =
		    blob_make((struct str){(const char *)out, z.total_out});
	free(out);
end:
	(void)deflateEnd(&z);
	return packed;
}

struct blob *
blob_gzip(struct blob *b)
{
	struct blob *packed;

	if (b->len < LEAST_BYTES)
		return NULL;
	(void)pthread_mutex_lock(&b->lock);
	if (!b->tried) {
		b->packed = pack(b);
		b->tried = true;
	}
	packed = b->packed;
	(void)pthread_mutex_unlock(&b->lock);
	return packed;
}

struct str
blob_str(const struct blob *b)
{
	return (struct str){b->byte, b->len};
}
