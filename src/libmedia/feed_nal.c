#include "feed_own.h"
#include "hevc.h"
#include "params.h"

#include <errno.h>

/* Access units of H.264 and HEVC. */

static void
take_params(struct feed *f)
{
	buf_reset(&f->next);
	if (params_record(f->params, &f->next) == 0)
		feed_take(f, 0, 0);
}

static bool
next(const struct feed *f, struct avc_nals *it, struct avc_nal *nal)
{
	return f->track.codec == MEDIA_HEVC ? hevc_nals_next(it, nal)
					    : avc_nals_next(it, nal);
}

/* Take T's record, when it is one.  0 or -1. */
static int
take_config(struct feed *f, const struct media_track *t)
{
	const struct avc_nal *set;
	struct avc_config avc;
	struct hevc_config hevc;
	size_t sets;

	if (f->track.codec == MEDIA_HEVC) {
		if (hevc_config_parse(&hevc, t->config, t->config_len) == -1)
			return -1;
		f->length_size = hevc.length_size;
		set = hevc.set;
		sets = hevc.sets;
	} else {
		if (avc_config_parse(&avc, t->config, t->config_len) == -1)
			return -1;
		f->length_size = avc.length_size;
		set = avc.set;
		sets = avc.sets;
	}
	params_reset(f->params);
	(void)params_load(f->params, set, sets);
	return 0;
}

static void
header(struct feed *f, const struct media_track *t)
{
	struct avc_nals it;
	struct avc_nal nal;

	f->length_size = 0;
	if (take_config(f, t) == -1) {
		/* Annex B may say its sets here, and again in the stream. */
		avc_nals_init(&it, t->config, t->config_len, 0);
		while (next(f, &it, &nal))
			if (params_are(f->params, nal.type))
				(void)params_put(f->params, &nal);
	}
	take_params(f);
}

/* What CMAF has no use for: delimiters, filler. */
static bool
idle(const struct feed *f, unsigned type)
{
	if (f->track.codec == MEDIA_HEVC)
		return type == HEVC_AUD || type == HEVC_FILLER;
	return type == AVC_AUD || type == AVC_FILLER;
}

/* The access unit without that, and without what its record has. */
static int
unit(struct feed *f, const uint8_t **p, size_t *n, bool key, struct buf *out)
{
	struct avc_nals it;
	struct avc_nal nal;
	bool changed = false;

	avc_nals_init(&it, *p, *n, f->length_size);
	while (next(f, &it, &nal)) {
		uint8_t length[4] = {(uint8_t)(nal.len >> 24),
		    (uint8_t)(nal.len >> 16), (uint8_t)(nal.len >> 8),
		    (uint8_t)nal.len};

		if (idle(f, nal.type))
			continue;
		if (params_are(f->params, nal.type)) {
			/* Where decoding begins they may change. */
			if (key && params_put(f->params, &nal) == 1)
				changed = true;
			if (key || params_has(f->params, &nal))
				continue;
		}
		(void)buf_put(out, length, sizeof(length));
		(void)buf_put(out, nal.p, nal.len);
	}
	if (it.bad) {
		errno = EBADMSG;
		return -1;
	}
	*p += *n;
	*n = 0;
	if (changed && !out->failed)
		take_params(f);
	return 0;
}

const struct feed_kind feed_nal = {header, unit};
