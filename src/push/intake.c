#include "intake.h"
#include "feed.h"
#include "ticks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MICRO = 1000000,
	/* So much of a file is held until all its tracks are known. */
	HOLD_US = MICRO,
	HOLD_ITEMS = 1024,
	HOLD_BYTES = 16 * 1024 * 1024
};

struct intake {
	intake_fn *fn;
	void *arg;
	struct nut_reader *reader;
	struct media_track track[MEDIA_MAX_TRACKS]; /* as the file says */
	struct feed *feed[MEDIA_MAX_TRACKS];        /* NULL: unknown codec */
	size_t tracks;
	bool video;        /* one of them is a picture */
	struct item *head; /* that was told last; NULL: units are held */
	struct item *held[HOLD_ITEMS];
	size_t holds, held_bytes;
	struct buf unit;
};

struct intake *
intake_open(intake_fn *fn, void *arg)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->fn = fn;
	in->arg = arg;
	buf_init(&in->unit, 2 * MEDIA_MAX_PACKET);
	if ((in->reader = nut_reader_open()) == NULL) {
		free(in);
		return NULL;
	}
	return in;
}

static void
drop_held(struct intake *in)
{
	for (size_t i = 0; i < in->holds; i++)
		item_drop(&in->held[i]);
	in->holds = 0;
	in->held_bytes = 0;
}

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++)
		feed_close(in->feed[i]);
	nut_reader_close(in->reader);
	drop_held(in);
	item_drop(&in->head);
	buf_fini(&in->unit);
	free(in);
}

uint8_t *
intake_space(struct intake *in, size_t *room)
{
	return nut_reader_space(in->reader, room);
}

/* The tracks as they are known by now; those that are not are unknown. */
static void
describe(const struct intake *in, struct media_track *out)
{
	for (size_t i = 0; i < in->tracks; i++) {
		const struct media_track *known =
		    in->feed[i] != NULL ? feed_track(in->feed[i]) : NULL;
		const struct codec_facts *f;

		out[i] = in->track[i];
		out[i].codec = MEDIA_UNKNOWN;
		if (known == NULL || known->config_len == 0)
			continue;
		f = feed_facts(in->feed[i]);
		out[i].codec = known->codec;
		out[i].config = known->config;
		out[i].config_len = known->config_len;
		if (known->kind == MEDIA_VIDEO) {
			out[i].width = f->width;
			out[i].height = f->height;
			out[i].delay = f->reorder_frames;
		} else {
			out[i].sample_rate_hz = f->sample_rate_hz;
			out[i].channels = f->channels;
		}
	}
}

/* True when HEAD tells of the same codec and record in the I-th track. */
static bool
is_told(const struct item *head, const struct media_track *t, size_t i)
{
	const struct media_track *told = &head->track[i];

	return told->codec == t->codec && told->config_len == t->config_len &&
	       (t->config_len == 0 ||
		   memcmp(told->config, t->config, t->config_len) == 0);
}

/* Tell of the tracks, when what was told of the I-th is not what it is. */
static int
tell_tracks(struct intake *in, size_t i)
{
	struct media_track track[MEDIA_MAX_TRACKS];
	struct item *head;

	describe(in, track);
	if (in->head != NULL && is_told(in->head, &track[i], i))
		return 0;
	if ((head = item_head(track, in->tracks)) == NULL)
		return -1;
	item_drop(&in->head);
	in->head = head;
	in->fn(in->arg, head);
	return 0;
}

/* A track of a codec that is known has yet to say how it is decoded. */
static bool
lacks_track(const struct intake *in)
{
	for (size_t i = 0; i < in->tracks; i++)
		if (in->feed[i] != NULL &&
		    feed_track(in->feed[i])->config_len == 0)
			return true;
	return false;
}

/* Tell what is held, of the tracks that are known by now. */
static int
release(struct intake *in)
{
	if (in->holds > 0 && tell_tracks(in, 0) == -1)
		return -1;
	for (size_t k = 0; k < in->holds; k++)
		in->fn(in->arg, in->held[k]);
	drop_held(in);
	return 0;
}

/* Hold I until all tracks are known, or were waited for enough. */
static int
hold(struct intake *in, struct item *i)
{
	int64_t waited_us;

	in->held[in->holds++] = i;
	in->held_bytes += i->bytes;
	waited_us = i->dts_us - in->held[0]->dts_us;
	if (lacks_track(in) && waited_us < HOLD_US && waited_us > -HOLD_US &&
	    in->holds < HOLD_ITEMS && in->held_bytes < HOLD_BYTES)
		return 0;
	return release(in);
}

/* A file began. */
static int
header(struct intake *in, const struct nut_read *r)
{
	if (release(in) == -1)
		return -1;
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++) {
		feed_close(in->feed[i]);
		in->feed[i] = NULL;
	}
	in->tracks = r->tracks;
	in->video = false;
	for (size_t i = 0; i < r->tracks; i++) {
		in->track[i] = r->track[i];
		in->track[i].config = NULL;
		in->track[i].config_len = 0;
		if (r->track[i].codec == MEDIA_UNKNOWN)
			continue;
		in->video = in->video || r->track[i].kind == MEDIA_VIDEO;
		in->feed[i] = feed_open(r->track[i].codec);
		if (in->feed[i] == NULL ||
		    feed_header(in->feed[i], &r->track[i]) == -1)
			return -1;
	}
	item_drop(&in->head);
	return 0;
}

static int
tell_unit(
    struct intake *in, const struct nut_packet *p, const struct feed_unit *u)
{
	const struct media_track *t = &in->track[p->track];
	int64_t behind =
	    ticks_rescale(u->behind_us, 1, MICRO, t->time_den) / t->time_num;
	const struct nut_packet unit = {.track = p->track,
	    .pts = p->pts + behind,
	    .dts = p->dts + behind,
	    .key = u->key,
	    .data = in->unit.p,
	    .len = u->bytes};
	/* With pictures, what is heard begins with what is seen. */
	bool start = u->key && (t->kind == MEDIA_VIDEO || !in->video);
	struct item *i = item_packet(&unit, t, start);

	if (i == NULL)
		return -1;
	if (in->head == NULL)
		return hold(in, i);
	if (u->changed && tell_tracks(in, p->track) == -1) {
		item_drop(&i);
		return -1;
	}
	in->fn(in->arg, i);
	item_drop(&i);
	return 0;
}

static int
packet(struct intake *in, const struct nut_packet *p)
{
	const uint8_t *at = p->data;
	struct feed *f = in->feed[p->track];
	struct feed_unit u;
	size_t left = p->len;

	if (f == NULL)
		return 0;
	for (;;) {
		buf_reset(&in->unit);
		switch (feed_next(f, &at, &left, p->key, &in->unit, &u)) {
		case 1:
			if (tell_unit(in, p, &u) == -1)
				return -1;
			continue;
		case 0:
			return 0;
		default:
			/* What cannot be used is as if it had not come. */
			return errno == ENOMEM ? -1 : 0;
		}
	}
}

/* All whole events of what was read. */
static int
turn(struct intake *in, const char **why)
{
	struct nut_read r;
	int rc = 0;

	while (rc == 0)
		switch (nut_reader_next(in->reader, &r)) {
		case NUT_MORE:
			return 0;
		case NUT_FINISHED:
			return release(in);
		case NUT_BAD:
			*why = r.why;
			errno = EBADMSG;
			return -1;
		case NUT_HEADER:
			rc = header(in, &r);
			break;
		case NUT_PACKET:
			rc = packet(in, &r.packet);
			break;
		}
	errno = ENOMEM;
	return -1;
}

int
intake_filled(struct intake *in, size_t n, const char **why)
{
	nut_reader_filled(in->reader, n);
	return turn(in, why);
}

int
intake_end(struct intake *in, const char **why)
{
	nut_reader_end(in->reader);
	return turn(in, why);
}
