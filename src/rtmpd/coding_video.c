#include "av1.h"
#include "avc.h"
#include "coding_own.h"
#include "hevc.h"
#include "vp9.h"

#include <errno.h>
#include <string.h>

enum { MHZ_MAX = 1000000 };

static unsigned
frame_rate_mhz(uint64_t num, uint64_t den)
{
	if (den == 0 || num / den >= MHZ_MAX / 1000)
		return 0;
	return (unsigned)(num * 1000 / den);
}

int
coding_h264_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	struct avc_config a;

	if (avc_config_parse(&a, p, len) == -1)
		return coding_refuse(
		    why, EBADMSG, "the H.264 configuration is malformed");
	c->width = a.sps.width;
	c->height = a.sps.height;
	c->reorder = a.sps.reorder_frames;
	c->frame_rate_mhz = a.sps.frame_rate_mhz;
	c->nal_length_bytes = a.length_size;
	c->complete = true;
	return coding_keep(c, p, len);
}

/* The lengths must fit, and there must be a picture. */
enum coding_verdict
coding_h264_frame(struct coding_config *c, struct coding_frame *f)
{
	bool slices = false;
	struct avc_nals it;
	struct avc_nal nal;

	avc_nals_init(&it, f->p, f->len, c->nal_length_bytes);
	while (avc_nals_next(&it, &nal)) {
		slices =
		    slices || (nal.type >= AVC_SLICE && nal.type <= AVC_IDR);
		if (nal.type == AVC_IDR)
			f->key = true;
	}
	return slices && !it.bad ? CODING_GOOD : CODING_BAD;
}

int
coding_hevc_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	const struct media_track t = {.config = p, .config_len = len};
	struct codec_facts facts;
	struct hevc_config h;

	if (hevc_config_parse(&h, p, len) == -1 || h.length_size == 0)
		return coding_refuse(
		    why, EBADMSG, "the HEVC configuration is malformed");
	if (hevc_facts(&facts, &t) == -1)
		return coding_refuse(why, ENOTSUP,
		    "HEVC whose configuration lacks parameter sets is not "
		    "supported");
	c->width = h.sps.width;
	c->height = h.sps.height;
	c->reorder = h.sps.reorder_frames;
	c->frame_rate_mhz = h.sps.frame_rate_mhz;
	c->nal_length_bytes = h.length_size;
	c->complete = true;
	return coding_keep(c, p, len);
}

enum coding_verdict
coding_hevc_frame(struct coding_config *c, struct coding_frame *f)
{
	bool slices = false;
	struct avc_nals it;
	struct avc_nal nal;

	avc_nals_init(&it, f->p, f->len, c->nal_length_bytes);
	while (hevc_nals_next(&it, &nal)) {
		slices = slices || nal.type <= HEVC_VCL_LAST;
		if (nal.type >= HEVC_IRAP_FIRST && nal.type <= HEVC_IRAP_LAST)
			f->key = true;
	}
	return slices && !it.bad ? CODING_GOOD : CODING_BAD;
}

/* What P says: a record, or OBUs of which one is a sequence header. */
static int
av1_learn(struct coding_config *c, const uint8_t *p, size_t len)
{
	struct av1_sequence s;
	struct av1_obu obu;

	if (av1_config_parse(&s, &obu, p, len) == -1)
		return -1;
	c->width = s.width;
	c->height = s.height;
	c->frame_rate_mhz = frame_rate_mhz(s.frame_rate_num, s.frame_rate_den);
	c->complete = s.width != 0;
	return 0;
}

int
coding_av1_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	if (av1_learn(c, p, len) == -1)
		return coding_refuse(
		    why, EBADMSG, "the AV1 configuration is malformed");
	return coding_keep(c, p, len);
}

/*
 * Tag and length, then what the record begins with; the sequence header comes
 * with the first keyframe, and tells the same.
 */
int
coding_av1_descriptor(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	enum { TAG = 0x80, LENGTH = 4 };

	(void)c;
	if (len >= 2 + LENGTH && p[0] == TAG && p[1] >= LENGTH && p[2] == 0x81)
		return 0;
	return coding_refuse(why, EBADMSG, "the AV1 descriptor is malformed");
}

/* Have the record of the sequence header in F. */
static enum coding_verdict
av1_follow(struct coding_config *c, const struct coding_frame *f)
{
	enum coding_verdict verdict = CODING_GOOD;
	struct av1_sequence s;
	struct av1_obu obu;
	struct buf b;

	buf_init(&b, sizeof(c->record));
	if (av1_sequence_find(&s, &obu, f->p, f->len) == 0 &&
	    av1_config_build(&b, &obu) == 0 && av1_learn(c, b.p, b.len) == 0 &&
	    (c->record_len != b.len || memcmp(c->record, b.p, b.len) != 0))
		verdict = coding_keep(c, b.p, b.len) == 0 ? CODING_CHANGED
							  : CODING_BAD;
	buf_fini(&b);
	return verdict;
}

/* A temporal unit; the delimiter before it is left out. */
enum coding_verdict
coding_av1_frame(struct coding_config *c, struct coding_frame *f)
{
	bool frames = false;
	struct av1_obus it;
	struct av1_obu obu;

	av1_obus_init(&it, f->p, f->len);
	while (av1_obus_next(&it, &obu)) {
		if (obu.type == AV1_DELIMITER && obu.p == f->p) {
			f->p += obu.len;
			f->len -= obu.len;
		}
		frames = frames || obu.type == AV1_FRAME ||
			 obu.type == AV1_FRAME_HEADER;
	}
	if (it.bad || !frames)
		return CODING_BAD;
	if (!c->complete)
		c->by_frames = true;
	return c->by_frames && f->key ? av1_follow(c, f) : CODING_GOOD;
}

/* Its record does not say how large pictures are: keyframes do. */
int
coding_vp9_configure(
    struct coding_config *c, const uint8_t *p, size_t len, const char **why)
{
	struct vp9_config v;

	if (len > 0 && vp9_config_parse(&v, p, len) == -1)
		return coding_refuse(
		    why, EBADMSG, "the VP9 configuration is malformed");
	return coding_keep(c, p, len);
}

/* Keyframe F says V, and there was no record of it. */
static int
vp9_record(struct coding_config *c, const struct vp9_config *v)
{
	struct buf b;
	int rc = -1;

	buf_init(&b, sizeof(c->record));
	if (vp9_config_build(&b, v, 0) == 0)
		rc = coding_keep(c, b.p, b.len);
	buf_fini(&b);
	return rc;
}

enum coding_verdict
coding_vp9_frame(struct coding_config *c, struct coding_frame *f)
{
	struct vp9_config v;

	if (f->len == 0)
		return CODING_BAD;
	f->key = vp9_is_key(f->p, f->len);
	if (!f->key)
		return CODING_GOOD;
	if (vp9_key_parse(&v, f->p, f->len) == -1)
		return CODING_BAD;
	if (v.width == c->width && v.height == c->height)
		return CODING_GOOD;
	c->by_frames = c->by_frames || c->record_len == 0;
	if (c->by_frames && vp9_record(c, &v) == -1)
		return CODING_BAD;
	c->width = v.width;
	c->height = v.height;
	c->complete = true;
	return CODING_CHANGED;
}
