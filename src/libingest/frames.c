#include "frames.h"

#include <string.h>

void
frames_init(struct frames *q, size_t max_bytes)
{
	buf_init(&q->bytes, max_bytes);
}

void
frames_fini(struct frames *q)
{
	buf_fini(&q->bytes);
}

void
frames_reset(struct frames *q)
{
	buf_reset(&q->bytes);
}

int
frames_put(struct frames *q, const struct frame *f, const uint8_t *p)
{
	size_t len = q->bytes.len;

	if (buf_put(&q->bytes, f, sizeof(*f)) == 0 &&
	    buf_put(&q->bytes, p, f->len) == 0)
		return 0;
	q->bytes.len = len;
	return -1;
}

const uint8_t *
frames_next(const struct frames *q, size_t *at, struct frame *f)
{
	const uint8_t *p;

	if (*at == q->bytes.len)
		return NULL;
	p = q->bytes.p + *at;
	memcpy(f, p, sizeof(*f));
	*at += sizeof(*f) + f->len;
	return p + sizeof(*f);
}

unsigned
frames_forget(struct frames *q, int64_t pts)
{
	const uint8_t *p;
	struct frame f;
	size_t at = 0, kept = 0;
	unsigned n = 0;

	while ((p = frames_next(q, &at, &f)) != NULL) {
		size_t len = sizeof(f) + f.len;

		if (f.pts < pts) {
			n++;
			continue;
		}
		memmove(q->bytes.p + kept, p - sizeof(f), len);
		kept += len;
	}
	q->bytes.len = kept;
	return n;
}
