#include "intake.h"
#include "feed.h"
#include "ticks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MICRO = 1000000 };

struct intake {
	intake_fn *fn;
	void *arg;
	struct nut_reader *reader;
	struct media_track track[MEDIA_MAX_TRACKS]; /* as the file says */
	struct feed *feed[MEDIA_MAX_TRACKS];        /* NULL: unknown codec */
	size_t tracks;
	struct item *head; /* that was told last, or NULL */
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

void
intake_close(struct intake *in)
{
	if (in == NULL)
		return;
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++)
		feed_close(in->feed[i]);
	nut_reader_close(in->reader);
	item_drop(&in->head);
	buf_fini(&in->unit);
	free(in);
}

uint8_t *
intake_space(struct intake *in, size_t *room)
{
	return nut_reader_space(in->reader, room);
}

/* A file began. */
static int
header(struct intake *in, const struct nut_read *r)
{
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++) {
		feed_close(in->feed[i]);
		in->feed[i] = NULL;
	}
	in->tracks = r->tracks;
	for (size_t i = 0; i < r->tracks; i++) {
		in->track[i] = r->track[i];
		in->track[i].config = NULL;
		in->track[i].config_len = 0;
		if (r->track[i].codec == MEDIA_UNKNOWN)
			continue;
		in->feed[i] = feed_open(r->track[i].codec);
		if (in->feed[i] == NULL ||
		    feed_header(in->feed[i], &r->track[i]) == -1)
			return -1;
	}
	item_drop(&in->head);
	return 0;
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
	struct item *i;

	if ((u->changed || in->head == NULL) && tell_tracks(in, p->track) == -1)
		return -1;
	if ((i = item_packet(&unit, in->head)) == NULL)
		return -1;
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
		case NUT_FINISHED:
			return 0;
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
