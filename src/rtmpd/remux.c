#include "remux.h"
#include "coding.h"
#include "flv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACKS = 2 };

struct track {
	bool known; /* its configuration came */
	struct coding_config config;
};

struct remux {
	const struct remux_ops *ops;
	void *ctx;
	struct track track[TRACKS]; /* by enum media_kind */
	uint32_t frame_rate_mhz;    /* by metadata */

	/* RTMP counts 32 bits of milliseconds; this is the rest. */
	bool timed;
	int64_t now_ms;
};

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
	if (m.has_video || m.has_audio)
		r->ops->expect(r->ctx, m.has_video, m.has_audio);
	r->frame_rate_mhz = m.frame_rate_mhz;
}

static int
say_track(struct remux *r, const struct track *t, char *why, size_t cap)
{
	const struct coding_config *c = &t->config;
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
	if (r->ops->track(r->ctx, m.kind, &m) == 0)
		return 0;
	(void)snprintf(why, cap, "%s", strerror(errno));
	return -1;
}

/* A new configuration for a track; the same one again changes nothing. */
static int
configure(struct remux *r, const struct flv_tag *tag, char *why, size_t cap)
{
	struct track *t = &r->track[tag->coding->kind];
	struct coding_config c;
	const char *cause;

	if (t->known && t->config.coding == tag->coding &&
	    t->config.record_len == tag->len &&
	    memcmp(t->config.record, tag->p, tag->len) == 0)
		return 0;
	if (coding_configure(&c, tag->coding, tag->p, tag->len, &cause) == -1) {
		(void)snprintf(why, cap, "%s", cause);
		return -1;
	}
	t->config = c;
	t->known = true;
	return say_track(r, t, why, cap);
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

/* One frame of a track whose configuration may have come. */
static int
frame(struct remux *r, enum media_kind kind, uint32_t timestamp_ms,
    const struct flv_tag *tag, char *why, size_t cap)
{
	const struct track *t = &r->track[kind];
	struct nut_packet p = {
	    .track = kind, .key = tag->key, .data = tag->p, .len = tag->len};

	if (!t->known || t->config.coding != tag->coding ||
	    !tag->coding->frame(&t->config, tag->p, tag->len, &p.key)) {
		r->ops->malformed(r->ctx);
		return 0;
	}
	p.dts = unwrap(r, timestamp_ms);
	p.pts = p.dts + tag->composition_ms;
	if (r->ops->packet(r->ctx, &p) == 0)
		return 0;
	(void)snprintf(why, cap, "%s", strerror(errno));
	return -1;
}

int
remux_put(struct remux *r, enum media_kind kind, uint32_t timestamp_ms,
    const uint8_t *p, size_t len, char *why, size_t cap)
{
	struct flv_tag tag;
	int rc = kind == MEDIA_VIDEO ? flv_video(&tag, p, len)
				     : flv_audio(&tag, p, len);

	if (rc == -1 && errno == ENOTSUP) {
		(void)snprintf(why, cap, "%s is not supported yet",
		    tag.coding != NULL    ? tag.coding->name
		    : kind == MEDIA_VIDEO ? "this video codec"
					  : "this audio codec");
		return -1;
	}
	if (rc == -1) {
		r->ops->malformed(r->ctx);
		return 0;
	}
	if (tag.kind == FLV_CONFIG)
		return configure(r, &tag, why, cap);
	if (tag.kind == FLV_FRAME)
		return frame(r, kind, timestamp_ms, &tag, why, cap);
	return 0;
}
