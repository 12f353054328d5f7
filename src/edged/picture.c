#include "picture.h"

/* One comes every second or so: further back it is not worth to look. */
enum { LOOK_BACK = 64 };

void
picture_set(struct picture *p, const char *track, const struct segment *s)
{
	(void)str_copy(p->track, sizeof(p->track), str_from(track));
	p->run = s->run;
	p->msn = s->msn;
}

void
picture_look(struct picture *p, const struct broadcast *b)
{
	p->gallery = b->gallery;
	for (size_t i = 0; i < b->tracks; i++) {
		const struct track *t = &b->track[i];
		size_t j = t->state.video ? t->segments : 0;

		for (size_t n = LOOK_BACK; j > 0 && n > 0; j--, n--) {
			const struct segment *s = track_segment(t, j - 1);

			if (s->independent) {
				picture_set(p, t->state.name, s);
				return;
			}
		}
	}
}

void
picture_check(struct picture *p, const struct event *e)
{
	struct MediaRemoved gone;

	gallery_apply(&p->gallery, e);
	if (e->type == EVENT_RecordingRemoved ||
	    (e->type == EVENT_MediaRemoved &&
		EVENT_GET(e, MediaRemoved, &gone) == 0 &&
		str_eqz(gone.track, p->track) && p->msn >= gone.first_msn &&
		p->msn <= gone.last_msn))
		p->track[0] = '\0';
}

struct channel_preview
picture_preview(const struct picture *p)
{
	return (struct channel_preview){.thumb = p->gallery.thumb,
	    .track = p->track[0] != '\0' ? p->track : NULL,
	    .run = p->run,
	    .msn = p->msn};
}
