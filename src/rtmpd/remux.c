#include "remux.h"
#include "amf.h"
#include "coding.h"
#include "flv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { US_PER_MS = 1000, NS_PER_US = 1000 };

/* A track by its kind and the id that the encoder gave it. */
struct track {
	bool used;
	enum media_kind kind;
	unsigned id;
	struct coding_config *config; /* NULL: nothing is known of it */
};

struct remux {
	const struct remux_ops *ops;
	void *ctx;
	/* Those of low ids are in order: video first, then audio. */
	struct track track[MEDIA_MAX_TRACKS];
	uint32_t frame_rate_mhz; /* by metadata */

	/* RTMP counts 32 bits of milliseconds; this is the rest. */
	bool timed;
	int64_t now_ms;
};

/* Where a refusal is explained to people. */
struct reason {
	char *text;
	size_t cap;
};

static int
because(const struct reason *why, const char *text)
{
	(void)snprintf(why->text, why->cap, "%s", text);
	return -1;
}

struct remux *
remux_open(const struct remux_ops *ops, void *ctx)
{
	struct remux *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->ops = ops;
	r->ctx = ctx;
	return r;
}

void
remux_close(struct remux *r)
{
	if (r == NULL)
		return;
	for (unsigned i = 0; i < MEDIA_MAX_TRACKS; i++)
		free(r->track[i].config);
	free(r);
}

void
remux_data(struct remux *r, const uint8_t *p, size_t len)
{
	struct flv_metadata m;
	int rc = flv_metadata(&m, p, len);

	if (rc == -1)
		r->ops->malformed(r->ctx);
	if (rc != 0)
		return;
	/* Metadata without a word of either says nothing about both. */
	if (m.videos > 0 || m.audios > 0)
		r->ops->expect(r->ctx, m.videos, m.audios);
	r->frame_rate_mhz = m.frame_rate_mhz;
}

/* The track of TAG, which may be new; NULL with errno and WHY. */
static struct track *
track_of(struct remux *r, const struct flv_tag *tag, const struct reason *why)
{
	enum { HALF = MEDIA_MAX_TRACKS / 2 };
	enum media_kind kind = tag->coding->kind;
	unsigned first = kind == MEDIA_VIDEO ? 0 : HALF;
	struct track *t = NULL;

	if (tag->track < HALF && !r->track[first + tag->track].used)
		t = &r->track[first + tag->track];
	for (unsigned i = 0; i < MEDIA_MAX_TRACKS; i++) {
		struct track *s = &r->track[i];

		if (s->used && s->kind == kind && s->id == tag->track)
			return s;
		if (!s->used && t == NULL)
			t = s;
	}
	if (t == NULL) {
		(void)snprintf(why->text, why->cap,
		    "more than %d tracks are not supported", MEDIA_MAX_TRACKS);
		errno = ENOTSUP;
		return NULL;
	}
	*t = (struct track){.used = true, .kind = kind, .id = tag->track};
	return t;
}

/* T is as its configuration, which is complete, says. */
static int
say_track(struct remux *r, const struct track *t, const struct reason *why)
{
	const struct coding_config *c = t->config;
	struct media_track m = {
	    .kind = c->coding->kind,
	    .codec = c->coding->id,
	    .time_num = 1,
	    .time_den = REMUX_HZ,
	    .delay = c->reorder,
	    .width = c->width,
	    .height = c->height,
	    .frame_rate_mhz = c->frame_rate_mhz,
	    .sample_rate_hz = c->sample_rate_hz,
	    .channels = c->channels,
	    .config = c->record,
	    .config_len = c->record_len,
	};

	if (m.kind == MEDIA_VIDEO && m.frame_rate_mhz == 0)
		m.frame_rate_mhz = r->frame_rate_mhz;
	if (r->ops->track(r->ctx, (unsigned)(t - r->track), &m) == 0)
		return 0;
	return because(why, strerror(errno));
}

/* C is what is known of T from now on. */
static int
adopt(struct remux *r, struct track *t, const struct coding_config *c,
    const struct reason *why)
{
	if (t->config == NULL && (t->config = malloc(sizeof(*c))) == NULL)
		return because(why, "out of memory");
	*t->config = *c;
	return c->complete ? say_track(r, t, why) : 0;
}

/* A configuration for a track; the same one again changes nothing. */
static int
configure(struct remux *r, const struct flv_tag *tag, const struct reason *why)
{
	struct track *t = track_of(r, tag, why);
	const struct coding_config *was;
	struct coding_config c;
	const char *cause;
	int rc;

	if (t == NULL)
		return -1;
	was = t->config;
	if (tag->kind == FLV_DESCRIPTOR)
		rc = coding_configure_ts(
		    &c, tag->coding, tag->p, tag->len, &cause);
	else if (tag->kind == FLV_CHANNELS)
		rc = coding_configure_channels(
		    &c, tag->coding, tag->p, tag->len, &cause);
	else
		rc =
		    coding_configure(&c, tag->coding, tag->p, tag->len, &cause);
	if (rc == -1)
		return because(why, cause);
	if (was != NULL && was->coding->id == c.coding->id &&
	    was->record_len == c.record_len &&
	    memcmp(was->record, c.record, c.record_len) == 0)
		return 0;
	return adopt(r, t, &c, why);
}

/* Unwrap an RTMP timestamp, which may also go back a little. */
static int64_t
unwrap(struct remux *r, uint32_t timestamp_ms)
{
	if (!r->timed)
		r->now_ms = timestamp_ms;
	else
		r->now_ms += (int32_t)(timestamp_ms - (uint32_t)r->now_ms);
	r->timed = true;
	/* A jump back past the beginning: count from anew. */
	if (r->now_ms < -REMUX_BACKWARDS_MS)
		r->now_ms = timestamp_ms;
	return r->now_ms;
}

static int
malformed(struct remux *r)
{
	r->ops->malformed(r->ctx);
	return 0;
}

/* One frame of a track whose configuration may have come. */
static int
frame(struct remux *r, uint32_t timestamp_ms, const struct flv_tag *tag,
    const struct reason *why)
{
	struct track *t = track_of(r, tag, why);
	struct coding_frame f = {tag->p, tag->len, tag->key};
	const struct coding_config none = {.coding = tag->coding};
	enum coding_verdict verdict;
	struct nut_packet p;

	if (t == NULL)
		return -1;
	if (tag->coding->bare &&
	    (t->config == NULL || t->config->coding->id != tag->coding->id) &&
	    adopt(r, t, &none, why) == -1)
		return -1;
	if (t->config == NULL || t->config->coding->id != tag->coding->id)
		return malformed(r);
	verdict = coding_look(t->config, &f);
	if (verdict == CODING_BAD)
		return malformed(r);
	if (verdict == CODING_CHANGED && say_track(r, t, why) == -1)
		return -1;
	p = (struct nut_packet){.track = (unsigned)(t - r->track),
	    .key = f.key,
	    .data = f.p,
	    .len = f.len};
	p.dts =
	    unwrap(r, timestamp_ms) * US_PER_MS + tag->offset_ns / NS_PER_US;
	p.pts = p.dts + (int64_t)tag->composition_ms * US_PER_MS;
	if (r->ops->packet(r->ctx, &p) == 0)
		return 0;
	return because(why, strerror(errno));
}

/*
 * Metadata of pictures: colours, which the bitstream tells as well, and of
 * whom that is what counts.
 */
static int
metadata(struct remux *r, const struct flv_tag *tag)
{
	struct amf a;

	amf_init(&a, tag->p, tag->len);
	while (amf_peek(&a) != AMF_NONE) {
		(void)amf_string(&a);
		amf_skip(&a);
	}
	return a.bad || a.p != a.end ? malformed(r) : 0;
}

static int
take(struct remux *r, uint32_t timestamp_ms, const struct flv_tag *tag,
    const struct reason *why)
{
	switch (tag->kind) {
	case FLV_FRAME:
		return frame(r, timestamp_ms, tag, why);
	case FLV_CHANNELS:
		/* Others than Opus tell by themselves. */
		if (tag->coding->id != MEDIA_OPUS)
			return 0;
		return configure(r, tag, why);
	case FLV_CONFIG:
	case FLV_DESCRIPTOR:
		return configure(r, tag, why);
	case FLV_METADATA:
		return metadata(r, tag);
	case FLV_NOTHING:
	default:
		return 0;
	}
}

/* It is of a codec that we do not take. */
static int
refuse(
    enum media_kind kind, const struct flv_tag *tag, const struct reason *why)
{
	const char *what = kind == MEDIA_VIDEO ? "video" : "audio";
	char name[CODING_FOURCC_SIZE];

	if (tag->coding != NULL)
		(void)snprintf(why->text, why->cap, "%s is not supported",
		    tag->coding->name);
	else if (tag->fourcc != 0)
		(void)snprintf(why->text, why->cap,
		    "the %s codec %s is not supported", what,
		    coding_fourcc_text(name, tag->fourcc));
	else
		(void)snprintf(why->text, why->cap,
		    "this %s codec is not supported", what);
	errno = ENOTSUP;
	return -1;
}

int
remux_put(struct remux *r, enum media_kind kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len, char *why, size_t cap)
{
	const struct reason reason = {why, cap};
	struct flv_tag tag;
	struct flv f;
	int rc;

	flv_begin(&f, kind, p, len);
	while ((rc = flv_next(&f, &tag)) == 1)
		if (take(r, timestamp_ms, &tag, &reason) == -1)
			return -1;
	if (rc == 0)
		return 0;
	return errno == ENOTSUP ? refuse(kind, &tag, &reason) : malformed(r);
}
