#include "av1.h"
#include "feed_own.h"

#include <errno.h>

/* Temporal units of AV1, and frames of VP9. */

/* Take the record that sequence header OBU makes. */
static void
take_sequence(struct feed *f, const struct av1_obu *obu)
{
	buf_reset(&f->next);
	if (av1_config_build(&f->next, obu) == 0)
		feed_take(f, 0, 0);
}

static void
obu_header(struct feed *f, const struct media_track *t)
{
	struct av1_sequence s;
	struct av1_obu obu;

	/* What it has beside the sequence header is in the stream, too. */
	if (av1_config_parse(&s, &obu, t->config, t->config_len) == 0 &&
	    obu.p != NULL)
		take_sequence(f, &obu);
}

/* What a sample has none of (the binding, 2.4). */
static bool
idle(unsigned type)
{
	return type == AV1_DELIMITER || type == AV1_PADDING ||
	       type == AV1_TILE_LIST || type == AV1_REDUNDANT_HEADER;
}

/* The sequence header that is in force, for a keyframe that has none. */
static void
put_sequence(const struct feed *f, struct buf *out)
{
	struct av1_sequence s;
	struct av1_obu obu;

	if (av1_config_parse(&s, &obu, f->record.p, f->record.len) == 0 &&
	    obu.p != NULL)
		av1_obu_put(out, &obu);
}

static int
obu_unit(
    struct feed *f, const uint8_t **p, size_t *n, bool key, struct buf *out)
{
	bool headed = false;
	struct av1_obus it;
	struct av1_obu obu;

	av1_obus_init(&it, *p, *n);
	while (av1_obus_next(&it, &obu)) {
		if (idle(obu.type))
			continue;
		if (obu.type == AV1_SEQUENCE) {
			if (key && !headed)
				take_sequence(f, &obu);
			headed = true;
		} else if (key && !headed &&
			   (obu.type == AV1_FRAME ||
			       obu.type == AV1_FRAME_HEADER)) {
			put_sequence(f, out);
			headed = true;
		}
		av1_obu_put(out, &obu);
	}
	if (it.bad) {
		errno = EBADMSG;
		return -1;
	}
	*p += *n;
	*n = 0;
	return 0;
}

/* The record is made of keyframes: only they tell the size. */
static void
vp9_header(struct feed *f, const struct media_track *t)
{
	if (vp9_config_parse(&f->vp9, t->config, t->config_len) == -1)
		f->vp9 = (struct vp9_config){.depth = 0};
}

static int
vp9_unit(
    struct feed *f, const uint8_t **p, size_t *n, bool key, struct buf *out)
{
	struct vp9_config c;

	if (key) {
		if (vp9_key_parse(&c, *p, *n) == -1)
			return -1;
		/* Of light, and of a level, the file may know more. */
		if (f->vp9.profile == c.profile && f->vp9.depth == c.depth) {
			c.level = f->vp9.level;
			c.chroma = f->vp9.chroma;
			c.colour = f->vp9.colour;
		}
		buf_reset(&f->next);
		if (vp9_config_build(&f->next, &c, f->track.frame_rate_mhz) ==
		    0)
			feed_take(f, c.width, c.height);
	}
	(void)buf_put(out, *p, *n);
	*p += *n;
	*n = 0;
	return 0;
}

const struct feed_kind feed_obu = {obu_header, obu_unit};
const struct feed_kind feed_vp9 = {vp9_header, vp9_unit};
