#include "excerpt.h"

#include "line.h"

#include <errno.h>
#include <string.h>

/* What is cut at the same instant is cut between its own frames. */
enum { EDGE_US = 30000 };

/* The track whose timeline is the broadcast's, or NULL. */
static const struct track *
lead_of(const struct broadcast *b)
{
	const struct track *sound = NULL;

	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];

		if (t->segments == 0)
			continue;
		if (t->state.video)
			return t;
		if (sound == NULL)
			sound = t;
	}
	return sound;
}

static uint64_t
ends_us(const struct segment *s)
{
	return s->at_us + s->duration_us;
}

int
excerpt_bounds(const struct broadcast *b, uint64_t *begin_us, uint64_t *end_us)
{
	const struct track *t = lead_of(b);

	if (t == NULL) {
		errno = ENOENT;
		return -1;
	}
	*begin_us = track_segment(t, 0)->at_us;
	*end_us = ends_us(track_segment(t, t->segments - 1));
	return 0;
}

uint64_t
excerpt_place(const struct broadcast *b, uint64_t wall_us)
{
	const struct track *t = lead_of(b);
	uint64_t at_us = 0;

	for (size_t i = 0; t != NULL && i < t->segments; i++) {
		const struct segment *s = track_segment(t, i);

		if (i > 0 && wall_us < s->start_us)
			break;
		at_us = wall_us > s->start_us ? wall_us - s->start_us : 0;
		if (at_us > s->duration_us)
			at_us = s->duration_us;
		at_us += s->at_us;
	}
	return at_us;
}

/* The range of the lead.  0, or -1: it is not all there. */
static int
choose_lead(struct excerpt *e, struct excerpt_track *x)
{
	const struct track *t = x->track;
	uint64_t covered_us;
	size_t i = 0;

	while (i < t->segments && ends_us(track_segment(t, i)) <= e->from_us)
		i++;
	if (i == t->segments || track_segment(t, i)->at_us > e->from_us)
		return -1;
	while (i > 0 && !track_segment(t, i)->independent &&
	       ends_us(track_segment(t, i - 1)) == track_segment(t, i)->at_us)
		i--;
	x->first = i;
	covered_us = track_segment(t, i)->at_us;
	for (; i < t->segments && covered_us < e->to_us; i++) {
		if (track_segment(t, i)->at_us != covered_us)
			return -1;
		covered_us = ends_us(track_segment(t, i));
	}
	x->end = i;
	return covered_us < e->to_us ? -1 : 0;
}

/* What of X was sent from FROM_US to TO_US. */
static void
choose(struct excerpt_track *x, uint64_t from_us, uint64_t to_us)
{
	const struct track *t = x->track;
	size_t i = 0;

	while (i < t->segments && track_segment(t, i)->start_us +
					  track_segment(t, i)->duration_us <
				      from_us + EDGE_US)
		i++;
	x->first = x->end = i;
	while (x->end < t->segments &&
	       track_segment(t, x->end)->start_us + EDGE_US < to_us)
		x->end++;
}

int
excerpt_make(struct excerpt *e, const struct broadcast *b, uint64_t from_us,
    uint64_t to_us)
{
	const struct track *lead = lead_of(b);
	struct excerpt_track first = {.track = lead};
	const struct segment *s;
	uint64_t begin_us, end_us;

	*e = (struct excerpt){
	    .broadcast = b, .from_us = from_us, .to_us = to_us};
	if (lead == NULL || to_us <= from_us || choose_lead(e, &first) == -1) {
		errno = ENOENT;
		return -1;
	}
	begin_us = track_segment(lead, first.first)->start_us;
	/* Sound may be cut earlier than the picture, and goes on longer. */
	s = track_segment(lead, first.end - 1);
	end_us = s->start_us + (to_us - s->at_us);
	for (size_t i = 0; i < b->tracks; i++) {
		struct excerpt_track *x = &e->track[e->tracks];

		*x = (struct excerpt_track){.track = &b->track[i]};
		if (x->track == lead) {
			*x = first;
			e->lead = e->tracks;
		} else {
			choose(x, begin_us, end_us);
		}
		e->tracks += x->end > x->first;
	}
	return 0;
}

void
excerpt_all(struct excerpt *e, const struct broadcast *b)
{
	const struct track *lead = lead_of(b);

	*e = (struct excerpt){.broadcast = b};
	(void)excerpt_bounds(b, &e->from_us, &e->to_us);
	/* Joins may add some milliseconds. */
	e->to_us = UINT64_MAX;
	for (size_t i = 0; i < b->tracks; i++) {
		if (b->track[i].segments == 0)
			continue;
		if (&b->track[i] == lead)
			e->lead = e->tracks;
		e->track[e->tracks++] = (struct excerpt_track){
		    &b->track[i], 0, b->track[i].segments};
	}
}

uint64_t
excerpt_wall(const struct excerpt *e, uint64_t at_us)
{
	const struct excerpt_track *x = &e->track[e->lead];
	const struct segment *s = excerpt_segment(x, 0);

	for (size_t i = 1; i < x->end - x->first; i++) {
		if (excerpt_segment(x, i)->at_us > at_us)
			break;
		s = excerpt_segment(x, i);
	}
	return s->start_us + (at_us > s->at_us ? at_us - s->at_us : 0);
}

const struct segment *
excerpt_segment(const struct excerpt_track *t, size_t i)
{
	return track_segment(t->track, t->first + i);
}

const struct excerpt_track *
excerpt_track(const struct excerpt *e, const char *name)
{
	for (size_t i = 0; i < e->tracks; i++)
		if (strcmp(e->track[i].track->state.name, name) == 0)
			return &e->track[i];
	return NULL;
}

static void
put_header(
    const struct excerpt *e, const struct excerpt_track *t, struct buf *out)
{
	uint64_t begin_us = excerpt_segment(&e->track[e->lead], 0)->at_us;
	bool independent = true, gaps = false;

	for (size_t i = 0; i < t->end - t->first; i++) {
		const struct segment *s = excerpt_segment(t, i);

		independent &= s->independent || s->gap;
		gaps |= s->gap;
	}
	(void)buf_printf(out, "#EXTM3U\n#EXT-X-VERSION:%d\n", gaps ? 8 : 7);
	line_number(out, "#EXT-X-TARGETDURATION:", track_target_s(t->track));
	(void)buf_puts(out, "\n#EXT-X-PLAYLIST-TYPE:VOD\n");
	if (independent)
		(void)buf_puts(out, "#EXT-X-INDEPENDENT-SEGMENTS\n");
	/* The frame that the range begins with, and not its keyframe. */
	line_seconds(out, "#EXT-X-START:TIME-OFFSET=", e->from_us - begin_us);
	(void)buf_puts(out, ",PRECISE=YES\n");
}

int
excerpt_playlist(
    const struct excerpt *e, const struct excerpt_track *t, struct buf *out)
{
	const struct line_track line = {e->broadcast->id, t->track->state.name};

	put_header(e, t, out);
	for (size_t i = 0; i < t->end - t->first; i++) {
		struct segment s = *excerpt_segment(t, i);
		bool first = i == 0;

		/* There is nothing before the first that it could differ from.
		 */
		s.discontinuity &= !first;
		line_begin(out, &line, &s,
		    first || excerpt_segment(t, i - 1)->run != s.run, first);
		line_end(out, &line, &s);
	}
	(void)buf_puts(out, "#EXT-X-ENDLIST\n");
	if (!out->failed)
		return 0;
	errno = ENOMEM;
	return -1;
}
