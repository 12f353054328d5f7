#include "feed_own.h"
#include "params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MICRO = 1000000 };

static const struct feed_kind *
kind_of(enum media_codec codec)
{
	switch (codec) {
	case MEDIA_H264:
	case MEDIA_HEVC:
		return &feed_nal;
	case MEDIA_AV1:
		return &feed_obu;
	case MEDIA_VP9:
		return &feed_vp9;
	case MEDIA_AAC:
	case MEDIA_OPUS:
	case MEDIA_FLAC:
	case MEDIA_AC3:
	case MEDIA_EAC3:
	case MEDIA_MP3:
	case MEDIA_UNKNOWN:
		break;
	}
	return &feed_audio;
}

/* Be a feed of CODEC, of which nothing is known yet.  0, or -1, ENOMEM. */
static int
become(struct feed *f, enum media_codec codec)
{
	const struct feed_kind *kind = kind_of(codec);
	struct params *params = NULL;

	if (kind == &feed_nal && (params = params_open(codec)) == NULL)
		return -1;
	params_close(f->params);
	f->params = params;
	f->kind = kind;
	f->length_size = 0;
	f->inband = f->fresh = false;
	f->vp9 = (struct vp9_config){.depth = 0};
	buf_reset(&f->record);
	f->facts = (struct codec_facts){.width = 0};
	f->track =
	    (struct media_track){.codec = codec, .kind = codec_of(codec)->kind};
	return 0;
}

struct feed *
feed_open(enum media_codec codec)
{
	struct feed *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	buf_init(&f->record, MEDIA_MAX_CONFIG);
	buf_init(&f->next, MEDIA_MAX_CONFIG);
	if (become(f, codec) == -1) {
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
	params_close(f->params);
	buf_fini(&f->record);
	buf_fini(&f->next);
	free(f);
}

const struct media_track *
feed_track(const struct feed *f)
{
	return &f->track;
}

const struct codec_facts *
feed_facts(const struct feed *f)
{
	return &f->facts;
}

void
feed_take(struct feed *f, unsigned width, unsigned height)
{
	struct media_track t = f->track;
	struct codec_facts facts;
	struct buf old = f->record;

	if (f->next.failed ||
	    (f->track.width == width && f->track.height == height &&
		f->record.len == f->next.len &&
		memcmp(f->record.p, f->next.p, f->next.len) == 0))
		return;
	t.config = f->next.p;
	t.config_len = f->next.len;
	t.width = width;
	t.height = height;
	/* What nobody could play is not taken. */
	if (codec_of(t.codec)->facts(&facts, &t) == -1)
		return;
	f->record = f->next;
	f->next = old;
	f->track = t;
	f->facts = facts;
	f->fresh = true;
}

int
feed_header(struct feed *f, const struct media_track *t)
{
	/* What a file calls AC-3 may have turned out to be E-AC-3. */
	bool same = t->codec == f->track.codec ||
		    (t->codec == MEDIA_AC3 && f->track.codec == MEDIA_EAC3);

	if (!same && become(f, t->codec) == -1)
		return -1;
	f->track.channels = t->channels;
	f->track.frame_rate_mhz = t->frame_rate_mhz;
	f->kind->header(f, t);
	return 0;
}

/* When the unit just taken begins, behind the first of its packet. */
static int64_t
behind_us(const struct feed *f)
{
	if (f->facts.clock_hz == 0)
		return 0;
	return (int64_t)(f->before * MICRO / f->facts.clock_hz);
}

int
feed_next(struct feed *f, const uint8_t **p, size_t *n, bool key,
    struct buf *out, struct feed_unit *u)
{
	size_t begin = out->len;
	int rc = 0;

	if (f->track.kind == MEDIA_AUDIO)
		key = true;
	while (*n > 0 && rc == 0) {
		f->samples = 0;
		rc = f->kind->unit(f, p, n, key, out);
		if (rc == 0 && !out->failed && key &&
		    f->track.config_len == 0) {
			errno = ENODATA;
			rc = -1;
		}
		/*
		 * What cannot be used is as if it had not been there; so is
		 * what follows a change and is no keyframe yet.
		 */
		if (rc == -1 || out->failed || out->len == begin ||
		    f->track.config_len == 0 || (f->fresh && !key)) {
			if (out->failed) {
				errno = EMSGSIZE;
				rc = -1;
			}
			out->failed = false;
			out->len = begin;
			continue;
		}
		*u = (struct feed_unit){.key = key,
		    .changed = f->fresh,
		    .first = f->ordinal++ == 0,
		    .behind_us = behind_us(f),
		    .samples = f->samples,
		    .bytes = out->len - begin};
		f->before += f->samples;
		f->fresh = false;
		return 1;
	}
	f->ordinal = 0;
	f->before = 0;
	return rc;
}
