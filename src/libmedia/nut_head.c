#include "nut_head.h"
#include "ac3.h"
#include "hevc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_VERSION = 3,
	MIN_VERSION = 2,
	MAX_DELAY = 1000,
	MAX_PTS_SHIFT = 15,
	MAX_TICKS = INT32_MAX,
	MAX_SIDE = 65535,
	MAX_RATE = 1000000,
	MAX_CHANNELS = 255,
	/* What a frame code may claim; sizes are checked again where used. */
	MAX_SIZE_FIELD = 1 << 24
};

uint64_t
nut_get_v(struct nut_cursor *c)
{
	uint64_t v = 0;

	for (int i = 0; i < NUT_MAX_V; i++) {
		uint8_t byte;

		if (c->p == c->end) {
			c->is_short = true;
			return 0;
		}
		byte = *c->p++;
		v = v << 7 | (byte & 0x7f);
		if ((byte & 0x80) == 0)
			return v;
	}
	c->bad = true;
	return 0;
}

int64_t
nut_get_s(struct nut_cursor *c)
{
	uint64_t v = nut_get_v(c);

	return v % 2 == 1 ? (int64_t)(v / 2 + 1) : -(int64_t)(v / 2);
}

uint64_t
nut_get_be(struct nut_cursor *c, unsigned bytes)
{
	uint64_t v = 0;

	if ((size_t)(c->end - c->p) < bytes) {
		c->is_short = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | *c->p++;
	return v;
}

/* A number that must not be above MAX. */
static uint64_t
get_max(struct nut_cursor *c, uint64_t max)
{
	uint64_t v = nut_get_v(c);

	if (v > max) {
		c->bad = true;
		return 0;
	}
	return v;
}

void
nut_head_reset(struct nut_head *h)
{
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++)
		free(h->stream[i].config);
	*h = (struct nut_head){0};
}

static void
frame_codes(struct nut_head *h, struct nut_cursor *c)
{
	struct nut_code f = {.size_mul = 1};
	size_t i = 0;

	while (i < NUT_CODES && !c->bad && !c->is_short) {
		uint64_t flags = nut_get_v(c), fields = get_max(c, 64), count;

		f.size_lsb = f.reserved = 0;
		f.flags = (unsigned)flags & 0xffff;
		if (fields > 0)
			f.pts_delta = nut_get_s(c);
		if (fields > 1)
			f.size_mul = (unsigned)get_max(c, MAX_SIZE_FIELD);
		if (fields > 2)
			f.stream = (unsigned)get_max(c, h->tracks - 1);
		if (fields > 3)
			f.size_lsb = (unsigned)get_max(c, MAX_SIZE_FIELD);
		if (fields > 4)
			f.reserved = (unsigned)get_max(c, 64);
		if (fields > 5)
			count = nut_get_v(c);
		else
			count = f.size_mul > f.size_lsb
				    ? f.size_mul - f.size_lsb
				    : 0;
		if (fields > 6)
			(void)nut_get_s(c);
		if (fields > 7)
			f.header = (unsigned)get_max(c, NUT_MAX_ELISIONS - 1);
		for (; fields > 8; fields--)
			(void)nut_get_v(c);
		if (count == 0 || count > NUT_CODES - i ||
		    f.pts_delta > INT32_MAX || f.pts_delta < -INT32_MAX)
			c->bad = true;
		while (!c->bad && count > 0 && i < NUT_CODES) {
			h->code[i] = f;
			if (i == NUT_NO_CODE) {
				h->code[i].flags = NUT_INVALID;
			} else {
				f.size_lsb++;
				count--;
			}
			i++;
		}
		if (count > 0)
			c->bad = true;
	}
	/* 'N' may be the one code that no run has filled. */
	h->code[NUT_NO_CODE].flags = NUT_INVALID;
}

int
nut_head_main(struct nut_head *h, const uint8_t *p, size_t len)
{
	struct nut_cursor c = {.p = p, .end = p + len};
	uint64_t version, tracks;

	nut_head_reset(h);
	version = nut_get_v(&c);
	if (version < MIN_VERSION || version > MAX_VERSION) {
		(void)snprintf(h->why, sizeof(h->why),
		    "it is NUT of version %llu, not %d",
		    (unsigned long long)version, MAX_VERSION);
		return -1;
	}
	tracks = nut_get_v(&c);
	if (tracks == 0 || tracks > MEDIA_MAX_TRACKS) {
		(void)snprintf(h->why, sizeof(h->why),
		    "it has %llu tracks, and %d are the most",
		    (unsigned long long)tracks, MEDIA_MAX_TRACKS);
		return -1;
	}
	h->tracks = (size_t)tracks;
	h->max_distance = nut_get_v(&c);
	if (h->max_distance > NUT_MAX_DISTANCE)
		h->max_distance = NUT_MAX_DISTANCE;
	h->time_bases =
	    (size_t)get_max(&c, sizeof(h->time_base) / sizeof(h->time_base[0]));
	for (size_t i = 0; i < h->time_bases; i++) {
		h->time_base[i].num = (uint32_t)get_max(&c, MAX_TICKS);
		h->time_base[i].den = (uint32_t)get_max(&c, MAX_TICKS);
		if (h->time_base[i].num == 0 || h->time_base[i].den == 0)
			c.bad = true;
	}
	frame_codes(h, &c);
	h->elisions = 1;
	if (c.p < c.end)
		h->elisions += (size_t)get_max(&c, NUT_MAX_ELISIONS - 1);
	for (size_t i = 1; i < h->elisions; i++) {
		h->elision[i].len = (unsigned)get_max(&c, NUT_MAX_ELISION);
		for (size_t j = 0; j < h->elision[i].len; j++)
			h->elision[i].p[j] = (uint8_t)nut_get_be(&c, 1);
	}
	for (size_t i = 0; i < NUT_CODES; i++)
		if (h->code[i].header >= h->elisions)
			c.bad = true;
	if (c.bad || c.is_short || h->time_bases == 0) {
		nut_head_reset(h);
		return -1;
	}
	h->crc = nut_crc(0, p, len);
	return 0;
}

static int
stream_kind(struct nut_cursor *c, struct media_track *t)
{
	uint64_t class = nut_get_v(c), bytes = nut_get_v(c);
	uint32_t tag = 0;
	const struct codec *codec = NULL;

	if (bytes != 2 && bytes != 4)
		return -1;
	for (unsigned i = 0; i < bytes; i++)
		tag |= (uint32_t)nut_get_be(c, 1) << 8 * i;
	t->kind = class == 0 ? MEDIA_VIDEO : MEDIA_AUDIO;
	if (class < 2)
		codec = codec_by_nut(t->kind, tag);
	t->codec = codec != NULL ? codec->id : MEDIA_UNKNOWN;
	return 0;
}

/* FFmpeg's encoder of HEVC does not say its delay; the SPS always does. */
static unsigned
delay_of(const struct media_track *t)
{
	struct hevc_config c;

	if (t->codec != MEDIA_HEVC ||
	    hevc_config_parse(&c, t->config, t->config_len) == -1 ||
	    c.sps.reorder_frames < t->delay)
		return t->delay;
	return c.sps.reorder_frames;
}

int
nut_head_stream(struct nut_head *h, const uint8_t *p, size_t len)
{
	struct nut_cursor c = {.p = p, .end = p + len};
	uint64_t id = nut_get_v(&c), class_at;
	struct nut_stream s = {.known = true};
	struct media_track t = {0};
	struct codec_facts facts;
	size_t config_len;

	if (id >= h->tracks || h->stream[id].known || stream_kind(&c, &t) == -1)
		return -1;
	class_at = p[1]; /* behind the id, which is below 128 */
	s.time_base = (unsigned)get_max(&c, h->time_bases - 1);
	s.pts_shift = (unsigned)get_max(&c, MAX_PTS_SHIFT);
	s.pts_distance = nut_get_v(&c);
	t.delay = (unsigned)get_max(&c, MAX_DELAY);
	if (t.delay > MEDIA_MAX_DELAY)
		t.delay = MEDIA_MAX_DELAY;
	(void)nut_get_v(&c); /* flags */
	config_len = (size_t)get_max(&c, MEDIA_MAX_CONFIG);
	if (config_len > (size_t)(c.end - c.p))
		return -1;
	p = c.p;
	c.p += config_len;
	if (class_at == 0) {
		t.width = (unsigned)get_max(&c, MAX_SIDE);
		t.height = (unsigned)get_max(&c, MAX_SIDE);
	} else if (class_at == 1) {
		t.sample_rate_hz = (unsigned)get_max(&c, MAX_RATE);
		(void)nut_get_v(&c); /* the rate's denominator: always 1 */
		t.channels = (unsigned)get_max(&c, MAX_CHANNELS);
	}
	if (c.bad || c.is_short)
		return -1;
	if (config_len > 0) {
		if ((s.config = malloc(config_len)) == NULL)
			return -1;
		memcpy(s.config, p, config_len);
	}
	t.time_num = h->time_base[s.time_base].num;
	t.time_den = h->time_base[s.time_base].den;
	t.config = s.config;
	t.config_len = config_len;
	t.delay = delay_of(&t);
	/* NUT has one name for both; a record that is there tells. */
	if (t.codec == MEDIA_AC3 && eac3_facts(&facts, &t) == 0)
		t.codec = MEDIA_EAC3;
	h->stream[id] = s;
	h->track[id] = t;
	return 0;
}

/* The str of the cursor's next string, empty when it does not fit. */
static struct str
get_text(struct nut_cursor *c)
{
	uint64_t n = nut_get_v(c);
	struct str s = {(const char *)c->p, (size_t)n};

	if (n > (uint64_t)(c->end - c->p)) {
		c->is_short = true;
		return (struct str){NULL, 0};
	}
	c->p += n;
	return s;
}

/* "30000/1001" as frames in 1000 s, or 0. */
static unsigned
rate_mhz(struct str s)
{
	char text[32];
	unsigned long long num, den = 1;
	char *end;

	if (str_copy(text, sizeof(text), s) == -1)
		return 0;
	num = strtoull(text, &end, 10);
	if (*end == '/')
		den = strtoull(end + 1, &end, 10);
	if (*end != '\0' || den == 0 || num > UINT32_MAX ||
	    num * 1000 / den > 1000000)
		return 0;
	return (unsigned)((num * 1000 + den / 2) / den);
}

void
nut_head_info(struct nut_head *h, const uint8_t *p, size_t len)
{
	struct nut_cursor c = {.p = p, .end = p + len};
	uint64_t id = nut_get_v(&c), count;

	if (id == 0 || id > h->tracks || !h->stream[id - 1].known)
		return;
	for (int i = 0; i < 3; i++)
		(void)nut_get_v(&c); /* chapter, start, length */
	count = nut_get_v(&c);
	while (count-- > 0 && !c.bad && !c.is_short) {
		struct str name = get_text(&c), value;
		int64_t type = nut_get_s(&c);

		if (type == -1) {
			value = get_text(&c);
			if (str_eqz(name, "r_frame_rate"))
				h->track[id - 1].frame_rate_mhz =
				    rate_mhz(value);
		} else if (type == -2) {
			(void)get_text(&c);
			(void)get_text(&c);
		} else if (type == -3) {
			(void)nut_get_s(&c);
		} else if (type < -3) {
			(void)nut_get_v(&c);
			if (type < -4)
				(void)nut_get_s(&c);
		}
	}
}

int
nut_head_syncpoint(struct nut_head *h, const uint8_t *p, size_t len)
{
	struct nut_cursor c = {.p = p, .end = p + len};
	uint64_t t = nut_get_v(&c);
	uint64_t ticks = t / h->time_bases, base = t % h->time_bases;

	(void)nut_get_v(&c);
	if (c.bad || c.is_short || ticks > INT64_MAX / 4)
		return -1;
	for (size_t i = 0; i < h->tracks; i++) {
		const struct nut_stream *s = &h->stream[i];
		/* Both below 2^31, so that their products fit. */
		__extension__ typedef unsigned __int128 wide;
		wide x = (wide)ticks * h->time_base[base].num *
			 h->time_base[s->time_base].den /
			 ((uint64_t)h->time_base[base].den *
			     h->time_base[s->time_base].num);

		if (x > INT64_MAX / 4)
			return -1;
		h->stream[i].last_pts = (int64_t)x;
	}
	return 0;
}
