#include "feed.h"
#include "aac.h"
#include "avc_params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct feed {
	struct media_track track; /* its config is the record in force */
	struct buf record, next;
	bool fresh;  /* the record changed, and no unit has told it yet */
	bool inband; /* parameters are in the stream: Annex B, ADTS */
	unsigned ordinal;
	/* H.264 */
	unsigned length_size; /* 0: Annex B */
	struct avc_params *params;
};

struct feed *
feed_open(enum media_codec codec)
{
	struct feed *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->track.codec = codec;
	f->track.kind = codec_of(codec)->kind;
	buf_init(&f->record, MEDIA_MAX_CONFIG);
	buf_init(&f->next, MEDIA_MAX_CONFIG);
	if (codec == MEDIA_H264 && (f->params = avc_params_open()) == NULL) {
		free(f);
		return NULL;
	}
	return f;
}

void
feed_close(struct feed *f)
{
	if (f == NULL)
		return;
	avc_params_close(f->params);
	buf_fini(&f->record);
	buf_fini(&f->next);
	free(f);
}

const struct media_track *
feed_track(const struct feed *f)
{
	return &f->track;
}

/* Take f->next as the record, if it differs from the one in force. */
static void
take_record(struct feed *f)
{
	struct buf old = f->record;

	if (f->next.failed ||
	    (f->record.len == f->next.len &&
		memcmp(f->record.p, f->next.p, f->next.len) == 0))
		return;
	f->record = f->next;
	f->next = old;
	f->track.config = f->record.p;
	f->track.config_len = f->record.len;
	f->fresh = true;
}

static void
take_params(struct feed *f)
{
	buf_reset(&f->next);
	if (avc_params_record(f->params, &f->next) == 0)
		take_record(f);
}

static void
avc_header(struct feed *f, const struct media_track *t)
{
	struct avc_config c;
	struct avc_nals it;
	struct avc_nal nal;

	f->length_size = 0;
	if (avc_config_parse(&c, t->config, t->config_len) == 0) {
		f->length_size = c.length_size;
		avc_params_reset(f->params);
		(void)avc_params_load(f->params, &c);
		take_params(f);
		return;
	}
	/* Annex B may say its parameter sets here, and again in the stream. */
	avc_nals_init(&it, t->config, t->config_len, 0);
	while (avc_nals_next(&it, &nal))
		if (nal.type == AVC_SPS || nal.type == AVC_PPS)
			(void)avc_params_put(f->params, &nal);
	take_params(f);
}

static void
aac_header(struct feed *f, const struct media_track *t)
{
	struct aac_config c;

	f->inband = aac_config_parse(&c, t->config, t->config_len) == -1;
	if (f->inband)
		return;
	buf_reset(&f->next);
	(void)buf_put(&f->next, t->config, t->config_len);
	take_record(f);
}

void
feed_header(struct feed *f, const struct media_track *t)
{
	f->track.channels = t->channels;
	if (f->track.codec == MEDIA_H264)
		avc_header(f, t);
	else
		aac_header(f, t);
}

static int
bad(struct buf *out, size_t begin)
{
	bool full = out->failed;

	out->failed = false;
	out->len = begin;
	errno = full ? EMSGSIZE : EBADMSG;
	return -1;
}

/*
 * The access unit without what CMAF keeps elsewhere or has no use for:
 * parameter sets, delimiters, filler.
 */
static int
avc_unit(struct feed *f, const uint8_t *p, size_t n, bool key, struct buf *out)
{
	struct avc_nals it;
	struct avc_nal nal;
	size_t begin = out->len;
	bool changed = false;

	avc_nals_init(&it, p, n, f->length_size);
	while (avc_nals_next(&it, &nal)) {
		uint8_t length[4] = {(uint8_t)(nal.len >> 24),
		    (uint8_t)(nal.len >> 16), (uint8_t)(nal.len >> 8),
		    (uint8_t)nal.len};

		if (nal.type == AVC_AUD || nal.type == AVC_FILLER)
			continue;
		if (nal.type == AVC_SPS || nal.type == AVC_PPS) {
			/* Where decoding begins they may change. */
			if (key && avc_params_put(f->params, &nal) == 1)
				changed = true;
			if (key || avc_params_has(f->params, &nal))
				continue;
		}
		(void)buf_put(out, length, sizeof(length));
		(void)buf_put(out, nal.p, nal.len);
	}
	if (it.bad || out->failed)
		return bad(out, begin);
	if (changed)
		take_params(f);
	return 0;
}

static int
aac_unit(struct feed *f, const uint8_t **p, size_t *n, struct buf *out)
{
	struct aac_adts a = {.frame_len = *n};
	size_t begin = out->len;

	if (f->inband) {
		if (aac_adts_parse(&a, *p, *n) == -1)
			return -1;
		buf_reset(&f->next);
		(void)buf_put(&f->next, a.asc, sizeof(a.asc));
		take_record(f);
	}
	(void)buf_put(out, *p + a.header_len, a.frame_len - a.header_len);
	*p += a.frame_len;
	*n -= a.frame_len;
	return out->failed ? bad(out, begin) : 0;
}

int
feed_next(struct feed *f, const uint8_t **p, size_t *n, bool key,
    struct buf *out, struct feed_unit *u)
{
	size_t begin = out->len;

	while (*n > 0) {
		if (f->track.codec == MEDIA_AAC) {
			if (aac_unit(f, p, n, out) == -1)
				break;
		} else if (avc_unit(f, *p, *n, key, out) == -1) {
			break;
		} else {
			*p += *n;
			*n = 0;
		}
		/*
		 * What cannot be used is as if it had not been there; so is
		 * what follows a change and is no keyframe yet.
		 */
		if (out->len == begin || f->track.config_len == 0 ||
		    (f->fresh && !key && f->track.kind == MEDIA_VIDEO)) {
			out->len = begin;
			continue;
		}
		*u = (struct feed_unit){
		    .key = key || f->track.kind == MEDIA_AUDIO,
		    .changed = f->fresh,
		    .ordinal = f->ordinal++,
		    .bytes = out->len - begin};
		f->fresh = false;
		return 1;
	}
	f->ordinal = 0;
	return *n > 0 ? -1 : 0;
}
