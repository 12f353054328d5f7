#include "avc.h"
#include "rbsp.h"

#include <errno.h>

enum {
	AVC_NAL_HEAD = 1,
	MAX_SIDE = 16384, /* pixels */
	MAX_DPB_FRAMES = 16
};

int
avc_set_id(const struct avc_nal *nal)
{
	struct rbsp r;
	uint32_t id;

	rbsp_init(&r, nal->p, nal->len, AVC_NAL_HEAD);
	if (nal->type == AVC_SPS)
		bits_skip(&r.bits, 24);
	id = bits_ue(&r.bits);
	if (r.bits.bad || id >= (nal->type == AVC_SPS ? 32 : 256))
		return -1;
	return (int)id;
}

/* 7.3.2.1.1.1: read for its length only. */
static void
scaling_lists(struct bits *b, unsigned lists)
{
	for (unsigned i = 0; i < lists; i++) {
		int last = 8, next = 8;

		if (bits_get(b, 1) == 0)
			continue;
		for (unsigned j = 0; j < (i < 6 ? 16u : 64u); j++) {
			if (next != 0)
				next = (int)(((unsigned)last +
						 (unsigned)bits_se(b)) &
					     0xff);
			last = next != 0 ? next : last;
		}
	}
}

/* E.1.2: read for its length only. */
static void
hrd(struct bits *b)
{
	uint32_t n = bits_ue(b);

	if (n > 31) {
		b->bad = true;
		return;
	}
	bits_skip(b, 8);
	for (uint32_t i = 0; i <= n && !b->bad; i++) {
		(void)bits_ue(b);
		(void)bits_ue(b);
		bits_skip(b, 1);
	}
	bits_skip(b, 20);
}

/*
 * E.1.1.  *REORDER changes only when the VUI says it.  What goes bad in
 * here leaves S with what was read before: encoders cut their VUI short.
 */
static void
vui(struct bits *b, struct avc_sps *s, unsigned *reorder)
{
	unsigned nal_hrd, vcl_hrd;

	rbsp_aspect(b, &s->sar_width, &s->sar_height);
	if (bits_get(b, 1)) /* overscan_info_present_flag */
		bits_skip(b, 1);
	if (bits_get(b, 1)) { /* video_signal_type_present_flag */
		bits_skip(b, 4);
		if (bits_get(b, 1))
			bits_skip(b, 24);
	}
	if (bits_get(b, 1)) { /* chroma_loc_info_present_flag */
		(void)bits_ue(b);
		(void)bits_ue(b);
	}
	if (bits_get(b, 1)) { /* timing_info_present_flag */
		uint64_t units = bits_get(b, 32), scale = bits_get(b, 32);

		/* Two ticks are a frame (E-37). */
		if (!b->bad && units > 0 && scale * 500 / units <= 1000000000) {
			s->frame_rate_mhz = (unsigned)(scale * 500 / units);
			s->frame_rate_num = scale;
			s->frame_rate_den = 2 * units;
		}
		bits_skip(b, 1);
	}
	if ((nal_hrd = bits_get(b, 1)) != 0)
		hrd(b);
	if ((vcl_hrd = bits_get(b, 1)) != 0)
		hrd(b);
	if (nal_hrd || vcl_hrd)
		bits_skip(b, 1);
	bits_skip(b, 1);      /* pic_struct_present_flag */
	if (bits_get(b, 1)) { /* bitstream_restriction_flag */
		uint32_t n;

		bits_skip(b, 1);
		for (int i = 0; i < 4; i++)
			(void)bits_ue(b);
		n = bits_ue(b);
		if (!b->bad && n <= MAX_DPB_FRAMES)
			*reorder = n;
	}
}

/* A.3.1 h): how many frames of MBS macroblocks the decoder holds. */
static unsigned
dpb_frames(unsigned level, unsigned mbs)
{
	static const struct {
		unsigned level, mbs;
	} table[] = {{10, 396}, {11, 900}, {12, 2376}, {13, 2376}, {20, 2376},
	    {21, 4752}, {22, 8100}, {30, 8100}, {31, 18000}, {32, 20480},
	    {40, 32768}, {41, 32768}, {42, 34816}, {50, 110400}, {51, 184320},
	    {52, 184320}, {60, 696320}, {61, 696320}, {62, 696320}};
	unsigned n = MAX_DPB_FRAMES;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].level == level)
			n = table[i].mbs / mbs;
	return n < MAX_DPB_FRAMES ? n : MAX_DPB_FRAMES;
}

/* True for the profiles that tell their chroma format. */
static bool
high_profile(unsigned profile)
{
	static const uint8_t high[] = {
	    100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};

	for (size_t i = 0; i < sizeof(high); i++)
		if (high[i] == profile)
			return true;
	return false;
}

int
avc_sps_parse(struct avc_sps *out, const uint8_t *p, size_t len)
{
	struct avc_sps s = {
	    .chroma_format = 1, .luma_depth = 8, .chroma_depth = 8};
	struct rbsp r;
	struct bits *b = &r.bits;
	uint32_t poc_type, refs, width, height, crop[4] = {0}, x, y;
	bool frames_only;

	if (len < 4 || (p[0] & 0x1f) != AVC_SPS)
		goto bad;
	rbsp_init(&r, p, len, AVC_NAL_HEAD);
	s.profile = bits_get(b, 8);
	s.constraints = bits_get(b, 8);
	s.level = bits_get(b, 8);
	s.id = bits_ue(b);
	if (high_profile(s.profile)) {
		s.chroma_format = bits_ue(b);
		if (s.chroma_format == 3)
			s.planes = bits_get(b, 1);
		if ((s.luma_depth = 8 + bits_ue(b)) < 8 ||
		    (s.chroma_depth = 8 + bits_ue(b)) < 8)
			goto bad;
		bits_skip(b, 1);
		if (bits_get(b, 1))
			scaling_lists(b, s.chroma_format == 3 ? 12 : 8);
	}
	s.frame_num_bits = 4 + bits_ue(b);
	if ((poc_type = bits_ue(b)) == 0) {
		(void)bits_ue(b);
	} else if (poc_type == 1) {
		uint32_t n;

		bits_skip(b, 1);
		(void)bits_se(b);
		(void)bits_se(b);
		if ((n = bits_ue(b)) > 255)
			goto bad;
		for (uint32_t i = 0; i < n; i++)
			(void)bits_se(b);
	}
	refs = bits_ue(b);
	bits_skip(b, 1);
	width = bits_ue(b);
	height = bits_ue(b);
	s.frames_only = frames_only = bits_get(b, 1);
	if (!frames_only)
		bits_skip(b, 1);
	bits_skip(b, 1);
	if (b->bad || s.id > 31 || s.chroma_format > 3 || s.luma_depth > 14 ||
	    s.chroma_depth > 14 || poc_type > 2 || refs > MAX_DPB_FRAMES ||
	    s.frame_num_bits > 16 || width >= MAX_SIDE / 16 ||
	    height >= MAX_SIDE / 16)
		goto bad;
	s.width = 16 * (width + 1);
	s.height = 16 * (height + 1) * (frames_only ? 1 : 2);
	if (bits_get(b, 1)) /* frame_cropping_flag */
		for (int i = 0; i < 4; i++)
			if ((crop[i] = bits_ue(b)) > MAX_SIDE)
				goto bad;
	if (b->bad)
		goto bad;
	/* 7-19 to 7-22: the units of cropping follow the chroma samples. */
	x = s.planes || s.chroma_format == 0 || s.chroma_format == 3 ? 1 : 2;
	y = (s.planes || s.chroma_format != 1 ? 1u : 2u) *
	    (frames_only ? 1 : 2);
	if ((crop[0] + crop[1]) * x >= s.width ||
	    (crop[2] + crop[3]) * y >= s.height)
		goto bad;
	/*
	 * What is said of reordering comes last.  Until then: none where the
	 * profile has no B slices or output follows decoding (8.2.1), else what
	 * the decoder must hold, which no more than its references can bring.
	 */
	s.reorder_frames = dpb_frames(
	    s.level, (width + 1) * (height + 1) * (frames_only ? 1 : 2));
	if (s.reorder_frames > refs)
		s.reorder_frames = refs;
	if (s.profile == 66 || poc_type == 2)
		s.reorder_frames = 0;
	s.width -= (crop[0] + crop[1]) * x;
	s.height -= (crop[2] + crop[3]) * y;
	if (!b->bad && bits_get(b, 1))
		vui(b, &s, &s.reorder_frames);
	*out = s;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}
