#include "av1.h"
#include "bits.h"

#include <errno.h>

enum {
	LEVEL_WITH_TIER = 7, /* above it there are two tiers */
	CHOOSE_BY_FRAME = 1
};

/* 5.5.3 and 5.5.4; *DELAY_BITS is 0 when there is no decoder model. */
static void
timing(struct bits *b, struct av1_sequence *s, unsigned *delay_bits)
{
	uint64_t units = bits_get(b, 32), scale = bits_get(b, 32);

	if (bits_get(b, 1)) { /* equal_picture_interval */
		units *= (uint64_t)bits_ue(b) + 1;
		if (!b->bad && units > 0 && units <= UINT32_MAX && scale > 0) {
			s->frame_rate_num = scale;
			s->frame_rate_den = units;
		}
	}
	if (bits_get(b, 1)) { /* decoder_model_info_present_flag */
		*delay_bits = bits_get(b, 5) + 1;
		bits_skip(b, 32 + 5 + 5);
	}
}

static void
operating_points(struct bits *b, struct av1_sequence *s)
{
	unsigned delay_bits = 0, n;
	bool delays;

	if (bits_get(b, 1)) /* timing_info_present_flag */
		timing(b, s, &delay_bits);
	delays = bits_get(b, 1);
	n = bits_get(b, 5) + 1;
	for (unsigned i = 0; i < n; i++) {
		unsigned level, tier;

		bits_skip(b, 12);
		level = bits_get(b, 5);
		tier = level > LEVEL_WITH_TIER ? bits_get(b, 1) : 0;
		if (i == 0) {
			s->level = level;
			s->tier = tier;
		}
		if (delay_bits > 0 && bits_get(b, 1))
			bits_skip(b, 2 * (size_t)delay_bits + 1);
		if (delays && bits_get(b, 1))
			bits_skip(b, 4);
	}
}

/* From the size to the colours: read for its length only. */
static void
tools(struct bits *b, bool reduced)
{
	unsigned screen = CHOOSE_BY_FRAME;
	bool order_hint;

	if (!reduced && bits_get(b, 1)) /* frame_id_numbers_present_flag */
		bits_skip(b, 4 + 3);
	bits_skip(b, 3);
	if (!reduced) {
		bits_skip(b, 4);
		order_hint = bits_get(b, 1);
		bits_skip(b, order_hint ? 2 : 0);
		if (bits_get(b, 1) == 0) /* seq_choose_screen_content_tools */
			screen = bits_get(b, 1);
		if (screen > 0 && bits_get(b, 1) == 0)
			bits_skip(b, 1); /* seq_force_integer_mv */
		bits_skip(b, order_hint ? 3 : 0);
	}
	bits_skip(b, 3);
}

/* 5.5.2 */
static void
colours(struct bits *b, struct av1_sequence *s)
{
	struct colour *c = &s->colour;

	s->depth = bits_get(b, 1) ? 10 : 8;
	if (s->profile == 2 && s->depth == 10 && bits_get(b, 1))
		s->depth = 12;
	s->mono = s->profile != 1 && bits_get(b, 1);
	*c = colour_unsaid();
	if (bits_get(b, 1)) {
		c->primaries = bits_get(b, 8);
		c->transfer = bits_get(b, 8);
		c->matrix = bits_get(b, 8);
	}
	s->subsampled_x = s->subsampled_y = true;
	if (s->mono) {
		c->full_range = bits_get(b, 1);
		return;
	}
	if (c->primaries == COLOUR_BT709 && c->transfer == COLOUR_SRGB &&
	    c->matrix == COLOUR_RGB) {
		c->full_range = true;
		s->subsampled_x = s->subsampled_y = false;
		return;
	}
	c->full_range = bits_get(b, 1);
	if (s->profile == 1) {
		s->subsampled_x = s->subsampled_y = false;
	} else if (s->profile == 2) {
		s->subsampled_x = s->depth < 12 || bits_get(b, 1);
		s->subsampled_y =
		    s->depth == 12 && s->subsampled_x && bits_get(b, 1);
	}
	if (s->subsampled_x && s->subsampled_y)
		s->chroma_position = bits_get(b, 2);
}

int
av1_sequence_parse(struct av1_sequence *out, const uint8_t *p, size_t len)
{
	struct av1_sequence s = {.profile = 0};
	unsigned width_bits, height_bits;
	struct bits b;
	bool reduced;

	bits_init(&b, p, len);
	s.profile = bits_get(&b, 3);
	bits_skip(&b, 1);
	reduced = bits_get(&b, 1);
	if (reduced)
		s.level = bits_get(&b, 5);
	else
		operating_points(&b, &s);
	width_bits = bits_get(&b, 4) + 1;
	height_bits = bits_get(&b, 4) + 1;
	s.width = bits_get(&b, width_bits) + 1;
	s.height = bits_get(&b, height_bits) + 1;
	tools(&b, reduced);
	colours(&b, &s);
	bits_skip(&b, 1); /* film_grain_params_present */
	if (b.bad || s.profile > 2 || s.width > UINT16_MAX ||
	    s.height > UINT16_MAX) {
		errno = EBADMSG;
		return -1;
	}
	*out = s;
	return 0;
}

int
av1_facts(struct codec_facts *f, const struct media_track *t)
{
	struct av1_sequence s;
	struct av1_obu obu;

	if (av1_config_parse(&s, &obu, t->config, t->config_len) == -1)
		return -1;
	if (s.width == 0) {
		errno = EBADMSG;
		return -1;
	}
	*f = (struct codec_facts){.width = s.width,
	    .height = s.height,
	    .depth = s.depth,
	    .frame_rate_num = s.frame_rate_num,
	    .frame_rate_den = s.frame_rate_den,
	    .colour = s.colour};
	return 0;
}
