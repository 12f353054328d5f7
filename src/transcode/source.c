#include "source.h"
#include "hevc.h"
#include "params.h"

#include <stdlib.h>
#include <string.h>

struct source {
	struct media_track track;
	struct params *params; /* NULL: none of those codecs */
	unsigned length_size;  /* of its NAL units; 0: Annex B */
	bool changed;          /* the stream brought others than the record's */
	struct buf record;
	uint8_t config[];
};

/* Which sets the record holds. */
static void
load(struct source *s)
{
	const struct media_track *t = &s->track;
	struct hevc_config hevc;
	struct avc_config avc;

	if (t->codec == MEDIA_HEVC &&
	    hevc_config_parse(&hevc, t->config, t->config_len) == 0) {
		s->length_size = hevc.length_size;
		(void)params_load(s->params, hevc.set, hevc.sets);
	} else if (t->codec == MEDIA_H264 &&
		   avc_config_parse(&avc, t->config, t->config_len) == 0) {
		s->length_size = avc.length_size;
		(void)params_load(s->params, avc.set, avc.sets);
	}
}

struct source *
source_open(const struct media_track *t)
{
	struct source *s = calloc(1, sizeof(*s) + t->config_len);

	if (s == NULL)
		return NULL;
	s->track = *t;
	if (t->config_len > 0)
		memcpy(s->config, t->config, t->config_len);
	s->track.config = s->config;
	buf_init(&s->record, MEDIA_MAX_CONFIG);
	if (t->codec == MEDIA_H264 || t->codec == MEDIA_HEVC) {
		if ((s->params = params_open(t->codec)) == NULL) {
			free(s);
			return NULL;
		}
		load(s);
	}
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

void
source_keyframe(struct source *s, const uint8_t *p, size_t len)
{
	struct avc_nals it;
	struct avc_nal nal;

	if (s->params == NULL)
		return;
	avc_nals_init(&it, p, len, s->length_size);
	while (s->track.codec == MEDIA_HEVC ? hevc_nals_next(&it, &nal)
					    : avc_nals_next(&it, &nal))
		if (params_are(s->params, nal.type) &&
		    params_put(s->params, &nal) == 1)
			s->changed = true;
}

void
source_resize(struct source *s, unsigned width, unsigned height)
{
	s->track.width = width;
	s->track.height = height;
}

const struct media_track *
source_track(struct source *s)
{
	if (!s->changed)
		return &s->track;
	/* In Annex B's form the stream says them all, again and again. */
	buf_reset(&s->record);
	if (s->length_size > 0 && params_record(s->params, &s->record) == -1)
		return &s->track;
	s->track.config = s->record.p;
	s->track.config_len = s->record.len;
	return &s->track;
}
