#include "live.h"
#include "clock.h"
#include "rack.h"
#include "tail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	STILL_BOX = 640,             /* pixels */
	HEAR_US = 10 * 1000 * 1000,  /* of sound, at most */
	REPEAT_US = 2 * 1000 * 1000, /* what was heard is said again */
	SAY_WAITING_MAX = 32         /* and not while weir-logd is away */
};

/* The newest segment of T that begins with a keyframe, and is a new one. */
static const struct tail_segment *
newest(const struct tail_track *t, uint64_t next_msn)
{
	for (size_t i = t->segments; i > 0; i--) {
		const struct tail_segment *s = &t->segment[i - 1];

		if (s->msn < next_msn)
			break;
		if (s->independent)
			return s;
	}
	return NULL;
}

static int
order_picture(struct order *o, const struct tail_track *t, struct air_show *s)
{
	const struct tail_segment *seg = newest(t, s->next_msn);

	if (seg == NULL)
		return 0;
	if (order_track(o, t->name, seg->run) == -1 ||
	    order_segment(o, seg->msn, false) == -1)
		return -1;
	for (unsigned form = 0; form < PICTURE_FORMS; form++) {
		const struct task_record r = {
		    .op = TASK_STILL, .a = form, .b = STILL_BOX};

		task_put(&o->task, &r);
	}
	s->next_msn = seg->msn + 1;
	return 1;
}

/* The end of T, as far as it is of one run. */
static int
order_sound(struct order *o, const struct tail_track *t, struct air_show *s)
{
	const struct task_record r = {.op = TASK_SOUND};
	const struct tail_segment *last;
	size_t i = t->segments;
	uint64_t us = 0;

	if (i == 0)
		return 0;
	last = &t->segment[i - 1];
	while (i > 0 && us < HEAR_US && t->segment[i - 1].run == last->run)
		us += t->segment[--i].duration_us;
	if (order_track(o, t->name, last->run) == -1)
		return -1;
	for (; i < t->segments; i++)
		if (order_segment(o, t->segment[i].msn, true) == -1)
			return -1;
	task_put(&o->task, &r);
	(void)str_copy(s->sound.track, NAME_SIZE, str_from(t->name));
	s->sound.said.heard_us = last->start_us + last->duration_us;
	return 1;
}

int
live_order(struct order *o, struct log *l, struct air_show *s)
{
	struct tail *t = calloc(1, sizeof(*t));
	const struct tail_track *video, *audio;
	int seen = 0, heard = 0;

	if (t == NULL)
		return -1;
	if (tail_read(t, l, s->broadcast) == -1) {
		free(t);
		return -1;
	}
	video = tail_track(t, "video");
	audio = tail_track(t, "audio");
	if (video != NULL)
		seen = order_picture(o, video, s);
	if (audio != NULL && seen != -1)
		heard = order_sound(o, audio, s);
	free(t);
	if (o->task.failed) {
		errno = EMSGSIZE;
		return -1;
	}
	return seen == -1 || heard == -1 ? -1 : seen > 0 || heard > 0;
}

/* What was heard, unless it cannot have been. */
static void
hear(struct air_sound *a, struct str bytes)
{
	struct loudness_figures f;

	if (bytes.len != sizeof(f))
		return;
	memcpy(&f, bytes.p, sizeof(f));
	if (f.points > LOUDNESS_CURVE || f.rms_mdb > LOUDNESS_QUIET_MDB ||
	    f.peak_mdb > LOUDNESS_QUIET_MDB || f.heard_us == 0 ||
	    f.heard_us > (uint64_t)10 * HEAR_US || f.clipped > UINT32_MAX)
		return;
	a->said.period_us = f.heard_us;
	a->said.rms_mdb = f.rms_mdb;
	a->said.peak_mdb = f.peak_mdb;
	a->said.clipped = f.clipped;
	memcpy(a->curve, f.curve, f.points);
	a->points = f.points;
	a->known = true;
	a->due_us = 0;
}

/* Keep a picture.  1, 0 when it is none, or -1 with errno. */
static int
keep(const struct air_show *s, const struct task_answer *a, struct str bytes,
    const char *media_dir)
{
	char name[RACK_NAME_SIZE];

	if (a->a >= PICTURE_FORMS || !picture_is((enum picture_form)a->a,
					 (const uint8_t *)bytes.p, bytes.len))
		return 0;
	(void)snprintf(name, sizeof(name), "live.%s",
	    picture_suffix((enum picture_form)a->a));
	return rack_put(media_dir, s->broadcast, name, bytes, false) == -1 ? -1
									   : 1;
}

int
live_take(struct air_show *s, struct str answer, const char *media_dir,
    struct say *say)
{
	struct ThumbnailMade made = {.broadcast = str_from(s->broadcast)};
	struct task_answer a;
	struct str bytes;
	int pictures = 0, n;

	while (task_next(&answer, &a, &bytes)) {
		if (a.op == TASK_SOUND)
			hear(&s->sound, bytes);
		if (a.op != TASK_STILL)
			continue;
		if ((n = keep(s, &a, bytes, media_dir)) == -1)
			return -1;
		pictures += n;
		made.webp |= n == 1 && a.a == PICTURE_WEBP;
	}
	if (pictures > 0 && !s->pictured &&
	    say_event(say, EVENT_ThumbnailMade, s->broadcast, &made) == 0)
		s->pictured = true;
	return pictures;
}

void
live_repeat(struct air_show *s, struct say *say, uint64_t now_us)
{
	struct air_sound *a = &s->sound;

	if (!a->known || now_us < a->due_us ||
	    say_waiting(say) > SAY_WAITING_MAX)
		return;
	a->due_us = now_us + REPEAT_US;
	a->said.broadcast = str_from(s->broadcast);
	a->said.track = str_from(a->track);
	a->said.curve = (struct str){(const char *)a->curve, a->points};
	(void)say_event(say, EVENT_SoundMeasured, s->broadcast, &a->said);
}
