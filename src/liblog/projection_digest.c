#include "projection.h"

#include <endian.h>
#include <sodium.h>

struct hash {
	crypto_generichash_state state;
};

static void
add(struct hash *h, const void *p, size_t n)
{
	(void)crypto_generichash_update(&h->state, p, n);
}

static int
add_row(void *arg, struct str key, struct str value)
{
	uint32_t len[2] = {
	    htole32((uint32_t)key.len), htole32((uint32_t)value.len)};

	add(arg, len, sizeof(len));
	add(arg, key.p, key.len);
	add(arg, value.p, value.len);
	return 0;
}

int
projection_digest(struct projection *p, uint8_t digest[PROJECTION_DIGEST_BYTES])
{
	uint64_t seq = htole64(projection_seq(p));
	struct hash h;

	(void)crypto_generichash_init(
	    &h.state, NULL, 0, PROJECTION_DIGEST_BYTES);
	if (projection_walk(p, STR(""), add_row, &h) != 0)
		return -1;
	add(&h, &seq, sizeof(seq));
	(void)crypto_generichash_final(
	    &h.state, digest, PROJECTION_DIGEST_BYTES);
	return 0;
}
