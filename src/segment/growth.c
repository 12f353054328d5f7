#include "growth.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

void
growth_init(struct growth *g)
{
	g->file.fd = -1;
	g->bytes = 0;
}

bool
growth_begun(const struct growth *g)
{
	return g->file.fd != -1;
}

int
growth_add(struct growth *g, const struct store_track *t, uint64_t msn,
    struct iovec *v, int n)
{
	bool begun = growth_begun(g);
	char name[32];

	if (!begun) {
		(void)snprintf(name, sizeof(name), "%" PRIu64 ".m4s", msn);
		if (store_begin(t, name, &g->file) == -1)
			return -1;
		g->bytes = 0;
		(void)crypto_generichash_init(
		    &g->hash, NULL, 0, GROWTH_HASH_BYTES);
	}
	for (int i = 0; i < n; i++) {
		(void)crypto_generichash_update(
		    &g->hash, v[i].iov_base, v[i].iov_len);
		g->bytes += v[i].iov_len;
	}
	if (store_add(&g->file, v, n) == 0)
		return 0;
	if (begun)
		growth_leave(g);
	else
		growth_drop(g, t);
	return -1;
}

void
growth_hash(const struct growth *g, uint8_t hash[GROWTH_HASH_BYTES])
{
	crypto_generichash_state copy = g->hash;

	(void)crypto_generichash_final(&copy, hash, GROWTH_HASH_BYTES);
}

/* Hash the first BYTES of what lies in G's file. */
static int
rehash(struct growth *g, uint64_t bytes)
{
	uint8_t chunk[16384];

	(void)crypto_generichash_init(&g->hash, NULL, 0, GROWTH_HASH_BYTES);
	for (g->bytes = 0; g->bytes < bytes;) {
		uint64_t left = bytes - g->bytes;
		ssize_t n = read(g->file.fd, chunk,
		    left < sizeof(chunk) ? (size_t)left : sizeof(chunk));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EBADMSG;
		if (n <= 0)
			return -1;
		(void)crypto_generichash_update(
		    &g->hash, chunk, (unsigned long long)n);
		g->bytes += (uint64_t)n;
	}
	return 0;
}

int
growth_resume(struct growth *g, const struct store_track *t, uint64_t msn,
    uint64_t bytes, const uint8_t hash[GROWTH_HASH_BYTES])
{
	uint8_t is[GROWTH_HASH_BYTES];
	char name[32];

	(void)snprintf(name, sizeof(name), "%" PRIu64 ".m4s", msn);
	if (store_resume(t, name, &g->file) == -1)
		return -1;
	if (rehash(g, bytes) == 0) {
		growth_hash(g, is);
		errno = EBADMSG;
		if (memcmp(is, hash, sizeof(is)) == 0 &&
		    ftruncate(g->file.fd, (off_t)bytes) == 0)
			return 0;
	}
	growth_drop(g, t);
	return -1;
}

int
growth_end(struct growth *g, const struct store_track *t,
    uint8_t hash[GROWTH_HASH_BYTES])
{
	(void)crypto_generichash_final(&g->hash, hash, GROWTH_HASH_BYTES);
	return store_end(t, &g->file);
}

void
growth_leave(struct growth *g)
{
	store_leave(&g->file);
}

void
growth_drop(struct growth *g, const struct store_track *t)
{
	store_drop(t, &g->file);
}
