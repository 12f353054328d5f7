#include "replay.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

static void
add(struct replay *r, enum media_kind kind, int64_t ms, bool key, bool all)
{
	const struct frame f = {.track = kind,
	    .kind = kind,
	    .key = key,
	    .dts = ms,
	    .pts = ms,
	    .len = 4};

	replay_add(
	    r, &f, (const uint8_t *)"data", key && kind == MEDIA_VIDEO, all);
}

/* The frames as text: V1000 a keyframe, v1040 another, a1020 sound. */
static const char *
text(const struct replay *r)
{
	static char out[4096];
	size_t at = 0, n = 0;
	const uint8_t *p;
	struct frame f;

	out[0] = '\0';
	while ((p = frames_next(replay_frames(r), &at, &f)) != NULL &&
	       memcmp(p, "data", 4) == 0)
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%c%d",
		    n > 0 ? " " : "",
		    f.kind == MEDIA_AUDIO ? 'a'
		    : f.key               ? 'V'
					  : 'v',
		    (int)f.dts);
	return out;
}

static bool
is(const struct replay *r, const char *want)
{
	if (strcmp(text(r), want) == 0)
		return true;
	printf("# got %s\n", text(r));
	return false;
}

/* Another rendition's picture, shown at MS. */
static void
add_other(struct replay *r, int64_t ms, bool key)
{
	const struct frame f = {.track = 5,
	    .kind = MEDIA_VIDEO,
	    .key = key,
	    .dts = ms - 80,
	    .pts = ms,
	    .len = 4};

	replay_add(r, &f, (const uint8_t *)"data", false, false);
}

/* The keyframe of a smaller rendition comes before that of the largest. */
static void
renditions(void)
{
	struct replay r;

	replay_init(&r, 1000);
	add_other(&r, 40, false);
	add_other(&r, 100, true);
	add_other(&r, 140, false);
	add_other(&r, 1100, true);
	add_other(&r, 1140, false);
	add(&r, MEDIA_AUDIO, 1090, true, false);
	OK(is(&r, ""));
	add(&r, MEDIA_VIDEO, 1101, true, false);
	add_other(&r, 1180, false);
	OK(is(&r, "V1101 V1020 v1060 v1100"));
	replay_reset(&r);
	add(&r, MEDIA_VIDEO, 2000, true, false);
	OK(is(&r, "V2000"));
	replay_fini(&r);
}

int
main(void)
{
	struct replay r;

	renditions();

	/* Begins with a keyframe only. */
	replay_init(&r, 1000);
	add(&r, MEDIA_AUDIO, 0, true, false);
	add(&r, MEDIA_VIDEO, 10, false, false);
	OK(is(&r, ""));
	/* Keeps two intervals while the second is short. */
	add(&r, MEDIA_VIDEO, 1000, true, false);
	add(&r, MEDIA_AUDIO, 1100, true, false);
	add(&r, MEDIA_VIDEO, 1500, false, false);
	add(&r, MEDIA_AUDIO, 1900, true, false);
	add(&r, MEDIA_VIDEO, 2000, true, false);
	add(&r, MEDIA_VIDEO, 3500, false, false);
	OK(is(&r, "V1000 a1100 v1500 a1900 V2000 v3500"));
	/* Then the second, and the sound that belongs to it behind it. */
	add(&r, MEDIA_VIDEO, 3999, false, false);
	add(&r, MEDIA_AUDIO, 4000, true, false);
	OK(is(&r, "V2000 a1100 a1900 v3500 v3999 a4000"));
	/* Nothing goes while there is no pipe. */
	add(&r, MEDIA_VIDEO, 4000, true, false);
	add(&r, MEDIA_VIDEO, 4500, true, false);
	add(&r, MEDIA_VIDEO, 6200, true, true);
	OK(is(&r, "V2000 a1100 a1900 v3500 v3999 a4000 V4000 V4500 V6200"));
	add(&r, MEDIA_VIDEO, 6300, false, false);
	OK(is(&r, "V4000 a4000 V4500 V6200 v6300"));
	/* Begins anew. */
	replay_reset(&r);
	OK(is(&r, ""));
	add(&r, MEDIA_VIDEO, 100, true, false);
	OK(is(&r, "V100"));
	replay_fini(&r);
	return tap_done();
}
