#include "growth.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/uio.h>

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
	char name[32];

	if (!growth_begun(g)) {
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
	return store_add(t, &g->file, v, n);
}

int
growth_end(struct growth *g, const struct store_track *t,
    uint8_t hash[GROWTH_HASH_BYTES])
{
	(void)crypto_generichash_final(&g->hash, hash, GROWTH_HASH_BYTES);
	return store_end(t, &g->file);
}

void
growth_drop(struct growth *g, const struct store_track *t)
{
	store_drop(t, &g->file);
}
