#include "cmaf_reader.h"
#include "codec.h"

#include <errno.h>
#include <string.h>

enum {
	/* tfhd's flags (ISO/IEC 14496-12, 8.8.7), and trun's (8.8.8). */
	TFHD_BASE_OFFSET = 0x1,
	TFHD_DESCRIPTION = 0x2,
	TFHD_DURATION = 0x8,
	TFHD_BYTES = 0x10,
	TFHD_FLAGS = 0x20,
	TFHD_BASE_IS_MOOF = 0x20000,
	TRUN_DATA_OFFSET = 0x1,
	TRUN_FIRST_FLAGS = 0x4,
	TRUN_DURATION = 0x100,
	TRUN_SIZE = 0x200,
	TRUN_FLAGS = 0x400,
	TRUN_OFFSET = 0x800,
	/* A sample's flags (8.8.3.1): it is no sync sample. */
	SAMPLE_NOT_SYNC = 0x10000,
	/* Of a sample entry, what every codec has before its own boxes. */
	MIN_ENTRY = 16,
	/* Before the boxes of a VisualSampleEntry: its head and 78 octets. */
	VISUAL_ENTRY = 8 + 78
};

#define BOX(a, b, c, d) CODEC_BOX(a, b, c, d)

/* A bounded cursor: the first read past the end makes it bad. */
struct cursor {
	const uint8_t *p;
	size_t len;
	bool bad;
};

static int
bad(void)
{
	errno = EBADMSG;
	return -1;
}

static uint64_t
take(struct cursor *c, unsigned bytes)
{
	uint64_t v = 0;

	if (c->bad || c->len < bytes) {
		c->bad = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | c->p[i];
	c->p += bytes;
	c->len -= bytes;
	return v;
}

static uint32_t
take32(struct cursor *c)
{
	return (uint32_t)take(c, 4);
}

static void
skip(struct cursor *c, size_t n)
{
	if (c->bad || c->len < n) {
		c->bad = true;
		return;
	}
	c->p += n;
	c->len -= n;
}

/* A full box's version; its flags into *FLAGS. */
static unsigned
take_full(struct cursor *c, uint32_t *flags)
{
	uint32_t v = take32(c);

	*flags = v & 0xffffff;
	return v >> 24;
}

/*
 * The next box in C: its type and its body.  1; 0 at the end; -1 with errno
 * EBADMSG.
 */
static int
next_box(struct cursor *c, uint32_t *type, struct cursor *body)
{
	uint64_t bytes;
	unsigned head = 8;

	if (c->len == 0)
		return 0;
	bytes = take(c, 4);
	*type = take32(c);
	if (bytes == 1) {
		bytes = take(c, 8);
		head = 16;
	}
	if (c->bad || bytes < head || bytes - head > c->len)
		return bad();
	*body = (struct cursor){c->p, (size_t)bytes - head, false};
	skip(c, (size_t)bytes - head);
	return 1;
}

/* The only box of TYPE in C; what else is there is passed over. */
static int
only_box(struct cursor c, uint32_t type, struct cursor *body)
{
	struct cursor b;
	uint32_t t;
	int n, found = 0;

	while ((n = next_box(&c, &t, &b)) == 1)
		if (t == type) {
			*body = b;
			found++;
		}
	return n == 0 && found == 1 ? 0 : bad();
}

static int
read_tkhd(struct cmaf_header *h, struct cursor c)
{
	uint32_t flags;

	skip(&c, take_full(&c, &flags) == 1 ? 32 : 20);
	skip(&c, 16 + 36);
	h->width = take32(&c);
	h->height = take32(&c);
	return c.bad ? bad() : 0;
}

static int
read_mdhd(struct cmaf_header *h, struct cursor c)
{
	uint32_t flags;

	skip(&c, take_full(&c, &flags) == 1 ? 16 : 8);
	h->timescale = take32(&c);
	return c.bad || h->timescale == 0 ? bad() : 0;
}

static int
read_hdlr(struct cmaf_header *h, struct cursor c)
{
	uint32_t kind;

	skip(&c, 8);
	kind = take32(&c);
	h->video = kind == BOX('v', 'i', 'd', 'e');
	return c.bad || (!h->video && kind != BOX('s', 'o', 'u', 'n')) ? bad()
								       : 0;
}

/* The one sample entry. */
static int
read_stsd(struct cmaf_header *h, struct cursor c)
{
	struct cursor body;

	skip(&c, 4);
	if (take32(&c) != 1 || c.bad)
		return bad();
	h->entry = c.p;
	h->entry_len = c.len;
	if (next_box(&c, &h->entry_type, &body) != 1 || c.len != 0 ||
	    body.len < MIN_ENTRY)
		return bad();
	return 0;
}

static int
read_trex(struct cmaf_header *h, struct cursor c)
{
	skip(&c, 12);
	h->duration = take32(&c);
	h->bytes = take32(&c);
	h->flags = take32(&c);
	return c.bad ? bad() : 0;
}

int
cmaf_header_read(struct cmaf_header *h, const uint8_t *p, size_t len)
{
	struct cursor file = {p, len, false}, moov, trak, mdia, b;

	*h = (struct cmaf_header){.timescale = 0};
	if (only_box(file, BOX('m', 'o', 'o', 'v'), &moov) == -1 ||
	    only_box(moov, BOX('t', 'r', 'a', 'k'), &trak) == -1 ||
	    only_box(trak, BOX('t', 'k', 'h', 'd'), &b) == -1 ||
	    read_tkhd(h, b) == -1 ||
	    only_box(trak, BOX('m', 'd', 'i', 'a'), &mdia) == -1 ||
	    only_box(mdia, BOX('m', 'd', 'h', 'd'), &b) == -1 ||
	    read_mdhd(h, b) == -1 ||
	    only_box(mdia, BOX('h', 'd', 'l', 'r'), &b) == -1 ||
	    read_hdlr(h, b) == -1 ||
	    only_box(mdia, BOX('m', 'i', 'n', 'f'), &b) == -1 ||
	    only_box(b, BOX('s', 't', 'b', 'l'), &b) == -1 ||
	    only_box(b, BOX('s', 't', 's', 'd'), &b) == -1 ||
	    read_stsd(h, b) == -1 ||
	    only_box(moov, BOX('m', 'v', 'e', 'x'), &b) == -1 ||
	    only_box(b, BOX('t', 'r', 'e', 'x'), &b) == -1 ||
	    read_trex(h, b) == -1)
		return -1;
	return 0;
}

/* N sets of C, each behind its length in 16 bits, to OUT + LEN or nowhere. */
static size_t
copy_sets(struct cursor *c, size_t n, unsigned length_bytes, uint8_t *out)
{
	size_t len = 0;

	for (; n > 0 && !c->bad; n--) {
		size_t bytes = (size_t)take(c, 2);

		for (unsigned i = 0; i < length_bytes; i++, len++)
			if (out != NULL)
				out[len] =
				    (uint8_t)((uint64_t)bytes >>
					      8 * (length_bytes - 1 - i));
		if (c->bad || c->len < bytes || length_bytes < 2) {
			c->bad = true;
			break;
		}
		if (out != NULL)
			memcpy(out + len, c->p, bytes);
		len += bytes;
		skip(c, bytes);
	}
	return len;
}

/* Those of an avcC (ISO/IEC 14496-15, 5.3.3.1). */
static size_t
avc_sets(struct cursor c, uint8_t *out)
{
	unsigned length_bytes;
	size_t len;

	skip(&c, 4);
	length_bytes = (unsigned)(take(&c, 1) & 3) + 1;
	len = copy_sets(&c, take(&c, 1) & 31, length_bytes, out);
	len += copy_sets(
	    &c, take(&c, 1), length_bytes, out != NULL ? out + len : NULL);
	return c.bad ? 0 : len;
}

/* Those of an hvcC (8.3.3.1): arrays of them, each of a type. */
static size_t
hevc_sets(struct cursor c, uint8_t *out)
{
	unsigned length_bytes;
	size_t len = 0, arrays;

	skip(&c, 21);
	length_bytes = (unsigned)(take(&c, 1) & 3) + 1;
	for (arrays = take(&c, 1); arrays > 0 && !c.bad; arrays--) {
		skip(&c, 1);
		len += copy_sets(&c, take(&c, 2), length_bytes,
		    out != NULL ? out + len : NULL);
	}
	return c.bad ? 0 : len;
}

size_t
cmaf_sets(const struct cmaf_header *h, uint8_t *out)
{
	struct cursor c = {h->entry, h->entry_len, false}, body;

	skip(&c, VISUAL_ENTRY);
	if (c.bad)
		return 0;
	if (h->entry_type == BOX('a', 'v', 'c', '1') &&
	    only_box(c, BOX('a', 'v', 'c', 'C'), &body) == 0)
		return avc_sets(body, out);
	if (h->entry_type == BOX('h', 'v', 'c', '1') &&
	    only_box(c, BOX('h', 'v', 'c', 'C'), &body) == 0)
		return hevc_sets(body, out);
	return 0;
}

int
cmaf_box_read(struct cmaf_box *b, const uint8_t *p, size_t len, uint64_t left)
{
	struct cursor c = {p, len, false};

	b->bytes = take(&c, 4);
	b->type = take32(&c);
	b->head = 8;
	if (b->bytes == 1) {
		b->bytes = take(&c, 8);
		b->head = 16;
	} else if (b->bytes == 0) {
		b->bytes = left; /* to the file's end */
	}
	return c.bad || b->bytes < b->head || b->bytes > left ? bad() : 0;
}

/* What holds in a fragment for the samples of which trun says nothing. */
struct defaults {
	uint32_t duration, bytes, flags;
};

static int
read_tfhd(struct defaults *d, struct cursor c)
{
	uint32_t flags, description = 1;

	(void)take_full(&c, &flags);
	(void)take32(&c); /* the track: there is but one */
	/* Addresses in CMAF count from the moof. */
	if ((flags & TFHD_BASE_OFFSET) != 0 || (flags & TFHD_BASE_IS_MOOF) == 0)
		return bad();
	if (flags & TFHD_DESCRIPTION)
		description = take32(&c);
	if (flags & TFHD_DURATION)
		d->duration = take32(&c);
	if (flags & TFHD_BYTES)
		d->bytes = take32(&c);
	if (flags & TFHD_FLAGS)
		d->flags = take32(&c);
	return c.bad || description != 1 ? bad() : 0;
}

static int
read_tfdt(struct cmaf_moof *m, struct cursor c)
{
	uint32_t flags;

	m->dts = take_full(&c, &flags) == 1 ? take(&c, 8) : take(&c, 4);
	/* So that no sum of times overflows. */
	return c.bad || m->dts > INT64_MAX / 4 ? bad() : 0;
}

/* Where the samples of a trun with FLAGS begin: behind those before. */
static int
read_place(struct cmaf_moof *m, struct cursor *c, uint32_t flags)
{
	uint64_t offset = m->offset + m->bytes;

	if (flags & TRUN_DATA_OFFSET)
		offset = take32(c);
	if (c->bad || offset > INT32_MAX)
		return bad();
	if (m->samples == 0)
		m->offset = offset;
	return offset == m->offset + m->bytes ? 0 : bad();
}

static int
read_trun(struct cmaf_moof *m, const struct defaults *d, struct cursor c,
    struct cmaf_sample *sample)
{
	uint32_t flags, n, first, own;

	(void)take_full(&c, &flags);
	n = take32(&c);
	if (c.bad || n > CMAF_MAX_SAMPLES - m->samples ||
	    read_place(m, &c, flags) == -1)
		return bad();
	first = flags & TRUN_FIRST_FLAGS ? take32(&c) : d->flags;
	for (uint32_t i = 0; i < n; i++) {
		struct cmaf_sample *s = &sample[m->samples++];

		s->duration = flags & TRUN_DURATION ? take32(&c) : d->duration;
		s->bytes = flags & TRUN_SIZE ? take32(&c) : d->bytes;
		own = i == 0 ? first : d->flags;
		if (flags & TRUN_FLAGS)
			own = take32(&c);
		s->key = (own & SAMPLE_NOT_SYNC) == 0;
		s->offset = flags & TRUN_OFFSET ? (int32_t)take32(&c) : 0;
		m->bytes += s->bytes;
	}
	return c.bad || m->bytes > INT32_MAX ? bad() : 0;
}

int
cmaf_moof_read(struct cmaf_moof *m, const struct cmaf_header *h,
    const uint8_t *p, size_t len, struct cmaf_sample *sample)
{
	struct defaults d = {h->duration, h->bytes, h->flags};
	struct cursor file = {p, len, false}, moof, traf, b;
	uint32_t type;
	int n;

	*m = (struct cmaf_moof){.dts = 0};
	if (only_box(file, BOX('m', 'o', 'o', 'f'), &moof) == -1 ||
	    only_box(moof, BOX('t', 'r', 'a', 'f'), &traf) == -1 ||
	    only_box(traf, BOX('t', 'f', 'h', 'd'), &b) == -1 ||
	    read_tfhd(&d, b) == -1 ||
	    only_box(traf, BOX('t', 'f', 'd', 't'), &b) == -1 ||
	    read_tfdt(m, b) == -1)
		return -1;
	while ((n = next_box(&traf, &type, &b)) == 1)
		if (type == BOX('t', 'r', 'u', 'n') &&
		    read_trun(m, &d, b, sample) == -1)
			return -1;
	return n == 0 && m->samples > 0 ? 0 : bad();
}
