#include "transcoder.h"
#include "avc.h"
#include "err.h"
#include "picture.h"
#include "source.h"

#include <stdlib.h>

struct transcoder {
	const struct settings *set;
	struct outlet *outlet;
	struct report *report;
	struct picture *picture;
	struct source *source;                 /* its track */
	size_t picture_track;                  /* of the file that comes in */
	struct sound *sound[MEDIA_MAX_TRACKS]; /* NULL: no sound, or not ours */
};

struct transcoder *
transcoder_open(
    const struct settings *set, struct outlet *outlet, struct report *report)
{
	struct transcoder *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		err_sys("allocate");
		return NULL;
	}
	t->set = set;
	t->outlet = outlet;
	t->report = report;
	t->picture_track = MEDIA_MAX_TRACKS;
	return t;
}

void
transcoder_close(struct transcoder *t)
{
	if (t == NULL)
		return;
	(void)picture_close(t->picture);
	source_close(t->source);
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++)
		sound_close(t->sound[i]);
	free(t);
}

/* The file that came in is over. */
static int
end_file(struct transcoder *t)
{
	int rc = 0;

	if (outlet_done(t->outlet, LANE_SOURCE) == -1)
		rc = -1;
	for (size_t i = 0; i < MEDIA_MAX_TRACKS; i++) {
		if (t->sound[i] != NULL && sound_finish(t->sound[i]) == -1)
			rc = -1;
		sound_close(t->sound[i]);
		t->sound[i] = NULL;
	}
	if (picture_close(t->picture) == -1)
		rc = -1;
	t->picture = NULL;
	t->picture_track = MEDIA_MAX_TRACKS;
	source_close(t->source);
	t->source = NULL;
	return outlet_end(t->outlet) == -1 ? -1 : rc;
}

/* True when V looks as if it went out as it is; its frames tell for sure. */
static bool
may_pass(const struct media_track *v)
{
	struct avc_config c;

	if (v->width == 0 || v->height == 0)
		return false;
	if (v->codec != MEDIA_H264 ||
	    avc_config_parse(&c, v->config, v->config_len) == -1)
		return true;
	return c.sps.chroma_format == 1 && c.sps.luma_depth == 8 &&
	       c.sps.chroma_depth == 8;
}

/* Pictures of the source, as it is now, from the next packet on. */
static int
begin_picture(struct transcoder *t)
{
	const struct media_track *v = source_track(t->source);

	/* Until frames tell, what comes is kept on this lane. */
	if (t->set->ladder.source && t->set->rotate == 0 && may_pass(v) &&
	    outlet_lane(t->outlet, LANE_SOURCE, v) == -1)
		return -1;
	t->picture = picture_open(t->set, v, t->outlet, t->report);
	if (t->picture == NULL)
		err_warn("no renditions can be made of this track=%zu",
		    t->picture_track);
	return 0;
}

/* The source became another one within its file: so does what goes out. */
static int
renew_picture(struct transcoder *t)
{
	int rc = picture_close(t->picture);

	t->picture = NULL;
	if (rc == -1 || outlet_lane(t->outlet, LANE_SOURCE, NULL) == -1 ||
	    outlet_pause(t->outlet) == -1 || begin_picture(t) == -1)
		return -1;
	return t->picture == NULL ? outlet_begin(t->outlet) : 0;
}

int
transcoder_header(
    struct transcoder *t, const struct media_track *track, size_t n)
{
	unsigned sounds = 0;

	if (end_file(t) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct media_track *m = &track[i];

		if (codec_of(m->codec) == NULL) {
			err_warn("passing over a track of unknown codec "
				 "track=%zu",
			    i);
		} else if (m->kind == MEDIA_AUDIO) {
			if (sounds == OUTLET_MAX_AUDIO)
				continue;
			t->sound[i] = sound_open(
			    &t->set->sound, m, t->outlet, LANE_AUDIO + sounds);
			/* Without a sound is better than not at all. */
			sounds += t->sound[i] != NULL;
		} else if (t->set->ladder.pictures &&
			   t->picture_track == MEDIA_MAX_TRACKS) {
			t->picture_track = i;
			if ((t->source = source_open(m)) == NULL) {
				err_sys("allocate");
				return -1;
			}
			if (begin_picture(t) == -1)
				return -1;
		} else if (t->set->ladder.pictures) {
			err_warn("passing over another picture than the "
				 "first track=%zu",
			    i);
		}
	}
	/* Else it begins when the first frame tells of what tracks. */
	return t->picture == NULL ? outlet_begin(t->outlet) : 0;
}

static int
put_picture(struct transcoder *t, const struct nut_packet *p)
{
	if (p->key && source_keyframe(t->source, p->data, p->len) &&
	    renew_picture(t) == -1)
		return -1;
	if (t->set->ladder.source &&
	    outlet_put(t->outlet, LANE_SOURCE, p) == -1)
		return -1;
	return t->picture != NULL ? picture_put(t->picture, p) : 0;
}

int
transcoder_packet(struct transcoder *t, const struct nut_packet *p)
{
	if (p->track == t->picture_track)
		return put_picture(t, p);
	return t->sound[p->track] != NULL ? sound_put(t->sound[p->track], p)
					  : 0;
}

int
transcoder_finish(struct transcoder *t)
{
	return end_file(t);
}
