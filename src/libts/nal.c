#include "nal.h"
#include "bits.h"
#include "hevc.h"

enum {
	AVC_END_OF_SEQUENCE = 10,
	AVC_END_OF_STREAM = 11,
	AVC_PREFIX = 14, /* 14 to 18 come before a picture */
	AVC_RESERVED_18 = 18,
	HEVC_END_OF_SEQUENCE = 36,
	HEVC_END_OF_STREAM = 37,
	HEVC_IDR_W_RADL = 19,
	HEVC_IDR_N_LP = 20,
	SEI_RECOVERY_POINT = 6,
	SLICE_BYTES = 32 /* of a slice's head that are looked at */
};

static unsigned
look_avc(const uint8_t *p)
{
	unsigned type = p[0] & 0x1f;

	switch (type) {
	case AVC_IDR:
		/* A picture's first slice begins with macroblock 0: ue(0). */
		return NAL_SLICE | NAL_KEY | NAL_IDR |
		       (p[1] & 0x80 ? NAL_BEGINS : 0u);
	case AVC_SLICE:
	case 2: /* the first part of a partitioned one */
		return NAL_SLICE | (p[1] & 0x80 ? NAL_BEGINS : 0u);
	case AVC_AUD:
		return NAL_USELESS | NAL_BEGINS;
	case AVC_SPS:
	case AVC_PPS:
		return NAL_SET | NAL_BEGINS;
	case AVC_FILLER:
	case AVC_END_OF_SEQUENCE:
	case AVC_END_OF_STREAM:
		return NAL_USELESS;
	case AVC_SEI:
		return NAL_BEGINS;
	default:
		return type >= AVC_PREFIX && type <= AVC_RESERVED_18
			   ? NAL_BEGINS
			   : 0;
	}
}

static unsigned
look_hevc(const uint8_t *p)
{
	unsigned type = p[0] >> 1 & 0x3f;
	bool first = (p[2] & 0x80) != 0; /* first_slice_segment_in_pic_flag */

	/* Other layers are for others. */
	if ((p[0] & 1) != 0 || p[1] >> 3 != 0)
		return NAL_USELESS;
	if (type <= HEVC_VCL_LAST)
		return NAL_SLICE | (first ? NAL_BEGINS : 0u) |
		       (type >= HEVC_IRAP_FIRST && type <= HEVC_IRAP_LAST
			       ? NAL_KEY
			       : 0u) |
		       (type == HEVC_IDR_W_RADL || type == HEVC_IDR_N_LP
			       ? NAL_IDR
			       : 0u);
	switch (type) {
	case HEVC_VPS:
	case HEVC_SPS:
	case HEVC_PPS:
		return NAL_SET | NAL_BEGINS;
	case HEVC_AUD:
		return NAL_USELESS | NAL_BEGINS;
	case HEVC_END_OF_SEQUENCE:
	case HEVC_END_OF_STREAM:
	case HEVC_FILLER:
		return NAL_USELESS;
	case HEVC_SEI_PREFIX:
		return NAL_BEGINS;
	default:
		return (type >= 41 && type <= 44) || (type >= 48 && type <= 55)
			   ? NAL_BEGINS
			   : 0;
	}
}

unsigned
nal_look(enum media_codec codec, const uint8_t *p, size_t n)
{
	if (n < NAL_PEEK)
		return NAL_USELESS;
	return codec == MEDIA_H264 ? look_avc(p) : look_hevc(p);
}

bool
nal_recovery(const uint8_t *p, size_t n)
{
	size_t i = 1;

	if (n < 1 || (p[0] & 0x1f) != AVC_SEI)
		return false;
	/* Messages one after the other; none of ours has 0x03 in its head. */
	while (i + 2 < n) {
		unsigned type = 0, size = 0;

		for (; i < n && p[i] == 0xff; i++)
			type += 0xff;
		if (i < n)
			type += p[i++];
		for (; i < n && p[i] == 0xff; i++)
			size += 0xff;
		if (i < n)
			size += p[i++];
		if (type == SEI_RECOVERY_POINT)
			return true;
		if (size > n - i)
			break;
		i += size;
	}
	return false;
}

bool
nal_slice_parse(
    struct nal_slice *h, const struct avc_sps *s, const uint8_t *p, size_t n)
{
	uint8_t bytes[SLICE_BYTES];
	size_t len = 0;
	unsigned zeros = 0, type;
	struct bits b;

	for (size_t i = 1; i < n && len < sizeof(bytes); i++) {
		bool escape = zeros >= 2 && p[i] == 3;

		zeros = p[i] == 0 ? zeros + 1 : 0;
		if (!escape)
			bytes[len++] = p[i];
	}
	bits_init(&b, bytes, len);
	(void)bits_ue(&b); /* first_mb_in_slice */
	type = bits_ue(&b) % 5;
	(void)bits_ue(&b); /* pic_parameter_set_id */
	bits_skip(&b, s->planes ? 2 : 0);
	*h = (struct nal_slice){.intra = type == 2 || type == 4};
	h->frame_num = bits_get(&b, s->frame_num_bits);
	if (!s->frames_only && (h->field = bits_get(&b, 1)))
		h->bottom = bits_get(&b, 1);
	return !b.bad;
}
