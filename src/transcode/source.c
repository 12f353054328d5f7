#include "source.h"
#include "hevc.h"
#include "params.h"

#include <stdlib.h>
#include <string.h>

/* Frame rates above this are a clock's, and nobody's. */
enum { MAX_MHZ = 300000 };

/* What frames are like, as their parameter sets say. */
struct shape {
	unsigned width, height, chroma_format, depth; /* width 0: not known */
};

struct source {
	struct media_track track;
	struct params *params; /* NULL: none of those codecs */
	unsigned length_size;  /* of its NAL units; 0: Annex B */
	struct shape shape;
	struct buf record;
	uint8_t config[];
};

/* Take in what record P says, as far as it is one.  Its shape. */
static struct shape
look(struct source *s, const uint8_t *p, size_t len, bool first)
{
	struct hevc_config hevc;
	struct avc_config avc;

	if (s->track.codec == MEDIA_HEVC &&
	    hevc_config_parse(&hevc, p, len) == 0) {
		if (first) {
			s->length_size = hevc.length_size;
			(void)params_load(s->params, hevc.set, hevc.sets);
		}
		return (struct shape){hevc.sps.width, hevc.sps.height,
		    hevc.sps.chroma_format, hevc.sps.luma_depth};
	}
	if (s->track.codec == MEDIA_H264 &&
	    avc_config_parse(&avc, p, len) == 0) {
		if (first) {
			s->length_size = avc.length_size;
			(void)params_load(s->params, avc.set, avc.sets);
			if (s->track.frame_rate_mhz == 0 &&
			    avc.sps.frame_rate_mhz <= MAX_MHZ)
				s->track.frame_rate_mhz =
				    avc.sps.frame_rate_mhz;
		}
		return (struct shape){avc.sps.width, avc.sps.height,
		    avc.sps.chroma_format, avc.sps.luma_depth};
	}
	return (struct shape){0};
}

static void
set_shape(struct source *s, const struct shape *shape)
{
	if (shape->width == 0)
		return;
	s->shape = *shape;
	s->track.width = shape->width;
	s->track.height = shape->height;
}

struct source *
source_open(const struct media_track *t)
{
	struct source *s = calloc(1, sizeof(*s) + t->config_len);
	struct shape shape;

	if (s == NULL)
		return NULL;
	s->track = *t;
	if (s->track.frame_rate_mhz > MAX_MHZ)
		s->track.frame_rate_mhz = 0;
	if (t->config_len > 0)
		memcpy(s->config, t->config, t->config_len);
	s->track.config = s->config;
	buf_init(&s->record, MEDIA_MAX_CONFIG);
	if (t->codec != MEDIA_H264 && t->codec != MEDIA_HEVC)
		return s;
	if ((s->params = params_open(t->codec)) == NULL) {
		free(s);
		return NULL;
	}
	shape = look(s, s->config, t->config_len, true);
	set_shape(s, &shape);
	return s;
}

void
source_close(struct source *s)
{
	if (s == NULL)
		return;
	params_close(s->params);
	buf_fini(&s->record);
	free(s);
}

/* Other parameter sets are in force: the header would say them. */
static bool
renew(struct source *s)
{
	struct shape before = s->shape, shape;

	buf_reset(&s->record);
	if (params_record(s->params, &s->record) == -1)
		return false;
	shape = look(s, s->record.p, s->record.len, false);
	set_shape(s, &shape);
	/* In Annex B's form the stream says them all, again and again. */
	s->track.config = s->record.p;
	s->track.config_len = s->length_size > 0 ? s->record.len : 0;
	return before.width != 0 &&
	       (before.width != s->shape.width ||
		   before.height != s->shape.height ||
		   before.chroma_format != s->shape.chroma_format ||
		   before.depth != s->shape.depth);
}

bool
source_keyframe(struct source *s, const uint8_t *p, size_t len)
{
	bool changed = false;
	struct avc_nals it;
	struct avc_nal nal;

	if (s->params == NULL)
		return false;
	avc_nals_init(&it, p, len, s->length_size);
	while (s->track.codec == MEDIA_HEVC ? hevc_nals_next(&it, &nal)
					    : avc_nals_next(&it, &nal))
		if (params_are(s->params, nal.type) &&
		    params_put(s->params, &nal) == 1)
			changed = true;
	return changed && renew(s);
}

const struct media_track *
source_track(const struct source *s)
{
	return &s->track;
}
