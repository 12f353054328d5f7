#include "audio.h"

#include <errno.h>
#include <string.h>

/* Two frames, and of a third so much that it can be told. */
enum { AUDIO_MAX = 2 * SOUND_MAX };

void
audio_init(struct audio *a, enum media_codec codec, unsigned channels)
{
	*a = (struct audio){.codec = codec, .channels = channels};
	buf_init(&a->bytes, AUDIO_MAX);
}

void
audio_fini(struct audio *a)
{
	buf_fini(&a->bytes);
}

/* The mark is the first byte's, if it has come to it. */
static void
settle(struct audio *a)
{
	if (!a->mark.valid || a->mark_at > 0 || a->bytes.len == 0)
		return;
	a->head = a->mark;
	a->begins = true;
	a->mark.valid = false;
}

/* Drop the first N bytes. */
static void
consume(struct audio *a, size_t n)
{
	buf_consume(&a->bytes, n);
	a->mark_at -= n < a->mark_at ? n : a->mark_at;
	a->head.valid = a->begins = false;
	settle(a);
}

void
audio_mark(struct audio *a, const struct mark *m)
{
	if (a->taken > 0)
		consume(a, a->taken);
	a->taken = 0;
	settle(a);
	if (!m->valid)
		return;
	a->mark = *m;
	a->mark_at = a->bytes.len;
}

void
audio_drop(struct audio *a)
{
	buf_reset(&a->bytes);
	a->taken = 0;
	a->synced = false;
	a->mark.valid = a->head.valid = a->begins = false;
	a->gap = true;
}

/* True when A and B are frames of one stream. */
static bool
alike(const struct sound *a, const struct sound *b)
{
	return a->sample_rate_hz == b->sample_rate_hz &&
	       a->channels == b->channels && a->record_len == b->record_len &&
	       memcmp(a->record, b->record, a->record_len) == 0;
}

/*
 * May F, at the first byte, be believed?  1, 0 when that needs more bytes, -1
 * when not: it goes on from what was one, or a PES packet begins with it, or
 * another like it follows.
 */
static int
believe(const struct audio *a, const struct sound *f, bool last)
{
	struct sound next;
	const char *why;
	int rc;

	if (a->synced && (a->last.len == 0 || alike(f, &a->last)))
		return 1;
	if (a->begins && a->last.len == 0)
		return 1;
	if (a->bytes.len == f->len && last)
		return 1;
	rc = sound_parse(&next, a->codec, a->channels, a->bytes.p + f->len,
	    a->bytes.len - f->len, last, &why);
	/* So long it is not, that more than its header would be needed. */
	if (rc == 0 && next.len > 0)
		return 1;
	return rc;
}

/* No frame begins at the first byte: go on to where one may. */
static void
seek(struct audio *a)
{
	static const uint8_t first[] = {[MEDIA_AAC] = 0xff,
	    [MEDIA_MP3] = 0xff,
	    [MEDIA_AC3] = 0x0b,
	    [MEDIA_EAC3] = 0x0b,
	    [MEDIA_OPUS] = 0x7f};
	const uint8_t *s =
	    memchr(a->bytes.p + 1, first[a->codec], a->bytes.len - 1);
	size_t n = s != NULL ? (size_t)(s - a->bytes.p) : a->bytes.len;

	/* Where a PES packet began it may also be. */
	if (a->mark.valid && a->mark_at > 0 && n > a->mark_at)
		n = a->mark_at;
	a->dropped += a->synced;
	a->synced = false;
	a->gap = true;
	if (!a->head.valid || a->mark.valid) {
		consume(a, n);
	} else {
		/* The time is of the first frame that begins behind it. */
		struct mark m = a->head;

		consume(a, n);
		a->head = m;
	}
}

int
audio_take(struct audio *a, const uint8_t **p, size_t *n, bool last,
    struct sound *out, struct mark *m)
{
	if (a->taken > 0)
		consume(a, a->taken);
	a->taken = 0;
	if (*n > 0) {
		if (buf_put(&a->bytes, *p, *n) == -1) {
			if (errno == ENOMEM)
				return -1;
			audio_drop(a);
		}
		*p += *n;
		*n = 0;
	}
	settle(a);
	while (a->bytes.len > 0) {
		struct sound f;
		int rc = sound_parse(&f, a->codec, a->channels, a->bytes.p,
		    a->bytes.len, last, &a->why);

		if (rc == -1 && errno == ENOTSUP && a->begins)
			return -1;
		if (rc == 1)
			rc = believe(a, &f, last);
		if (rc == 0)
			return 0;
		if (rc == -1) {
			seek(a);
			continue;
		}
		*out = a->last = f;
		*m = a->head;
		a->synced = true;
		a->taken = f.len;
		return 1;
	}
	return 0;
}
