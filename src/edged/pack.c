#include "pack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

uint32_t
pack_crc(struct str text)
{
	return (uint32_t)crc32_z(0, (const Bytef *)text.p, text.len);
}

uint32_t
pack_crc_join(uint32_t a, uint32_t b, size_t b_bytes)
{
	return (uint32_t)crc32_combine(a, b, (z_off_t)b_bytes);
}

/* Room that deflate never needs all of, flushed as it may be. */
static size_t
bound(z_stream *z, const struct str *text, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += text[i].len;
	return sum < UINT_MAX / 2 ? deflateBound(z, sum) + 64 : 0;
}

unsigned char *
pack_deflate(const struct str *text, size_t n, bool last, size_t *bytes)
{
	unsigned char *out = NULL, *fit;
	z_stream z = {0};
	size_t cap;
	int rc = Z_OK;

	/* Negative: neither a head nor a sum around the data. */
	if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -15, 8,
		Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	if ((cap = bound(&z, text, n)) == 0 || (out = malloc(cap)) == NULL)
		goto end;
	z.next_out = out;
	z.avail_out = (uInt)cap;
	for (size_t i = 0; i < n && rc == Z_OK; i++) {
		/* zlib does not write where it reads, but does not say so. */
		memcpy(&z.next_in, &text[i].p, sizeof(z.next_in));
		z.avail_in = (uInt)text[i].len;
		if (z.avail_in > 0)
			rc = deflate(&z, Z_NO_FLUSH);
	}
	if (rc == Z_OK)
		rc = deflate(&z, last ? Z_FINISH : Z_FULL_FLUSH);
	*bytes = z.total_out;
	if (rc != (last ? Z_STREAM_END : Z_OK)) {
		free(out);
		out = NULL;
	} else if ((fit = realloc(out, *bytes)) != NULL) {
		out = fit;
	}
end:
	(void)deflateEnd(&z);
	return out;
}
