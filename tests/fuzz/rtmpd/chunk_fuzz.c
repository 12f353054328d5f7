#include "chunk.h"
#include "crc32c.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What was seen, so that two ways of feeding can be compared. */
struct seen {
	uint32_t crc;
	size_t messages;
};

static int
see(void *ctx, const struct chunk_message *m)
{
	const uint32_t head[] = {m->csid, m->type, m->stream, m->timestamp_ms};
	struct seen *s = ctx;

	s->crc = crc32c(s->crc, head, sizeof(head));
	s->crc = crc32c(s->crc, m->p, m->len);
	s->messages++;
	return m->type == 77; /* some messages stop the reader */
}

static ssize_t
feed(struct seen *s, const uint8_t *p, size_t len, size_t step, bool trusted)
{
	struct chunk_reader *r = chunk_reader_open(see, s);
	ssize_t k = 0;

	if (r == NULL)
		abort();
	if (trusted)
		chunk_reader_trust(r);
	/* A stop with bytes put back takes none at all the next time. */
	for (size_t at = 0, idle = 0; at < len && idle < 8;) {
		size_t n = len - at < step ? len - at : step;

		k = chunk_reader_feed(r, p + at, n);
		if (k > (ssize_t)n)
			abort();
		if (k == -1) {
			if (chunk_reader_why(r) == NULL)
				abort();
			break;
		}
		idle = k == 0 ? idle + 1 : 0;
		if (idle == 8)
			abort();
		at += (size_t)k;
		if (chunk_reader_held(r) >
		    (trusted ? CHUNK_MEDIA_PARTIAL_MAX : CHUNK_PARTIAL_MAX))
			abort();
	}
	chunk_reader_close(r);
	return k == -1 ? -1 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seen whole = {0, 0}, parts = {0, 0};

	if (len < 1)
		return 0;
	if (feed(&whole, data + 1, len - 1, len, data[0] & 1) !=
		feed(
		    &parts, data + 1, len - 1, data[0] / 2 + 1U, data[0] & 1) ||
	    whole.crc != parts.crc || whole.messages != parts.messages)
		abort();
	return 0;
}
