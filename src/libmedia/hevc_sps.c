#include "hevc.h"
#include "rbsp.h"

#include <errno.h>
#include <string.h>

enum {
	NAL_HEAD = 2,
	MAX_SIDE = 16384, /* pixels */
	MAX_DPB_PICTURES = 16,
	MAX_SUBLAYERS = 7,
	MAX_SHORT_TERM_SETS = 64,
	MAX_LONG_TERM = 32,
	MAX_DELTAS = 16, /* pictures in a reference picture set */
	MAX_POC_LSB = 16
};

int
hevc_set_id(const struct avc_nal *nal)
{
	struct hevc_sps sps;
	struct rbsp r;
	uint32_t id, max;

	if (nal->type == HEVC_SPS)
		return hevc_sps_parse(&sps, nal->p, nal->len) == -1
			   ? -1
			   : (int)sps.id;
	rbsp_init(&r, nal->p, nal->len, NAL_HEAD);
	switch (nal->type) {
	case HEVC_VPS:
		id = bits_get(&r.bits, 4);
		max = 15;
		break;
	case HEVC_PPS:
		id = bits_ue(&r.bits);
		max = 63;
		break;
	case HEVC_SEI_PREFIX:
		id = bits_get(&r.bits, 8);
		max = 254; /* 255 begins a longer number */
		break;
	default:
		return -1;
	}
	return r.bits.bad || id > max ? -1 : (int)id;
}

/* 7.3.3, of SUBLAYERS; what is said of each but the last is passed over. */
static void
profile_tier_level(struct bits *b, struct hevc_sps *s)
{
	bool profile[MAX_SUBLAYERS] = {false}, level[MAX_SUBLAYERS] = {false};

	for (size_t i = 0; i < sizeof(s->profile_tier_level); i++)
		s->profile_tier_level[i] = (uint8_t)bits_get(b, 8);
	if (s->sublayers == 1)
		return;
	for (unsigned i = 0; i < s->sublayers - 1; i++) {
		profile[i] = bits_get(b, 1);
		level[i] = bits_get(b, 1);
	}
	bits_skip(b, (size_t)2 * (9 - s->sublayers));
	for (unsigned i = 0; i < s->sublayers - 1; i++) {
		bits_skip(b, profile[i] ? 88 : 0);
		bits_skip(b, level[i] ? 8 : 0);
	}
}

/* 7.3.4: read for its length only. */
static void
scaling_lists(struct bits *b)
{
	for (unsigned size = 0; size < 4; size++) {
		unsigned n = size == 0 ? 16 : 64;

		for (unsigned i = 0; i < 6; i += size == 3 ? 3 : 1) {
			if (bits_get(b, 1) == 0) {
				(void)bits_ue(b);
				continue;
			}
			if (size > 1)
				(void)bits_se(b);
			for (unsigned j = 0; j < n; j++)
				(void)bits_se(b);
		}
	}
}

/* 7.3.7, set I, after one of DELTAS pictures: how many this one has. */
static unsigned
short_term_set(struct bits *b, unsigned i, unsigned deltas)
{
	uint32_t negative, positive;
	unsigned n = 0;

	if (i > 0 && bits_get(b, 1)) {
		bits_skip(b, 1);
		(void)bits_ue(b);
		for (unsigned j = 0; j <= deltas; j++)
			/* Used by this picture, or at least by later ones. */
			n += bits_get(b, 1) || bits_get(b, 1);
	} else {
		negative = bits_ue(b);
		positive = bits_ue(b);
		if (negative > MAX_DELTAS || positive > MAX_DELTAS) {
			b->bad = true;
			return 0;
		}
		n = negative + positive;
		for (unsigned j = 0; j < n; j++) {
			(void)bits_ue(b);
			bits_skip(b, 1);
		}
	}
	if (n > MAX_DELTAS)
		b->bad = true;
	return n;
}

/* From the sizes of blocks to the VUI: read for its length only. */
static void
tools(struct bits *b, unsigned poc_bits)
{
	uint32_t n;
	unsigned deltas = 0;

	for (int i = 0; i < 6; i++)
		(void)bits_ue(b);
	if (bits_get(b, 1) && bits_get(b, 1))
		scaling_lists(b);
	bits_skip(b, 2);
	if (bits_get(b, 1)) { /* pcm_enabled_flag */
		bits_skip(b, 8);
		(void)bits_ue(b);
		(void)bits_ue(b);
		bits_skip(b, 1);
	}
	if ((n = bits_ue(b)) > MAX_SHORT_TERM_SETS)
		b->bad = true;
	for (unsigned i = 0; i < n && !b->bad; i++)
		deltas = short_term_set(b, i, deltas);
	if (bits_get(b, 1)) { /* long_term_ref_pics_present_flag */
		if ((n = bits_ue(b)) > MAX_LONG_TERM)
			b->bad = true;
		for (unsigned i = 0; i < n && !b->bad; i++)
			bits_skip(b, poc_bits + 1);
	}
	bits_skip(b, 2);
}

/* E.2.1 up to the time.  What goes bad in here leaves what was read before. */
static void
vui(struct bits *b, struct hevc_sps *s)
{
	bool fields;

	rbsp_aspect(b, &s->sar_width, &s->sar_height);
	if (bits_get(b, 1)) /* overscan_info_present_flag */
		bits_skip(b, 1);
	if (bits_get(b, 1)) { /* video_signal_type_present_flag */
		struct colour c = colour_unsaid();

		bits_skip(b, 3);
		c.full_range = bits_get(b, 1);
		if (bits_get(b, 1)) {
			c.primaries = bits_get(b, 8);
			c.transfer = bits_get(b, 8);
			c.matrix = bits_get(b, 8);
		}
		if (!b->bad)
			s->colour = c;
	}
	if (bits_get(b, 1)) { /* chroma_loc_info_present_flag */
		(void)bits_ue(b);
		(void)bits_ue(b);
	}
	bits_skip(b, 1);
	fields = bits_get(b, 1);
	bits_skip(b, 1);
	if (bits_get(b, 1)) /* default_display_window_flag */
		for (int i = 0; i < 4; i++)
			(void)bits_ue(b);
	if (bits_get(b, 1)) { /* vui_timing_info_present_flag */
		uint64_t units = bits_get(b, 32), scale = bits_get(b, 32);

		units *= fields ? 2 : 1; /* a picture is but a field */
		if (!b->bad && units > 0 &&
		    scale * 1000 / units <= 1000000000) {
			s->frame_rate_mhz = (unsigned)(scale * 1000 / units);
			s->frame_rate_num = scale;
			s->frame_rate_den = units;
		}
	}
}

/* Cut S to what of it is shown (7.4.3.2.1).  0 or -1. */
static int
crop(struct bits *b, struct hevc_sps *s, bool planes)
{
	uint32_t side[4] = {0}, x, y;

	if (bits_get(b, 1))
		for (int i = 0; i < 4; i++)
			if ((side[i] = bits_ue(b)) > MAX_SIDE)
				return -1;
	x = !planes && (s->chroma_format == 1 || s->chroma_format == 2) ? 2 : 1;
	y = !planes && s->chroma_format == 1 ? 2 : 1;
	if ((side[0] + side[1]) * x >= s->width ||
	    (side[2] + side[3]) * y >= s->height)
		return -1;
	s->width -= (side[0] + side[1]) * x;
	s->height -= (side[2] + side[3]) * y;
	return 0;
}

/* sps_max_num_reorder_pics of the highest sublayer; MAX + 1 when absurd. */
static unsigned
reorder(struct bits *b, unsigned sublayers)
{
	uint32_t n = 0;

	for (unsigned i = bits_get(b, 1) ? 0 : sublayers - 1; i < sublayers;
	     i++) {
		(void)bits_ue(b);
		n = bits_ue(b);
		(void)bits_ue(b);
	}
	return n <= MAX_DPB_PICTURES ? n : MAX_DPB_PICTURES + 1;
}

int
hevc_sps_parse(struct hevc_sps *out, const uint8_t *p, size_t len)
{
	struct hevc_sps s = {.colour = colour_unsaid()};
	struct rbsp r;
	struct bits *b = &r.bits;
	bool planes = false;
	uint32_t poc_bits;

	if (len <= NAL_HEAD || (p[0] >> 1 & 0x3f) != HEVC_SPS)
		goto bad;
	rbsp_init(&r, p, len, NAL_HEAD);
	bits_skip(b, 4);
	s.sublayers = bits_get(b, 3) + 1;
	s.nested = bits_get(b, 1);
	if (s.sublayers > MAX_SUBLAYERS)
		goto bad;
	profile_tier_level(b, &s);
	s.id = bits_ue(b);
	s.chroma_format = bits_ue(b);
	if (s.chroma_format == 3)
		planes = bits_get(b, 1);
	s.width = bits_ue(b);
	s.height = bits_ue(b);
	if (b->bad || s.id > 15 || s.chroma_format > 3 || s.width == 0 ||
	    s.height == 0 || s.width > MAX_SIDE || s.height > MAX_SIDE ||
	    crop(b, &s, planes) == -1)
		goto bad;
	s.luma_depth = bits_ue(b);
	s.chroma_depth = bits_ue(b);
	poc_bits = bits_ue(b) + 4;
	if (b->bad || s.luma_depth > 7 || s.chroma_depth > 7 ||
	    poc_bits > MAX_POC_LSB)
		goto bad;
	s.luma_depth += 8;
	s.chroma_depth += 8;
	s.reorder_frames = reorder(b, s.sublayers);
	if (b->bad || s.reorder_frames > MAX_DPB_PICTURES)
		goto bad;
	tools(b, poc_bits);
	/* Beyond here lies only what one can do without. */
	if (!b->bad && bits_get(b, 1))
		vui(b, &s);
	*out = s;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}
