#include "track_state.h"

#include <errno.h>
#include <string.h>

enum { MAX_FRAME_RATE_MHZ = 1000000000 };

/*
 * A codec string goes between quotes into a playlist and a JSON text; what
 * RFC 6381 allows there never needs escaping, so nothing else is let in.
 */
static bool
codecs_ok(struct str s)
{
	if (s.len == 0 || s.len >= NAME_SIZE)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '.' && c != '-' &&
		    c != '_' && c != ',')
			return false;
	}
	return true;
}

int
track_state_check(const struct TrackStarted *s)
{
	if (str_slug(s->track, NAME_SIZE - 1) && codecs_ok(s->codecs) &&
	    s->target_us > 0 &&
	    (str_eqz(s->kind, "video") || str_eqz(s->kind, "audio")))
		return 0;
	errno = EBADMSG;
	return -1;
}

/* Rounded to the millihertz, as far as playlists go; 0 when not said. */
static unsigned
frame_rate_mhz(const struct TrackStarted *s)
{
	uint64_t mhz =
	    s->frame_rate_den == 0
		? 0
		: (s->frame_rate_num * 1000 + s->frame_rate_den / 2) /
		      s->frame_rate_den;

	return mhz <= MAX_FRAME_RATE_MHZ ? (unsigned)mhz : 0;
}

void
track_state_set(struct track_state *t, const struct TrackStarted *s)
{
	if (t->name[0] == '\0') {
		(void)str_copy(t->name, sizeof(t->name), s->track);
		t->video = str_eqz(s->kind, "video");
	}
	(void)str_copy(t->codecs, sizeof(t->codecs), s->codecs);
	t->run = (uint32_t)s->run;
	t->width = (unsigned)s->width;
	t->height = (unsigned)s->height;
	t->frame_rate_mhz = frame_rate_mhz(s);
	t->sample_rate_hz = (unsigned)s->sample_rate_hz;
	t->channels = (unsigned)s->channels;
	t->transfer = (unsigned)s->transfer;
	if (s->target_us > t->target_us)
		t->target_us = s->target_us;
}

bool
track_state_alike(const struct track_state *t, const struct track_state *u)
{
	size_t n = strcspn(t->codecs, ".");

	return t->video == u->video && n == strcspn(u->codecs, ".") &&
	       strncmp(t->codecs, u->codecs, n) == 0;
}
